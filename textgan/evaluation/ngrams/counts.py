"""Exact n-gram counts of id rows, sorted by key, so that they can be compared and merged.

A text is one array of rows, or any iterable of such pieces: it is counted as it comes, and is never
held whole. Counts that outgrow memory are kept in temporary files (see `external`), so a text may
be of any size; the arrays of the result are then mapped from their file, and all else is the same.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.packing import (
    Keys,
    distinct,
    find,
    pack,
    prefixes,
    starts,
    suffixes,
    tally,
    words,
)

__all__ = [
    "Keys",
    "NgramCounts",
    "Rows",
    "Text",
    "count",
    "count_orders",
    "distinct",
    "find",
    "merge",
    "pack",
    "padded",
    "pieces",
    "prefixes",
    "shorten",
    "starts",
    "suffixes",
    "tally",
]

Rows = NDArray[np.integer[Any]]  # (N, T) ids
Text = Rows | Iterable[Rows]  # all at once, or in pieces

WINDOWS_AT_ONCE = 1 << 19  # bounds the memory of a count; in fewer, scores take a third longer


@dataclass(frozen=True, kw_only=True)
class NgramCounts:
    """How often each n-gram occurs.

    Attributes:
        n: symbols to an n-gram.
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
        place = find(self.keys, keys)
        if not len(self.counts):
            return np.zeros(len(keys), dtype=np.int64)
        found = np.where(place >= 0, self.counts[place], 0)
        self.release()
        return found

    def slices(self) -> Iterator[tuple[Keys, NDArray[np.int64]]]:
        """Yield keys and counts a block at a time."""
        for some in external.slices(len(self.keys)):
            yield np.asarray(self.keys[some]), np.asarray(self.counts[some])
        self.release()

    def release(self) -> None:
        """Let go of what was read of counts in files."""
        external.release(self.keys)
        external.release(self.counts)

    def blocks(self) -> Iterator[tuple[Keys, NDArray[np.int64]]]:
        """Yield keys and counts a block at a time, no context of n − 1 symbols in two blocks."""
        # A context has at most V successors: among V + 1 keys another one begins.
        size = max(external.AT_ONCE, self.vocabulary_size + 1)
        start = 0
        while start < len(self.keys):
            keys = np.asarray(self.keys[start : start + size])
            if start + len(keys) < len(self.keys):
                keys = keys[: starts(prefixes(keys, self.n, self.vocabulary_size))[-1]]
            yield keys, np.asarray(self.counts[start : start + len(keys)])
            start += len(keys)
        self.release()


def count(
    text: Text,
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

    With `width`, rows of fewer symbols stand for rows of so many, the rest of them padding (0): no
    padding needs to be stored for its windows to be counted.

    Raises:
        ValueError: the text is not made of two-dimensional arrays of ids in [0, vocabulary_size).
    """
    if n < 1:
        raise ValueError(f"found n = {n}, expected at least 1")

    def parts() -> Iterator[NgramCounts]:
        yield _nothing(n, vocabulary_size)
        for some in pieces(text, vocabulary_size):
            rows, empty = (some, 0) if end is not None else padded(some, n, width)
            places = rows.shape[1] - n + 1
            if places < 1:
                continue
            packed = pack([rows[:, k : k + places] for k in range(n)], vocabulary_size)
            if end is not None:
                before = np.logical_and.accumulate(rows != end, axis=1)
                packed = packed[before[:, n - 1 :].ravel()]
            keys, counts = tally(packed, vocabulary_size**n)
            if empty:  # n columns of padding are a window of it: the first key
                counts[0] += empty * len(rows)
            yield NgramCounts(n=n, vocabulary_size=vocabulary_size, keys=keys, counts=counts)

    return merge(parts())


def padded(rows: Rows, n: int, width: int | None) -> tuple[Rows, int]:
    """Return `rows` (N, T) as if padded by 0 up to `width`, for the windows of n symbols.

    They get at most n columns of padding: what is missing then are windows of padding alone, and
    how many of them each row has is the second value.
    """
    missing = 0 if width is None else max(0, width - rows.shape[1])
    if not missing:
        return rows, 0
    some = min(missing, n)
    return np.pad(rows, ((0, 0), (0, some))), missing - some


def count_orders(
    text: Text,
    orders: Iterable[int],
    vocabulary_size: int,
    *,
    end: int | None = None,
    width: int | None = None,
) -> dict[int, NgramCounts]:
    """Return `count` of `text` at each of `orders`, for little more than that of the highest.

    Every window of n symbols begins one of n + 1, but for the last of its row: so that the shorter
    counts are sums of the longer ones and those last windows.
    """
    wanted = sorted(set(orders))
    if not wanted:
        return {}
    counts = count(text, wanted[-1], vocabulary_size, end=end, width=width)
    found = {wanted[-1]: counts}
    for n in range(wanted[-1] - 1, wanted[0] - 1, -1):
        counts = merge(_shorter(counts, text, end, width))
        found[n] = counts
    return {n: found[n] for n in wanted}


def _shorter(
    counts: NgramCounts, text: Text, end: int | None, width: int | None
) -> Iterator[NgramCounts]:
    """Yield the counts of windows one symbol shorter: as beginnings, then the last of each row."""
    n, V = counts.n - 1, counts.vocabulary_size
    yield _nothing(n, V)
    for keys, occurrences in counts.blocks():
        begun = prefixes(keys, n + 1, V)
        new = starts(begun)
        sums = np.add.reduceat(occurrences, new)
        yield NgramCounts(n=n, vocabulary_size=V, keys=begun[new], counts=sums)
    for rows in pieces(text, V):
        T = rows.shape[1]
        if end is None:
            last = _last(rows, n, max(T, width or 0))
        else:
            closed = np.ones((len(rows), T + 1), dtype=bool)
            np.equal(rows, end, out=closed[:, :T])
            stop = closed.argmax(axis=1)
            (long,) = np.nonzero(stop >= n)
            last = [rows[long, stop[long] - n + k] for k in range(n)]
        if last:
            keys, sums = tally(pack(last, V), V**n)
            yield NgramCounts(n=n, vocabulary_size=V, keys=keys, counts=sums)


def _last(rows: Rows, n: int, width: int) -> list[Rows]:
    """Return the columns of the last n symbols of `rows`, padded by 0 up to `width`; or none."""
    if n > width:
        return []
    padding = np.zeros(len(rows), dtype=rows.dtype)
    return [rows[:, t] if t < rows.shape[1] else padding for t in range(width - n, width)]


def pieces(text: Text, vocabulary_size: int, at_once: int | None = None) -> Iterator[Rows]:
    """Yield the rows of `text` in pieces of at most `at_once` symbols or a row, none of them empty.

    A memory-mapped array is read piece by piece.

    Raises:
        ValueError: something else than (N, T) ids in [0, vocabulary_size).
    """
    for rows in [text] if isinstance(text, np.ndarray) else text:
        if rows.ndim != 2 or rows.dtype.kind not in "iu":
            raise ValueError(
                f"found {rows.dtype} ids of shape {rows.shape}, expected integer (N, T)"
            )
        if not rows.size:
            continue
        for some in external.slices(
            len(rows), max(1, (at_once or WINDOWS_AT_ONCE) // rows.shape[1])
        ):
            piece = rows[some]
            low, high = int(piece.min()), int(piece.max())
            if low < 0 or high >= vocabulary_size:
                raise ValueError(f"found ids {low} to {high}, expected 0 to {vocabulary_size - 1}")
            yield piece
        external.release(rows)


def merge(parts: Iterable[NgramCounts]) -> NgramCounts:
    """Return the counts of all `parts` together; they need one n and one vocabulary size.

    Parts are gathered until they weigh as much as what has been merged, so that each key is moved
    a logarithmic number of times and a stream of any length can be merged. What outgrows the budget
    of `external` is written out as a sorted run, and the runs are merged at the end.
    """
    first: NgramCounts | None = None
    waiting: list[NgramCounts] = []  # at its head, what has been merged
    weight = 0
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
            waiting.append(part)
            weight += _bytes(part)
            if weight >= min(2 * _bytes(waiting[0]), external.BUDGET):
                waiting = [_merge_all(waiting)]
                weight = _bytes(waiting[0])
            # Room is left for others to wait in, or nearly every part would have to be merged.
            if _bytes(waiting[0]) > 3 / 4 * external.BUDGET:
                runs.add(waiting[0].keys, waiting[0].counts)
                waiting, weight = [], 0
        if first is None:
            raise ValueError("found no counts to merge, expected at least one")
        merged = _merge_all(waiting or [_nothing(first.n, first.vocabulary_size)])
        if not len(runs):
            # A result lives long: unless it is small it leaves memory too.
            keys, counts = external.join([(merged.keys, merged.counts)])
            return replace(merged, keys=keys, counts=counts)
        runs.add(merged.keys, merged.counts)
        del waiting
        keys, counts = external.join(runs.merged())
    return NgramCounts(n=merged.n, vocabulary_size=merged.vocabulary_size, keys=keys, counts=counts)


def shorten(counts: NgramCounts, *, continuation: bool = False) -> NgramCounts:
    """Return the counts of the (n − 1)-grams in which the n-grams of `counts` end.

    Each counts as often as the n-grams that it ends; or, as a `continuation`, once for each
    distinct one: by how many symbols it is preceded.
    """
    n, V = counts.n, counts.vocabulary_size

    def parts() -> Iterator[NgramCounts]:
        yield _nothing(n - 1, V)
        for keys, occurrences in counts.blocks():
            weights = None if continuation else occurrences
            ends, sums = tally(suffixes(keys, n, V), V ** (n - 1), weights)
            yield NgramCounts(n=n - 1, vocabulary_size=V, keys=ends, counts=sums)

    return merge(parts())


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


def _nothing(n: int, vocabulary_size: int) -> NgramCounts:
    return NgramCounts(
        n=n,
        vocabulary_size=vocabulary_size,
        keys=np.empty((0, words(n, vocabulary_size)), dtype=np.uint64),
        counts=np.empty(0, dtype=np.int64),
    )
