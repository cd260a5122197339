"""Exact n-gram counts of id rows, sorted by key, so that they can be compared and merged.

Text is counted piece by piece and never held in memory as a whole. Counts that outgrow memory are
kept in temporary files (see `external_sort`) and mapped from there, so text of any size will do.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.packing import (
    Keys,
    find,
    pack,
    prefixes,
    starts,
    tally,
    words,
)
from textgan.evaluation.ngrams.windows import Pieces, Rows, padded, pieces, windows

__all__ = [
    "NgramCounts",
    "check_comparable",
    "count",
    "count_orders",
    "merge",
    "no_counts",
    "shared",
]

NORM_COUNTS = 1 << 20  # counts whose squares are added up at a time


@dataclass(frozen=True, kw_only=True)
class NgramCounts:
    """How often each n-gram occurs.

    Attributes:
        n: symbols of an n-gram.
        vocabulary_size: V, one more than the largest id that may occur; counts of another V have
            other keys and cannot be compared.
        keys: (K, W) packed n-grams, distinct and in ascending order.
        counts: (K,) int64, all above 0.
    """

    n: int
    vocabulary_size: int
    keys: Keys
    counts: NDArray[np.int64]

    @property
    def total(self) -> int:
        """The number of windows counted."""
        return int(self.counts.sum())

    def at(self, keys: Keys) -> NDArray[np.int64]:
        """Return the count of each of `keys` (M, W), 0 where it does not occur: (M,)."""
        if not len(self.counts):
            return np.zeros(len(keys), dtype=np.int64)
        place = find(self.keys, keys)
        counts = np.where(place >= 0, self.counts[place], 0)
        self.release()
        return counts

    @property
    def norm(self) -> float:
        """The Euclidean norm; squares of counts outgrow 64-bit integers."""
        squares = 0.0
        for part in external.slices(len(self.counts), NORM_COUNTS):
            counts = self.counts[part].astype(np.float64)
            squares += float(counts @ counts)
        return sqrt(squares)

    def slices(self) -> Iterator[tuple[Keys, NDArray[np.int64]]]:
        """Yield keys and counts a block at a time."""
        for part in external.slices(len(self.keys)):
            yield np.asarray(self.keys[part]), np.asarray(self.counts[part])
        self.release()

    def release(self) -> None:
        """Free the memory of what was read of counts in files."""
        external.release(self.keys)
        external.release(self.counts)

    def blocks(self) -> Iterator[tuple[Keys, NDArray[np.int64]]]:
        """Yield keys and counts a block at a time, no context of n − 1 symbols in two blocks."""
        # A context has at most V successors: among V + 1 keys another one begins.
        size = max(external.BLOCK_KEYS, self.vocabulary_size + 1)
        start = 0
        while start < len(self.keys):
            keys = np.asarray(self.keys[start : start + size])
            if start + len(keys) < len(self.keys):
                keys = keys[: starts(prefixes(keys, self.n, self.vocabulary_size))[-1]]
            yield keys, np.asarray(self.counts[start : start + len(keys)])
            start += len(keys)
        self.release()

    def contexts(self) -> Iterator[tuple[Keys, NDArray[np.intp], NDArray[np.int64]]]:
        """Yield contexts, where the n-grams of each begin, and counts, those of `blocks`.

        A context is the first n − 1 symbols of its n-grams, which lie side by side: contexts (C, W)
        ascend, and their n-grams begin at (C,) among the counts (K,) of the block.
        """
        for keys, occurrences in self.blocks():
            contexts = prefixes(keys, self.n, self.vocabulary_size)
            begin = starts(contexts)
            yield contexts[begin], begin, occurrences


def count(
    text: Pieces,
    n: int,
    vocabulary_size: int,
    *,
    end: int | None = None,
    width: int | None = None,
) -> NgramCounts:
    """Return the counts of the windows of n symbols in `text`.

    Without `end` these are all N·(T − n + 1) windows of its rows (N, T): padding is a symbol like
    any other, as published (Gulrajani et al. 2017). With it, only those that lie wholly before the
    first `end` of their row: the text alone. Rows shorter than n have no windows.

    With `width`, rows of fewer symbols are counted as if padded by 0 up to it: the padding need not
    be stored.

    Raises:
        ValueError: the text is not made of two-dimensional arrays of ids in [0, vocabulary_size).
    """
    if n < 1:
        raise ValueError(f"found n = {n}, expected at least 1")

    def parts() -> Iterator[NgramCounts]:
        yield no_counts(n, vocabulary_size)
        for piece in pieces(text, vocabulary_size):
            rows, empty = (piece, 0) if end is not None else padded(piece, n, width)
            keys, counts = tally(windows(rows, n, vocabulary_size, end)[0], vocabulary_size**n)
            if empty:  # n columns of padding are a window of it: the first key
                counts[0] += empty * len(rows)
            yield NgramCounts(n=n, vocabulary_size=vocabulary_size, keys=keys, counts=counts)

    return merge(parts())


def count_orders(
    text: Pieces, orders: Iterable[int], vocabulary_size: int, *, width: int | None = None
) -> dict[int, NgramCounts]:
    """Return `count` of `text` at each of `orders`, at little more than the cost of the highest.

    Padding is a symbol like any other. Every window of n symbols begins one of n + 1, except the
    last of its row: so the shorter counts are sums of the longer ones and those last windows.
    """
    ascending = sorted(set(orders))
    if not ascending:
        return {}
    counts = count(text, ascending[-1], vocabulary_size, width=width)
    by_order = {ascending[-1]: counts}
    for n in range(ascending[-1] - 1, ascending[0] - 1, -1):
        counts = merge(_shorter(counts, text, width))
        by_order[n] = counts
    return {n: by_order[n] for n in ascending}


def _shorter(counts: NgramCounts, text: Pieces, width: int | None) -> Iterator[NgramCounts]:
    """Yield the counts of windows one symbol shorter: as beginnings, then the last of each row."""
    n, V = counts.n - 1, counts.vocabulary_size
    yield no_counts(n, V)
    for contexts, begin, occurrences in counts.contexts():
        sums = np.add.reduceat(occurrences, begin)
        yield NgramCounts(n=n, vocabulary_size=V, keys=contexts, counts=sums)
    for rows in pieces(text, V):
        last = _last(rows, n, max(rows.shape[1], width or 0))
        if last:
            keys, sums = tally(pack(last, V), V**n)
            yield NgramCounts(n=n, vocabulary_size=V, keys=keys, counts=sums)


def _last(rows: Rows, n: int, width: int) -> list[Rows]:
    """Return the columns of the last n symbols of `rows`, padded by 0 up to `width`; or none."""
    if n > width:
        return []
    padding = np.zeros(len(rows), dtype=rows.dtype)
    return [rows[:, t] if t < rows.shape[1] else padding for t in range(width - n, width)]


def merge(parts: Iterable[NgramCounts]) -> NgramCounts:
    """Return the counts of all `parts` together; they need one n and one vocabulary size.

    Parts are gathered until they are as large as what has been merged, so each key is moved a
    logarithmic number of times. What outgrows `external_sort.BUDGET` is written to a file as a
    sorted run, and the runs are merged at the end.
    """
    first: NgramCounts | None = None
    pending: list[NgramCounts] = []  # the first is what has been merged
    size = 0  # bytes of those
    with external.Runs() as runs:
        for part in parts:
            first = first or part
            if (part.n, part.vocabulary_size) != (first.n, first.vocabulary_size):
                raise ValueError(
                    f"found {part.n}-grams of {part.vocabulary_size} symbols, "
                    f"expected {first.n}-grams of {first.vocabulary_size}"
                )
            if _bytes(part) > external.BUDGET:
                runs.add(part.keys, part.counts)
                continue
            pending.append(part)
            size += _bytes(part)
            if size >= min(2 * _bytes(pending[0]), external.BUDGET):
                pending = [_merge_all(pending)]
                size = _bytes(pending[0])
            # Room is left for others to wait in, or nearly every part would have to be merged.
            if _bytes(pending[0]) > 3 / 4 * external.BUDGET:
                runs.add(pending[0].keys, pending[0].counts)
                pending, size = [], 0
        if first is None:
            raise ValueError("found no counts to merge, expected at least one")
        merged = _merge_all(pending or [no_counts(first.n, first.vocabulary_size)])
        if not len(runs):
            # A large result is kept in a file too, since it lives long.
            keys, counts = external.join([(merged.keys, merged.counts)])
            return replace(merged, keys=keys, counts=counts)
        runs.add(merged.keys, merged.counts)
        del pending
        keys, counts = external.join(runs.merged())
    return NgramCounts(n=merged.n, vocabulary_size=merged.vocabulary_size, keys=keys, counts=counts)


def _bytes(counts: NgramCounts) -> int:
    return counts.keys.nbytes + counts.counts.nbytes


def _merge_all(parts: list[NgramCounts]) -> NgramCounts:
    filled = [part for part in parts if len(part.keys)] or parts[:1]
    if len(filled) == 1:
        return filled[0]
    keys, counts = tally(
        np.concatenate([part.keys for part in filled]),
        weights=np.concatenate([part.counts for part in filled]),
    )
    return NgramCounts(
        n=parts[0].n, vocabulary_size=parts[0].vocabulary_size, keys=keys, counts=counts
    )


def no_counts(n: int, vocabulary_size: int) -> NgramCounts:
    """Return the counts of no text."""
    return NgramCounts(
        n=n,
        vocabulary_size=vocabulary_size,
        keys=np.empty((0, words(n, vocabulary_size)), dtype=np.uint64),
        counts=np.empty(0, dtype=np.int64),
    )


def check_comparable(p: NgramCounts, q: NgramCounts) -> None:
    """Raise ValueError if two sets differ in n or in vocabulary size, or one of them is empty."""
    if (p.n, p.vocabulary_size) != (q.n, q.vocabulary_size):
        raise ValueError(
            f"found {p.n}-grams of {p.vocabulary_size} symbols against {q.n}-grams of "
            f"{q.vocabulary_size}, expected the same of both"
        )
    if not p.total or not q.total:
        raise ValueError(f"found no {p.n}-grams, expected rows of at least {p.n} symbols")


def shared(p: NgramCounts, q: NgramCounts) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64]]]:
    """Yield the counts in p and in q of the n-grams that both have, some at a time.

    Raises:
        ValueError: the two differ in n or in vocabulary size, or one of them is empty.
    """
    check_comparable(p, q)
    if len(p.counts) > len(q.counts):
        yield from ((p_counts, q_counts) for q_counts, p_counts in shared(q, p))
        return
    for keys, counts in p.slices():
        in_q = q.at(keys)
        is_shared = in_q > 0
        yield counts[is_shared], in_q[is_shared]
