"""`textgan compare` as a user meets it."""

import dataclasses
import functools
import json
import shutil

import pytest
from click.testing import CliRunner

from cli import compare as module
from cli.compare import compare
from corpora import open_corpus
from corpora.errors import InputError
from textgan.evaluation.compare import compare as compare_lines
from textgan.evaluation.language_model.setting import Setting

LINES = [f"{a}{b}{c}" for a in "abcd" for b in "abcde" for c in "abcdef"]


@pytest.fixture(autouse=True)
def low_order(monkeypatch):
    """Language models of symbol pairs by default: of order 6 they take most of the time."""
    monkeypatch.setattr("textgan.evaluation.compare.Setting", functools.partial(Setting, order=2))


@pytest.fixture
def files(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name, lines in {"a": LINES[::3], "b": LINES[1::4], "corpus": LINES, "one": ["x"]}.items():
        (tmp_path / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines))
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "folder").mkdir()
    return tmp_path


def run(*arguments, **settings):
    return CliRunner().invoke(compare, [*map(str, arguments)], catch_exceptions=False, **settings)


def plain(*arguments, **settings):
    result = run(*arguments, "--json", **settings)
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def as_json(comparison):
    return json.loads(json.dumps(comparison.to_dict()))


def test_files_are_compared_by_a_corpus(files):
    result = run("a.txt", "b.txt", "--against", "corpus.txt")
    assert result.exit_code == 0
    assert result.stdout.startswith(
        "2 systems against corpus.txt: 30 lines of each against 120\n  A  a.txt\n  B  b.txt\n"
    )
    assert "Figures" not in result.stdout
    result = run("a.txt", "b.txt", "--against", "corpus.txt", "--tables")
    for heading in ("Figures", "Differences", "Conclusions"):
        assert f"\n{heading}\n" in result.stdout


def test_json_is_the_comparison_unrounded(files):
    found = plain(
        "a.txt", "b.txt", "--against", "corpus.txt", "--length", "3", "--seed", "5",
        "--samples", "20", "--unit", "byte",
    )  # fmt: skip
    expected = compare_lines(
        [("a.txt", LINES[::3]), ("b.txt", LINES[1::4])],
        LINES, length=3, seed=5, m=20, unit="byte", against="corpus.txt",
    )  # fmt: skip
    assert found == as_json(expected)


def test_longer_measures_come_on_request(files):
    options = ["a.txt", "b.txt", "--against", "corpus.txt", "--length", "3"]
    assert "transport" not in plain(*options)["systems"][0]["measures"]
    for system in plain(*options, "--full")["systems"]:
        assert system["measures"]["transport"]["samples"] > 0


def test_standard_input_and_bundled_corpora_are_texts_too(files):
    text = "".join(f"{line}\n" for line in LINES)
    flags = ("--samples", 9)
    found = plain("-", "emoji-names", "--against", "corpus.txt", *flags, input=text)
    assert [one["name"] for one in found["systems"]] == ["-", "emoji-names"]
    assert plain("a.txt", "b.txt", "--against", "-", *flags, input=text)["reference_size"] == 120


def test_an_encoding_is_that_of_all_files(files):
    for name in ("a.txt", "b.txt", "c.txt"):
        (files / name).write_bytes("é\nè\n".encode("cp1252") * 5)
    found = plain("a.txt", "b.txt", "--against", "c.txt", "--encoding", "cp1252")
    assert found["vocabulary_size"] == 3


@pytest.fixture(scope="module")
def other(quick, tmp_path_factory):
    """A run of other weights on the text of `trained`."""
    from textgan.training.run import train

    folder = tmp_path_factory.mktemp("other") / "runs"
    return train(dataclasses.replace(quick, seed=4), folder=folder)


@pytest.fixture(scope="module")
def longer(quick, tmp_path_factory):
    """A run on the same text, whose lines are cut elsewhere."""
    from textgan.training.run import train

    folder = tmp_path_factory.mktemp("longer") / "runs"
    return train(dataclasses.replace(quick, length=8), folder=folder)


def test_runs_are_compared_by_the_text_of_the_first(trained, other, files):
    from textgan.sampling.sampler import Sampler

    found = plain(trained, other, "--samples", "40", "--seed", "2", "--checkpoint", "last")
    corpus = open_corpus(trained / "corpus")
    systems = [
        (str(path), Sampler.load(path, checkpoint="last").lines(40, 2)) for path in (trained, other)
    ]
    expected = compare_lines(
        systems, corpus.lines("train"), corpus.lines("test"), length=corpus.length, seed=2,
        against=f"training text of {trained.name}",
    )  # fmt: skip
    assert found == as_json(expected)
    assert not found["held_out_drawn"]


def test_runs_that_are_named_alike_go_by_where_they_are(trained, tmp_path):
    twin = tmp_path / trained.name
    shutil.copytree(trained, twin)
    found = plain(trained, twin, "--samples", "20")
    assert [one["name"] for one in found["systems"]] == [str(trained), str(twin)]


def test_a_run_and_a_file_go_together_at_the_size_of_the_smaller(trained, files):
    (files / "names.txt").write_text("Anna Bert\nBert Anna\nZoe Mia\n")
    found = plain("names.txt", "1", "--runs", trained.parent)
    assert [one["name"] for one in found["systems"]] == ["names.txt", trained.name]
    assert found["m"] == 3
    found = plain("names.txt", trained, "--against", "corpus.txt", "--length", "4")
    assert (found["against"], found["length"], found["m"]) == ("corpus.txt", 4, 3)


def test_lines_of_a_run_are_sampled_at_the_size_of_the_smallest(trained, files, monkeypatch):
    sizes = []

    def lines(folder, checkpoint, m, seed):
        sizes.append(m)
        return LINES[:m]

    monkeypatch.setattr(module, "_lines", lines)
    plain(trained, "a.txt", "--against", "corpus.txt")
    plain(trained, "a.txt", "--against", "corpus.txt", "--samples", "9")
    plain(trained, trained, "--against", "corpus.txt")
    assert sizes == [40, 9, 5000, 5000]


def test_runs_on_other_texts_need_one_to_evaluate_against(trained, longer, quick, files):
    from textgan.training.run import train

    with pytest.raises(InputError, match="cuts or divides pairs in another way") as caught:
        run(trained, longer)
    assert "--against CORPUS" in str(caught.value)
    foreign = train(dataclasses.replace(quick, corpus="corpus.txt"), folder=files / "runs")
    with pytest.raises(InputError, match=r"trained on another text \(corpus\) than"):
        run(trained, foreign)
    assert plain(trained, longer, foreign, "--against", "corpus.txt", "--samples", 9)["m"] == 9


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["a.txt", "b.txt"], "add --against CORPUS, or a run"),
        (["a.txt", "-", "--against", "-"], "more than once"),
        (["-", "-", "--against", "a.txt"], "more than once"),
        (["a.txt", "missing", "--against", "corpus.txt"], "no run 'missing'"),
        (["a.txt", "folder", "--against", "corpus.txt"], "folder is no run"),
        (["a.txt", "b.txt", "--against", "missing.txt"], "missing.txt"),
        (["a.txt", "empty.txt", "--against", "corpus.txt"], "empty.txt: found no text"),
        (["a.txt", "b.txt", "--against", "empty.txt"], "empty.txt: found no text"),
        (["a.txt", "one.txt", "--against", "corpus.txt"], "one.txt: found 1 line,"),
        (["a.txt", "b.txt", "--against", "corpus.txt", "--seed", "-1"], "found --seed -1"),
        (["a.txt", "b.txt", "--against", "corpus.txt", "--encoding", "no"], "unknown encoding"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(files, arguments, message):
    with pytest.raises(InputError, match=message) as caught:
        run(*arguments)
    assert "\n" not in str(caught.value)


def test_the_length_is_that_of_the_run_that_lends_its_text(trained, files):
    with pytest.raises(InputError, match="--length goes with --against"):
        run(trained, "a.txt", "--length", "9")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["a.txt"],
        ["a.txt", "b.txt", "--samples", "1"],
        ["a.txt", "b.txt", "--length", "0"],
    ],
)
def test_what_makes_no_sense_is_a_usage_error(files, arguments):
    assert run(*arguments, "--against", "corpus.txt").exit_code == 2


def test_a_run_on_labels_is_compared_and_one_on_pairs_is_refused(files, labelled_run, pairs_run):
    found = plain(labelled_run, "a.txt", "--samples", "20")
    assert [one["name"] for one in found["systems"]] == ["run", "a.txt"]
    with pytest.raises(InputError, match="run was trained on pairs and makes no lines") as caught:
        run("a.txt", pairs_run, "--against", "corpus.txt")
    assert "\n" not in str(caught.value)
