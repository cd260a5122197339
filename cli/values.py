"""Values of options: one of several names, and a number of bytes."""

import re
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import click
from click.shell_completion import CompletionItem

__all__ = ["Names", "Size"]

UNITS = {"": 1, "K": 10**3, "M": 10**6, "G": 10**9, "T": 10**12}  # bytes


class Names(click.ParamType[str]):
    """One of several names, which are listed only where they are shown.

    Args:
        names: Returns all of them.
        allows: Returns whether a name is one of them; None: all are listed to see.
    """

    name = "choice"

    def __init__(
        self, names: Callable[[], Sequence[str]], allows: Callable[[str], bool] | None = None
    ) -> None:
        self.names = names
        self.allows = allows or (lambda name: name in names())

    def get_metavar(self, param: click.Parameter, ctx: click.Context | None = None) -> str:
        """Return the names as usage shows them."""
        return f"[{'|'.join(self.names())}]"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as click has it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> str:
        """Return the name; a usage error lists those there are."""
        if not self.allows(value):
            self.fail(f"{value!r} is not one of {', '.join(self.names())}", param, ctx)
        return str(value)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the names that begin so."""
        return [CompletionItem(name) for name in self.names() if name.startswith(incomplete)]


class Size(click.ParamType[int]):
    """A number of bytes, as in 500M or 20G: decimal units, as disks are sold."""

    name = "size"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as click has it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> int:
        """Return the number of bytes; a usage error for anything else, and below 1."""
        match = re.fullmatch(r"(\d{1,15}(?:\.\d{1,3})?) ?([kKMGT]?)B?", str(value))
        size = round(Decimal(match[1]) * UNITS[match[2].upper()]) if match else 0
        if size < 1:
            self.fail(f"found {value!r}, expected bytes, as in 500M or 20G", param, ctx)
        return size
