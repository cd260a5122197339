"""Equal rows within a text and between texts, exact and in flat memory.

Rows are (N, T) ids. They are hashed to 64 bits, and rows of equal hashes are compared symbol by
symbol, so the result is exact. Text is read in pieces, arrays of rows. More than GROUP rows are
compared in groups by hash, equal rows in the same group, so memory does not grow with either text.
Rows may be memory-mapped.
"""

from collections.abc import Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.windows import Rows, check_rows

__all__ = ["DistinctRows", "blocks", "distinct_rows", "groups", "times", "within"]

CELLS = 1 << 20  # ids of a block: 8 MB as 64-bit words
GROUP = 1 << 18  # rows in memory that are compared with each other


def within(rows: Rows, pieces: Iterable[Rows]) -> NDArray[np.bool_]:
    """Return which of `rows` (N, T) occur anywhere in `pieces` (·, T) of text: (N,)."""
    return times(rows, pieces) > 0


def times(rows: Rows, pieces: Iterable[Rows]) -> NDArray[np.int64]:
    """Return how often each of `rows` (N, T) occurs in `pieces` (·, T) of text: (N,).

    The result is mapped from a file if it is large. The pieces are read once for every GROUP of
    rows.
    """
    counts = external.zeros(len(rows), np.int64)
    for start in range(0, len(rows), GROUP):
        distinct = DistinctRows(rows[start : start + GROUP])
        hits = np.zeros(len(distinct.rows), dtype=np.int64)
        for piece in pieces:
            place = distinct.find(piece)
            hits += np.bincount(place[place >= 0], minlength=len(hits))
        counts[start : start + GROUP] = hits[distinct.inverse]
        external.release(rows)
    external.release(counts)
    return counts


def groups(rows: Rows, number: int) -> Iterator[NDArray[np.intp]]:
    """Yield the places of rows (N, T) in `number` groups; equal rows are in the same group."""
    if number <= 1:
        yield np.arange(len(rows))
        return
    words = _words(0, rows.shape[1])
    group = np.empty(len(rows), dtype=np.uint32)
    for part in blocks(*rows.shape):
        # The high half: the low bits of a product depend on the low bits of ids alone.
        group[part] = ((rows[part].astype(np.uint64) @ words) >> np.uint64(32)) % np.uint64(number)
    for i in range(number):
        yield np.flatnonzero(group == i)
        external.release(rows)


def distinct_rows(rows: Rows) -> Iterator[tuple[NDArray[np.intp], NDArray[np.int64]]]:
    """Yield, for groups of rows (N, T), the first place of each distinct row and its count.

    Memory holds GROUP rows, and the distinct ones of a group.
    """
    for places in groups(rows, -(-len(rows) // GROUP)):
        first, counts = places[:0], np.zeros(0, dtype=np.int64)
        for start in range(0, len(places), GROUP):
            part = np.concatenate([first, places[start : start + GROUP]])
            weights = np.concatenate([counts, np.ones(len(part) - len(first), dtype=np.int64)])
            lines = DistinctRows(rows[part])
            first = part[lines.first]  # of equal rows that of the lowest place
            counts = np.bincount(lines.inverse, weights).astype(np.int64)
        if len(first):
            yield first, counts


def _words(seed: int, width: int) -> NDArray[np.uint64]:
    """Return random odd words, (width,)."""
    rng = np.random.default_rng(seed)
    words: NDArray[np.uint64] = rng.integers(1 << 63, size=(width,), dtype=np.uint64)
    return words * np.uint64(2) + np.uint64(1)


class DistinctRows:
    """Distinct rows, for search in other text.

    A row's hash is its product with random odd 64-bit words, modulo 2⁶⁴. If two different
    rows have the same hash, other words are drawn, so each hash belongs to one row, and a row of
    other text is equal to that row or to none.

    Attributes:
        rows: (K, T) the distinct rows, in the order of their hashes.
        inverse: (N,) the number of each row among the distinct rows.
        first: (K,) the first place of each distinct row.
    """

    def __init__(self, rows: Rows) -> None:
        check_rows(rows)
        for seed in range(64):
            self._words = _words(seed, rows.shape[1])
            hashes = self._hash(rows)
            self._hashes, self.first, self.inverse = np.unique(
                hashes, return_index=True, return_inverse=True
            )
            self.rows = rows[self.first]
            if all(
                np.array_equal(self.rows[self.inverse[part]], rows[part])
                for part in blocks(*rows.shape)
            ):
                return
        raise AssertionError("64 independent hashes cannot all collide")

    def find(self, rows: Rows) -> NDArray[np.intp]:
        """Return the number of the distinct row equal to each of `rows` (M, T), else −1: (M,)."""
        check_rows(rows)
        if rows.shape[1] != len(self._words):
            raise ValueError(f"found rows of {rows.shape[1]} ids, expected {len(self._words)}")
        place = np.full(len(rows), -1, dtype=np.intp)
        if not len(self._hashes):
            return place
        hashes = self._hash(rows)
        candidate = np.minimum(np.searchsorted(self._hashes, hashes), len(self._hashes) - 1)
        (matching,) = np.nonzero(self._hashes[candidate] == hashes)
        candidate = candidate[matching]
        equal = (self.rows[candidate] == rows[matching]).all(axis=1)
        place[matching[equal]] = candidate[equal]
        return place

    def _hash(self, rows: Rows) -> NDArray[np.uint64]:
        hashes = np.empty(len(rows), dtype=np.uint64)
        for part in blocks(*rows.shape):
            hashes[part] = rows[part].astype(np.uint64) @ self._words
        return hashes


def blocks(N: int, T: int) -> Iterator[slice]:
    """Yield slices of N rows of T ids, each of at most CELLS ids."""
    size = max(1, CELLS // max(T, 1))
    for start in range(0, N, size):
        yield slice(start, start + size)
