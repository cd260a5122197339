"""n-grams as 64-bit words that sort as the n-grams do.

An n-gram of symbols s₁…sₙ below V is packed S symbols to a word, where S is the largest number with
V^S ≤ 2⁶⁴: each word is the number s₁s₂…s_S written in base V. Most text fits one word (n ≤ 9 at
128 symbols, n ≤ 5 at 6,000), other text takes several, and all keys are exact. For the same V equal
n-grams have equal keys, and keys sort as the n-grams do, so n-grams of one context are neighbours.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = [
    "Keys",
    "distinct",
    "find",
    "pack",
    "prefixes",
    "starts",
    "suffixes",
    "tally",
    "words",
]

Keys = NDArray[np.unsignedinteger[Any]]  # (K, W) words of packed symbols; 64 bits once sorted

DENSE_KEYS = 1 << 16  # below, counting into a table beats sorting


def words(n: int, vocabulary_size: int) -> int:
    """Return W, the number of words of an n-gram's key."""
    return -(-n // _symbols_per_word(vocabulary_size))


def pack(columns: Sequence[NDArray[np.integer[Any]]], vocabulary_size: int) -> Keys:
    """Return the keys (M, W) of M n-grams from their n `columns` of symbols.

    Columns have the same shape, of M entries in C order.
    """
    S = _symbols_per_word(vocabulary_size)
    packed: list[Keys] = []
    for start in range(0, len(columns), S):
        group = columns[start : start + S]
        # Half the width is half the work, and most text of up to 4 symbols fits 32 bits.
        bits = (vocabulary_size ** len(group)).bit_length()
        word: Keys = group[0].astype(
            np.uint16 if bits <= 16 else np.uint32 if bits <= 32 else np.uint64
        )
        for column in group[1:]:
            word *= word.dtype.type(vocabulary_size)
            np.add(word, column, out=word, dtype=word.dtype, casting="unsafe")  # no copy of it
        packed.append(word.ravel())
    if len(packed) == 1:
        return packed[0].reshape(-1, 1)
    return np.stack([word.astype(np.uint64) for word in packed], axis=1)


def prefixes(keys: Keys, n: int, vocabulary_size: int) -> Keys:
    """Return the keys of the first n − 1 symbols of each n-gram: its context.

    The context of a unigram is empty, and its key is 0.
    """
    if n > 1 and (n - 1) % _symbols_per_word(vocabulary_size) == 0:
        return keys[:, :-1]
    shorter = keys.copy()
    shorter[:, -1] //= shorter.dtype.type(vocabulary_size)
    return shorter


def suffixes(keys: Keys, n: int, vocabulary_size: int) -> Keys:
    """Return the keys of the last n − 1 symbols of each n-gram (n ≥ 2).

    The first symbol of each word moves to the end of the word before it.
    """
    S, V, W = _symbols_per_word(vocabulary_size), vocabulary_size, keys.shape[1]
    symbols = [S] * (W - 1) + [n - S * (W - 1)]  # in each word
    word = keys.dtype.type
    first_symbols = [keys[:, w] // word(V ** (symbols[w] - 1)) for w in range(W)]
    shorter = np.empty_like(keys)
    for w in range(W):
        shorter[:, w] = keys[:, w] - first_symbols[w] * word(V ** (symbols[w] - 1))
        if w + 1 < W:
            shorter[:, w] = shorter[:, w] * word(V) + first_symbols[w + 1]
    return shorter if symbols[-1] > 1 else shorter[:, :-1]


def tally(
    keys: Keys, key_space: int | None = None, weights: NDArray[np.int64] | None = None
) -> tuple[Keys, NDArray[np.int64]]:
    """Return the distinct `keys` (M, W) in ascending order, (K, W), and how often each occurs.

    Each occurrence counts 1, or its weight (M,), above 0. `key_space` is a bound of one-word keys,
    if known: in a small one they are counted without sorting.
    """
    if keys.shape[1] == 1 and weights is None:
        flat = keys[:, 0]
        if key_space is not None and key_space <= max(DENSE_KEYS, len(flat) // 4):
            table = np.bincount(flat.astype(np.int64), minlength=1)
            (present,) = np.nonzero(table)
            return present.astype(np.uint64)[:, None], table[present]
        ordered = np.sort(flat)[:, None]
    else:
        order = _order(keys)
        ordered = keys.take(order, axis=0)
    new = starts(ordered)
    if weights is None:
        counts = np.diff(new, append=len(ordered)).astype(np.int64)
    else:
        counts = np.add.reduceat(weights[order], new) if len(new) else weights[:0]
    return ordered.take(new, axis=0).astype(np.uint64), counts


def distinct(keys: Keys) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return a place of each distinct key of `keys` (M, W), (K,), and the number of each, (M,)."""
    # One word sorts four times as fast without stability.
    order = np.argsort(keys[:, 0]) if keys.shape[1] == 1 else _order(keys)
    new = starts(keys.take(order, axis=0))
    inverse = np.empty(len(keys), dtype=np.intp)
    inverse[order] = np.repeat(np.arange(len(new)), np.diff(new, append=len(keys)))
    return order[new], inverse


def find(keys: Keys, queries: Keys) -> NDArray[np.intp]:
    """Return where in `keys` (K, W; distinct, ascending) each of `queries` (M, W) is, else −1.

    Binary search copies little of `keys`, which may be mapped from a file.
    """
    if not len(keys):
        return np.full(len(queries), -1, dtype=np.intp)
    queries = queries.astype(np.uint64, copy=False)
    if keys.shape[1] == 1:
        place = np.searchsorted(keys[:, 0], queries[:, 0])
    else:
        place = _search(keys, queries)
    place = np.minimum(place, len(keys) - 1)
    place[(keys[place] != queries).any(axis=1)] = -1
    return place


def starts(ordered: Keys) -> NDArray[np.intp]:
    """Return where a new key begins in sorted keys."""
    if not len(ordered):
        return np.empty(0, dtype=np.intp)
    new = np.ones(len(ordered), dtype=bool)
    new[1:] = ordered[1:, 0] != ordered[:-1, 0]
    for w in range(1, ordered.shape[1]):
        new[1:] |= ordered[1:, w] != ordered[:-1, w]
    return np.flatnonzero(new)


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
    """Return the order that sorts keys by their first word, then by the next.

    Most keys of one word are a few sorted runs one after the other, which a stable sort merges.
    """
    if keys.shape[1] == 1:
        return np.argsort(keys[:, 0], kind="stable")
    rank = keys[:, 0]
    for word in keys.T[1:]:
        rank = _rank(rank)
        bits = int(word.max(initial=0)).bit_length()
        if bits + len(rank).bit_length() > 64:
            word, bits = _rank(word), len(word).bit_length()
        rank = rank << np.uint64(bits) | word
    return np.argsort(rank)


def _rank(words: NDArray[Any]) -> NDArray[np.uint64]:
    """Return how many distinct words are below each, (M,)."""
    return distinct(words[:, None])[1].astype(np.uint64)


def _search(keys: Keys, queries: Keys) -> NDArray[np.intp]:
    """Return how many `keys` of several words are below each of `queries`: (M,)."""
    # First by first words, which are copied, of some keys if there are many.
    step = 1 + len(keys) // (1 + 4 * len(queries))
    first = np.ascontiguousarray(keys[::step, 0])
    low = np.maximum(np.searchsorted(first, queries[:, 0]) - 1, 0) * step
    high = np.minimum(np.searchsorted(first, queries[:, 0], side="right") * step, len(keys))
    undecided = np.flatnonzero(low < high)
    while len(undecided):
        middle = (low[undecided] + high[undecided]) // 2
        middle_keys, sought = keys[middle], queries[undecided]
        below = middle_keys[:, -1] < sought[:, -1]
        for w in reversed(range(keys.shape[1] - 1)):
            same = middle_keys[:, w] == sought[:, w]
            below = (middle_keys[:, w] < sought[:, w]) | (same & below)
        low[undecided[below]] = middle[below] + 1
        high[undecided[~below]] = middle[~below]
        undecided = undecided[low[undecided] < high[undecided]]
    return low
