"""What a shell completes: corpora, runs and experiments by name, and files.

    eval "$(_TEXTGAN_COMPLETE=bash_source textgan)"

Names that begin with what was typed are offered; files are left to the shell.
"""

from collections.abc import Iterable
from pathlib import Path

import click
from click.shell_completion import CompletionItem

from corpora.sources import bundled

__all__ = ["corpora", "corpora_and_runs", "experiments_and_runs", "runs"]


def corpora(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the bundled corpora that begin so."""
    del ctx, param
    return _matching(bundled(), incomplete)


def runs(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the runs that begin so, of the folder `--runs`."""
    del param
    return _matching(_runs(ctx), incomplete)


def corpora_and_runs(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the bundled corpora and the runs that begin so."""
    del param
    return _matching([*bundled(), *_runs(ctx)], incomplete)


def experiments_and_runs(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the experiments of `diagnose` and the runs that begin so."""
    del param
    from textgan.diagnostics.registry import EXPERIMENTS

    return _matching([*EXPERIMENTS.built_in, *_runs(ctx)], incomplete)


def _runs(ctx: click.Context) -> list[str]:
    from textgan.runs import listed  # loads numpy

    folder = ctx.params.get("runs") or ctx.params.get("folder") or "runs"
    return [path.name for path in listed(Path(folder))]


def _matching(names: Iterable[str], incomplete: str) -> list[CompletionItem]:
    matching = [
        CompletionItem(name)
        for name in names
        if name.startswith(incomplete) and name.isprintable()  # an answer is a line
    ]
    return [CompletionItem(incomplete, type="file"), *matching]  # bash forgets what is before it
