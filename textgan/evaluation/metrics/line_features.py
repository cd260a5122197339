"""Features of lines for Fréchet distances: counts of n-grams, and of pieces of words."""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.ngrams.counts import count
from textgan.evaluation.ngrams.packing import Keys, find
from textgan.evaluation.ngrams.windows import Rows, windows

if TYPE_CHECKING:
    from corpora.encoders.subword import SubwordEncoder

__all__ = ["FEATURES", "Array", "NgramFeatures", "PieceFeatures"]

FEATURES = 256
ORDERS = (1, 2, 3)
TABLE = 1 << 22  # a key space up to which n-grams are looked up in a table: 16 MB

Array = NDArray[np.float64]


class NgramFeatures:
    """How often each of the K commonest n-grams of the training text occurs in a line.

    Attributes:
        chosen: for each n the keys of those of n symbols, (·, W), ascending; K in all.
    """

    def __init__(self, chosen: dict[int, Keys], vocabulary_size: int) -> None:
        self.chosen = chosen
        self.vocabulary_size = vocabulary_size
        self.size = sum(map(len, chosen.values()))
        self._tables = {
            n: _table(keys, vocabulary_size**n)
            for n, keys in chosen.items()
            if vocabulary_size**n <= TABLE
        }

    @classmethod
    def fit(
        cls,
        training: Iterable[Rows],
        vocabulary_size: int,
        *,
        size: int = FEATURES,
        orders: Sequence[int] = ORDERS,
    ) -> "NgramFeatures":
        """Return the `size` commonest n-grams of all `orders` together, fewer if there are no more.

        Of equally common ones the shorter comes first, then the one of lower ids. Padding is no
        symbol.

        Args:
            training: pieces (·, T) of ids, gone through once for each order; or all as one array.
            vocabulary_size: V, one more than the largest id.
            size: K.
            orders: the n of the n-grams.
        """
        orders = sorted(set(orders))
        best = [_commonest(training, n, vocabulary_size, size) for n in orders]
        counts = np.concatenate([counts for _, counts in best])
        # Each order comes by key, the shortest first: a stable sort leaves equals in that order.
        is_chosen = np.zeros(len(counts), dtype=bool)
        is_chosen[np.argsort(-counts, kind="stable")[:size]] = True
        if not is_chosen.any():
            raise ValueError("found no n-grams, expected training text")
        splits = np.split(is_chosen, np.cumsum([len(keys) for keys, _ in best])[:-1])
        chosen = {n: keys[mask] for n, (keys, _), mask in zip(orders, best, splits, strict=True)}
        return cls(chosen, vocabulary_size)

    def __call__(self, rows: Rows) -> Array:
        """Return the counts in each of `rows` (N, T), shorter n-grams first: (N, K)."""
        N, K = len(rows), self.size
        cells = []
        before = 0
        for n, chosen in self.chosen.items():
            keys, line = windows(rows, n, self.vocabulary_size, end=0)
            table = self._tables.get(n)
            place = find(chosen, keys) if table is None else table[keys[:, 0]]
            known = place >= 0
            cells.append(line[known] * K + (place[known] + before))
            before += len(chosen)
        counts = np.bincount(np.concatenate(cells), minlength=N * K)
        return counts.reshape(N, K).astype(np.float64)


class PieceFeatures:
    """How often each piece occurs in a line: pieces of words, learned from the training lines."""

    def __init__(self, encoder: "SubwordEncoder") -> None:
        self.encoder = encoder
        self.size = encoder.size - 1  # all but the padding; the unknown is one of them

    @classmethod
    def fit(cls, training: Iterable[Sequence[str]], *, size: int = FEATURES) -> "PieceFeatures":
        """Return the features of at most `size` pieces, and the unknown, learned from the text.

        Args:
            training: blocks of lines, gone through once; an even sample of them is used.
            size: the most pieces.
        """
        from corpora.encoders.subword import SubwordEncoder

        return cls(SubwordEncoder.fit(training, 0, size))

    def __call__(self, lines: Sequence[str]) -> Array:
        """Return the counts in each of `lines`, by id: (N, K)."""
        N, V = len(lines), self.encoder.size
        longest = max(map(len, lines), default=0)  # a piece is one character or more
        rows = self.encoder.encode_rows(lines, longest).astype(np.int64)
        cells = rows + np.arange(N)[:, None] * V
        counts = np.bincount(cells.ravel(), minlength=N * V).reshape(N, V)
        return counts[:, 1:].astype(np.float64)


def _commonest(
    training: Iterable[Rows], n: int, vocabulary_size: int, size: int
) -> tuple[Keys, NDArray[np.int64]]:
    """Return the keys of the `size` commonest n-grams of the text, ascending, and their counts."""
    all_counts = count(training, n, vocabulary_size, end=0)
    keys, counts = all_counts.keys[:0], all_counts.counts[:0]
    for block_keys, block_counts in all_counts.blocks():
        keys, counts = np.concatenate([keys, block_keys]), np.concatenate([counts, block_counts])
        top = np.sort(np.argsort(-counts, kind="stable")[:size])
        keys, counts = keys[top], counts[top]
    return keys, counts


def _table(keys: Keys, key_space: int) -> NDArray[np.int32]:
    """Return where in `keys` (K, 1) each number below `key_space` stands, −1 where it does not."""
    table = np.full(key_space, -1, dtype=np.int32)
    table[keys[:, 0]] = np.arange(len(keys))
    return table
