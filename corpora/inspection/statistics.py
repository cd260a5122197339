"""Statistics of one pass over a text, in memory that does not grow with it."""

from collections.abc import Sequence
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

from corpora.columns import LineBlock
from corpora.counts import Counts
from corpora.inspection.distinct_counter import DistinctCounter
from corpora.reader import invisible_characters
from corpora.record_formats import add_first
from corpora.rng import bits, mix
from corpora.sizes import sizes_of

__all__ = ["MAX_LENGTH", "TextStatistics", "line_hashes"]

MAX_LENGTH = 1 << 16  # lengths are counted up to here
LINES = 1 << 15  # added at once
CELLS = 1 << 16  # characters hashed at once: they stay in the processor's cache
SHORT = 1 << 12  # characters of lines that are hashed together
BLOCK = 1 << 20  # characters counted at once
WEIGHTS = bits(0, 0x6C696E65, rows=np.zeros(1, int), columns=SHORT)[0] | np.uint64(1)  # "line"


class TextStatistics:
    """Counts of lengths, characters and different lines; a `corpora.cleaning.Observer`.

    Attributes:
        counts: those of the text, without those that encoding adds.
        lengths: how many lines have 0, 1, ... MAX_LENGTH characters; of a pair, the longer text.
        codes: occurrences of each code point in the texts that are encoded.
        invisible: for each invisible character, how many lines hold it.
        lines: the different lines.
        first_lines: from which `looks_like` tells records from samples.
    """

    def __init__(self) -> None:
        self.counts = Counts()
        self.lengths: NDArray[np.int64] = np.zeros(MAX_LENGTH + 1, np.int64)
        self.codes: NDArray[np.int64] = np.zeros(0x110000, np.int64)
        self.invisible: dict[str, int] = {}
        self.lines = DistinctCounter()
        self.first_lines: list[str] = []

    def __call__(self, block: LineBlock, counts: Counts) -> None:
        """Add whole lines, and the counts of what else was read with them."""
        self.counts += counts
        add_first(self.first_lines, block.lines)
        for batch in block.batches(LINES):
            self._add(batch, count_invisible=counts.invisible > 0)

    def _add(self, block: LineBlock, *, count_invisible: bool) -> None:
        sizes = [sizes_of(texts) for texts in block.texts]
        longest = np.minimum(np.max(sizes, axis=0), MAX_LENGTH)
        self.lengths += np.bincount(longest, minlength=MAX_LENGTH + 1)
        for texts in block.texts:
            codes = _codes(texts)
            for start in range(0, len(codes), BLOCK):  # bincount makes int64 of what it counts
                occurrences = np.bincount(codes[start : start + BLOCK])
                self.codes[: len(occurrences)] += occurrences
            if count_invisible:
                self._count_invisible(texts)
        self.lines.add(line_hashes(block.join_columns()))

    def percentile(self, portion: float) -> int:
        """Return the length that `portion` of the lines does not exceed."""
        below = np.cumsum(self.lengths)
        return int(np.searchsorted(below, portion * below[-1])) if below[-1] else 0

    def _count_invisible(self, texts: list[str]) -> None:
        for line in texts:
            if not line.isascii():
                for character in set(invisible_characters(line)):
                    self.invisible[character] = self.invisible.get(character, 0) + 1


def line_hashes(lines: Sequence[str]) -> NDArray[np.uint64]:
    """Return a hash of the content of each line, (N,), of which none is empty.

    Of at most SHORT characters u it is multilinear, mix(Σ_t w_t u_t mod 2^64) with fixed odd
    random weights w, as that of rows in `corpora.split`; of longer lines, BLAKE2.
    """
    words = np.empty(len(lines), np.uint64)
    sizes = sizes_of(lines)
    long = np.flatnonzero(sizes > SHORT)
    words[long] = [_digest(lines[at]) for at in long.tolist()]
    short = np.flatnonzero(sizes <= SHORT)
    if len(long):
        lines, sizes = [lines[at] for at in short.tolist()], sizes[short]
    codes, ends, first = _codes(lines), np.cumsum(sizes), 0
    while first < len(lines):
        begin = ends[first] - sizes[first]
        last = max(int(np.searchsorted(ends, begin + CELLS, "right")), first + 1)
        batch_sizes = sizes[first:last]
        starts = np.cumsum(batch_sizes) - batch_sizes
        place = np.arange(ends[last - 1] - begin) - np.repeat(starts, batch_sizes)  # in its line
        products = WEIGHTS[place] * codes[begin : ends[last - 1]]
        words[short[first:last]] = np.add.reduceat(products, starts)
        first = last
    return mix(words)


def _codes(lines: Sequence[str]) -> NDArray[np.uint32]:
    return np.frombuffer("".join(lines).encode("utf-32-le"), np.uint32)


def _digest(line: str) -> int:
    return int.from_bytes(blake2b(line.encode("utf-8"), digest_size=8).digest(), "little")
