"""How long a row is, and what becomes of the lines that are longer."""

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from corpora.errors import InputError

__all__ = [
    "LONG",
    "LONGEST_ROW",
    "NEARLY_ALL",
    "POLICIES",
    "check_length",
    "choose_length",
    "pieces",
]

LONG = 32  # T of the published model (Gulrajani et al. 2017, section 5.5)
SHORTER = (4, 8, 16)
NEARLY_ALL = 0.995
LONGEST_ROW = 65_536
POLICIES = ("cut", "drop", "split")


def choose_length(histogram: NDArray[np.int64]) -> int:
    """Return T for lines of which `histogram[n]` have n units.

    The smallest of 4, 8 and 16 that is enough for 99.5% of the lines, else 32.
    """
    total = histogram.sum()
    for length in SHORTER:
        if histogram[: length + 1].sum() >= NEARLY_ALL * total:
            return length
    return LONG


def check_length(length: int) -> int:
    """Return `length` if a row may be that long; InputError otherwise."""
    if isinstance(length, bool) or not isinstance(length, int) or not 4 <= length <= LONGEST_ROW:
        raise InputError(f"length {length!r}; expected a whole number from 4 to {LONGEST_ROW:,}")
    return length


def pieces(line: str, length: int, size: Callable[[str], int] = len) -> Iterator[str]:
    """Yield `line` in pieces of at most `length` units, broken at spaces where there are any.

    The space at a break belongs to neither piece; a word that is longer is broken hard, between
    two characters. `size` measures a piece in units, each character being at least one unit and
    at most `length`.

    >>> list(pieces("to be or not to be", 7))
    ['to be', 'or not', 'to be']
    >>> list(pieces("counterrevolutionary", 8))
    ['counterr', 'evolutio', 'nary']
    """
    start = 0
    while start < len(line):
        end = _reach(line, start, length, size)
        if end < len(line):
            space = line.rfind(" ", start + 1, end + 1)
            if space > start:
                yield line[start:space]
                start = space + 1
                continue
        yield line[start:end]
        start = end


def _reach(line: str, start: int, length: int, size: Callable[[str], int]) -> int:
    """Return the largest end such that line[start:end] has at most `length` units."""
    low, high = start + 1, min(start + length, len(line))
    if size is len or size(line[start:high]) <= length:
        return high
    while high - low > 1:  # size(start:low) fits, size(start:high) does not
        middle = (low + high) // 2
        if size(line[start:middle]) <= length:
            low = middle
        else:
            high = middle
    return low
