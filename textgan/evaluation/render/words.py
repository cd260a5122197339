"""Text in pictures and captions: made visible, measured, cut, put into phrases."""

import unicodedata
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate

from textgan.evaluation.render.visible import visible

__all__ = [
    "END",
    "UNITS",
    "columns",
    "conjoin",
    "name_unit",
    "printable",
    "quote",
    "shorten",
    "symbol_name",
]

UNITS = {"char": "characters", "byte": "bytes", "subword": "pieces", "word": "words"}
END = "end of line"  # what the symbol "" stands for


def printable(text: str) -> str:
    """Return `text` made visible, also the two characters that XML forbids."""
    return visible(text).replace("\ufffe", "\\ufffe").replace("\uffff", "\\uffff")


def symbol_name(symbol: str) -> str:
    r"""Return a label for `symbol` alone: spaces and combining marks made visible.

    >>> symbol_name(" "), symbol_name(""), symbol_name("\u0301"), symbol_name("a b")
    ('␣', 'end of line', '\\u0301', 'a␣b')
    """
    if len(symbol) == 1 and (symbol in "\u200c\u200d" or unicodedata.category(symbol)[0] == "M"):
        return f"\\u{ord(symbol):04x}"
    return printable(symbol).replace(" ", "␣") if symbol else END


def columns(text: str) -> int:
    """Return how wide `text` is in a monospaced font: 2 for wide characters, 0 for marks."""
    return sum(
        0
        if unicodedata.category(character) in {"Mn", "Me", "Cf"}
        else 1 + (unicodedata.east_asian_width(character) in "WF")
        for character in text
    )


def shorten(text: str, most: int) -> str:
    """Return `text`, or as much of it and an ellipsis as fits `most` columns.

    >>> shorten("abcdef", 6), shorten("abcdef", 4), shorten("春眠不覺曉", 6)
    ('abcdef', 'abc…', '春眠…')
    """
    ends = list(accumulate(map(columns, text)))
    return text if not ends or ends[-1] <= most else text[: bisect_left(ends, most)] + "…"


def quote(symbol: str) -> str:
    """Return `symbol` as a sentence names it."""
    return f"“{symbol_name(symbol)}”" if symbol else f"the {END}"


def conjoin(items: Sequence[object]) -> str:
    """Return the items as a sentence lists them.

    >>> conjoin([1]), conjoin([1, 2]), conjoin([1, 2, 3])
    ('1', '1 and 2', '1, 2 and 3')
    """
    *most, last = map(str, items)
    return f"{', '.join(most)} and {last}" if most else last


def name_unit(unit: str) -> str:
    """Return what the symbols of a report in this unit are called, more than one of them."""
    return UNITS.get(unit, "symbols")
