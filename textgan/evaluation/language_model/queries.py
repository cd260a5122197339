"""The n-grams that a model is asked for when it scores text, each distinct one once.

They depend on the text, the vocabulary and the order alone. So several models can be asked for the
same queries, which take longer to prepare than to answer.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.ngrams.packing import Keys, distinct, suffixes
from textgan.evaluation.ngrams.windows import (
    BLOCK_WINDOWS,
    PADDING,
    Rows,
    ends,
    pieces,
    windows,
)

__all__ = ["Queries", "RowQueries", "kept_queries", "ngrams", "predicted"]


class Queries:
    """Distinct n-grams, and of each shorter order the distinct ones in which they end.

    Args:
        keys: n-grams of the highest order, ascending, (K, W).
        n: their order.
        vocabulary_size: V of the model.
    """

    def __init__(self, keys: Keys, n: int, vocabulary_size: int) -> None:
        self._keys = {n: keys}
        self._ending: dict[int, NDArray[np.intp]] = {}
        self._base = vocabulary_size + 1

    def keys(self, n: int) -> Keys:
        """Return the distinct n-grams of order n, ascending: (K, W)."""
        if n not in self._keys:
            # Shorter n-grams repeat more and more.
            shorter = suffixes(self.keys(n + 1), n + 1, self._base)
            first, self._ending[n + 1] = distinct(shorter)
            self._keys[n] = shorter[first]
        return self._keys[n]

    def ending(self, n: int) -> NDArray[np.intp]:
        """Return the place among the shorter keys of what each n-gram ends in: (K,)."""
        self.keys(n - 1)
        return self._ending[n]


@dataclass(frozen=True, eq=False)
class RowQueries:
    """The queries of some rows (N, T).

    Attributes:
        queries: their n-grams.
        scored: which of their symbols are predicted, (N, T).
        place: the n-gram of each predicted symbol, a place in the keys of the queries, (M,).
    """

    queries: Queries
    scored: NDArray[np.bool_]
    place: NDArray[np.intp]

    @classmethod
    def of(
        cls, rows: Rows, vocabulary_size: int, order: int, end: int = PADDING
    ) -> Iterator["RowQueries"]:
        """Yield the queries of `rows` (N, T), some rows at a time."""
        for part in pieces(rows, vocabulary_size):
            keys, scored = ngrams(part, vocabulary_size, order, end)
            first, place = distinct(keys)
            yield cls(Queries(keys[first], order, vocabulary_size), scored, place)


def kept_queries(rows: Rows, vocabulary_size: int, order: int) -> list[RowQueries] | None:
    """Return the queries of `rows` (N, T), or None of so many that they are not kept in memory."""
    few = rows.size <= BLOCK_WINDOWS
    return list(RowQueries.of(rows, vocabulary_size, order)) if few else None


def ngrams(
    rows: Rows, vocabulary_size: int, order: int, end: int
) -> tuple[Keys, NDArray[np.bool_]]:
    """Return each predicted symbol behind its order − 1 symbols of context, and where it is.

    The n-grams are packed, (M, W); which of the positions are predicted is (N, T).
    """
    N, T = rows.shape
    start = vocabulary_size  # the start symbol: one id past the vocabulary
    wide = np.full((N, order - 1 + T), start, dtype=np.min_scalar_type(start))
    wide[:, order - 1 :] = rows
    keys, _ = windows(wide, order, start + 1)
    scored = np.arange(T) < predicted(rows, end)[:, None]
    return (keys if scored.all() else keys[scored.ravel()]), scored


def predicted(rows: Rows, end: int = PADDING) -> NDArray[np.intp]:
    """Return how many symbols of each row a model predicts, its end included if any: (N,)."""
    return np.minimum(ends(rows, end) + 1, rows.shape[1])
