"""Every method of README's table from the command line: it trains, resumes exactly and samples."""

import json

import pytest
from click.testing import CliRunner

import corpora
from benchmarks.methods import ROWS
from cli.main import textgan
from textgan import runs

TEXT = "us-baby-names"
METHODS = {name: row.settings for name, row in ROWS.items()} | {
    "labels": {"columns": "labels"},
    "codes": {"codes": "10,c1"},
    "pairs": {"columns": "pairs", "generator": "unet", "critic": "patch"},
}


def run(*arguments):
    result = CliRunner().invoke(textgan, [str(argument) for argument in arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def corpus_of(row, folder):
    """The bundled names, with labels or as pairs where a row is of those."""
    if row not in ("labels", "pairs"):
        return TEXT
    path = folder / "corpus.tsv"
    if row == "pairs":
        run("corrupt", TEXT, "--kind", "case", "-o", path)
        return path
    with path.open("w", encoding="utf-8") as file:
        for block in corpora.read_lines(TEXT):
            file.writelines(f"{line[0]}\t{line}\n" for line in block)
    return path


def files(folder):
    return {path.name: path.read_bytes() for path in (folder / "checkpoints").iterdir()}


@pytest.mark.slow
@pytest.mark.parametrize("row", METHODS)
def test_a_method_trains_300_steps_and_resumes_exactly_and_samples(row, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    settings = {name: value for name, value in METHODS[row].items() if name != "steps"}
    (tmp_path / "row.json").write_text(json.dumps(settings), encoding="utf-8")
    corpus = corpus_of(row, tmp_path)
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
