"""Whether two systems differ by a metric: the difference of their figures, its interval and p.

Of two systems a and b, a difference is a's figure less b's, z is the difference by its standard
error, and p is that of as great a |z| under the normal distribution, two-sided, or for `reverse`
under Student's t:

- Figures that share no lines are independent: SE² = SE²_a + SE²_b, of JSD by the jackknife (see
  `statistics.jackknife`), of the forward likelihood by the delta method. Where the two systems have
  lines in common, and so vary together, that is wider than need be.
- Reverse likelihood shares the held-out lines, so that what makes one hard for both drops out:
  SE² = SE²_paired + S²_a + S²_b. SE_paired is that of the paired differences of these lines. S_a is
  how the figure varies with other samples of a, and leaving it out would take two sets of samples
  of one system for different systems, one time in five instead of one in twenty. It is measured on
  ten random splits of the samples (`cross_entropy.spread`); so few leave S² itself uncertain,
  and the degrees of freedom are Satterthwaite's (1946). So does the AUC of a classifier, of which
  S_a is the part of the lines of a (`statistics.auc`).
- The paired bootstrap (Koehn 2004), which takes the samples as they are, is reported apart as
  `p_of_samples`: whether these very lines of a predict other held-out lines better than those of b.

Of each metric the p of all pairs are adjusted together (`statistics.holm`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations

from textgan.evaluation.harness import figure, signature, uncertainty, variance_of_pairs
from textgan.evaluation.metrics.metric import Metric, Paired, StandardError, Uncertainty
from textgan.evaluation.metrics.workspace import Case, Workspace
from textgan.evaluation.report.comparison import Difference
from textgan.evaluation.statistics.bootstrap import paired
from textgan.evaluation.statistics.holm import holm
from textgan.evaluation.statistics.normal import Variance, bounded_interval, normal_interval

__all__ = ["LEVEL", "differences"]

LEVEL = 0.05  # of significance
DRAWS = 10_000  # of the bootstrap


def differences(
    metric: Metric, n: int | None, work: Workspace, real: float | None
) -> list[Difference]:
    """Return the differences of all pairs of systems by one metric, their p adjusted.

    There are none by a metric that gives no standard error.

    Args:
        metric: the metric.
        n: the order of its n-grams.
        work: whose systems are compared.
        real: the figure of real text, where it is the best.
    """
    estimates = (
        _Estimate.of(metric, Case(lines, work, n, whole_reference=work.texts.drawn))
        for lines in work.systems
    )
    systems = [estimate for estimate in estimates if estimate is not None]
    if len(systems) < len(work.systems):
        return []
    pairs = list(combinations(range(len(systems)), 2))
    raw = [_difference(metric, n, systems, pair, work, real, len(pairs)) for pair in pairs]
    return [
        replace(difference, adjusted_p=p, significant=p < LEVEL)
        for difference, p in zip(raw, holm([difference.p for difference in raw]), strict=True)
    ]


@dataclass(frozen=True)
class _Estimate:
    """The figure of a system, and how uncertain it is by the system's own lines."""

    value: float
    variance: Variance
    paired: Paired | None

    @classmethod
    def of(cls, metric: Metric, case: Case) -> "_Estimate | None":
        value, spread = figure(metric, case), uncertainty(metric, case)
        variance = _variance(spread)
        if value is None or variance is None:
            return None
        return cls(value, variance, spread if isinstance(spread, Paired) else None)


def _variance(spread: Uncertainty | None) -> Variance | None:
    if isinstance(spread, StandardError):
        return Variance(spread.value**2)
    if isinstance(spread, Paired):
        return spread.sampling_variance
    return spread if isinstance(spread, Variance) else None


def _difference(
    metric: Metric,
    n: int | None,
    systems: Sequence[_Estimate],
    pair: tuple[int, int],
    work: Workspace,
    real: float | None,
    pairs: int,
) -> Difference:
    """Return the difference of a pair, its p not yet adjusted."""
    a, b = (systems[place] for place in pair)
    squared, p_of_samples, settings = a.variance + b.variance, None, f"holm={pairs}"
    if a.paired is not None and b.paired is not None:
        squared += variance_of_pairs(a.paired, b.paired)
        settings = f"{settings},{a.paired.settings},draws={DRAWS}"
        # A share of the same symbols has the sign of the sum: p needs no division by them.
        p_of_samples = paired(a.paired.values, b.paired.values, seed=work.seed, draws=DRAWS)[2]
    value = a.value - b.value
    p = squared.p(value)
    figure_signature = signature(metric, Case(work.samples, work, n))
    return Difference(
        measure=metric.named(n),
        first=pair[0],
        second=pair[1],
        value=value,
        interval=(bounded_interval if metric.bounded else normal_interval)(value, squared.error),
        p=p,
        adjusted_p=p,
        p_of_samples=p_of_samples,
        better=_better(metric, systems, pair, real),
        significant=False,
        signature=str(replace(figure_signature, interval=metric.interval, settings=settings)),
    )


def _better(
    metric: Metric, systems: Sequence[_Estimate], pair: tuple[int, int], real: float | None
) -> int | None:
    """Return which of a pair is better; None where they are equal."""
    costs = [systems[place].value for place in pair]
    if metric.better == "real":
        costs = [abs(value - (real or 0.0)) for value in costs]
    elif metric.better == "higher":
        costs = [-value for value in costs]
    return None if costs[0] == costs[1] else pair[int(costs[1] < costs[0])]
