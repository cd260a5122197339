"""`--checkpoint`: which checkpoint of a run is used, and why."""

from pathlib import Path
from typing import Any

import click

from textgan.runs import MIN_VALIDATION_LINES

__all__ = ["CHECKPOINT", "note_choice"]

CHECKPOINT: dict[str, Any] = {
    "type": click.Choice(["best", "last"]),
    "help": "The best checkpoint by validation text, or the last.  [default: best; last where the "
    f"run has fewer than {MIN_VALIDATION_LINES} validation lines]",
}


def note_choice(run: Path, checkpoint: str | None) -> None:
    """Say on stderr that the last checkpoint is used, where too few lines choose the best."""
    from corpora import open_corpus
    from textgan.runs import corpus_folder, why_last

    reason = None if checkpoint else why_last(len(open_corpus(corpus_folder(run)).valid))
    if reason:
        click.echo(f"{run.name} has {reason}", err=True)
