"""Smoothing rules: how a language model divides probability between seen and unseen n-grams.

All rules are one equation, applied from the longest context h down to the empty one:

    P(w | h) = (c(hw) − D(c(hw)) + M(h) P(w | h')) / (c(h) + E(h)),   M(h) = E(h) + Σ_w D(c(hw))

c counts, and h' is h without its first symbol. The discount D is subtracted from each count that is
not 0, E is added to the total of a context, and M, the sum of both, goes to the shorter context. So
the probabilities of a context sum to 1 whatever D and E are, if those of h' do. A context never
seen hands over all its probability to h', and so does one that begins with two start symbols or
more (see `model`), which is left out of all counts and estimates here.

| name | D | E(h) | of shorter contexts |
|---|---|---|---|
| `mle` | 0 | 0 | not used |
| `lidstone` | 0 | gamma · V | the uniform 1/V in place of P(w given h') |
| `laplace` | 0 | V | the same: Lidstone with gamma = 1 |
| `witten-bell` | 0 | N₁₊(h·), how many distinct symbols follow h | counts |
| `absolute-discounting` | one for all counts | 0 | counts |
| `kneser-ney` | one for all counts | 0 | continuations |
| `modified-kneser-ney` | three: of counts 1, 2, and 3 or more | 0 | continuations |

Decisions that a reader could get wrong:

- Continuations replace counts in every order except the highest: c(hw) is then N₁₊(·hw), the number
  of distinct symbols before hw, the start symbol included. n-grams that begin with a start symbol
  keep their counts, as in KenLM and SRILM: nothing precedes a line, or each line is preceded by
  something else. A continuation of 1 would make all first symbols seen equally likely: 3.7 bits per
  symbol of held-out names at order 6 instead of 2.9.
- Discounts that are not set are estimated for each order from its counts of counts n₁…n₄:
  Y = n₁/(n₁ + 2n₂), D = Y for one discount, D_k = k − (k + 1) Y n_{k+1}/n_k for three. nltk uses
  0.1 for Kneser-Ney and 0.75 for absolute discounting instead.
- A ratio n_{k+1}/n_k of fewer than SURE n-grams is uncertain, so they are filled up to SURE with
  n-grams of the ratio of a power law, n_k ∝ k^−s with s = log₂(n₁/n₂):

      r_k = (n_{k+1} + q_k (SURE − n_k)⁺) / max(n_k, SURE),   q₁ = 1/3, q_k = r₁^log₂(1 + 1/k)

  (q₁ is the ratio for s = log₂ 3, about that of n-grams of text.) D_k is then limited to [0.1, k],
  so that M is never 0. KenLM instead sets all D of an order to 0.5, 1 and 1.5 if one of the n is 0
  or a D_k out of range. In sparse orders a single n-gram can decide that: D₁ jumped from 0.96 to
  0.5, and models of two samples of one text were 0.2 bits per symbol apart.

Sources: Witten & Bell 1991 (method C); Ney, Essen & Kneser 1994; Kneser & Ney 1995; Chen & Goodman
1999, "An empirical study of smoothing techniques for language modeling", equation 26.
"""

from collections.abc import Callable
from dataclasses import dataclass
from math import log2
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["SMOOTHINGS", "Discounts", "Options", "Smoothing", "three_discounts"]

Discounts = tuple[float, float, float]  # of counts 1, 2, and 3 or more
CountsOfCounts = tuple[int, int, int, int]  # n₁…n₄: how many n-grams have a count of 1…4
SURE = 100  # n-grams that are enough for a ratio of counts of counts
RATIO = 1 / 3  # n₂/n₁ where there are no n-grams
MIN_DISCOUNT = 0.1  # so that unseen n-grams are never impossible


@dataclass(frozen=True, kw_only=True)
class Options:
    """The options of all rules.

    Attributes:
        vocabulary_size: V, the symbols that can be predicted.
        discount: D of all counts; None: estimated.
        gamma: added to each count by Lidstone's rule.
    """

    vocabulary_size: int
    discount: float | None = None
    gamma: float = 1.0


def no_discounts(counts_of_counts: CountsOfCounts) -> Discounts:
    """Return 0 for all counts."""
    return 0.0, 0.0, 0.0


def one_discount(counts_of_counts: CountsOfCounts) -> Discounts:
    """Return n₁/(n₁ + 2n₂) for all counts, n₁ and n₂ filled up where they are few."""
    D = max(MIN_DISCOUNT, 1 / (1 + 2 * _ratios(counts_of_counts)[0]))
    return D, D, D


def three_discounts(counts_of_counts: CountsOfCounts) -> Discounts:
    """Return D₁, D₂ and D₃ of Chen & Goodman 1999, equation 26, few n-grams filled up.

    >>> three_discounts((800, 400, 200, 100))  # Y = 800/1600
    (0.5, 1.25, 2.0)
    """
    ratios = _ratios(counts_of_counts)
    Y = 1 / (1 + 2 * ratios[0])
    D1, D2, D3 = (
        min(max(k - (k + 1) * Y * ratio, MIN_DISCOUNT), k)
        for k, ratio in enumerate(ratios, start=1)
    )
    return D1, D2, D3


def _ratios(counts_of_counts: CountsOfCounts) -> tuple[float, float, float]:
    """Return n₂/n₁, n₃/n₂ and n₄/n₃, filled up by those of a power law."""
    n = (0, *counts_of_counts)

    def ratio(k: int, expected: float) -> float:
        return (n[k + 1] + expected * max(0, SURE - n[k])) / max(n[k], SURE)

    first = ratio(1, RATIO)
    return first, ratio(2, first ** log2(3 / 2)), ratio(3, first ** log2(4 / 3))


@dataclass(frozen=True, kw_only=True)
class Smoothing:
    """One smoothing rule.

    Attributes:
        discounts: D, from the counts of counts of an order.
        added: the part of E that all contexts have.
        added_per_successor: the part of E for each distinct symbol that follows.
        interpolated: whether the next estimate is that of the shorter context, and not 1/V.
        continuation: whether shorter contexts count continuations.
    """

    discounts: Callable[[CountsOfCounts], Discounts] = no_discounts
    added: float = 0.0
    added_per_successor: float = 0.0
    interpolated: bool = True
    continuation: bool = False

    def share(
        self, counts: NDArray[np.int64], starts: NDArray[np.intp], discounts: Discounts
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return c(h) + E(h) and M(h) of contexts, both (C,).

        `counts` (K,) are those of their n-grams, context by context, which begin at `starts` (C,).
        """
        successors = np.diff(starts, append=len(counts))
        extra = self.added + self.added_per_successor * successors
        totals = np.add.reduceat(counts, starts) + extra
        return totals, extra + np.add.reduceat(discounts_of(counts, discounts), starts)


def discounts_of(counts: NDArray[np.integer[Any]], discounts: Discounts) -> NDArray[np.float64]:
    """Return D of each of `counts`, 0 of those that are 0."""
    discount: NDArray[np.float64] = np.array([0.0, *discounts])[np.minimum(counts, len(discounts))]
    return discount


def _mle(options: Options) -> Smoothing:
    return Smoothing(interpolated=False)


def _lidstone(options: Options) -> Smoothing:
    return Smoothing(added=options.gamma * options.vocabulary_size, interpolated=False)


def _laplace(options: Options) -> Smoothing:
    return Smoothing(added=options.vocabulary_size, interpolated=False)


def _witten_bell(options: Options) -> Smoothing:
    return Smoothing(added_per_successor=1.0)


def _absolute_discounting(options: Options) -> Smoothing:
    return Smoothing(discounts=_set_or_estimated(options.discount))


def _kneser_ney(options: Options) -> Smoothing:
    return Smoothing(discounts=_set_or_estimated(options.discount), continuation=True)


def _modified_kneser_ney(options: Options) -> Smoothing:
    return Smoothing(discounts=three_discounts, continuation=True)


def _set_or_estimated(discount: float | None) -> Callable[[CountsOfCounts], Discounts]:
    if discount is None:
        return one_discount
    return lambda counts_of_counts: (discount, discount, discount)


SMOOTHINGS: dict[str, Callable[[Options], Smoothing]] = {
    "mle": _mle,
    "lidstone": _lidstone,
    "laplace": _laplace,
    "witten-bell": _witten_bell,
    "absolute-discounting": _absolute_discounting,
    "kneser-ney": _kneser_ney,
    "modified-kneser-ney": _modified_kneser_ney,
}
