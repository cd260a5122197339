"""How a language model shares out probability between what it has seen and what it has not.

All rules are one equation, applied from the longest context h down to the empty one:

    P(w | h) = (c(hw) − D(c(hw)) + M(h) P(w | h')) / (c(h) + E(h)),   M(h) = E(h) + Σ_w D(c(hw))

c counts and h' is h without its first symbol. D is what is taken off each count that is not 0, E
what is added to the whole of a context, and M, all of it together, goes to the shorter context. So
the probabilities of a context sum to 1 whatever D and E are, as long as those of h' do. A context
never seen hands over to h' whole, and so does one that begins with two start symbols or more (see
`likelihood`): it is left out of all that is counted and estimated here.

| name | D | E(h) | of shorter contexts |
|---|---|---|---|
| `mle` | 0 | 0 | not asked |
| `lidstone` | 0 | gamma · V | the uniform 1/V in place of P(w given h') |
| `laplace` | 0 | V | the same: Lidstone with gamma = 1 |
| `witten-bell` | 0 | N₁₊(h·), how many distinct symbols follow h | counts |
| `absolute-discounting` | one for all counts | 0 | counts |
| `kneser-ney` | one for all counts | 0 | continuations |
| `modified-kneser-ney` | three: of counts 1, 2, and 3 or more | 0 | continuations |

Decisions that a reader could get wrong:

- Continuations stand in for counts in every order but the highest: c(hw) is then N₁₊(·hw), by how
  many distinct symbols hw is preceded, the start symbol being one of them. n-grams that themselves
  begin with a start symbol keep their counts, as in KenLM and SRILM: nothing precedes a line, or
  each line is preceded by something else. A continuation of 1 would make all first symbols seen
  equally likely: 3.7 bits a symbol of held-out names at order 6 instead of 2.9.
- Discounts not given are estimated, for each order apart, from the counts of counts n₁…n₄ of what
  that order counts: Y = n₁/(n₁ + 2n₂), D = Y for one discount, D_k = k − (k + 1) Y n_{k+1}/n_k for
  three. nltk has 0.1 for Kneser-Ney and 0.75 for absolute discounting instead.
- A ratio n_{k+1}/n_k of fewer than SURE n-grams says little, so they are filled up to SURE with
  n-grams of the ratio that a power law has, n_k ∝ k^−s, s being log₂ of n₁/n₂:

      r_k = (n_{k+1} + q_k (SURE − n_k)⁺) / max(n_k, SURE),   q₁ = 1/3, q_k = r₁^log₂(1 + 1/k)

  (q₁ is that of s = log₂ 3, about what n-grams of text have.) D_k is then kept within [0.1, k], so
  that something is always handed over. KenLM drops a whole order to 0.5, 1 and 1.5 instead where
  one of the n is 0 or a D_k out of range. In sparse orders one n-gram more or less decides that: D₁
  jumped from 0.96 to 0.5, and models of two samples of one text were 0.2 bits a symbol apart.

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
SURE = 100  # n-grams that are enough to tell a ratio of counts of counts
RATIO = 1 / 3  # n₂/n₁ where nothing tells it
LEAST = 0.1  # a discount: what is unseen is never impossible


@dataclass(frozen=True, kw_only=True)
class Options:
    """What a rule may depend on.

    Attributes:
        vocabulary_size: V, the symbols that can be predicted.
        discount: D of all counts; None estimates it.
        gamma: what Lidstone's rule adds to each count.
    """

    vocabulary_size: int
    discount: float | None = None
    gamma: float = 1.0


def no_discounts(counts_of_counts: CountsOfCounts) -> Discounts:
    """Return 0 for all counts."""
    return 0.0, 0.0, 0.0


def one_discount(counts_of_counts: CountsOfCounts) -> Discounts:
    """Return n₁/(n₁ + 2n₂) for all counts, n₁ and n₂ filled up where they are few."""
    D = max(LEAST, 1 / (1 + 2 * _ratios(counts_of_counts)[0]))
    return D, D, D


def three_discounts(counts_of_counts: CountsOfCounts) -> Discounts:
    """Return D₁, D₂ and D₃ of Chen & Goodman 1999, equation 26, few n-grams filled up.

    >>> three_discounts((800, 400, 200, 100))  # Y = 800/1600
    (0.5, 1.25, 2.0)
    """
    ratios = _ratios(counts_of_counts)
    Y = 1 / (1 + 2 * ratios[0])
    one, two, three = (
        min(max(k - (k + 1) * Y * ratio, LEAST), k) for k, ratio in enumerate(ratios, start=1)
    )
    return one, two, three


def _ratios(counts_of_counts: CountsOfCounts) -> tuple[float, float, float]:
    """Return n₂/n₁, n₃/n₂ and n₄/n₃, drawn towards those of a power law where the lower is few."""
    n = (0, *counts_of_counts)

    def ratio(k: int, expected: float) -> float:
        return (n[k + 1] + expected * max(0, SURE - n[k])) / max(n[k], SURE)

    first = ratio(1, RATIO)
    return first, ratio(2, first ** log2(3 / 2)), ratio(3, first ** log2(4 / 3))


@dataclass(frozen=True, kw_only=True)
class Smoothing:
    """One rule.

    Attributes:
        discounts: D, from the counts of counts of an order.
        added: what E holds for every context.
        added_per_successor: what E holds for each distinct symbol that follows.
        interpolated: whether shorter contexts are asked, and not the uniform 1/V at once.
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
        """Return c(h) + E(h) and M(h) of some contexts, both (C,).

        `counts` (K,) are those of their n-grams, context by context, which begin at `starts` (C,).
        """
        successors = np.diff(starts, append=len(counts))
        extra = self.added + self.added_per_successor * successors
        whole = np.add.reduceat(counts, starts) + extra
        return whole, extra + np.add.reduceat(taken_off(counts, discounts), starts)


def taken_off(counts: NDArray[np.integer[Any]], discounts: Discounts) -> NDArray[np.float64]:
    """Return D of each of `counts`, 0 of those that are 0."""
    taken: NDArray[np.float64] = np.array([0.0, *discounts])[np.minimum(counts, len(discounts))]
    return taken


def _mle(options: Options) -> Smoothing:
    return Smoothing(interpolated=False)


def _lidstone(options: Options) -> Smoothing:
    return Smoothing(added=options.gamma * options.vocabulary_size, interpolated=False)


def _laplace(options: Options) -> Smoothing:
    return Smoothing(added=options.vocabulary_size, interpolated=False)


def _witten_bell(options: Options) -> Smoothing:
    return Smoothing(added_per_successor=1.0)


def _absolute_discounting(options: Options) -> Smoothing:
    return Smoothing(discounts=_given_or_one(options.discount))


def _kneser_ney(options: Options) -> Smoothing:
    return Smoothing(discounts=_given_or_one(options.discount), continuation=True)


def _modified_kneser_ney(options: Options) -> Smoothing:
    return Smoothing(discounts=three_discounts, continuation=True)


def _given_or_one(discount: float | None) -> Callable[[CountsOfCounts], Discounts]:
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
