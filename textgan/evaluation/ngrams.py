"""Exact n-gram counts of id rows, sorted by key, so that they can be compared and merged.

An n-gram of symbols s₁…sₙ below V is packed into 64-bit words, S symbols to a word, where S is the
largest number with V^S ≤ 2⁶⁴: each word is the number s₁s₂…s_S written in base V. Nearly all text
fits one word (n ≤ 9 at 128 symbols, n ≤ 5 at 6,000); what does not takes several, and stays
exact. Equal n-grams of one V have equal keys wherever they were counted, and keys sort as the
n-grams do, so the n-grams of one context lie side by side.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Keys",
    "NgramCounts",
    "Rows",
    "count",
    "distinct",
    "find",
    "merge",
    "pack",
    "prefixes",
    "tally",
]

Rows = NDArray[np.integer[Any]]  # (N, T) ids
Keys = NDArray[np.unsignedinteger[Any]]  # (K, W) words of packed symbols; 64 bits once sorted

WINDOWS_AT_ONCE = 1 << 22  # bounds the memory of a count: 32 MB a word
DENSE_KEYS = 1 << 16  # below, counting into a table beats sorting


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
        return np.where(place >= 0, self.counts[place], 0)


def count(rows: Rows, n: int, vocabulary_size: int) -> NgramCounts:
    """Return the counts of all N·(T − n + 1) windows of n symbols of `rows` (N, T).

    Padding is a symbol like any other, as published (Gulrajani et al. 2017). Rows shorter than n
    have no windows. A memory-mapped array is read piece by piece.

    Raises:
        ValueError: `rows` is not a two-dimensional array of ids in [0, vocabulary_size).
    """
    if rows.ndim != 2 or rows.dtype.kind not in "iu":
        raise ValueError(f"found {rows.dtype} ids of shape {rows.shape}, expected integer (N, T)")
    if n < 1:
        raise ValueError(f"found n = {n}, expected at least 1")
    width = rows.shape[1] - n + 1
    if width < 1 or not len(rows):
        return _nothing(n, vocabulary_size)
    pieces = _pieces(rows, max(1, WINDOWS_AT_ONCE // width))
    return merge(_count_piece(piece, n, vocabulary_size) for piece in pieces)


def merge(parts: Iterable[NgramCounts]) -> NgramCounts:
    """Return the counts of all `parts` together; they need one n and one vocabulary size.

    Parts are gathered until they weigh as much as what has been merged, so that each key is moved
    a logarithmic number of times and a stream of any length can be merged.
    """
    merged: NgramCounts | None = None
    waiting: list[NgramCounts] = []
    weight = 0
    for part in parts:
        if merged is None:
            merged = part
            continue
        if (part.n, part.vocabulary_size) != (merged.n, merged.vocabulary_size):
            raise ValueError(
                f"found {part.n}-grams of {part.vocabulary_size} symbols, "
                f"expected {merged.n}-grams of {merged.vocabulary_size}"
            )
        waiting.append(part)
        weight += len(part.counts)
        if weight >= len(merged.counts):
            merged, waiting, weight = _merge_all([merged, *waiting]), [], 0
    if merged is None:
        raise ValueError("found no counts to merge, expected at least one")
    return _merge_all([merged, *waiting]) if waiting else merged


def pack(columns: Sequence[NDArray[np.integer[Any]]], vocabulary_size: int) -> Keys:
    """Return the keys (M, W) of M n-grams given as n `columns` of equally many symbols.

    Columns may have any one shape: M is its size, in C order.
    """
    S = _symbols_per_word(vocabulary_size)
    words: list[Keys] = []
    for start in range(0, len(columns), S):
        group = columns[start : start + S]
        # Half the width is half the work, and most text of up to 4 symbols fits it.
        small = vocabulary_size ** len(group) <= 1 << 32
        word: Keys = group[0].astype(np.uint32 if small else np.uint64)
        for column in group[1:]:
            word *= word.dtype.type(vocabulary_size)
            word += column.astype(word.dtype)
        words.append(word.ravel())
    if len(words) == 1:
        return words[0].reshape(-1, 1)
    return np.stack([word.astype(np.uint64) for word in words], axis=1)


def tally(keys: Keys, key_space: int | None = None) -> tuple[Keys, NDArray[np.int64]]:
    """Return the distinct `keys` (M, W) in ascending order, (K, W), and how often each occurs.

    `key_space`, where known, bounds one-word keys: a small one is counted without sorting.
    """
    if keys.shape[1] == 1:
        flat = keys[:, 0]
        if key_space is not None and key_space <= max(DENSE_KEYS, len(flat) // 4):
            table = np.bincount(flat.astype(np.int64), minlength=1)
            (present,) = np.nonzero(table)
            return present.astype(np.uint64)[:, None], table[present]
        ordered = np.sort(flat)[:, None]
    else:
        ordered = keys[_order(keys)]
    starts = _starts(ordered)
    counts = np.diff(starts, append=len(ordered))
    return ordered[starts].astype(np.uint64), counts.astype(np.int64)


def distinct(keys: Keys) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return where distinct `keys` (M, W) stand, (K,), and which of them each key is, (M,)."""
    order = _order(keys)
    starts = _starts(keys[order])
    which = np.empty(len(keys), dtype=np.intp)
    which[order] = np.repeat(np.arange(len(starts)), np.diff(starts, append=len(keys)))
    return order[starts], which


def find(keys: Keys, wanted: Keys) -> NDArray[np.intp]:
    """Return where in `keys` (K, W; distinct, ascending) each of `wanted` (M, W) is, else −1.

    Keys of several words are first numbered by rank, word by word, until one number tells them
    apart: ranks are below K < 2³², so the pair of two ranks fits 64 bits.
    """
    if not len(keys):
        return np.full(len(wanted), -1, dtype=np.intp)
    have, want = keys[:, 0], wanted[:, 0].astype(np.uint64)
    absent = np.zeros(len(wanted), dtype=bool)
    for w in range(1, keys.shape[1]):
        have, want, missing = _rank(have, want)
        absent |= missing
        last, last_wanted, missing = _rank(keys[:, w], wanted[:, w])
        absent |= missing
        size = np.uint64(len(keys))
        have, want = have * size + last, want * size + last_wanted
    place = np.minimum(np.searchsorted(have, want), len(have) - 1)
    place[absent | (have[place] != want)] = -1
    return place


def prefixes(keys: Keys, n: int, vocabulary_size: int) -> Keys:
    """Return the keys of the first n − 1 symbols of each n-gram (n ≥ 2): its context."""
    if (n - 1) % _symbols_per_word(vocabulary_size) == 0:
        return keys[:, :-1]
    shorter = keys.copy()
    shorter[:, -1] //= np.uint64(vocabulary_size)
    return shorter


def _count_piece(rows: Rows, n: int, vocabulary_size: int) -> NgramCounts:
    low, high = int(rows.min()), int(rows.max())
    if low < 0 or high >= vocabulary_size:
        raise ValueError(f"found ids {low} to {high}, expected 0 to {vocabulary_size - 1}")
    width = rows.shape[1] - n + 1
    packed = pack([rows[:, k : k + width] for k in range(n)], vocabulary_size)
    keys, counts = tally(packed, vocabulary_size**n)
    return NgramCounts(n=n, vocabulary_size=vocabulary_size, keys=keys, counts=counts)


def _merge_all(parts: Sequence[NgramCounts]) -> NgramCounts:
    keys = np.concatenate([part.keys for part in parts])
    order = _order(keys)
    keys = keys[order]
    starts = _starts(keys)
    counts = np.concatenate([part.counts for part in parts])[order]
    if len(starts):
        counts = np.add.reduceat(counts, starts)
    first = parts[0]
    return NgramCounts(
        n=first.n, vocabulary_size=first.vocabulary_size, keys=keys[starts], counts=counts
    )


def _nothing(n: int, vocabulary_size: int) -> NgramCounts:
    words = -(-n // _symbols_per_word(vocabulary_size))
    return NgramCounts(
        n=n,
        vocabulary_size=vocabulary_size,
        keys=np.empty((0, words), dtype=np.uint64),
        counts=np.empty(0, dtype=np.int64),
    )


def _pieces(rows: Rows, size: int) -> Iterator[Rows]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]


def _symbols_per_word(vocabulary_size: int) -> int:
    """Return the largest S with V^S ≤ 2⁶⁴; 64 for a vocabulary of one symbol or two."""
    if not 1 <= vocabulary_size <= 1 << 32:
        raise ValueError(f"found a vocabulary of {vocabulary_size}, expected 1 to 2^32")
    if vocabulary_size <= 2:
        return 64
    S = 1
    while vocabulary_size ** (S + 1) <= 1 << 64:
        S += 1
    return S


def _order(keys: Keys) -> NDArray[np.intp]:
    """Return the order that sorts keys by their first word, then by the next."""
    return np.argsort(keys[:, 0]) if keys.shape[1] == 1 else np.lexsort(keys.T[::-1])


def _starts(ordered: Keys) -> NDArray[np.intp]:
    """Return where a new key begins in sorted keys."""
    if not len(ordered):
        return np.empty(0, dtype=np.intp)
    new = np.ones(len(ordered), dtype=bool)
    new[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    return np.flatnonzero(new)


def _rank(have: Keys, want: Keys) -> tuple[Keys, Keys, NDArray[np.bool_]]:
    """Number the distinct values of `have` and of `want` by their rank in `have`."""
    values = np.unique(have)
    rank = np.searchsorted(values, have).astype(np.uint64)
    place = np.minimum(np.searchsorted(values, want), len(values) - 1)
    return rank, place.astype(np.uint64), values[place] != want
