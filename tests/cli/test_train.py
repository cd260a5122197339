"""`textgan train` and `textgan runs` as a user meets them."""

import json
import os
import re
import shutil
import signal
import time

import pytest
import torch
from click.testing import CliRunner

import cli.sample  # noqa: F401 - before a test gives up the right to read the library
from cli.main import textgan
from corpora.errors import InputError
from corpora.sources import bundled
from tests.processes import start
from textgan import runs

SMALL = [
    "--width", "8", "--generator-blocks", "1", "--critic-blocks", "1", "--batch-size", "8",
    "--samples", "16", "--threads", "1", "--device", "cpu", "--evaluate-every", "4",
    "--checkpoint-every", "4", "--optimizer", "adam", "--critic-steps", "1",
]  # fmt: skip
TINY = [*SMALL, "--generator", "mlp", "--critic", "mlp"]


def run(*arguments, **streams):
    return CliRunner().invoke(textgan, [str(a) for a in arguments], **streams)


@pytest.fixture(scope="module")
def three_steps(corpus_file, tmp_path_factory):
    """A run of three steps; not to be changed."""
    folder = tmp_path_factory.mktemp("three") / "run"
    done = run("train", corpus_file, *TINY, "--steps", 3, "--seed", 5, "--out", folder)
    assert done.exit_code == 0, done.output
    return folder


@pytest.fixture
def first(three_steps, elsewhere):
    """A copy of it, `first`."""
    return shutil.copytree(three_steps, "first")


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def test_train_prints_the_run_folder_and_says_the_rest_on_stderr(corpus_file):
    done = run("train", corpus_file, *TINY, "--critic-steps", 2, "--steps", 5)
    assert done.exit_code == 0, done.output
    assert done.stdout == "runs/0001-pairs-wgan-gp\n"
    for said in ("676", "a step is 2 critic updates", "5 steps: about", "JSD 1:", "(floor"):
        assert said in done.stderr
    done = run("train", corpus_file, *TINY, "--steps", 2, "--objective", "wgan")
    assert done.stdout == "runs/0002-pairs-wgan\n"


def test_ngram_matching_of_many_equally_frequent_symbols_is_advised_against(tmp_path):
    many, few = tmp_path / "many.txt", tmp_path / "few.txt"
    symbols = [chr(0x4E00 + i) for i in range(1200)]
    many.write_text("\n".join("".join(symbols[i : i + 5]) for i in range(600)), "utf-8")
    few.write_text("\n".join("abcde" + "fgh" * (i % 9) + str(i) for i in range(600)), "utf-8")
    advice = "too rare for n-gram matching: --ngram-matching 0 may"
    tiny = (*TINY, "--steps", 1)
    said = [
        run("train", many, *tiny).stderr,
        run("train", many, *tiny, "--ngram-matching", 0).stderr,
        run("train", few, *tiny).stderr,
    ]
    assert [advice in text for text in said] == [True, False, False]
    resumed = run("train", "--resume", "runs/0001-many-wgan-gp", "--steps", 2)
    assert resumed.exit_code == 0
    assert advice not in resumed.stderr  # its settings stay


def test_the_encoding_of_an_earlier_run_is_taken_over_and_it_is_said(corpus_file, tmp_path):
    said = "the text is that of {}: its encoding is taken over\n"
    shutil.copy(corpus_file, "mine.txt")
    first = run("train", "mine.txt", *TINY, "--steps", 1)
    assert "taken over" not in first.stderr
    for name, more, of in (
        ("runs/0002-mine-wgan-gp", [], "runs/0001-mine-wgan-gp"),
        ("other/run", ["--out", "other/run"], "runs/0002-mine-wgan-gp"),
        ("other/next", ["--out", "other/next", "--runs", "none"], "other/run"),
        ("other/next", ["--out", "other/next", "--runs", "none", "--force"], "other/run"),
        ("third", ["--out", "third", "--runs", "none", "--init", "other/run"], "other/run"),
    ):
        done = run("train", "mine.txt", *TINY, "--steps", 1, *more)
        assert (done.exit_code, done.stdout) == (0, f"{name}\n"), done.output
        assert said.format(of) in done.stderr
    done = run("train", "-", *TINY, "--steps", 1, "--seed", 0, input=corpus_file.read_bytes())
    assert said.format("runs/0002-mine-wgan-gp") in done.stderr
    both = [tmp_path / name / "corpus" for name in (first.stdout.strip(), done.stdout.strip())]
    for file in both[0].iterdir():
        if file.name != "header.json":
            assert file.samefile(both[1] / file.name)
    headers = [json.loads((corpus / "header.json").read_text()) for corpus in both]
    assert [header.pop("source") for header in headers] == ["mine", "stdin"]
    assert headers[0] == headers[1]
    weights = [runs.checkpoint(corpus.parent, "last").read_bytes() for corpus in both]
    assert weights[0] == weights[1]
    done = run("train", "mine.txt", *TINY, "--steps", 1, "--encoder", "byte")
    assert "taken over" not in done.stderr


def test_a_text_without_end_is_read_to_the_limit_and_no_run_is_left(tmp_path):
    done = run("train", "-", *TINY, "--max-bytes", "50K", input=b"yes\n" * 20_000)
    assert isinstance(done.exception, InputError)
    assert str(done.exception).startswith("standard input: found over 50 kB, the limit set by")
    assert not list((tmp_path / "runs").iterdir())
    done = run("train", "-", *TINY, "--steps", 1, "--max-bytes", "90K", input=b"yes\nno\n" * 9000)
    assert done.exit_code == 0, done.output
    assert "max_bytes" not in (tmp_path / done.stdout.strip() / "config.json").read_text()


def test_a_run_goes_on_to_a_total(first, tmp_path):
    done = run("train", "--resume", "first", "--steps", 6)
    assert done.exit_code == 0, done.output
    assert runs.read_state(tmp_path / "first")["step"] == 6
    assert isinstance(run("train", "--resume", "first").exception, InputError)


def test_a_resumed_run_takes_no_other_setting(first):
    for more in (
        ["--batch-size", 9], ["--preset", "paper"], ["--out", "x"], ["--force"], ["--max-bytes", 9],
    ):  # fmt: skip
        done = run("train", "--resume", "first", *more)
        assert done.exit_code == 2
        assert "keeps its settings" in done.stderr


def test_a_config_file_gives_all_and_flags_override_it(first, tmp_path):
    done = run("train", "--config", "first/config.json", "--out", "second", "--steps", 2)
    assert done.exit_code == 0, done.output
    first, second = (runs.read_config(tmp_path / name) for name in ("first", "second"))
    assert {**first.to_dict(), "steps": 2} == second.to_dict()


def test_no_corpus_is_one_clear_line_that_names_those_there_are():
    done = run("train")
    assert isinstance(done.exception, InputError)
    assert "no corpus given" in str(done.exception)
    for name in bundled():
        assert name in str(done.exception)
        assert name in run("train", "--help").stdout


def test_an_unknown_objective_is_a_usage_error_that_lists_the_known(corpus_file):
    done = run("train", corpus_file, "--objective", "wgan-xx")
    assert done.exit_code == 2
    assert "wgan-fd" in done.stderr


@pytest.mark.parametrize(
    "flags",
    [
        ["--length", 2],
        ["--minutes", -1],
        ["--critic-rate", 0],
        ["--clip", 0.1],
        ["--seed", -1],
        ["--encoder", "byte", "--max-vocabulary", 9],
        ["--threads", 100_000],
        pytest.param(
            ["--device", "cuda"],
            marks=pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU"),
        ),
    ],
)
def test_impossible_numbers_leave_nothing_behind(flags, corpus_file, tmp_path):
    done = run("train", corpus_file, *flags)
    assert isinstance(done.exception, InputError)
    assert "\n" not in str(done.exception)
    assert not list(tmp_path.iterdir())


def test_a_preset_and_a_config_file_are_two_answers_to_one_question(corpus_file, tmp_path):
    (tmp_path / "settings.json").write_text("{}")
    done = run("train", corpus_file, "--preset", "paper", "--config", "settings.json")
    assert done.exit_code == 2


def test_a_run_may_go_on_elsewhere(first, tmp_path):
    run("train", "--resume", "first", "--steps", 5, "--device", "auto", "--threads", 1)
    config = runs.read_config(tmp_path / "first")
    assert (config.steps, config.device, config.threads) == (5, "auto", 1)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.txt", b"", "empty"),
        ("blank.txt", b"\n  \n\t\n", "blank"),
        ("one.txt", b"only this\n", "one row"),
        ("same.txt", b"only this\n" * 100, "all 100 rows are the same"),
        ("binary.txt", bytes(range(256)) * 50, "binary|encoding"),
    ],
)
def test_a_text_that_cannot_be_trained_on_leaves_nothing_behind(name, content, said, tmp_path):
    (tmp_path / name).write_bytes(content)
    done = run("train", name, *TINY)
    assert isinstance(done.exception, InputError), done.output
    assert "\n" not in str(done.exception)
    assert re.search(said, str(done.exception))
    assert [path.name for path in tmp_path.rglob("*")] in ([name], [name, "runs"], ["runs", name])


def test_a_directory_or_a_missing_file_is_no_corpus(tmp_path):
    for name in (".", "missing.txt"):
        done = run("train", name)
        assert isinstance(done.exception, InputError)


def test_stdin_is_a_corpus_too(corpus_file):
    done = run("train", "-", *TINY, "--steps", 2, input=corpus_file.read_bytes())
    assert done.stdout == "runs/0001-stdin-wgan-gp\n"


@pytest.fixture
def training(corpus_file):
    """How to start a training without end in a process of its own, at its first checkpoint."""
    started = []

    def begin(out, **streams):
        flags = (*TINY, "--out", out, "--log-every", 1, "--steps", 1_000_000)
        process = start("train", corpus_file, *flags, **streams)
        started.append(process)
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline:
            if (out / "state.json").exists() and runs.read_state(out)["step"] >= 4:
                break
            time.sleep(0.02)
        return process

    yield begin
    for process in started:
        process.kill()
        process.join()


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_ctrl_c_saves_and_says_how_to_go_on(training, tmp_path):
    output, errors = tmp_path / "output", tmp_path / "errors"
    process = training(tmp_path / "run", stdout=output, stderr=errors)
    os.kill(process.pid, signal.SIGINT)
    process.join(60)
    assert process.exitcode == 130, errors.read_text()
    said = f"saved; resume with: textgan train --resume {tmp_path / 'run'}\n"
    assert said in errors.read_text()
    assert output.read_text() == f"{tmp_path / 'run'}\n"
    state = runs.read_state(tmp_path / "run")
    assert state["status"] == "stopped"
    assert run("train", "--resume", "run", "--steps", state["step"] + 1).exit_code == 0


@pytest.mark.skipif(os.name != "posix", reason="signals")
def test_a_training_outlives_the_reader_of_its_log_and_saves_when_its_terminal_closes(
    training, tmp_path
):
    process = training(tmp_path / "run", stdout=None, stderr=None)  # where a terminal was
    os.kill(process.pid, signal.SIGHUP)
    os.kill(process.pid, signal.SIGHUP)  # from the system, and from the shell
    process.join(60)
    assert process.exitcode == 128 + signal.SIGHUP
    state = runs.read_state(tmp_path / "run")
    assert state["status"] == "stopped"
    assert state["step"] >= 4


def test_runs_lists_what_was_trained(three_steps, tmp_path):
    assert "no runs" in run("runs").stderr
    shutil.copytree(three_steps, tmp_path / "runs" / "0001-pairs-wgan-gp")
    (tmp_path / "runs" / "0002-broken").mkdir()
    (tmp_path / "runs" / "0002-broken" / "config.json").write_text("{")
    odd = tmp_path / "runs" / "0003-odd"
    shutil.copytree(tmp_path / "runs" / "0001-pairs-wgan-gp", odd)
    state = {**runs.read_state(odd), "status": "[/red]", "best": {"jsd4": "[b]", "step": 3}}
    runs.write_state(odd, state)
    shown = run("runs").stdout
    assert "0001-pairs-wgan-gp" in shown
    assert "unreadable" in shown
    assert "[/red]" in shown
    first, broken, _ = map(json.loads, run("runs", "--json").stdout.splitlines())
    assert first["step"] == 3
    assert (
        first["best"]["jsd4"] == runs.read_state(tmp_path / "runs" / first["run"])["best"]["jsd4"]
    )
    assert broken["status"] == "unreadable"
    assert "0002-broken: " in run("runs").stderr


def test_two_flags_say_what_lines_hold_and_what_these_have_of_their_own_is_said(
    corpus_file, tmp_path
):
    lines = corpus_file.read_text().splitlines()
    (tmp_path / "text.txt").write_text("".join(f"{line[0]}\t{line}\n" for line in lines))
    said = {}
    for columns in ("labels", "pairs"):
        done = run("train", "text.txt", *SMALL, "--steps", 2, f"--{columns}", "--out", columns)
        assert done.exit_code == 0, done.output
        assert runs.read_config(tmp_path / columns).columns == columns
        said[columns] = done.stderr
    assert "26 labels" in said["labels"]
    assert "characters wrong" not in said["labels"]
    assert (
        "next: textgan sample labels -n 20 --label NAME; textgan evaluate labels\n"
        in (said["labels"])
    )
    wrong = runs.read_state(tmp_path / "pairs")["last"]["choice"]
    assert f"step 2: {wrong:.1%} of characters wrong on held-out text; JSD 1:" in said["pairs"]
    assert "next: textgan translate FILE --run pairs; textgan evaluate pairs\n" in said["pairs"]
    assert run("train", "text.txt", "--labels", "--pairs").exit_code == 2
    assert run("train", "--resume", "labels", "--labels", "--steps", 3).exit_code == 2


def test_what_codes_are_good_for_is_said(corpus_file):
    said = run("train", corpus_file, *TINY, "--steps", 1, "--codes", "3", "--out", "one").stderr
    assert "textgan sample one -n 20; textgan sample one --sweep 0; textgan evaluate" in said


def test_a_number_of_one_is_no_plural(corpus_file):
    flags = ["--steps", 2, "--minutes", 1, "--critic-steps", 1]
    said = run("train", corpus_file, *TINY, *flags).stderr
    assert "a step is 1 critic update and 1 generator update" in said
    assert "2 steps or 1 minute in all: about" in said


@pytest.mark.parametrize(
    ("flags", "name"),
    [([], "Wasserstein estimate"), (["--loss", "hinge", "--penalty", "none"], "score gap")],
)
def test_only_the_wasserstein_loss_estimates_a_distance(flags, name, corpus_file, monkeypatch):
    monkeypatch.setattr("cli.display.PLAIN_EVERY", 0.0)
    said = run("train", corpus_file, *TINY, "--steps", 4, *flags).stderr
    assert re.search(r"step 1, .*steps/s", said)
    assert re.search(rf"step 4, .*{name} -?[\d.]+ on training text, -?[\d.]+ on held-out", said)
    other = {"Wasserstein estimate", "score gap"} - {name}
    assert other.pop() not in said
    first, last = re.search(r"step 1, .*", said)[0], re.search(r"step 4, .*", said)[0]
    assert name not in first  # before the first scores: that of a batch says nothing
    assert ("mean slope" in first) == (not flags)  # of each batch where it is priced
    assert "mean slope" in last


def test_a_curriculum_or_noise_that_the_run_does_not_live_to_the_end_of_is_named(corpus_file):
    flags = ["--curriculum", "length", "--instance-noise", 0.1, "--steps", 2]
    said = run("train", corpus_file, *TINY, *flags, "--instance-noise-steps", 2).stderr
    assert "the curriculum comes to its end at step 1,000, this run at step 2 or so" in said
    assert "instance noise" not in said
    said = run("train", corpus_file, *TINY, *flags, "--curriculum-steps", 2).stderr
    assert "instance noise comes to its end at step 2,000, this run at step 2 or so" in said
    assert "the curriculum" not in said


def test_pieces_put_in_place_of_the_objective_s_own_are_named(corpus_file):
    flags = ["--loss", "hinge", "--penalty", "none", "--normalisation", "spectral"]
    said = run("train", corpus_file, *TINY, "--steps", 1, *flags).stderr
    assert "wgan-gp (loss hinge, penalty none, normalisation spectral), seed 0" in said


def test_without_permission_there_is_one_clear_line_and_nothing_is_left(trained, as_nobody):
    text = as_nobody / "text.txt"
    text.write_bytes(b"this\nthat\n")
    text.chmod(0)
    locked = as_nobody / "locked"
    locked.mkdir()
    locked.chmod(0o500)
    for arguments in (
        ("train", text, "--out", as_nobody / "run"),
        ("train", "us-baby-names", *TINY, "--out", locked / "run"),
        ("train", "us-baby-names", *TINY, "--runs", locked / "runs"),
    ):
        done = run(*arguments)
        assert isinstance(done.exception, InputError), done.output
        assert "ermission" in str(done.exception)
        assert "\n" not in str(done.exception)
    assert sorted(path.name for path in as_nobody.iterdir()) == ["locked", "text.txt"]
    assert not list(locked.iterdir())


def test_a_run_that_may_not_be_read_is_one_clear_line(trained, as_nobody):
    (as_nobody / "text.txt").write_text("this\nthat\n")
    copy = as_nobody / "run"
    run("train", as_nobody / "text.txt", *TINY, "--steps", 1, "--out", copy)
    for file in ("config.json", "checkpoints/last.safetensors", "corpus/encoder.json"):
        (copy / file).chmod(0)
        done = run("sample", copy)
        assert isinstance(done.exception, InputError), done.output
        assert "ermission" in str(done.exception)
        (copy / file).chmod(0o600)
    assert run("sample", copy).exit_code == 0
