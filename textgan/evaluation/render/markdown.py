"""Text in Markdown that shows it as it is, whatever it holds."""

import re
from collections.abc import Iterable, Sequence

from textgan.evaluation.render.visible import visible

__all__ = ["block", "code", "escaped", "indented", "table"]

SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|&!~])")


def escaped(text: str) -> str:
    r"""Return a text of one line as Markdown that shows it.

    >>> print(escaped("a*b <i>"))
    a\*b \<i\>
    """
    return SPECIAL.sub(r"\\\1", visible(text))


def code(text: str) -> str:
    """Return a text of one line as code in a line of Markdown.

    >>> print(code("a`b"))
    `` a`b ``
    """
    fence = "`" * (1 + max(map(len, re.findall("`+", text)), default=0))
    space = " " if "`" in text else ""
    return f"{fence}{space}{visible(text)}{space}{fence}"


def block(lines: Sequence[str], language: str = "") -> str:
    """Return lines as a block of code in Markdown, whatever they hold."""
    longest = max((len(run) for line in lines for run in re.findall("`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return "\n".join([fence + language, *map(visible, lines), fence])


def indented(lines: Iterable[str]) -> str:
    """Return lines as a block of code in Markdown, without a fence."""
    return "\n".join(f"    {visible(line)}" for line in lines)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown of cells that are in Markdown."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines)
