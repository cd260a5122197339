"""`--valid REGEX` and `--valid-command CMD`: which lines are valid."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from corpora.errors import InputError
from textgan.evaluation.text.validity import Validity, by_command, by_pattern

__all__ = ["check_of", "valid"]

F = TypeVar("F", bound=Callable[..., Any])


def valid() -> Callable[[F], F]:
    """Return both options."""
    pattern = click.option(
        "--valid", metavar="REGEX",
        help="Also measure the share of lines that match this pattern as a whole.",
    )  # fmt: skip
    command = click.option(
        "--valid-command", metavar="CMD",
        help="Also measure the share of lines that a program calls valid. It reads lines on stdin "
        "and answers each with a line, 1 or 0.",
    )  # fmt: skip
    return lambda function: pattern(command(function))


def check_of(pattern: str | None, command: str | None) -> Validity | None:
    """Return the check that was chosen, None for none; UsageError for both or a wrong one."""
    if pattern is not None and command is not None:
        raise click.UsageError("found --valid and --valid-command, expected one of them")
    option = "--valid" if command is None else "--valid-command"
    try:
        if command is not None:
            return by_command(command)
        return None if pattern is None else by_pattern(pattern)
    except InputError as error:
        raise click.UsageError(f"{option}: {error}") from error
