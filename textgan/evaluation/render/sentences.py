"""A report in sentences: against what, distance from real text, diversity, memorization, labels.

Each but the first is "" where the report lacks its figures.
"""

from corpora.counts import counted
from textgan.evaluation.differences import LEVEL
from textgan.evaluation.render.main_measures import main_jsd
from textgan.evaluation.render.titles import short_title, shown
from textgan.evaluation.report.report import Report

__all__ = ["against", "copies", "distance", "diversity", "empty", "labels", "nearer"]


def against(report: Report) -> str:
    """Return the name of the text that the samples are compared with."""
    if report.against == f"training text of {report.evaluated}":
        return "its training text"
    return report.against


def distance(report: Report) -> str:
    """Return the JSD of the headline, and how far it is from its floor."""
    name = main_jsd(report)
    if name is None:
        return ""
    row, title = report.measures[name], short_title(name)
    if row.real is None or row.excess is None or row.at_real_size is None:
        return f"{title} is {row.samples:.3f} bits; without held-out text its floor is unknown."
    m = counted(report.real_m or 0, "line")
    figure = f"{title} is {row.at_real_size:.3f} bits"
    if row.samples is not None and f"{row.samples:.3f}" != f"{row.at_real_size:.3f}":
        # Fewer lines lie further away: what is compared with the floor is of as many.
        basis = (
            f"of {m}" if report.real_m != report.m else "against the text without held-out lines"
        )
        figure = f"{title} is {row.samples:.3f} bits; {basis} it is {row.at_real_size:.3f}"
    floor = f"floor ({row.real:.3f})"
    side = "above" if row.excess > 0 else "below"
    if row.interval is None:
        return f"{figure}, {abs(row.excess):.3f} {side} its {floor}."
    low, high = row.interval
    if low <= 0 <= high:
        return f"{figure}, not significantly different from its {floor}."
    low, high = sorted((abs(low), abs(high)))
    return f"{figure}, {abs(row.excess):.3f} ({low:.3f} to {high:.3f}) {side} its {floor}."


def diversity(report: Report) -> str:
    """Return the share of distinct samples, and that of distinct training lines."""
    unique = report.measures.get("unique")
    if unique is None:
        return ""
    real = "" if unique.real is None else f" (training lines: {unique.real:.1%})"
    return f"{unique.samples:.1%} of the samples are distinct{real}."


def labels(report: Report) -> str:
    """Return the label accuracy of the samples and of held-out text."""
    measured, name = report.labels, "label-accuracy"
    if measured is None:
        return ""
    real = measured.real_as_asked
    other = "" if real is None else f" (held-out text: {shown(name, real)})"
    return f"{shown(name, measured.samples.share)} have the label that was their condition{other}."


def copies(report: Report) -> str:
    """Return the share of samples in the training text, and what share is expected."""
    copied = report.measures.get("copied")
    if copied is None:
        return ""
    real = ""
    if copied.real is not None:
        real = f" (expected without memorization: {copied.real:.1%})"
    share = copied.samples if copied.at_real_size is None else copied.at_real_size
    return f"{share:.1%} occur in the training text{real}."


def nearer(report: Report) -> str:
    """Return how many samples are nearer to training than to held-out text, and how likely that is.

    A p below 1 in 20 is called more than chance.
    """
    counts = report.memorization
    if counts is None:
        return ""
    equal = counts.samples - counts.training - counts.held_out
    by_chance = "more than chance" if counts.p < LEVEL else "not more than chance"
    return (
        f"Of {counted(counts.samples, 'sample')} {counts.training:,} are nearer to one of "
        f"{counts.lines:,} training lines, {counts.held_out:,} to one of as many held-out lines, "
        f"{equal:,} equally near to both: {by_chance} explains (p = {counts.p:.3f})."
    )


def empty(report: Report) -> str:
    """Return how many samples are empty."""
    if not report.empty:
        return ""
    verb = "is" if report.empty == 1 else "are"
    return f"{report.empty:,} of the {counted(report.m, 'sample')} {verb} empty."
