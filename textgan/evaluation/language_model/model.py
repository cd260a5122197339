"""A smoothed n-gram language model of id rows, to score lines and to draw lines.

`smoothing` defines how counts become probabilities. Lines are treated as follows:

- A row is its symbols up to its first padding, and that padding once: it is the end of the line, so
  lengths count. A row that fills all T positions may have been cut, and has no end. So the
  probabilities of all rows of length T sum to 1.
- Contexts at the start of a line hold start symbols, n − 1 of them before its first symbol, which
  are never predicted. Rules that use shorter contexts count one start symbol only. A context that
  begins with two would repeat the estimate of the next shorter one, from the same lines, and charge
  for unseen symbols again; it hands over all its probability, as a context never seen does. Charged
  five times at order 6, a first letter that begins none of 100,000 names cost 65 bits; charged
  once, 18. Other rules, and sampling, keep all n − 1.
- The empty context backs off to the uniform 1/V, so no symbol below V scores −∞, except with
  unsmoothed shares (`mle`). nltk stops at the unigrams, and gives 0 to everything after a context
  that `mle` has not seen; `uniform=False` does the same.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.language_model.levels import levels
from textgan.evaluation.language_model.sampler import NgramSampler
from textgan.evaluation.language_model.smoothing import SMOOTHINGS, Options, Smoothing
from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.counts import NgramCounts, merge
from textgan.evaluation.ngrams.packing import Keys, distinct, suffixes, tally
from textgan.evaluation.ngrams.windows import PADDING, Pieces, Rows, ends, pieces, windows

__all__ = ["Likelihood", "NgramModel", "predicted"]


@dataclass(frozen=True, kw_only=True)
class Likelihood:
    """The likelihood of lines under a model; the end of a line counts as a character.

    Attributes:
        lines: number of lines.
        characters: number of symbols predicted: the characters of all lines and their ends.
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


class NgramModel:
    """An n-gram model of a text.

    Args:
        text: (N, T) ids, N and T at least 1, all at once or in pieces; read once.
        vocabulary_size: V, one more than the largest id that may ever be scored.
        order: symbols of an n-gram; contexts have order − 1.
        end: the id of the padding, whose first place in a row is the end of the line.
        smoothing: the name of one of `SMOOTHINGS`.
        uniform: whether the empty context backs off to 1/V, and with `mle` a context never seen.
            `lidstone` and `laplace` add it in any case.
        discount: D of `kneser-ney` and `absolute-discounting`, in (0, 1]; None estimates it for
            each order.
        gamma: what `lidstone` adds to each count, above 0.

    Raises:
        ValueError: no text, ids outside [0, V), or an argument out of its range.
    """

    def __init__(
        self,
        text: Pieces,
        vocabulary_size: int,
        *,
        order: int = 4,
        end: int = 0,
        smoothing: str = "witten-bell",
        uniform: bool = True,
        discount: float | None = None,
        gamma: float = 1.0,
    ) -> None:
        if order < 1:
            raise ValueError(f"found order {order}, expected at least 1")
        rule = _rule(smoothing, vocabulary_size, discount, gamma)
        self.vocabulary_size = vocabulary_size
        self.order = order
        self.end = end
        self._lowest = 1 / vocabulary_size if uniform or rule.added else 0.0
        self._counts = self._count(text)
        self._levels = levels(self._counts, rule, uniform)

    def log2_probabilities(self, rows: Rows) -> NDArray[np.float64]:
        """Return log₂ P of each symbol of `rows` (N, T), 0 after a line's end: (N, T)."""
        scores = np.zeros(rows.shape)
        done = 0
        for piece in pieces(rows, self.vocabulary_size):
            keys, scored = self._contexts(piece)
            first, inverse = distinct(keys)  # each distinct n-gram is scored once
            scores[done : done + len(piece)][scored] = self._bits(keys[first])[inverse]
            done += len(piece)
        return scores

    def score_lines(self, rows: Rows) -> NDArray[np.float64]:
        """Return log₂ P of each line, its end included: (N,), mapped from a file if it is large."""
        scores = external.zeros(len(rows), np.float64)
        done = 0
        for piece in pieces(rows, self.vocabulary_size):
            scores[done : done + len(piece)] = self.log2_probabilities(piece).sum(axis=1)
            done += len(piece)
        return scores

    def score(self, text: Pieces) -> Likelihood:
        """Return the likelihood of all lines of `text` together, at least one."""
        lines, characters, bits = 0, 0, 0.0
        for rows, keys in self._ngrams(text):
            ngrams, occurrences = tally(keys, (self.vocabulary_size + 1) ** self.order)
            lines += len(rows)
            characters += len(keys)
            bits += float(occurrences @ self._bits(ngrams))
        return Likelihood(lines=lines, characters=characters, log2_likelihood=bits)

    def generate(self, m: int, length: int, seed: int, order: int | None = None) -> Rows:
        """Return m lines drawn from the unsmoothed shares of the text: (m, length).

        Args:
            m: number of lines.
            length: T; a line that has not ended by then is cut, others are padded with `end`.
            seed: of the draw. Line i does not depend on m.
            order: symbols of an n-gram, at most the order of the model; None: that order.
        """
        return self._sampler.lines(m, length, seed, self._checked(order))

    def drawn(self, m: int, length: int, seed: int, order: int | None = None) -> Iterator[Rows]:
        """Yield the lines of `generate` in pieces (·, length) of bounded size."""
        return self._sampler.pieces(m, length, seed, self._checked(order))

    def _checked(self, order: int | None) -> int:
        order = self.order if order is None else order
        if not 1 <= order <= self.order:
            raise ValueError(f"found order {order}, expected 1 to {self.order}, the model's")
        return order

    @cached_property
    def _sampler(self) -> NgramSampler:
        return NgramSampler(self._counts, end=self.end)

    def _bits(self, keys: Keys) -> NDArray[np.float64]:
        """Return log₂ P of the last symbol of n-grams of the highest order (M, W): (M,)."""
        # Shorter n-grams repeat more and more: each distinct one is looked up once.
        queries, within = {self.order: keys}, {}
        for n in range(self.order, self._levels[0].counts.n, -1):
            shorter = suffixes(queries[n], n, self.vocabulary_size + 1)
            first, within[n] = distinct(shorter)
            queries[n - 1] = shorter[first]
        lowest = self._levels[0].counts.n
        probability = np.full(len(queries[lowest]), self._lowest)
        of_order = {level.counts.n: level for level in self._levels}
        for n in range(lowest, self.order + 1):
            if n in within:
                probability = probability[within[n]]
            if n in of_order:
                probability = of_order[n].probabilities(queries[n], probability)
        with np.errstate(divide="ignore"):  # a probability of 0 is −∞ bits
            bits: NDArray[np.float64] = np.log2(probability)
        return bits

    def _count(self, text: Pieces) -> NgramCounts:
        """Return the counts of the n-grams of the highest order that end at a predicted symbol."""
        n, base = self.order, self.vocabulary_size + 1

        def parts() -> Iterator[NgramCounts]:
            for _, packed in self._ngrams(text):
                keys, counts = tally(packed, base**n)
                yield NgramCounts(n=n, vocabulary_size=base, keys=keys, counts=counts)

        return merge(parts())

    def _ngrams(self, text: Pieces) -> Iterator[tuple[Rows, Keys]]:
        """Yield the pieces of `text` with the n-grams that end at a predicted symbol."""
        empty = True
        for rows in pieces(text, self.vocabulary_size):
            empty = False
            yield rows, self._contexts(rows)[0]
        if empty:
            raise ValueError("found no rows of text, expected (N, T) ids, neither 0")

    def _contexts(self, rows: Rows) -> tuple[Keys, NDArray[np.bool_]]:
        """Return each predicted symbol behind its order − 1 symbols of context, and where it is.

        The n-grams are packed, (M, W); which of the positions are predicted is (N, T).
        """
        N, T = rows.shape
        start = self.vocabulary_size  # the start symbol: one id past the vocabulary
        wide = np.full((N, self.order - 1 + T), start, dtype=np.min_scalar_type(start))
        wide[:, self.order - 1 :] = rows
        keys, _ = windows(wide, self.order, start + 1)
        scored = np.arange(T) < predicted(rows, self.end)[:, None]
        return (keys if scored.all() else keys[scored.ravel()]), scored


def predicted(rows: Rows, end: int = PADDING) -> NDArray[np.intp]:
    """Return how many symbols of each row a model predicts, its end included if any: (N,)."""
    return np.minimum(ends(rows, end) + 1, rows.shape[1])


def _rule(smoothing: str, vocabulary_size: int, discount: float | None, gamma: float) -> Smoothing:
    if smoothing not in SMOOTHINGS:
        raise ValueError(f"found smoothing {smoothing!r}, expected one of {', '.join(SMOOTHINGS)}")
    discounted = ("absolute-discounting", "kneser-ney")
    if discount is not None and smoothing not in discounted:
        raise ValueError(f"found a discount for {smoothing}, which {' and '.join(discounted)} take")
    if discount is not None and not 0 < discount <= 1:
        raise ValueError(f"found a discount of {discount}, expected above 0, at most 1")
    if gamma <= 0:
        raise ValueError(f"found gamma {gamma}, expected above 0; mle adds nothing")
    return SMOOTHINGS[smoothing](
        Options(vocabulary_size=vocabulary_size, discount=discount, gamma=gamma)
    )
