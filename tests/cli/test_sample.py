"""`textgan sample` as a user meets it."""

import json
import os
import subprocess
import sys

import pytest
from click.testing import CliRunner

from cli.main import textgan
from corpora.errors import InputError


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
    seeds = ",".join(str(v["seed"]) for v in values)
    again = sample(trained, "--seeds", seeds, "--json").stdout.splitlines()
    for line, value in zip(again, values, strict=True):
        assert json.loads(line) == {**value, "score": pytest.approx(value["score"], abs=1e-5)}
    assert len({v["score"] for v in values}) > 1


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


def test_a_failed_sampling_leaves_no_file(trained, tmp_path, monkeypatch):
    monkeypatch.setattr("textgan.sampling.PATIENCE", 300)
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


def test_a_closed_pipe_ends_quietly(trained):
    command = f"{sys.executable} -m cli.main sample {trained} -n 200000 --seed 1 | head -n 2"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True)
    assert done.stdout.count("\n") == 2
    assert done.stderr == ""


def test_errors_are_one_line_on_stderr_with_exit_code_1(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "cli.main", "sample", "nothing", "--runs", str(tmp_path)],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("textgan: no run 'nothing'")
    assert done.stderr.count("\n") == 1


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
