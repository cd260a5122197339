r"""Character n-grams of lines, hashed into a fixed number of features: memory that is bounded.

Which n-grams there are need not be known beforehand, and none is stored: each is a number, and its
feature is that number modulo BUCKETS (Weinberger et al. 2009, "Feature Hashing for Large Scale
Multitask Learning"). A line break stands before and after each line, so that `\nab` is a 3-gram of
the lines that begin with `ab`.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from corpora.rng import mix
from textgan.evaluation.text.lines import to_codes, to_lines

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

__all__ = ["BREAK", "BUCKETS", "CHARACTERS", "ORDERS", "commonest", "hashed", "marked"]

BUCKETS = 1 << 16
ORDERS = (1, 2, 3, 4)
CHARACTERS = 256  # of a line; what lies behind them is not seen
BREAK = "\n"  # no line has one

Codes = NDArray[np.uint32]


def marked(lines: Sequence[str]) -> list[str]:
    """Return the lines with BREAK before and after them; of longer lines the first CHARACTERS."""
    return [
        f"{BREAK}{line}{BREAK}" if len(line) <= CHARACTERS else f"{BREAK}{line[:CHARACTERS]}"
        for line in lines
    ]


def hashed(lines: Sequence[str]) -> "csr_matrix":
    """Return which n-grams each of `lines` has, (N, BUCKETS): rows of length 1, equal entries.

    A line with K features has x_j = 1/√K for each of them, and 0 for all others.
    """
    from scipy.sparse import csr_matrix  # takes its time to load

    parts = [(row, bucket) for row, bucket, _ in _ngrams(lines)]
    rows, columns = (np.concatenate(part) for part in zip(*parts, strict=True))
    ones = np.ones(len(rows), dtype=np.float32)
    features = csr_matrix((ones, (rows, columns)), shape=(len(lines), BUCKETS))
    features.sum_duplicates()
    sizes = np.diff(features.indptr)
    features.data = np.repeat(1 / np.sqrt(np.maximum(sizes, 1), dtype=np.float32), sizes)
    return features


def commonest(lines: Sequence[str], buckets: Sequence[int]) -> list[str]:
    """Return for each of `buckets` the commonest n-gram of `lines` in it, the shortest of several.

    Raises:
        ValueError: no n-gram of `lines` is in one of them.
    """
    best: dict[int, tuple[int, str]] = {}
    for _, bucket, codes in _ngrams(lines):
        is_wanted = np.isin(bucket, buckets)
        if not is_wanted.any():
            continue
        ngrams, first, times = np.unique(
            codes[is_wanted], axis=0, return_index=True, return_counts=True
        )
        places = bucket[is_wanted][first].tolist()
        for text, place, count in zip(to_lines(ngrams), places, times.tolist(), strict=True):
            if place not in best or count > best[place][0]:
                best[place] = count, text
    missing = sorted(set(buckets) - set(best))
    if missing:
        raise ValueError(f"found no n-gram in the buckets {missing}")
    return [best[bucket][1] for bucket in buckets]


def _ngrams(
    lines: Sequence[str],
) -> Iterator[tuple[NDArray[np.int32], NDArray[np.int32], Codes]]:
    """Yield for each order the line (K,), the bucket (K,) and the codes (K, n) of all n-grams."""
    codes = to_codes(marked(lines))
    sizes = (codes != 0).sum(axis=1)
    line_break = ord(BREAK) + 1
    for n in ORDERS:
        if n > codes.shape[1]:
            return
        windows = np.lib.stride_tricks.sliding_window_view(codes, n, axis=1)
        is_ngram = np.arange(windows.shape[1]) + n <= sizes[:, None]
        if n == 1:
            is_ngram &= codes != line_break
        row, place = np.nonzero(is_ngram)
        ngrams = windows[row, place]
        yield row.astype(np.int32), _buckets(ngrams), ngrams


def _buckets(ngrams: Codes) -> NDArray[np.int32]:
    """Return the bucket of each n-gram (K, n): a polynomial of its codes, with its bits mixed."""
    number: NDArray[Any] = np.full(len(ngrams), ngrams.shape[1], dtype=np.uint64)
    for codes in ngrams.T:
        number = number * np.uint64(0x100000001B3) + codes
    return (mix(number) % np.uint64(BUCKETS)).astype(np.int32)
