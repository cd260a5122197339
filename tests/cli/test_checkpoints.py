"""The checkpoint that a command uses where the user names none, and what it says of it."""

import json

import pytest
from click.testing import CliRunner

import corpora
from cli.checkpoints import choose_checkpoint
from cli.main import textgan
from textgan.runs import tensors


@pytest.mark.parametrize(
    ("most", "named", "checkpoint", "noted"),
    [
        (0, None, "best", False),
        (10**6, None, "last", True),
        (10**6, "best", "best", False),
        (0, "last", "last", False),
    ],
)
def test_it_is_noted_that_too_few_lines_choose(
    most, named, checkpoint, noted, trained, monkeypatch, capsys
):
    monkeypatch.setattr("textgan.runs.checkpoint_choice.MIN_VALIDATION_LINES", most)
    assert choose_checkpoint(trained, named) == checkpoint
    note = capsys.readouterr().err
    assert ("choose a best checkpoint: using the last" in note) == noted
    assert note.startswith(f"{trained.name} has ") == noted


@pytest.fixture
def calls(monkeypatch):
    """How often the text of a run was opened, and a file of tensors."""
    numbers = {"texts": 0, "tensors": 0}

    def counted(name, function):
        def call(*arguments, **options):
            numbers[name] += 1
            return function(*arguments, **options)

        return call

    monkeypatch.setattr(corpora, "open_corpus", counted("texts", corpora.open_corpus))
    monkeypatch.setattr(tensors, "safe_open", counted("tensors", tensors.safe_open))
    return numbers


def test_sampling_reads_the_checkpoint_once_and_no_text(trained, calls):
    assert CliRunner().invoke(textgan, ["sample", str(trained), "-n", "1"]).exit_code == 0
    assert calls == {"texts": 0, "tensors": 1}


@pytest.mark.parametrize("checkpoint", ["best", "last"])
def test_an_export_reads_the_checkpoint_once_and_has_its_step(checkpoint, trained, tmp_path, calls):
    arguments = ["export", str(trained), "--to", str(tmp_path / "model"), "--no-onnx"]
    result = CliRunner().invoke(textgan, [*arguments, "--checkpoint", checkpoint])
    assert result.exit_code == 0, result.output
    assert calls["tensors"] == 1
    model = json.loads((tmp_path / "model" / "config.json").read_text())["model"]
    _, step = tensors.read_tensors(trained / "checkpoints" / f"{checkpoint}.safetensors")
    assert model["step"] == step
