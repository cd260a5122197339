"""Precision against recall of n-grams along mixtures of both texts, and the area under the curve.

The divergence frontier (Djolonga et al. 2020, "Precision-Recall Curves Using Information Divergence
Frontiers"), as MAUVE draws it (Pillutla et al. 2021, "MAUVE: Measuring the Gap Between Neural Text
and Human Text", section 2): P and Q are the shares of 4-grams of the samples and of real text,

    R_λ = λP + (1 − λ)Q,   precision = exp(−c KL(P ‖ R_λ)),   recall = exp(−c KL(Q ‖ R_λ)),   c = 5

for λ from 0 to 1. The area is 1 where P = Q. Where they have nothing in common the points are
(λᶜ, (1 − λ)ᶜ), and the area is Γ(c + 1)² / Γ(2c + 1) = 1/252. MAUVE has clusters of a network's
embeddings in place of n-grams: its figures cannot be compared with these.

Like JSD, whose two terms are these at λ = ½, the area depends on the number of lines.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.metrics.metric import Metric, StandardError
from textgan.evaluation.metrics.workspace import Case, LineSet, Workspace
from textgan.evaluation.ngrams.counts import NgramCounts, count, merge, shared
from textgan.evaluation.report.report import Frontier
from textgan.evaluation.statistics.jackknife import standard_error_of_sum

__all__ = ["FRONTIER", "Curve", "curve", "frontier_of_both"]

ORDER = 4  # at which figures are published
SCALE = 5.0  # c
LAMBDAS = np.arange(1, 100) / 100

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Curve:
    """Points of the frontier, at each λ of LAMBDAS and at both ends.

    Attributes:
        precision: of the samples, from 0 to 1, (101,): how little of P lies where Q has nothing.
        recall: from 1 to 0, (101,): how little of Q lies where P has nothing.
    """

    precision: Floats
    recall: Floats

    @property
    def area(self) -> float:
        """The area under precision over recall."""
        y, x = self.precision, self.recall
        return float(((y[1:] + y[:-1]) / 2) @ (x[:-1] - x[1:]))

    @property
    def weights(self) -> tuple[Floats, Floats]:
        """∂ area / ∂ KL(P ‖ R_λ) and ∂ area / ∂ KL(Q ‖ R_λ) at each of LAMBDAS, (99,) each.

        The area is Σ_j (y_j + y_{j+1})/2 · (x_j − x_{j+1}) of precision y and recall x.
        """
        y, x = self.precision, self.recall
        by_precision = (x[:-2] - x[2:]) / 2
        by_recall = (y[2:] - y[:-2]) / 2
        return -SCALE * y[1:-1] * by_precision, -SCALE * x[1:-1] * by_recall


def curve(p: NgramCounts, q: NgramCounts) -> Curve:
    """Return the frontier of two sets of n-gram counts, `p` of the samples.

    Only n-grams that both have are looked at: one that Q lacks adds −log λ times its share of P to
    KL(P ‖ R_λ), one that P lacks −log(1 − λ) times its share of Q to KL(Q ‖ R_λ).

    Raises:
        ValueError: the two differ in n or in vocabulary size, or one of them is empty.
    """
    of_p, of_q = np.zeros(len(LAMBDAS)), np.zeros(len(LAMBDAS))
    p_shared, q_shared = 0.0, 0.0
    p_total, q_total = p.total, q.total
    for p_counts, q_counts in shared(p, q):
        p_share, q_share = p_counts / p_total, q_counts / q_total
        p_shared, q_shared = p_shared + float(p_share.sum()), q_shared + float(q_share.sum())
        for j, mix in enumerate(LAMBDAS):
            r = mix * p_share + (1 - mix) * q_share
            of_p[j] += float(p_share @ np.log(p_share / r))
            of_q[j] += float(q_share @ np.log(q_share / r))
    of_p -= (1 - p_shared) * np.log(LAMBDAS)
    of_q -= (1 - q_shared) * np.log(1 - LAMBDAS)
    precision, recall = (np.exp(-SCALE * np.maximum(kl, 0)) for kl in (of_p, of_q))
    return Curve(np.concatenate([[0], precision, [1]]), np.concatenate([[1], recall, [0]]))


def _term(weights: tuple[Floats, Floats], p: Floats, q: Floats) -> Floats:
    """Return what an n-gram of these shares adds to the area, linear in the divergences, (K,)."""
    sum_of_terms = np.zeros_like(p)
    for mix, by_p, by_q in zip(LAMBDAS, *weights, strict=True):
        r = mix * p + (1 - mix) * q
        for share, weight in ((p, by_p), (q, by_q)):
            ratio = np.divide(share, r, out=np.ones_like(p), where=share > 0)
            sum_of_terms += weight * share * np.log(ratio)
    return sum_of_terms


def _slope(weights: tuple[Floats, Floats], p: Floats, q: Floats) -> Floats:
    """Return its derivative by p, which is above 0, (K,)."""
    slope = np.zeros_like(p)
    for mix, by_p, by_q in zip(LAMBDAS, *weights, strict=True):
        r = mix * p + (1 - mix) * q
        slope += by_p * (np.log(p / r) + 1 - mix * p / r) - by_q * mix * q / r
    return slope


def _counts(work: Workspace, lines: LineSet) -> NgramCounts:
    return work.cached(
        ("frontier", lines), lambda: count(lines.rows, ORDER, work.V, width=work.width)
    )


def _reference(case: Case) -> NgramCounts:
    """Return the 4-grams of the training text, with held-out lines that were drawn if compared."""
    work = case.work
    training = work.cached(
        "frontier training", lambda: count(work.texts.training, ORDER, work.V, width=work.width)
    )
    if not (case.whole_reference and work.texts.drawn):
        return training
    return work.cached(
        "frontier reference", lambda: merge([training, _counts(work, work.held_out)])
    )


def _curve(case: Case) -> Curve | None:
    """Return the frontier of a case; None where lines are shorter than an n-gram."""
    samples, real = _counts(case.work, case.lines), _reference(case)
    if not samples.total or not real.total:
        return None
    key = ("frontier curve", case.lines, case.whole_reference)
    return case.work.cached(key, lambda: curve(samples, real))


def _figure(case: Case) -> float | None:
    frontier = _curve(case)
    return None if frontier is None else frontier.area


def _uncertainty(case: Case) -> StandardError | None:
    frontier = _curve(case)
    if frontier is None or len(case.lines) < 2:
        return None
    term, slope = (partial(f, frontier.weights) for f in (_term, _slope))
    counts = _counts(case.work, case.lines)
    width = case.work.width
    return StandardError(
        standard_error_of_sum(case.rows, _reference(case), term, slope, width=width, counts=counts)
    )


def _signature(case: Case) -> dict[str, Any]:
    return {
        "smoothing": "none",
        "padding": "counted",
        "ref": case.work.texts.part,
        "settings": f"c={SCALE:g},points={len(LAMBDAS)}",
    }


FRONTIER = Metric(
    name="frontier",
    title="frontier of {n}-grams",
    unit="",
    better="higher",
    form=".3f",
    blind_to=f"everything longer than {ORDER} symbols, which n-grams come in one line, and copying",
    family="divergence frontier",
    figure=_figure,
    uncertainty=_uncertainty,
    signature=_signature,
    baseline=_figure,
    equal_size=True,
    min_real_lines=2,
    order=ORDER,
    full=True,
    bounded=True,
    interval="jackknife",
)


def frontier_of_both(work: Workspace) -> Frontier | None:
    """Return the frontiers of samples and of as many held-out lines, against the training text."""
    if not len(work.held_out):
        return None
    lines, held_out = work.of_equal_size(work.samples, work.held_out)
    samples, real = (_curve(Case(part, work, ORDER)) for part in (lines, held_out))
    work.forget()
    if samples is None or real is None:
        return None
    return Frontier(
        m=len(lines),
        precision=tuple(samples.precision.tolist()),
        recall=tuple(samples.recall.tolist()),
        real_precision=tuple(real.precision.tolist()),
        real_recall=tuple(real.recall.tolist()),
    )
