"""Options that the user typed, and those among them that would be ignored."""

from collections.abc import Mapping

import click
from click.core import ParameterSource

from corpora.errors import InputError

__all__ = ["refuse_given", "typed"]


def typed() -> set[str]:
    """Return the names of the parameters of this command that are on the command line."""
    context = click.get_current_context()
    return {
        name
        for name in context.params
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }


def refuse_given(options: Mapping[str, object], reason: str) -> None:
    """Raise InputError for the first of the options that has a value.

    Args:
        options: Flag -> its value, None where it was not given.
        reason: What the flag goes with, and what to do, as "goes with a run: leave it out".
    """
    for option, value in options.items():
        if value is not None:
            raise InputError(f"{option} {reason}")
