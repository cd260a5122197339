"""Which options of `textgan sample` go together."""

from pathlib import Path

import click

from cli.typed import typed
from corpora.errors import InputError

__all__ = ["check_options", "check_options_of_export"]

FILTERS = {"unique", "novel", "match"}
# (option, options that do not go with it, why)
INCOMPATIBLE: tuple[tuple[str, set[str], str], ...] = (
    (
        "seeds",
        {"count", "seed", *FILTERS},
        "--seeds names its lines: leave out -n, --seed and the filters",
    ),
    (
        "interpolate",
        {"count", "label", "codes", "sweep", "candidates", *FILTERS},
        "--interpolate goes from one line to another: leave out -n, --label, --code, --sweep, "
        "--candidates and the filters",
    ),
    *(
        (option, {name}, f"--{name.replace('_', '-')} is for lines drawn by -n: leave it out")
        for option in ("seeds", "interpolate", "sweep")
        for name in ("batch_size", "workers")
    ),
    (
        "interpolate",
        {"as_json"},
        "--json prints the seed of each line, and interpolated lines have none: leave it out",
    ),
    (
        "sweep",
        {"label", "codes", "candidates", *FILTERS},
        "--sweep changes one code of the same lines: leave out --label, --code, --candidates and "
        "the filters",
    ),
)


def check_options() -> None:
    """Raise UsageError for options that do not go together."""
    used = typed()
    for option, excluded, reason in INCOMPATIBLE:
        if option in used and used & excluded:
            raise click.UsageError(reason)


def check_options_of_export(folder: Path) -> None:
    """Raise InputError for an option that needs what only the run has."""
    parameters = click.get_current_context().params
    for name, reason in (("novel", "has no training text"), ("checkpoint", "has one checkpoint")):
        if parameters[name]:
            raise InputError(f"{folder} is an exported model, which {reason}: leave out --{name}")
