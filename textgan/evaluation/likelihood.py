"""A smoothed n-gram language model of id rows: Witten-Bell, interpolated.

    P(w | h) = (c(hw) + N₁₊(h·) P(w | h')) / (c(h) + N₁₊(h·))

c counts, N₁₊(h·) is the number of distinct symbols seen after h, and h' is h without its first
symbol; a context never seen hands over to h' whole. Witten & Bell 1991, method C, interpolated as
in Chen & Goodman 1999, section 2.6; nltk.lm.WittenBellInterpolated has the same recursion.

Decisions that a reader could get wrong:

- A row is its symbols up to its first padding, and that padding once: it is the end of the line, so
  lengths count. A row that fills all T positions has been cut, or may have been, and has no end.
  So the probabilities of all rows of length T sum to 1.
- Contexts at the start of a line hold a start symbol, which is never predicted.
- The unigrams back off to the uniform 1/V, so that no symbol below V scores −∞. nltk stops at the
  unigrams; `uniform=False` does the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.ngrams import (
    Keys,
    NgramCounts,
    Rows,
    distinct,
    find,
    merge,
    pack,
    prefixes,
    tally,
)

__all__ = ["Likelihood", "NgramModel"]

ROWS_AT_ONCE = 1 << 16  # bounds the memory of fitting and scoring


@dataclass(frozen=True, kw_only=True)
class Likelihood:
    """How likely a model finds some lines; a line's end counts as a character.

    Attributes:
        lines: how many lines were scored.
        characters: how many symbols were predicted: the characters of all lines and their ends.
        log2_likelihood: the sum of their log₂ probabilities.
    """

    lines: int
    characters: int
    log2_likelihood: float

    @property
    def bits_per_character(self) -> float:
        """The mean of −log₂ P over characters and ends of lines."""
        return -self.log2_likelihood / self.characters

    @property
    def perplexity(self) -> float:
        """2 to the power of the bits per character."""
        return float(2.0**self.bits_per_character)


@dataclass(frozen=True)
class _Contexts:
    """What has been seen after each context of one length."""

    keys: Keys  # (K, W), distinct and ascending
    totals: NDArray[np.int64]  # c(h), (K,)
    followers: NDArray[np.int64]  # N₁₊(h·), (K,)


class NgramModel:
    """An interpolated Witten-Bell model of the rows that it is given.

    Args:
        rows: (N, T) ids, N at least 1.
        vocabulary_size: V, one more than the largest id that may ever be scored.
        order: symbols to an n-gram, so contexts of order − 1.
        end: the id of the padding, whose first place in a row is the end of the line.
        uniform: whether unigrams back off to 1/V.
    """

    def __init__(
        self,
        rows: Rows,
        vocabulary_size: int,
        *,
        order: int = 4,
        end: int = 0,
        uniform: bool = True,
    ) -> None:
        if order < 1:
            raise ValueError(f"found order {order}, expected at least 1")
        if rows.ndim != 2 or not rows.size:
            raise ValueError(f"found rows of shape {rows.shape}, expected (N, T), neither 0")
        self.vocabulary_size = vocabulary_size
        self.order = order
        self.end = end
        self.uniform = uniform
        self.ngrams = [self._count(rows, n) for n in range(1, order + 1)]
        self.contexts = [_contexts(counts) for counts in self.ngrams[1:]]

    def log2_probabilities(self, rows: Rows) -> NDArray[np.float64]:
        """Return log₂ P of each symbol of `rows` (N, T), 0 after a line's end: (N, T)."""
        scores = np.zeros(rows.shape)
        for start in range(0, len(rows), ROWS_AT_ONCE):
            piece = rows[start : start + ROWS_AT_ONCE]
            predicted = _predicted(piece, self.end)
            columns = self._columns(piece, predicted)
            # Text repeats itself: each distinct n-gram is scored once.
            some, which = distinct(pack(columns, self.vocabulary_size + 1))
            probabilities = self._probabilities([column[some] for column in columns])
            with np.errstate(divide="ignore"):  # without the uniform share, 0 is meant
                bits = np.log2(probabilities)
            scores[start : start + ROWS_AT_ONCE][predicted] = bits[which]
        return scores

    def score_lines(self, rows: Rows) -> NDArray[np.float64]:
        """Return log₂ P of each line, its end included: (N,)."""
        scores: NDArray[np.float64] = self.log2_probabilities(rows).sum(axis=1)
        return scores

    def score(self, rows: Rows) -> Likelihood:
        """Return the likelihood of all `rows` (N, T) together, N at least 1."""
        return Likelihood(
            lines=len(rows),
            characters=int(_predicted(rows, self.end).sum()),
            log2_likelihood=float(self.score_lines(rows).sum()),
        )

    def _probabilities(self, columns: list[NDArray[Any]]) -> NDArray[np.float64]:
        """Return P(last symbol | the others) of M n-grams given as `order` columns: (M,)."""
        base = self.vocabulary_size + 1
        unigrams = self.ngrams[0]
        seen = unigrams.at(pack(columns[-1:], base))
        if self.uniform:
            distinct = len(unigrams.counts)
            probability = (seen + distinct / self.vocabulary_size) / (unigrams.total + distinct)
        else:
            probability = seen / unigrams.total
        for n in range(2, self.order + 1):
            contexts = self.contexts[n - 2]
            place = find(contexts.keys, pack(columns[-n:-1], base))
            # An unknown context weighs nothing: 1 follower and a total of 0 hand over whole.
            total = np.where(place >= 0, contexts.totals[place], 0)
            followers = np.where(place >= 0, contexts.followers[place], 1)
            seen = self.ngrams[n - 1].at(pack(columns[-n:], base))
            probability = (seen + followers * probability) / (total + followers)
        return probability

    def _count(self, rows: Rows, n: int) -> NgramCounts:
        """Return the counts of the n-grams that end at a predicted symbol."""
        base = self.vocabulary_size + 1

        def pieces() -> Iterator[NgramCounts]:
            for start in range(0, len(rows), ROWS_AT_ONCE):
                piece = rows[start : start + ROWS_AT_ONCE]
                columns = self._columns(piece, _predicted(piece, self.end))[-n:]
                keys, counts = tally(pack(columns, base), base**n)
                yield NgramCounts(n=n, vocabulary_size=base, keys=keys, counts=counts)

        return merge(pieces())

    def _columns(self, rows: Rows, predicted: NDArray[np.bool_]) -> list[NDArray[Any]]:
        """Return each predicted symbol and, before it, the order − 1 symbols of its context."""
        N, T = rows.shape
        start = self.vocabulary_size  # the start symbol: one id past the vocabulary
        wide = np.full((N, self.order - 1 + T), start, dtype=np.min_scalar_type(start))
        wide[:, self.order - 1 :] = rows
        return [wide[:, k : k + T][predicted] for k in range(self.order)]


def _predicted(rows: Rows, end: int) -> NDArray[np.bool_]:
    """Return which positions a line holds, its end included: (N, T)."""
    predicted = np.ones(rows.shape, dtype=bool)
    np.logical_and.accumulate(rows[:, :-1] != end, axis=1, out=predicted[:, 1:])
    return predicted


def _contexts(counts: NgramCounts) -> _Contexts:
    # Keys ascend, so the n-grams of one context are neighbours.
    before = prefixes(counts.keys, counts.n, counts.vocabulary_size)
    new = np.ones(len(before), dtype=bool)
    new[1:] = (before[1:] != before[:-1]).any(axis=1)
    starts = np.flatnonzero(new)
    return _Contexts(
        keys=before[starts],
        totals=np.add.reduceat(counts.counts, starts),
        followers=np.diff(starts, append=len(before)),
    )
