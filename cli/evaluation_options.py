"""Options that `evaluate` and `compare` share: the texts, the n-grams, what is printed."""

import re
from collections.abc import Callable
from typing import Any, TypeVar

import click

from cli.reference import BY_RULE
from corpora.errors import InputError
from corpora.reader import LONGEST
from textgan.evaluation.text.rows import UNITS

__all__ = ["orders", "print_options", "refuse_two_inputs", "text_options"]

F = TypeVar("F", bound=Callable[..., Any])

TEXT = (
    click.option(
        "--against",
        metavar="CORPUS | RUN",
        help="Reference text: a path, -, the name of a bundled corpus, or a run: its training "
        "text, with its test text held out.  [default: a run's own]",
    ),
    click.option(
        "--held-out",
        metavar="FILE",
        help="Real lines that are not in CORPUS.  [default: drawn from CORPUS, or a run's test "
        "text]",
    ),
    click.option(
        "--length",
        type=click.IntRange(1, LONGEST),
        metavar="T",
        help=f"Cut every line after T characters; a run has its own T.  {BY_RULE}",
    ),
    click.option(
        "--normalise/--no-normalise",
        default=None,
        help="Compose accents of FILE and CORPUS (Unicode NFC).  [default: on; a run has its own]",
    ),
    click.option(
        "--unit",
        type=click.Choice(UNITS),
        default="char",
        show_default=True,
        help="What n-grams are made of.",
    ),
    click.option(
        "--seed",
        type=click.IntRange(min=0),
        default=0,
        show_default=True,
        help="Of every random draw.",
    ),
)
PRINT = (
    click.option("--tables", is_flag=True, help="Print all tables after the verdict."),
    click.option("--signatures", is_flag=True, help="Print the signature of every number."),
    click.option("--json", "as_json", is_flag=True, help="Print everything as JSON, unrounded."),
)


def text_options(command: F) -> F:
    """Add --against, --held-out, --length, --normalise, --unit and --seed to a command."""
    return _add(TEXT, command)


def print_options(command: F) -> F:
    """Add --tables, --signatures and --json to a command."""
    return _add(PRINT, command)


def _add(options: tuple[Callable[[F], F], ...], command: F) -> F:
    for option in reversed(options):
        command = option(command)
    return command


def refuse_two_inputs(*names: str | None) -> None:
    """Raise InputError where more than one of the texts is standard input."""
    if names.count("-") > 1:
        raise InputError(
            "found - more than once, expected one text from standard input; name files for others"
        )


def orders(text: str) -> list[int]:
    """Return the orders that `text` lists, as in 1-6 or 2,4.

    >>> orders("1-3,6")
    [1, 2, 3, 6]
    """
    listed: set[int] = set()
    for part in text.split(","):
        ends = re.fullmatch(r"\s*(\d{1,4})\s*(?:-\s*(\d{1,4})\s*)?", part)
        if ends is None:
            raise InputError(f"found --orders {text}, expected for example 1-6 or 2,4")
        low, high = int(ends[1]), int(ends[2] or ends[1])
        if low > high:
            raise InputError(f"found --orders {text}, expected the lower first; write {high}-{low}")
        listed.update(range(low, high + 1))
    return sorted(listed)
