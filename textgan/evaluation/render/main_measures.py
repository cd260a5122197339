"""The measures of a report that come first, and the n-gram samplers next to the samples."""

from typing import NamedTuple

from textgan.evaluation.render.titles import is_jsd, order
from textgan.evaluation.report.measure import Measure
from textgan.evaluation.report.report import Report

__all__ = ["ORDER", "Samplers", "main", "main_jsd", "neighbours", "sampler_figures"]

ORDER = 4  # the order that published figures are compared at
MAIN = ("forward", "reverse", "unique", "copied", "found")


class Samplers(NamedTuple):
    """The n-gram samplers next to the samples: one nearer to real text, one further from it."""

    nearer: str | None
    further: str | None


def main_jsd(report: Report) -> str | None:
    """Return the name of the measure that a report is summed up by: JSD-4, or the nearest order."""
    orders = [n for n in map(order, filter(is_jsd, report.measures)) if n]
    below = [n for n in orders if n <= ORDER] or orders
    return f"jsd{max(below) if below[0] <= ORDER else min(below)}" if below else None


def main(report: Report) -> list[str]:
    """Return the names of the measures that a reader needs first, of those that there are."""
    first = main_jsd(report)
    return [name for name in (first, *MAIN) if name is not None and name in report.measures]


def neighbours(report: Report) -> Samplers:
    """Return the n-gram samplers next to the samples by JSD-4 or the nearest order."""
    name = main_jsd(report)
    row = report.measures[name] if name else None
    if row is None or row.samples is None:
        return Samplers(None, None)
    samplers = sampler_figures(row)
    nearer = [other for other, value in samplers.items() if value <= row.samples]
    further = [other for other, value in samplers.items() if value > row.samples]
    return Samplers(
        nearer=max(nearer, key=samplers.__getitem__, default=None),
        further=min(further, key=samplers.__getitem__, default=None),
    )


def sampler_figures(row: Measure) -> dict[str, float]:
    """Return the figures of the n-gram samplers, and of uniform symbols, by name."""
    return {
        other: value
        for other, value in row.baselines.items()
        if other.endswith("gram") or other == "uniform"
    }
