"""Every method of README's table from the command line: it trains, resumes exactly and samples."""

import json

import pytest
from click.testing import CliRunner

from benchmarks.methods import prepared
from benchmarks.rows import ROWS
from cli.main import textgan
from textgan import runs

TEXT = "us-baby-names"


def run(*arguments):
    result = CliRunner().invoke(textgan, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def files(folder):
    return {path.name: path.read_bytes() for path in (folder / "checkpoints").iterdir()}


@pytest.mark.slow
@pytest.mark.parametrize("row", ROWS)
def test_a_method_trains_300_steps_and_resumes_exactly_and_samples(row, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = {name: value for name, value in ROWS[row].settings.items() if name != "steps"}
    (tmp_path / "row.json").write_text(json.dumps(settings), encoding="utf-8")
    corpus = prepared(TEXT, settings.get("columns"), tmp_path / "corpus.tsv")
    same = ("--config", "row.json", "--threads", 1, "--precision", "float32")
    run("train", corpus, *same, "--steps", 300, "--out", "whole")
    run("train", corpus, *same, "--steps", 150, "--out", "parts")
    run("train", "--resume", "parts", "--steps", 300)
    assert runs.read_state(tmp_path / "parts")["step"] == 300
    assert files(tmp_path / "parts") == files(tmp_path / "whole")
    if row == "pairs":
        (tmp_path / "small.txt").write_text("james\nanna\n", encoding="utf-8")
        written = run("translate", "small.txt", "--run", "parts")
    else:
        written = run("sample", "parts", "-n", 2, "--seed", 1)
    assert len(written.splitlines()) == 2
