"""Which checkpoint of a run is used where the user names none."""

from pathlib import Path

import click

__all__ = ["choose_checkpoint"]


def choose_checkpoint(run: Path, checkpoint: str | None) -> str | None:
    """Return the checkpoint that the user named, else the default; stderr says why it is the last.

    Of an exported model, which has one, None is returned where none is named.
    """
    from textgan.runs import default_checkpoint, is_exported

    if checkpoint is not None or is_exported(run):
        return checkpoint
    return default_checkpoint(run, lambda reason: click.echo(f"{run.name} has {reason}", err=True))
