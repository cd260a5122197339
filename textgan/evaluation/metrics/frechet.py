"""The Fréchet distance of two texts: of the Gaussians fitted to features of their lines.

    d² = ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½)

(Dowson & Landau 1982; Heusel et al. 2017, "GANs Trained by a Two Time-Scale Update Rule", equation
6: the FID). Here the features of a line are counts, not activations of a network, so that the
number depends on no weights to be downloaded: how often each of the commonest n-grams of the
training text, or each piece of words learnt from it, comes in the line.

As with the FID, finitely many lines lie apart even where the texts do not. For m and n lines of
one Gaussian of rank r the expectation is about

    (1/m + 1/n) (tr Σ + ½ Σ_i≠j λ_i λ_j / (λ_i + λ_j) + ½ tr Σ),   λ the eigenvalues of Σ

by expansion to second order, at most (1/m + 1/n)(r + 5)/4 · tr Σ. Compare equal m only, and read
the number beside that of as much real text.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.ngrams.counts import count
from textgan.evaluation.ngrams.packing import Keys, find
from textgan.evaluation.ngrams.windows import Rows, windows

if TYPE_CHECKING:
    from corpora.encoders.subword import SubwordEncoder

__all__ = ["Gaussian", "NgramFeatures", "PieceFeatures", "frechet"]

FEATURES = 256
ORDERS = (1, 2, 3)
TABLE = 1 << 22  # a key space up to which n-grams are looked up in a table: 16 MB

Array = NDArray[np.float64]


def frechet(a: "Gaussian", b: "Gaussian") -> float:
    """Return d², in the squared unit of the features: 0 where the two are the same, never below.

    The traces are one sum of squares, so that nothing cancels and no root is complex (Bhatia, Jain
    & Lim 2019, "On the Bures-Wasserstein distance between positive definite matrices"):

        tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½) = min over rotations R of ‖Σ₁^½ − Σ₂^½ R‖_F²

    and with Σ₂^½ Σ₁^½ = U S Vᵀ the minimum is at R = U Vᵀ.
    """
    if a.mean.shape != b.mean.shape:
        raise ValueError(f"found {a.mean.size} and {b.mean.size} features, expected as many")
    shift = a.mean - b.mean
    root, other = a.root, b.root
    U, _, Vt = np.linalg.svd(other @ root)
    apart = root - other @ (U @ Vt)
    return float(shift @ shift + (apart * apart).sum())


@dataclass(frozen=True)
class Gaussian:
    """Mean (K,) and covariance (K, K) of the features of `size` lines."""

    size: int
    mean: Array
    covariance: Array

    @cached_property
    def root(self) -> Array:
        """The symmetric square root of the covariance; eigenvalues rounded below 0 are 0."""
        values, vectors = np.linalg.eigh(self.covariance)
        return np.asarray((vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T)

    @classmethod
    def fit(cls, pieces: Iterable[Array]) -> "Gaussian":
        """Return the Gaussian of the features (·, K) in `pieces`, at least 2 lines in all.

        The covariance is divided by lines − 1. Each piece is centred by itself and merged with
        those before it (Chan, Golub & LeVeque 1983), so that large means cost no digits.
        """
        size, mean, scatter = 0, np.zeros(0), np.zeros((0, 0))
        for piece in pieces:
            m = len(piece)
            if not m:
                continue
            if not size:
                mean, scatter = np.zeros(piece.shape[1]), np.zeros((piece.shape[1],) * 2)
            middle = piece.mean(axis=0)
            centred = piece - middle
            step = middle - mean
            scatter = scatter + centred.T @ centred + np.outer(step, step) * (size * m / (size + m))
            mean = mean + step * (m / (size + m))
            size += m
        if size < 2:
            raise ValueError(f"found {size} lines, expected at least 2")
        return cls(size, mean, scatter / (size - 1))


class NgramFeatures:
    """How often each of the K commonest n-grams of the training text comes in a line.

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
        taken = np.zeros(len(counts), dtype=bool)
        taken[np.argsort(-counts, kind="stable")[:size]] = True
        if not taken.any():
            raise ValueError("found no n-grams, expected training text")
        splits = np.split(taken, np.cumsum([len(keys) for keys, _ in best])[:-1])
        chosen = {n: keys[here] for n, (keys, _), here in zip(orders, best, splits, strict=True)}
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
    """How often each piece comes in a line: pieces of words, learnt from the training lines."""

    def __init__(self, encoder: "SubwordEncoder") -> None:
        self.encoder = encoder
        self.size = encoder.size - 1  # all but the padding; the unknown is one of them

    @classmethod
    def fit(cls, training: Iterable[Sequence[str]], *, size: int = FEATURES) -> "PieceFeatures":
        """Return the features of at most `size` pieces, and the unknown, learnt from the text.

        Args:
            training: blocks of lines, gone through once; an even sample of them is learnt from.
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
    every = count(training, n, vocabulary_size, end=0)
    keys, counts = every.keys[:0], every.counts[:0]
    for more, their_counts in every.blocks():
        keys, counts = np.concatenate([keys, more]), np.concatenate([counts, their_counts])
        top = np.sort(np.argsort(-counts, kind="stable")[:size])
        keys, counts = keys[top], counts[top]
    return keys, counts


def _table(keys: Keys, key_space: int) -> NDArray[np.int32]:
    """Return where in `keys` (K, 1) each number below `key_space` stands, −1 where it does not."""
    table = np.full(key_space, -1, dtype=np.int32)
    table[keys[:, 0]] = np.arange(len(keys))
    return table
