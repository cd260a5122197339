"""`--checkpoint`: which weights of a run are taken, and why."""

from pathlib import Path
from typing import Any

import click

from textgan.runs.folder import FEWEST_TO_CHOOSE

__all__ = ["CHECKPOINT", "note_choice"]

CHECKPOINT: dict[str, Any] = {
    "type": click.Choice(["best", "last"]),
    "help": "The best by validation text, or the last.  [default: best; last where there are "
    f"fewer than {FEWEST_TO_CHOOSE} validation lines]",
}


def note_choice(run: Path, checkpoint: str | None) -> None:
    """Say on stderr where the last checkpoint is taken because too few lines choose the best."""
    from corpora import open_corpus
    from textgan.runs.folder import corpus_folder, too_few

    reason = None if checkpoint else too_few(len(open_corpus(corpus_folder(run)).valid))
    if reason:
        click.echo(f"{run.name} has {reason}", err=True)
