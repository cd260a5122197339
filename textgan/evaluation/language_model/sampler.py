"""Lines drawn from n-gram counts: the baseline that a GAN has to beat.

All lines are drawn at once, symbol by symbol: with the order − 1 symbols before it as context h,
symbol w has the probability c(hw)/c(h). The n-grams of a context are neighbours in sorted keys, so
a draw is one binary search in the running sum of their counts.

A context never seen backs off to the next shorter one. That happens only after the end of a row
that was cut, whose last symbols may have no successor anywhere.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.counts import NgramCounts
from textgan.evaluation.ngrams.derived import shorten
from textgan.evaluation.ngrams.packing import Keys, find, pack
from textgan.evaluation.ngrams.windows import Rows
from textgan.evaluation.statistics.seeding import generator

__all__ = ["NgramSampler"]

BLOCK_SYMBOLS = 1 << 20  # of lines drawn together


class NgramSampler:
    """Draws lines from the counts of n-grams of text, of any order up to theirs.

    Args:
        counts: of n-grams; the largest id is the start symbol of contexts at the start of a line.
        end: the id that ends a line.
    """

    def __init__(self, counts: NgramCounts, *, end: int) -> None:
        self._counts = {counts.n: counts}
        self._highest = counts.n
        self._end = end
        self._start = counts.vocabulary_size - 1
        self._dtype = np.min_scalar_type(self._start)
        self._tables: dict[int, _Table] = {}

    def lines(self, m: int, length: int, seed: int, order: int) -> Rows:
        """Return m lines, padded with the end's id: (m, length). Line i does not depend on m."""
        pieces = list(self.pieces(m, length, seed, order))
        return np.concatenate(pieces) if pieces else np.empty((0, length), self._dtype)

    def pieces(self, m: int, length: int, seed: int, order: int) -> Iterator[Rows]:
        """Yield `lines` in pieces (·, length) of bounded size."""
        rng = generator(seed, "n-gram lines")
        for part in external.slices(m, max(1, BLOCK_SYMBOLS // length)):
            size = part.stop - part.start
            chances = rng.random((size, length))
            rows = np.full((size, order - 1 + length), self._start, self._dtype)
            lines = rows[:, order - 1 :]
            lines[:] = self._end
            unfinished = np.arange(size)
            for t in range(length):
                if not len(unfinished):
                    break
                context = [rows[unfinished, t + k] for k in range(order - 1)]
                symbols = self._draw(context, chances[unfinished, t])
                lines[unfinished, t] = symbols
                unfinished = unfinished[symbols != self._end]
            yield lines.copy()

    def _draw(
        self, context: list[NDArray[Any]], chances: NDArray[np.float64]
    ) -> NDArray[np.uint64]:
        """Return the symbol drawn by each chance in [0, 1) after each context, in columns: (M,)."""
        table = self._table(len(context) + 1)
        place = table.find(context, len(chances))
        unknown = place < 0
        if not unknown.any():
            return table.draw(place, chances)
        symbols = np.empty(len(chances), dtype=np.uint64)
        symbols[~unknown] = table.draw(place[~unknown], chances[~unknown])
        shorter = [column[unknown] for column in context[1:]]
        symbols[unknown] = self._draw(shorter, chances[unknown])
        return symbols

    def _table(self, n: int) -> "_Table":
        if n not in self._tables:
            self._tables[n] = _table(self._count(n))
        return self._tables[n]

    def _count(self, n: int) -> NgramCounts:
        if n not in self._counts:
            self._counts[n] = shorten(self._count(n + 1))
        return self._counts[n]


@dataclass(frozen=True)
class _Table:
    """The n-grams of each context, in the running sum of all counts."""

    counts: NgramCounts
    contexts: Keys  # (C, W)
    before: NDArray[np.int64]  # the sum of all counts before each context's, (C,)
    totals: NDArray[np.int64]  # c(h), (C,)
    sums: NDArray[np.int64]  # of all counts up to each n-gram's, itself included, (K,)

    def find(self, context: list[NDArray[Any]], size: int) -> NDArray[np.intp]:
        """Return the place of each context among the known ones, else −1: (M,)."""
        if not context:
            return np.zeros(size, dtype=np.intp)
        return find(self.contexts, pack(context, self.counts.vocabulary_size))

    def draw(self, place: NDArray[np.intp], chances: NDArray[np.float64]) -> NDArray[np.uint64]:
        """Return the last symbol of the n-gram on which each chance falls: (M,)."""
        ticket = (chances * self.totals[place]).astype(np.int64) + self.before[place]
        ngram = np.searchsorted(self.sums, ticket, side="right")
        last: NDArray[np.uint64] = self.counts.keys[ngram, -1] % self.counts.vocabulary_size
        return last


def _table(counts: NgramCounts) -> _Table:
    def contexts() -> Iterator[tuple[NDArray[Any], ...]]:
        done = 0
        for contexts, begin, occurrences in counts.contexts():
            totals = np.add.reduceat(occurrences, begin)
            yield contexts, done + np.cumsum(totals) - totals, totals
            done += int(totals.sum())

    def sums() -> Iterator[tuple[NDArray[Any], ...]]:
        done = 0
        for _, occurrences in counts.blocks():
            yield (done + np.cumsum(occurrences),)
            done += int(occurrences.sum())

    return _Table(counts, *external.join(contexts()), *external.join(sums()))
