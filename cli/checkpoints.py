"""Which checkpoint of a run is used where the user names none."""

from pathlib import Path

import click

__all__ = ["note_choice"]


def note_choice(run: Path, checkpoint: str | None) -> None:
    """Say on stderr that the last checkpoint is used, where too few lines choose the best."""
    from corpora import open_corpus
    from textgan.runs import corpus_folder, is_exported, reason_for_last

    if is_exported(run):  # which has one
        return
    reason = None if checkpoint else reason_for_last(len(open_corpus(corpus_folder(run)).valid))
    if reason:
        click.echo(f"{run.name} has {reason}", err=True)
