"""Jensen-Shannon divergence of n-grams, and the floor that real text itself shows.

    JSD(P, Q) = ½ KL(P ‖ M) + ½ KL(Q ‖ M),   M = (P + Q) / 2,   in bits: 0 equal, 1 disjoint

P and Q are the unsmoothed shares of n-grams over all T − n + 1 windows of the padded rows
(Gulrajani et al. 2017, "Improved Training of Wasserstein GANs", text experiment).

The figure depends on the number of rows: m lines of real text against the rest score well above 0,
the more so the higher n. Compare it with the floor of the same m; alone it says little.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from textgan.evaluation.metrics.ngram_distance import ngram_distance
from textgan.evaluation.metrics.workspace import Workspace
from textgan.evaluation.ngrams.counts import NgramCounts, check_comparable, count, count_orders
from textgan.evaluation.ngrams.windows import Rows
from textgan.evaluation.report.report import SampleSizes
from textgan.evaluation.statistics.seeding import choose, generator
from textgan.evaluation.text.texts import rows_at

__all__ = ["JSD", "TEXT_JSD", "Floor", "JsdReference", "by_size", "jsd"]


def jsd(p: NgramCounts, q: NgramCounts) -> float:
    """Return the Jensen-Shannon divergence of two sets of n-gram counts, in bits.

    Only the n-grams of the smaller set are looked up in the larger: an n-gram of Q that P lacks
    has M = Q / 2 and adds its share of Q times log₂ 2 = 1, all of them together 1 − Q(shared).

    Raises:
        ValueError: the two differ in n or in vocabulary size, or one of them is empty.
    """
    check_comparable(p, q)
    if len(p.counts) > len(q.counts):
        p, q = q, p
    p_total, q_total = p.total, q.total
    p_bits, q_bits, in_both = 0.0, 0.0, 0
    for keys, p_counts in p.slices():
        q_counts = q.at(keys)
        shared = q_counts > 0
        in_both += int(q_counts.sum())
        p_share = p_counts / p_total
        q_share = q_counts / q_total
        mix = (p_share + q_share) / 2
        p_bits += float(p_share @ np.log2(p_share / mix))
        q_bits += float(q_share[shared] @ np.log2(q_share[shared] / mix[shared]))
    return max(0.0, (p_bits + (q_bits + (q_total - in_both) / q_total)) / 2)


@dataclass(frozen=True, kw_only=True)
class Floor:
    """What real text scores against real text.

    Attributes:
        m: how many held-out rows were drawn; fewer than wanted where there are no more.
        jsd: the divergence by order.
    """

    m: int
    jsd: Mapping[int, float]


class JsdReference:
    """Reference rows, counted once, with which sets of rows are compared.

    Args:
        rows: (N, T) ids, padding included; N at least 1 and T at least the highest order.
        vocabulary_size: one more than the largest id that any compared row may hold.
        orders: the n of the n-grams.
    """

    def __init__(
        self, rows: Rows, vocabulary_size: int, orders: Sequence[int] = (1, 2, 3, 4)
    ) -> None:
        self.vocabulary_size = vocabulary_size
        self.size = len(rows)
        self.counts = count_orders(rows, orders, vocabulary_size)

    def __call__(self, rows: Rows) -> dict[int, float]:
        """Return the divergence in bits of `rows` (m, T) from the reference, by order."""
        counts = count_orders(rows, self.counts, self.vocabulary_size)
        return {n: jsd(counts[n], reference) for n, reference in self.counts.items()}

    def floor(self, held_out: Rows, m: int, seed: int = 0) -> Floor | None:
        """Return the divergence of m `held_out` rows, drawn without replacement by `seed`.

        Where there are fewer than m, all are taken: the floor is then that of its own `m`, higher
        than one of m rows. None where there are no held-out rows.
        """
        if not len(held_out):
            return None
        rows = held_out[choose(len(held_out), m, seed, "floor")]
        return Floor(m=len(rows), jsd=self(rows))


JSD = ngram_distance(
    jsd,
    "jsd",
    padded=True,
    name="jsd",
    title="JSD of {n}-grams",
    unit="bits",
    better="lower",
    form="z.4f",
    blind_to="everything longer than n symbols, which n-grams come in one line, and copying",
)

TEXT_JSD = ngram_distance(
    jsd,
    "jsd",
    padded=False,
    name="text-jsd",
    title="JSD of {n}-grams without padding",
    unit="bits",
    better="lower",
    form="z.4f",
    compared=False,
    blind_to="lengths of lines; else as jsd",
)


def by_size(work: Workspace, n: int) -> SampleSizes:
    """Return JSD-n at 100, 316, 1,000 … lines up to all, of samples and of held-out lines."""
    training = count(work.texts.training, n, work.V, width=work.width)
    drawn, real = work.of_equal_size(work.samples, work.held_out)
    rng = generator(work.seed, "sizes")
    steps = [round(10 ** (k / 2)) for k in range(4, 15)]
    sizes = [m for m in steps if m < len(drawn)] + [len(drawn)]

    def divergences(rows: Rows) -> tuple[float, ...]:
        order = rng.permutation(len(rows))
        parts = (rows_at(rows, np.sort(order[:m])) for m in sizes)
        return tuple(jsd(count(part, n, work.V, width=work.width), training) for part in parts)

    samples, held_out = divergences(drawn.rows), divergences(real.rows)
    return SampleSizes(measure=f"jsd{n}", sizes=tuple(sizes), samples=samples, real=held_out)
