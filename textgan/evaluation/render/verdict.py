"""A report in some plain sentences."""

from textgan.evaluation.metrics.registry import describe
from textgan.evaluation.report.measure import Measure
from textgan.evaluation.report.report import Report

__all__ = ["headline", "main", "neighbours", "verdict"]

ORDER = 4  # the order that published figures are compared at
MAIN = ("forward", "reverse", "unique", "copied", "found")


def verdict(report: Report, *, alarms: bool = True) -> str:
    """Return alarms, how far the samples are from real text, how varied, how much is copied.

    Without `alarms` their sentences are left out, for a page that shows them by themselves.
    """
    first = [alarm.text for alarm in report.warnings if alarms]
    raised = {alarm.name for alarm in report.warnings}
    rest = [_distance(report), _between(report)]
    if "empty" not in raised:
        rest.append(_empty(report))
    if "collapse" not in raised:
        rest.append(_variety(report))
    if "copies" not in raised:
        rest.append(_copies(report))
    rest.append(_labels(report))
    return " ".join(part for part in (*first, *rest) if part)


def headline(report: Report) -> str | None:
    """Return the name of the measure that a report is summed up by: JSD-4, or the nearest order."""
    orders = [n for kind, n in map(describe, report.measures) if n and kind is describe("jsd")[0]]
    below = [n for n in orders if n <= ORDER] or orders
    return f"jsd{max(below) if below[0] <= ORDER else min(below)}" if below else None


def main(report: Report) -> list[str]:
    """Return the names of the measures that a reader needs first, of those that there are."""
    first = headline(report)
    return [name for name in (first, *MAIN) if name is not None and name in report.measures]


def _distance(report: Report) -> str:
    name = headline(report)
    if name is None:
        return ""
    row, title = report.measures[name], f"JSD-{describe(name)[1]}"
    if row.real is None or row.excess is None or row.at_real_size is None:
        return f"{title} is {row.samples:.3f} bits; without held-out text its floor is unknown."
    m = _lines(report.real_m or 0)
    figure = f"{title} is {row.at_real_size:.3f} bits"
    if row.samples is not None and f"{row.samples:.3f}" != f"{row.at_real_size:.3f}":
        # Fewer lines lie further away: what is set beside the floor is of as many.
        like = f"of {m}" if report.real_m != report.m else "against the text without held-out lines"
        figure = f"{title} is {row.samples:.3f} bits; {like} it is {row.at_real_size:.3f}"
    if row.interval is None:
        return f"{figure}, {row.excess:.3f} above what {m} of held-out text show ({row.real:.3f})."
    low, high = row.interval
    if low <= 0 <= high:
        return (
            f"{figure}, as {m} of held-out text show ({row.real:.3f}): no significant difference."
        )
    side = "above" if row.excess > 0 else "below"
    low, high = sorted((abs(low), abs(high)))
    return (
        f"{figure}, {abs(row.excess):.3f} ({low:.3f} to {high:.3f}) {side} what {m} of held-out "
        f"text show ({row.real:.3f})."
    )


def _lines(number: int) -> str:
    return "1 line" if number == 1 else f"{number:,} lines"


def _empty(report: Report) -> str:
    if not report.empty:
        return ""
    verb = "is" if report.empty == 1 else "are"
    return f"{report.empty:,} of the {_lines(report.m).replace('line', 'sample')} {verb} empty."


def neighbours(report: Report) -> tuple[str | None, str | None]:
    """Return the n-gram samplers next to the samples: one nearer to real text, one further off."""
    name = headline(report)
    row = report.measures[name] if name else None
    if row is None or row.samples is None:
        return None, None
    samplers = _samplers(row)
    nearer = [other for other, value in samplers.items() if value <= row.samples]
    further = [other for other, value in samplers.items() if value > row.samples]
    return (
        max(nearer, key=samplers.__getitem__, default=None),
        min(further, key=samplers.__getitem__, default=None),
    )


def _samplers(row: Measure) -> dict[str, float]:
    return {
        other: value
        for other, value in row.baselines.items()
        if other.endswith("gram") or other == "uniform"
    }


def _between(report: Report) -> str:
    """Return which n-gram samplers the samples lie between, where they are not at the floor."""
    name = headline(report)
    row = report.measures[name] if name else None
    if row is None or row.samples is None or (row.interval and row.interval[0] <= 0):
        return ""
    nearer, further = neighbours(report)
    samplers = _samplers(row)
    if nearer and further:
        return (
            f"That is between {_named(nearer, samplers)} and {_named(further, samplers)} sampler."
        )
    if nearer:
        return "No n-gram sampler is further from real text."
    if further:
        first = next(iter(samplers))
        return f"Every n-gram sampler is further from real text, {_named(first, samplers)} first."
    return ""


def _named(name: str, samplers: dict[str, float]) -> str:
    article = "an" if name[0] in "8u" and not name.startswith("uni") else "a"
    return f"{article} {name} ({samplers[name]:.3f})"


def _variety(report: Report) -> str:
    unique = report.measures["unique"]
    real = "" if unique.real is None else f" (training lines: {unique.real:.1%})"
    return f"{unique.samples:.1%} of the samples are distinct{real}."


def _labels(report: Report) -> str:
    found, show = report.labels, describe("label-accuracy")[0].show
    if found is None:
        return ""
    real = "" if found.real_as_asked is None else f" (held-out text: {show(found.real_as_asked)})"
    return f"{show(found.samples.share)} have the label that was their condition{real}."


def _copies(report: Report) -> str:
    copied: Measure = report.measures["copied"]
    real = ""
    if copied.real is not None:
        real = f" (expected without memorization: {copied.real:.1%})"
    share = copied.samples if copied.at_real_size is None else copied.at_real_size
    return f"{share:.1%} occur in the training text{real}."
