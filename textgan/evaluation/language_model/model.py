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

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.language_model.levels import levels
from textgan.evaluation.language_model.queries import Queries, RowQueries, ngrams
from textgan.evaluation.language_model.sampler import NgramSampler
from textgan.evaluation.language_model.smoothing import SMOOTHINGS, Options, Smoothing
from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.counts import NgramCounts, merge
from textgan.evaluation.ngrams.packing import tally
from textgan.evaluation.ngrams.windows import Pieces, Rows, pieces

__all__ = ["Likelihood", "NgramModel"]

NO_ROWS = "found no rows of text, expected (N, T) ids, neither 0"


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
        for bits in self._scores(rows):
            scores[done : done + len(bits)] = bits
            done += len(bits)
        return scores

    def score_lines(
        self, rows: Rows, prepared: Iterable[RowQueries] | None = None
    ) -> NDArray[np.float64]:
        """Return log₂ P of each line, its end included: (N,), mapped from a file if it is large.

        `prepared` are the queries of the rows for the order of the model, if known.
        """
        scores = external.zeros(len(rows), np.float64)
        done = 0
        for bits in self._scores(rows, prepared):
            scores[done : done + len(bits)] = bits.sum(axis=1)
            done += len(bits)
        return scores

    def score(self, text: Pieces, prepared: Iterable[RowQueries] | None = None) -> Likelihood:
        """Return the likelihood of all lines of `text` together, at least one.

        `prepared` as in `score_lines`.
        """
        lines, characters, bits = 0, 0, 0.0
        for size, queries, times in (
            self._distinct(text) if prepared is None else map(_tallied, prepared)
        ):
            lines += size
            characters += int(times.sum())
            bits += float(times @ self._bits(queries))
        if not lines:
            raise ValueError(NO_ROWS)
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

    def _distinct(self, text: Pieces) -> Iterator[tuple[int, Queries, NDArray[np.int64]]]:
        """Yield the number of some rows, their n-grams, and how often each occurs."""
        n, V = self.order, self.vocabulary_size
        for rows in pieces(text, V):
            keys, times = tally(ngrams(rows, V, n, self.end)[0], (V + 1) ** n)
            yield len(rows), Queries(keys, n, V), times

    def _scores(
        self, rows: Rows, prepared: Iterable[RowQueries] | None = None
    ) -> Iterator[NDArray[np.float64]]:
        """Yield log₂ P of each symbol, 0 after a line's end, of some rows at a time: (·, T)."""
        if prepared is None:
            prepared = RowQueries.of(rows, self.vocabulary_size, self.order, self.end)
        for part in prepared:
            bits = np.zeros(part.scored.shape)
            bits[part.scored] = self._bits(part.queries)[part.place]
            yield bits

    def _bits(self, queries: Queries) -> NDArray[np.float64]:
        """Return log₂ P of the last symbol of each n-gram of the highest order: (K,)."""
        lowest = self._levels[0].counts.n
        probability = np.full(len(queries.keys(lowest)), self._lowest)
        of_order = {level.counts.n: level for level in self._levels}
        for n in range(lowest, self.order + 1):
            if n > lowest:
                probability = probability[queries.ending(n)]
            if n in of_order:
                probability = of_order[n].probabilities(queries.keys(n), probability)
        with np.errstate(divide="ignore"):  # a probability of 0 is −∞ bits
            bits: NDArray[np.float64] = np.log2(probability)
        return bits

    def _count(self, text: Pieces) -> NgramCounts:
        """Return the counts of the n-grams of the highest order that end at a predicted symbol."""
        n, base = self.order, self.vocabulary_size + 1

        def parts() -> Iterator[NgramCounts]:
            empty = True
            for _, queries, counts in self._distinct(text):
                empty = False
                keys = queries.keys(n)
                yield NgramCounts(n=n, vocabulary_size=base, keys=keys, counts=counts)
            if empty:
                raise ValueError(NO_ROWS)

        return merge(parts())


def _tallied(prepared: RowQueries) -> tuple[int, Queries, NDArray[np.int64]]:
    return len(prepared.scored), prepared.queries, np.bincount(prepared.place)


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
