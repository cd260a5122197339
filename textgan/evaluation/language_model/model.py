"""A smoothed n-gram language model of id rows, for scoring lines and for drawing some.

How the counts become probabilities is said in `smoothing`. What a line is, here:

- A row is its symbols up to its first padding, and that padding once: it is the end of the line, so
  lengths count. A row that fills all T positions has been cut, or may have been, and has no end.
  So the probabilities of all rows of length T sum to 1.
- Contexts at the start of a line hold start symbols, n − 1 of them before its first symbol, which
  are never predicted. Rules that ask shorter contexts are told of one only: a context that begins
  with two says what the next shorter one says, of the same lines, and would charge what is unseen
  again. It hands over whole, as if never seen. Charged five times at order 6, a first letter that
  begins none of 100,000 names cost 65 bits; charged once, 18. The other rules, and the lines that
  are drawn, keep all n − 1.
- The empty context backs off to the uniform 1/V, so that no symbol below V scores −∞, unless
  unsmoothed shares (`mle`) are asked for. nltk stops at the unigrams, and gives 0 to everything
  after a context that `mle` has not seen; `uniform=False` does the same.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.language_model.sampler import NgramSampler
from textgan.evaluation.language_model.smoothing import (
    SMOOTHINGS,
    Discounts,
    Options,
    Smoothing,
    taken_off,
)
from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.counts import NgramCounts, merge, shorten
from textgan.evaluation.ngrams.packing import (
    Keys,
    distinct,
    find,
    pack,
    prefixes,
    starts,
    suffixes,
    tally,
)
from textgan.evaluation.ngrams.windows import Pieces, Rows, pieces

__all__ = ["Likelihood", "NgramModel"]


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


class NgramModel:
    """A model of the text that it is given.

    Args:
        text: (N, T) ids, N and T at least 1, all at once or in pieces; read once.
        vocabulary_size: V, one more than the largest id that may ever be scored.
        order: symbols to an n-gram, so contexts of order − 1.
        end: the id of the padding, whose first place in a row is the end of the line.
        smoothing: the name of one of `SMOOTHINGS`.
        uniform: whether the empty context backs off to 1/V, and so does, for `mle`, a context never
            seen. `lidstone` and `laplace` add it in any case.
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
        self._levels = _levels(self._counts, rule, uniform)

    def log2_probabilities(self, rows: Rows) -> NDArray[np.float64]:
        """Return log₂ P of each symbol of `rows` (N, T), 0 after a line's end: (N, T)."""
        scores = np.zeros(rows.shape)
        done = 0
        for piece in pieces(rows, self.vocabulary_size):
            predicted = _predicted(piece, self.end)
            # Text repeats itself: each distinct n-gram is scored once.
            keys = self._keys(piece, predicted)
            some, which = distinct(keys)
            scores[done : done + len(piece)][predicted] = self._bits(keys[some])[which]
            done += len(piece)
        return scores

    def score_lines(self, rows: Rows) -> NDArray[np.float64]:
        """Return log₂ P of each line, its end included: (N,)."""
        scores = np.empty(len(rows))
        done = 0
        for piece in pieces(rows, self.vocabulary_size):
            scores[done : done + len(piece)] = self.log2_probabilities(piece).sum(axis=1)
            done += len(piece)
        return scores

    def score(self, text: Pieces) -> Likelihood:
        """Return the likelihood of all lines of `text` together, at least one."""
        lines, characters, bits = 0, 0, 0.0
        for rows, keys in self._ngrams(text):
            some, occurrences = tally(keys, (self.vocabulary_size + 1) ** self.order)
            lines += len(rows)
            characters += len(keys)
            bits += float(occurrences @ self._bits(some))
        return Likelihood(lines=lines, characters=characters, log2_likelihood=bits)

    def generate(self, m: int, length: int, seed: int, order: int | None = None) -> Rows:
        """Return m lines drawn from the unsmoothed shares of the text: (m, length).

        Args:
            m: how many.
            length: T; a line that has not ended by then is cut, others are padded with `end`.
            seed: of the draw. Line i is the same whatever m is.
            order: symbols to an n-gram, at most that of the model, which is taken for None.
        """
        return self._sampler.lines(m, length, seed, self._known(order))

    def drawn(self, m: int, length: int, seed: int, order: int | None = None) -> Iterator[Rows]:
        """Yield the lines of `generate` in pieces (·, length) of bounded size."""
        return self._sampler.pieces(m, length, seed, self._known(order))

    def _known(self, order: int | None) -> int:
        order = self.order if order is None else order
        if not 1 <= order <= self.order:
            raise ValueError(f"found order {order}, expected 1 to {self.order}, the model's")
        return order

    @cached_property
    def _sampler(self) -> NgramSampler:
        return NgramSampler(self._counts, end=self.end)

    def _bits(self, keys: Keys) -> NDArray[np.float64]:
        """Return log₂ P of the last symbol of n-grams of the highest order (M, W): (M,)."""
        # Shorter n-grams repeat themselves more and more: each distinct one is looked up once.
        queries, within = {self.order: keys}, {}
        for n in range(self.order, self._levels[0].counts.n, -1):
            ends = suffixes(queries[n], n, self.vocabulary_size + 1)
            some, within[n] = distinct(ends)
            queries[n - 1] = ends[some]
        lowest = self._levels[0].counts.n
        probability = np.full(len(queries[lowest]), self._lowest)
        levels = {level.counts.n: level for level in self._levels}
        for n in range(lowest, self.order + 1):
            if n in within:
                probability = probability[within[n]]
            if n in levels:
                probability = levels[n].probabilities(queries[n], probability)
        with np.errstate(divide="ignore"):  # where nothing is handed over, 0 is meant
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
            yield rows, self._keys(rows, _predicted(rows, self.end))
        if empty:
            raise ValueError("found no rows of text, expected (N, T) ids, neither 0")

    def _keys(self, rows: Rows, predicted: NDArray[np.bool_]) -> Keys:
        """Return each predicted symbol with the order − 1 symbols before it, packed: (M, W)."""
        N, T = rows.shape
        start = self.vocabulary_size  # the start symbol: one id past the vocabulary
        wide = np.full((N, self.order - 1 + T), start, dtype=np.min_scalar_type(start))
        wide[:, self.order - 1 :] = rows
        keys = pack([wide[:, k : k + T] for k in range(self.order)], start + 1)
        return keys if predicted.all() else keys[predicted.ravel()]


class _Level:
    """The n-grams of one order and what is known of each of their contexts."""

    def __init__(self, counts: NgramCounts, rule: Smoothing) -> None:
        self.counts = counts
        self.discounts: Discounts = rule.discounts(_counts_of_counts(counts))

        def blocks() -> Iterator[tuple[NDArray[Any], ...]]:
            for keys, occurrences in counts.blocks():
                before = prefixes(keys, counts.n, counts.vocabulary_size)
                new = starts(before)
                yield before[new], *rule.share(occurrences, new, self.discounts)

        # Contexts (C, W), ascending; c(h) + E(h), and M(h), both (C,).
        self.contexts, self.whole, self.handed_over = external.join(blocks())

    def probabilities(self, keys: Keys, shorter: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return P(w | h) of n-grams `keys` (M, W), given P(w | h') in `shorter` (M,): (M,)."""
        place = find(self.contexts, prefixes(keys, self.counts.n, self.counts.vocabulary_size))
        seen = self.counts.at(keys)
        share = seen - taken_off(seen, self.discounts) + self.handed_over[place] * shorter
        found = np.where(place >= 0, share / self.whole[place], shorter)
        for column in (self.contexts, self.whole, self.handed_over):
            external.release(column)
        return found


def _levels(counts: NgramCounts, rule: Smoothing, uniform: bool) -> list[_Level]:
    """Return what `rule` asks, from the shortest contexts to those of the n-grams of `counts`.

    An order above all lines, whose n-grams all begin with two start symbols, has nothing to tell.
    """
    if not rule.interpolated:
        return [_Level(counts, rule)]
    levels: list[_Level] = []
    while True:
        told, repeated = _at_most_one_start(counts)
        # Without the uniform share there is nothing to hand over to below the unigrams.
        last = counts.n == 1 and not uniform
        if len(told.keys):
            levels.insert(0, _Level(told, Smoothing() if last else rule))
        if counts.n == 1:
            return levels
        # What begins a line is counted as it occurs: a start symbol has no continuations to count.
        shorter = [shorten(told, continuation=rule.continuation), shorten(repeated)]
        # Keys stay in order: the first hold no start symbol, the largest id, and the others do.
        keys, sums = external.join((part.keys, part.counts) for part in shorter)
        counts = replace(shorter[0], keys=keys, counts=sums)


def _at_most_one_start(counts: NgramCounts) -> tuple[NgramCounts, NgramCounts]:
    """Return the counts of n-grams that begin with one start symbol or none, and of the others."""
    cut = len(counts.keys)
    if counts.n > 1:
        # The start symbol is the largest id: keys from that of "start, start, 0, 0, …" on begin
        # with two. Those two always share the first word, and a bisection reads no file whole.
        start = np.array([counts.vocabulary_size - 1])
        first = pack([start, start, *[start * 0] * (counts.n - 2)], counts.vocabulary_size)
        cut = bisect_left(counts.keys[:, 0], first[0, 0])
    return (
        replace(counts, keys=counts.keys[:cut], counts=counts.counts[:cut]),
        replace(counts, keys=counts.keys[cut:], counts=counts.counts[cut:]),
    )


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


def _counts_of_counts(counts: NgramCounts) -> tuple[int, int, int, int]:
    found = np.zeros(6, dtype=np.int64)
    for _, some in counts.blocks():
        found += np.bincount(np.minimum(some, 5), minlength=6)
    once, twice, thrice, four_times = found[1:5].tolist()
    return once, twice, thrice, four_times


def _predicted(rows: Rows, end: int) -> NDArray[np.bool_]:
    """Return which positions a line holds, its end included: (N, T)."""
    predicted = np.ones(rows.shape, dtype=bool)
    np.logical_and.accumulate(rows[:, :-1] != end, axis=1, out=predicted[:, 1:])
    return predicted
