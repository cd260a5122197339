"""The note on the checkpoint that is used where the user names none."""

import pytest

from cli.checkpoints import note_choice


@pytest.mark.parametrize(
    ("most", "checkpoint", "noted"), [(0, None, False), (10**6, None, True), (10**6, "best", False)]
)
def test_it_is_noted_that_too_few_lines_choose(
    most, checkpoint, noted, trained, monkeypatch, capsys
):
    monkeypatch.setattr("textgan.runs.checkpoint_choice.MIN_VALIDATION_LINES", most)
    note_choice(trained, checkpoint)
    note = capsys.readouterr().err
    assert ("choose a best checkpoint: using the last" in note) == noted
    assert note.startswith(f"{trained.name} has ") == noted
