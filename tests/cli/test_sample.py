"""`textgan sample` as a user meets it."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys

import pytest
from click.testing import CliRunner

from cli.main import textgan
from corpora.errors import InputError
from tests.processes import start


def sample(trained, *arguments):
    return CliRunner().invoke(textgan, ["sample", str(trained), *map(str, arguments)])


def test_exactly_n_lines_and_the_seed_that_repeats_them(trained):
    first = sample(trained, "-n", 100)
    assert first.exit_code == 0, first.output
    assert first.stdout.count("\n") == 100
    seed = first.stderr.split()[-1]
    assert sample(trained, "-n", 100, "--seed", seed).stdout == first.stdout
    assert sample(trained, "-n", 100).stdout != first.stdout


def test_the_batch_size_changes_nothing(trained):
    wanted = sample(trained, "-n", 50, "--seed", 3).stdout
    for size in (1, 13, 50):
        assert sample(trained, "-n", 50, "--seed", 3, "--batch-size", size).stdout == wanted


def test_json_gives_text_seed_and_score(trained):
    lines = sample(trained, "-n", 5, "--seed", 0, "--json").stdout.splitlines()
    values = [json.loads(line) for line in lines]
    assert [v["text"] for v in values] == sample(trained, "-n", 5, "--seed", 0).stdout.splitlines()
    assert all(isinstance(v["seed"], str) for v in values)  # doubles would round it
    seeds = ",".join(v["seed"] for v in values)
    again = sample(trained, "--seeds", seeds, "--json").stdout.splitlines()
    for line, value in zip(again, values, strict=True):
        assert json.loads(line) == {**value, "score": pytest.approx(value["score"], abs=1e-5)}
    assert len({v["score"] for v in values}) > 1


def test_candidates_are_said_on_stderr_and_seeds_give_their_lines_again(
    quick_ratios, trained, tmp_path
):
    run = shutil.copytree(trained, tmp_path / "run")
    flags = ("--candidates", 5, "--json")
    first = sample(run, "-n", 30, "--seed", 2, *flags)
    assert re.fullmatch(
        r"run has .*\neach line is 1 of 5 candidates \(yield 1/5\), chosen by a density ratio with "
        r"AUC 0\.\d{3} on held-out lines\n",
        first.stderr,
    )
    values = [json.loads(line) for line in first.stdout.splitlines()]
    seeds = ",".join(value["seed"] for value in values)
    again = [json.loads(x) for x in sample(run, "--seeds", seeds, *flags).stdout.splitlines()]
    assert [value["text"] for value in again] == [value["text"] for value in values]
    small = sample(run, "-n", 30, "--seed", 2, *flags, "--batch-size", 4)
    assert [json.loads(x)["text"] for x in small.stdout.splitlines()] == [x["text"] for x in values]
    plain = sample(run, "-n", 30, "--seed", 2).stdout.splitlines()
    assert plain != [value["text"] for value in values]
    assert sample(run, "-n", 30, "--seed", 2, "--candidates", 1).stdout.splitlines() == plain


def test_candidates_need_validation_lines(trained):
    done = sample(trained, "--candidates", 2)
    assert isinstance(done.exception, InputError)
    assert "validation lines, expected at least 100 to choose between" in str(done.exception)


def test_interpolation(trained):
    lines = sample(trained, "--interpolate", 5, "--seeds", "1,2").stdout.splitlines()
    assert len(lines) == 5
    assert sample(trained, "--seeds", "1,2").stdout.splitlines() == [lines[0], lines[-1]]


def test_out_writes_a_file_and_does_not_overwrite_one(trained, tmp_path):
    path = tmp_path / "lines.txt"
    assert sample(trained, "-n", 7, "--seed", 1, "--out", path).exit_code == 0
    assert path.read_text().count("\n") == 7
    before = path.read_text()
    refused = sample(trained, "-n", 3, "--out", path)
    assert isinstance(refused.exception, InputError)
    assert path.read_text() == before
    assert sample(trained, "-n", 3, "--out", path, "--force").exit_code == 0
    assert path.read_text().count("\n") == 3
    assert [p.name for p in tmp_path.iterdir()] == ["lines.txt"]


def test_what_filters_found_before_they_found_no_more_is_kept(trained, tmp_path, monkeypatch):
    monkeypatch.setattr("textgan.sampling.filters.MAX_REJECTED", 300)
    line = sample(trained, "-n", 1, "--seed", 0).stdout
    only = f"^{re.escape(line.rstrip())}$"
    out = tmp_path / "lines.txt"
    done = sample(trained, "-n", 2, "--seed", 0, "--unique", "--match", only, "--out", out)
    assert isinstance(done.exception, InputError)
    assert str(done.exception).startswith("found 1 of 2 lines, then none in 300 tries")
    assert out.read_text(encoding="utf-8") == line


def test_a_failed_sampling_leaves_no_file(trained, tmp_path, monkeypatch):
    monkeypatch.setattr("textgan.sampling.filters.MAX_REJECTED", 300)
    done = sample(trained, "--match", "no such text", "--out", tmp_path / "lines.txt")
    assert isinstance(done.exception, InputError)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "flags",
    [
        ["--match", "("], ["--seeds", "a"], ["--seeds", "-1"], ["--seeds", "1", "--seed", "1"],
        ["--interpolate", "3", "--seeds", "1"], ["--interpolate", "3", "--unique"],
        ["--interpolate", "3", "--json"], ["--interpolate", "1"], ["-n", "-1"],
        ["--batch-size", "0"], ["--seeds", "1,2", "-n", "50"], ["--force"],
        ["--seeds", "1,2", "--batch-size", "9"], ["--interpolate", "3", "--batch-size", "9"],
        ["--interpolate", "3", "--label", "A"], ["--interpolate", "3", "--code", "0=1"],
        ["--interpolate", "3", "--sweep", "0"], ["--sweep", "0", "--label", "A"],
        ["--sweep", "0", "--code", "1=0"], ["--sweep", "0", "--unique"], ["--sweep", "a"],
        ["--sweep", "0", "-n", "0"],
        ["--code", "0"], ["--code", "0=a"], ["--code", "0=1", "--code", "0=2"],
        ["--interpolate", "3", "-n", "0"], ["--seeds", "1", "--seed", "0"],
        ["--candidates", "0"], ["--candidates", "1025"], ["--candidates", "2", "--sweep", "0"],
        ["--candidates", "2", "--interpolate", "3"],
        ["--match", "a{99999999999}"], ["--match", "(" * 5000 + ")" * 5000],
        ["--batch-size", str(10**30)], ["--interpolate", str(10**12)],
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_a_usage_error(trained, flags):
    assert sample(trained, *flags).exit_code == 2


def test_a_missing_run_is_one_line(tmp_path):
    done = CliRunner().invoke(textgan, ["sample", "nothing", "--runs", str(tmp_path)])
    assert isinstance(done.exception, InputError)
    assert "no run 'nothing'" in str(done.exception)
    done = CliRunner().invoke(textgan, ["sample", "--runs", str(tmp_path)])
    assert "train one first" in str(done.exception)


@pytest.mark.skipif(os.name != "posix", reason="named pipes")
def test_a_closed_pipe_ends_quietly(trained, tmp_path):
    pipe, errors = tmp_path / "pipe", tmp_path / "errors"
    os.mkfifo(pipe)
    flags = ("-n", 50_000, "--seed", 1, "--checkpoint", "last")
    process = start("sample", trained, *flags, stdout=pipe, stderr=errors)
    with pipe.open(encoding="utf-8") as lines:
        assert lines.readline()
    process.join(60)
    assert process.exitcode == 128 + signal.SIGPIPE  # 50,000 lines are more than a pipe holds
    assert errors.read_text() == ""


def test_errors_are_one_line_on_stderr_with_exit_code_1(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "sample", "nothing", "--runs", str(tmp_path)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("textgan: no run 'nothing'")
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("name", ["nosuch/lines.txt", ".", "file/lines.txt"])
def test_a_file_that_cannot_be_written_is_refused_before_the_work(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file").touch()
    done = CliRunner().invoke(textgan, ["sample", "nothing", "-o", name])
    assert isinstance(done.exception, InputError)
    assert "no run" not in str(done.exception)  # which would have been next
    assert re.search("is a directory|no such folder", str(done.exception))


def test_a_folder_without_permission_is_refused_before_the_work(as_nobody):
    (as_nobody / "locked").mkdir(mode=0o500)
    done = CliRunner().invoke(textgan, ["sample", "no", "-o", str(as_nobody / "locked" / "x")])
    assert "no permission to write" in str(done.exception)


def test_a_pipe_or_a_device_is_written_to_and_not_replaced(trained, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True)
    assert sample(trained, "-n", 3, "--seed", 1, "--out", pipe).exit_code == 0
    assert reader.communicate(timeout=60)[0] == sample(trained, "-n", 3, "--seed", 1).stdout
    assert pipe.is_fifo()
    assert sample(trained, "-n", 3, "--out", "/dev/null").exit_code == 0


def test_out_may_be_stdout(trained):
    wanted = sample(trained, "-n", 3, "--seed", 1).stdout
    assert sample(trained, "-n", 3, "--seed", 1, "--out", "-").stdout == wanted


def test_label_is_the_label_of_every_line(labelled_run):
    def labels(*arguments):
        lines = sample(labelled_run, "-n", 40, "--seed", 0, "--json", *arguments).stdout
        return [json.loads(line)["label"] for line in lines.splitlines()]

    assert labels("--label", "Q") == ["Q"] * 40
    assert len(set(labels())) > 10
    plain = sample(labelled_run, "-n", 40, "--seed", 0, "--label", "Q").stdout
    assert plain != sample(labelled_run, "-n", 40, "--seed", 0).stdout


def test_filters_and_seeds_go_with_labels(labelled_run):
    done = sample(labelled_run, "-n", 9, "--seed", 0, "--label", "A", "--unique", "--json")
    values = [json.loads(line) for line in done.stdout.splitlines()]
    assert len({value["text"] for value in values}) == 9
    seeds = ",".join(str(value["seed"]) for value in values)
    again = sample(labelled_run, "--seeds", seeds, "--label", "A").stdout
    assert again.splitlines() == [value["text"] for value in values]


def test_an_unknown_label_or_code_is_refused_in_one_line(trained, labelled_run, coded_run):
    for run, flags, said in (
        (trained, ["--label", "A"], "--labels"),
        (labelled_run, ["--label", "AA"], "no label 'AA'"),
        (trained, ["--code", "0=1"], "--codes"),
        (trained, ["--sweep", "0"], "--codes"),
        (coded_run, ["--code", "2=0"], "codes 0 to 1"),
        (coded_run, ["--code", "0=3"], "0 to 2"),
        (coded_run, ["--code", "1=1.5"], "[−1, 1]"),
        (coded_run, ["--code", "1=nan"], "[−1, 1]"),
        (coded_run, ["--sweep", "-1"], "no code -1"),
    ):
        done = sample(run, *flags)
        assert isinstance(done.exception, InputError), flags
        assert said in str(done.exception)
        assert "\n" not in str(done.exception)


def test_a_run_on_pairs_is_refused_with_the_command_that_it_needs(pairs_run):
    done = sample(pairs_run, "--candidates", 2)
    assert isinstance(done.exception, InputError)
    assert f"textgan translate FILE --run {pairs_run}" in str(done.exception)
