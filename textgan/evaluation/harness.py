"""How the figure of a metric comes to have real text's, an excess, its interval, and baselines.

It is the same for all metrics. Of each is known which real lines take the samples' place; then

- the reference value is the figure of these lines (of a distance its floor), or what is to be
  expected of real text where no lines can stand for it;
- where the figure depends on the number of lines, as many samples are drawn as there are real
  lines, and both are compared with the same text;
- the excess is the samples' figure less the reference value: 0 in expectation for real text;
- its 95% interval comes from the uncertainty of both figures.
"""

from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from math import hypot, sqrt
from typing import Any

from textgan.evaluation.metrics.metric import (
    Expected,
    Metric,
    OwnInterval,
    Paired,
    StandardError,
    Uncertainty,
)
from textgan.evaluation.metrics.workspace import Case, LineSet, Workspace
from textgan.evaluation.report.measure import Measure
from textgan.evaluation.report.signature import Signature
from textgan.evaluation.statistics.normal import (
    NORMAL_95,
    Interval,
    Variance,
    bounded_interval,
    normal_interval,
)
from textgan.evaluation.statistics.proportions import difference
from textgan.evaluation.text.texts import WORKERS

__all__ = [
    "families",
    "figure",
    "measure",
    "measure_family",
    "signature",
    "uncertainty",
    "variance_of_pairs",
]


def families(metrics: Iterable[Metric]) -> Iterator[tuple[str, list[Metric]]]:
    """Yield the name of each family and its metrics, in their order."""
    ordered = list(metrics)
    for name in dict.fromkeys(metric.family for metric in ordered):
        yield name, [metric for metric in ordered if metric.family == name]


def measure_family(
    metrics: Iterable[Metric], work: Workspace, lines: LineSet
) -> dict[str, Measure]:
    """Return the measures of `lines` by the metrics of a family, those that cannot be had left out.

    Metrics are measured WORKERS at once: numpy sorts and searches outside the interpreter's lock.
    Those of `--full` need much memory, and are measured one after the other.
    """
    tasks = [(metric, n) for metric in metrics for n in metric.orders(work.orders)]
    # Metrics that share counts wait for each other: first those of one order.
    tasks_by_order = sorted(tasks, key=lambda task: task[1] or 0)
    with_baseline = [
        (metric, name) for metric in metrics for name in work.baselines if metric.baseline
    ]
    workers = 1 if any(metric.full for metric in metrics) else WORKERS
    with ThreadPoolExecutor(workers) as pool:
        measured = {
            (metric.name, n): pool.submit(measure, metric, work, lines, n)
            for metric, n in tasks_by_order
        }
        baselines = {
            (metric.name, name): pool.submit(_baseline, metric, work, name)
            for metric, name in with_baseline
        }
    measures = {}
    for metric, n in tasks:
        samples_only = measured[metric.name, n].result()
        if samples_only is not None:
            values = {
                name: value
                for (metric_name, name), figures in baselines.items()
                if metric_name == metric.name and (value := figures.result()[n]) is not None
            }
            measures[metric.named(n)] = replace(samples_only, baselines=values)
    return measures


def measure(metric: Metric, work: Workspace, lines: LineSet, n: int | None) -> Measure | None:
    """Return the measure of `lines` by one metric at one order, without baselines."""
    lines = work.at_most(lines, metric.max_lines, metric.name)
    case = Case(lines, work, n, whole_reference=work.texts.drawn)
    samples = figure(metric, case)
    if samples is None:
        return None
    samples_signature = signature(metric, case)
    samples_only = Measure(samples=samples, signature=str(samples_signature))
    level, expected = _counterpart(metric, case)
    at_real_size = None if expected is None else figure(metric, level)
    if expected is None or at_real_size is None:
        return samples_only
    interval = _interval(
        metric, at_real_size, uncertainty(metric, level), expected.value, expected.uncertainty
    )
    real_signature = replace(
        samples_signature, interval=metric.interval, **dict(expected.signature)
    )
    return samples_only.with_real(expected.value, at_real_size, interval, str(real_signature))


def figure(metric: Metric, case: Case) -> float | None:
    """Return the figure of a case, which is measured once."""
    return case.work.cached(("figure", metric.name, case.lines, case), lambda: metric.figure(case))


def uncertainty(metric: Metric, case: Case) -> Uncertainty | None:
    """Return how sure the figure of a case is, which is found once."""
    return case.work.cached(
        ("uncertainty", metric.name, case.lines, case), lambda: metric.uncertainty(case)
    )


def signature(metric: Metric, case: Case) -> Signature:
    """Return the signature of the figure of a case."""
    return case.work.signed(metric.name, case.n, len(case.lines), metric.signature(case))


def _baseline(metric: Metric, work: Workspace, name: str) -> Mapping[int | None, float | None]:
    """Return the figures of a baseline at each order; its counts are not kept."""
    assert metric.baseline is not None
    lines = work.baselines[name]
    figures = {
        n: metric.baseline(Case(lines, work, n, whole_reference=work.texts.drawn))
        for n in metric.orders(work.orders)
    }
    work.forget(lines)
    return figures


def _counterpart(metric: Metric, case: Case) -> tuple[Case, Expected | None]:
    """Return the samples' case that is compared with real text, and the figure of real text."""
    if metric.expected is not None:
        level = replace(case, whole_reference=False)
        return level, metric.expected(level)
    level, real = _at_equal_size(metric, case)
    if len(real.lines) < metric.min_real_lines:
        return level, None
    value = figure(metric, real)
    if value is None:
        return level, None
    return level, Expected(value, uncertainty(metric, real), _real_fields(metric, real))


def _at_equal_size(metric: Metric, case: Case) -> tuple[Case, Case]:
    """Return the samples' case and that of the real lines that take their place."""
    work = case.work
    real = work.matched if metric.real == "matched" else work.held_out
    if not metric.equal_size:
        real = work.at_most(real, metric.max_lines, f"{metric.name} held out")
        return case, replace(case, lines=real, whole_reference=False)
    lines, real = work.of_equal_size(case.lines, real)
    # Drawn held-out lines are in the whole reference, but not in the training text.
    whole_reference = case.whole_reference and metric.real != "held-out"
    level = replace(case, lines=lines, whole_reference=whole_reference)
    return level, replace(case, lines=real, whole_reference=False)


def _real_fields(metric: Metric, real: Case) -> dict[str, Any]:
    """Return how the signature of real text's figure, and of the excess, differs."""
    work = real.work
    return {
        "metric": f"{metric.name}-floor" if metric.floor else metric.name,
        "m": metric.signature(real).get("m", len(real.lines)),
        "ref": work.texts.part,
        **(work.held_out_fields if metric.real == "held-out" else {}),
    }


def _interval(
    metric: Metric, a: float, of_a: Uncertainty | None, b: float, of_b: Uncertainty | None
) -> Interval | None:
    """Return the 95% interval of a − b; None where either is of unknown uncertainty."""
    if isinstance(of_a, OwnInterval) and isinstance(of_b, OwnInterval):
        return difference(a, of_a.ends, b, of_b.ends)
    error = _error(of_a, of_b)
    if error is None:
        return None
    return (bounded_interval if metric.bounded else normal_interval)(a - b, error)


def _error(a: Uncertainty | None, b: Uncertainty | None) -> float | None:
    """Return the standard error of a difference, 1.96 of which are half its 95% interval."""
    if isinstance(a, StandardError) and isinstance(b, StandardError):
        return hypot(a.value, b.value)
    if isinstance(a, Variance) and isinstance(b, Variance):
        return (a + b).error
    if isinstance(a, Paired) and isinstance(b, Paired):
        paired = variance_of_pairs(a, b)
        if a.sampling_variance is not None and b.sampling_variance is not None:
            return (paired + a.sampling_variance + b.sampling_variance).error
        from scipy.stats import t as student  # takes its time to load

        return sqrt(paired.value) * float(student.ppf(0.975, len(a.values) - 1)) / NORMAL_95
    return None


def variance_of_pairs(a: Paired, b: Paired) -> Variance:
    """Return the squared standard error of a difference over the lines that both share.

    Where they have not the same number of lines, the lines are taken as independent.
    """
    if len(a.influence) != len(b.influence):
        return Variance(sum(float(of.influence.var(ddof=1)) / len(of.influence) for of in (a, b)))
    differences = a.influence - b.influence
    return Variance(float(differences.var(ddof=1)) / len(differences))
