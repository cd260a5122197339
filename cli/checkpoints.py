"""Which weights of a run are taken, where nobody names them."""

from pathlib import Path

import click

__all__ = ["note_choice"]


def note_choice(run: Path, checkpoint: str | None) -> None:
    """Say on stderr where the last checkpoint is taken because too few lines choose the best."""
    from corpora import open_corpus
    from textgan.runs.folder import corpus_folder, too_few

    reason = None if checkpoint else too_few(len(open_corpus(corpus_folder(run)).valid))
    if reason:
        click.echo(f"{run.name} has {reason}", err=True)
