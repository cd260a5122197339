"""The n-grams of each order of a smoothed model, with what their contexts hand over.

The equation is that of `smoothing`. A level holds, for the n-grams of one order, their counts and
c(h) + E(h) and M(h) of each context h.
"""

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.language_model.smoothing import Discounts, Smoothing, discounts_of
from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.counts import NgramCounts
from textgan.evaluation.ngrams.derived import shorten
from textgan.evaluation.ngrams.packing import Keys, find, pack, prefixes

__all__ = ["Level", "levels"]


class Level:
    """The n-grams of one order, and the totals of each of their contexts."""

    def __init__(self, counts: NgramCounts, rule: Smoothing) -> None:
        self.counts = counts
        self.discounts: Discounts = rule.discounts(_counts_of_counts(counts))

        def totals() -> Iterator[tuple[NDArray[Any], ...]]:
            for contexts, begin, occurrences in counts.contexts():
                yield contexts, *rule.share(occurrences, begin, self.discounts)

        # Contexts (C, W), ascending; c(h) + E(h), and M(h), both (C,).
        self.contexts, self.total, self.handed_over = external.join(totals())

    def probabilities(self, keys: Keys, shorter: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return P(w | h) of n-grams `keys` (M, W) from P(w | h'), `shorter` (M,): (M,)."""
        place = find(self.contexts, prefixes(keys, self.counts.n, self.counts.vocabulary_size))
        seen = self.counts.at(keys)
        share = seen - discounts_of(seen, self.discounts) + self.handed_over[place] * shorter
        probabilities = np.where(place >= 0, share / self.total[place], shorter)
        for column in (self.contexts, self.total, self.handed_over):
            external.release(column)
        return probabilities


def levels(counts: NgramCounts, rule: Smoothing, uniform: bool) -> list[Level]:
    """Return the levels of `rule`, from the shortest contexts to those of the n-grams of `counts`.

    A rule that does not interpolate has one level. There is none of an order longer than all lines,
    whose n-grams all begin with two start symbols.

    Args:
        counts: n-grams of the highest order.
        rule: of smoothing.
        uniform: whether the empty context backs off to 1/V.
    """
    if not rule.interpolated:
        return [Level(counts, rule)]
    of_orders: list[Level] = []
    while True:
        counted, left_out = _at_most_one_start(counts)
        # Without the uniform share, unigrams have nothing to hand over to.
        last = counts.n == 1 and not uniform
        if len(counted.keys):
            of_orders.insert(0, Level(counted, Smoothing() if last else rule))
        if counts.n == 1:
            return of_orders
        # The beginning of a line keeps its count: a start symbol has no continuations to count.
        shorter = [shorten(counted, continuation=rule.continuation), shorten(left_out)]
        # Keys stay in order: the first have no start symbol, the largest id, and the others do.
        keys, sums = external.join((part.keys, part.counts) for part in shorter)
        counts = replace(shorter[0], keys=keys, counts=sums)


def _at_most_one_start(counts: NgramCounts) -> tuple[NgramCounts, NgramCounts]:
    """Return the counts of n-grams that begin with one start symbol or none, and of the others."""
    cut = len(counts.keys)
    if counts.n > 1:
        # The start symbol is the largest id: keys from that of "start, start, 0, 0, …" on begin
        # with two. Those two always share the first word, and a bisection reads little of a file.
        start = np.array([counts.vocabulary_size - 1])
        first = pack([start, start, *[start * 0] * (counts.n - 2)], counts.vocabulary_size)
        cut = bisect_left(counts.keys[:, 0], first[0, 0])
    return (
        replace(counts, keys=counts.keys[:cut], counts=counts.counts[:cut]),
        replace(counts, keys=counts.keys[cut:], counts=counts.counts[cut:]),
    )


def _counts_of_counts(counts: NgramCounts) -> tuple[int, int, int, int]:
    """Return n₁ to n₄: how many n-grams occur once to four times."""
    number = np.zeros(6, dtype=np.int64)
    for _, occurrences in counts.slices():
        number += np.bincount(np.minimum(occurrences, 5), minlength=6)
    n1, n2, n3, n4 = number[1:5].tolist()
    return n1, n2, n3, n4
