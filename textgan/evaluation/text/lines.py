"""A text of any size: its lines, cut at T characters, as code points on disk."""

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from math import inf
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.sizes import sizes_of
from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.windows import PADDING
from textgan.evaluation.text.spool import Codes, Spool

__all__ = ["Places", "Text", "blocks", "rows_except", "to_codes", "to_lines"]

BLOCK_LINES = 1 << 14  # of a text in memory together
BLOCK_CELLS = 1 << 20  # characters of those lines, each as long as the longest

Places = NDArray[np.integer[Any]]


class Text:
    """Lines, each cut at `length` characters, kept as codes: code point + 1, 0 after the end.

    Args:
        lines: read once, a block at a time.
        length: T, the characters at which each is cut.

    Attributes:
        sha: the first 8 hexadecimal digits of the SHA-256 of the cut lines, joined by line breaks.
    """

    def __init__(self, lines: Iterable[str], length: int) -> None:
        self.length = length
        self.codes = Spool(length)
        digest = hashlib.sha256()
        cut = (line[:length] for line in lines)
        for block in blocks(cut, length, lines_at_most=BLOCK_LINES, cells=BLOCK_CELLS):
            text = ("\n" if len(self) else "") + "\n".join(block)
            digest.update(text.encode("utf-8", "surrogatepass"))
            self.codes.append(to_codes(block))
        self.sha = digest.hexdigest()[:8]

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the lines as they were cut, a block at a time."""
        return self.without(np.empty(0, dtype=np.intp))

    def without(self, places: Places) -> Iterator[list[str]]:
        """Yield the lines except those at `places`, which ascend, a block at a time."""
        for codes in rows_except(self.codes, places):
            yield to_lines(codes)

    def lines(self) -> list[str]:
        """Return all lines as they were cut."""
        return [line for block in self for line in block]

    def line(self, place: int) -> str:
        """Return the line at `place`."""
        return self.take(np.array([place])).lines()[0]

    def take(self, places: Places) -> "Text":
        """Return the text of the lines at `places`, which ascend."""
        blocks = self.codes.rows_at(places)
        return Text((line for codes in blocks for line in to_lines(codes)), self.length)

    def permuted(self, order: Places) -> "Text":
        """Return the text of the lines at the places `order`, in this order."""
        codes = external.stack(self.codes, self.codes.used, self.codes.dtype)
        parts = external.slices(len(order), max(1, BLOCK_CELLS // codes.shape[1]))
        lines = (line for part in parts for line in to_lines(codes[order[part]]))
        return Text(lines, self.length)


def blocks(
    lines: Iterable[str],
    length: int,
    *,
    lines_at_most: int,
    cells: int,
    characters: float = inf,
) -> Iterator[list[str]]:
    """Yield lines in blocks that are bounded in size, of at least one line each.

    Args:
        lines: read once.
        length: T, the characters of a line that become symbols.
        lines_at_most: lines of a block.
        cells: symbols of a block as an array, as wide as its longest line.
        characters: of all lines of a block, uncut.
    """
    block: list[str] = []
    longest = total = 0
    for line in lines:
        size = min(len(line), length)
        longest, total = max(longest, size), total + len(line)
        if block and (
            len(block) == lines_at_most or longest * (len(block) + 1) > cells or total > characters
        ):
            yield block
            block, longest, total = [], size, len(line)
        block.append(line)
    if block:
        yield block


def to_codes(lines: Sequence[str]) -> NDArray[np.uint32]:
    """Return code point + 1 at each position of each line and 0 after its end: (N, longest)."""
    length = max(1, max(map(len, lines)))
    # numpy pads with NUL, which may be a character of the line too.
    codes = np.array(lines, dtype=f"<U{length}").view("<u4").reshape(len(lines), length)
    ends = sizes_of(lines)
    within = np.arange(length) < ends[:, None]
    return np.where(within, codes + np.uint32(1), np.uint32(PADDING))


def to_lines(codes: Codes) -> list[str]:
    """Return the lines of codes (N, T)."""
    ends = (codes != PADDING).sum(axis=1)
    characters = np.maximum(codes.astype(np.uint32, order="C"), 1) - np.uint32(1)
    padded = characters.reshape(-1).view(f"<U{codes.shape[1]}").tolist()  # ends stripped of NULs
    return [line.ljust(end, "\0") for line, end in zip(padded, ends.tolist(), strict=True)]


def rows_except(spool: Spool, places: Places) -> Iterator[Codes]:
    """Yield the pieces of `spool` without the rows at `places`, which ascend."""
    for start, piece in spool.pieces():
        low, high = np.searchsorted(places, (start, start + len(piece)))
        remaining = np.delete(piece, places[low:high] - start, axis=0)
        if len(remaining):
            yield remaining
