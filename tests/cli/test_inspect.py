"""`textgan inspect` prints what the doctor found, and no character of the text is obeyed."""

import json

import pytest
from click.testing import CliRunner

from cli.inspect import inspect
from corpora.errors import InputError


def run(*arguments, **options):
    return CliRunner().invoke(inspect, arguments, catch_exceptions=False, **options)


def test_a_bundled_corpus_is_described():
    result = run("us-baby-names")
    assert result.exit_code == 0
    for words in ("104,819", "rows of 16 characters", "5 to 8", "none found"):
        assert words in result.stdout
    assert "\x1b" not in result.stdout


def test_json_is_unrounded():
    found = json.loads(run("smiles-moses", "--json").stdout)
    assert found["over_length"] == 27_954 / 40_000
    assert found["settings"]["encoder"] == "char"
    assert found["counts"]["lines"] == 40_000


def test_settings_reach_the_doctor():
    arguments = ("emoji-names", "--encoder", "byte", "--length", "20", "--long", "drop", "--json")
    found = json.loads(run(*arguments).stdout)
    assert (found["length"], found["vocabulary"]) == (20, 257)
    assert found["counts"]["dropped"] > 0


def test_standard_input_is_read():
    result = run("-", input=b"Anna\nBob\n")
    assert "2, of them 0 blank" in result.stdout


def test_text_and_file_names_are_data(tmp_path):
    path = tmp_path / "[bold]\x1b[31m.txt"
    path.write_bytes(b"[red]a[/red]\n" * 3 + b"[link=x]b\n[/]\n")
    result = run(str(path), env={"COLUMNS": "300"})
    assert result.exit_code == 0
    assert "[bold]␛[31m.txt" in result.stdout
    assert "\x1b" not in result.stdout


def test_a_text_that_training_refuses_is_described_all_the_same(tmp_path):
    path = tmp_path / "one.txt"
    path.write_text("Anna\n")
    result = run(str(path))
    assert result.exit_code == 0
    assert "training would refuse this text: one row" in result.stdout


def test_characters_that_do_not_show_are_named():
    text = "\ufeffAnna\n\ufeffBob\nE\u200bva\n".encode()
    result = run("-", input=text, env={"COLUMNS": "200"})
    assert "2, removed" in result.stdout
    assert "U+200B ZERO WIDTH SPACE in 1 line" in result.stdout
    assert "U+FEFF" not in result.stdout


def test_progress_goes_to_stderr_where_it_takes_long(monkeypatch):
    assert run("emoji-names").stderr == ""
    monkeypatch.setattr("cli.progress.PLAIN_EVERY", 0.0)  # as if each step took a minute
    result = run("emoji-names")
    stages = [line.split(",")[0] for line in result.stderr.splitlines()]
    assert list(dict.fromkeys(stages)) == [
        "reading",
        "learning symbols",
        "encoding",
        "counting rows",
    ]
    assert "learning symbols" not in result.stdout


def test_a_missing_file_is_an_input_error():
    with pytest.raises(InputError, match="no such file"):
        run("none.txt")


def test_impossible_choices_are_usage_errors():
    assert run("us-baby-names", "--encoder", "word").exit_code == 2
    assert run("us-baby-names", "--length", "many").exit_code == 2


def test_lines_in_columns_are_described_as_such():
    lines = b"f\tAnna\nm\tBob\nf\tEva\n" * 4
    labelled = json.loads(run("-", "--labels", "--json", input=lines).stdout)
    assert labelled["labels"] == {"f": 2, "m": 1} or set(labelled["labels"]) == {"f", "m"}
    assert labelled["lengths"]["longest"] == 4
    pairs = json.loads(run("-", "--pairs", "--json", input=lines).stdout)
    assert pairs["settings"]["columns"] == "pairs"
    assert json.loads(run("-", "--json", input=lines).stdout)["lengths"]["longest"] == 6
    assert "2 labels, with" in run("-", "--labels", input=lines).stdout
    assert "no text" not in run("-", "--labels", input=lines).stdout
    assert run("-", "--labels", "--pairs", input=lines).exit_code == 2
