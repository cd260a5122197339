"""The verdict on a report: good, typical or poor, by which figures, and what to do next.

The grade compares two figures of the samples with those of n-gram samplers of the training text
(Shannon 1948), which cost seconds and which every report has among its baselines:

- JSD of 4-grams, which is high where the samples have n-grams that real text has not;
- reverse likelihood, which is high where real text has what the samples lack.

    good      by both at least as near to real text as a 4-gram sampler, or not significantly
              further than real text itself: the lower end of the interval is at most 0
    typical   between a 4-gram and a 2-gram sampler
    poor      by one of them further from real text than a 2-gram sampler, or with a serious
              warning: `empty`, `collapse`, `repeats`, `cover` or `copies`

Both are of equally many lines as the samplers. Where JSD-4 was not measured, the nearest order
takes its place, but none below 3: a 2-gram sampler has the right 2-grams. A measure by which real
text is no nearer than a 2-gram sampler gives no grade: the sampler has n-grams of the training text
alone, which of few or long lines are those of no other text. No grade is given to fewer than 100
samples.

Why these: after three minutes to an hour the runs of this project, on names and on English, lie
between a 2-gram and a 3-gram sampler, or little beyond the latter, so that is what is typical of a
text GAN. A 2-gram sampler knows no more than which symbols follow each other. A 4-gram sampler
knows short words and endings, and no run that was measured on these two texts does as well.
"""

from collections.abc import Sequence

from textgan.evaluation.render.headline import ORDER, headline
from textgan.evaluation.render.sentences import (
    between,
    copies,
    distance,
    diversity,
    empty,
    labels,
    nearer,
)
from textgan.evaluation.render.titles import order, shown
from textgan.evaluation.report.measure import Measure
from textgan.evaluation.report.report import Report

__all__ = [
    "GOOD",
    "POOR",
    "RULE",
    "answer",
    "grade",
    "next_step",
    "verdict",
    "warnings_of",
]

GRADES = ("good", "typical", "poor")
GOOD, POOR = "4-gram", "2-gram"  # the samplers between which samples are typical
MIN_SAMPLES = 100  # that are graded
MIN_ORDER = 3  # of the n-grams by whose JSD samples are graded
SERIOUS = ("empty", "collapse", "repeats", "cover", "copies")  # warnings that make samples poor
RULE = (
    f"Scale, by JSD-{ORDER} and reverse likelihood: good = both measures as near as a "
    f"{GOOD} sampler, typical = between, poor = one beyond {POOR}, or a serious warning."
)


def verdict(report: Report, *, warnings: bool = True) -> str:
    """Return grade, warnings, distance from real text, diversity and memorization in sentences.

    Without `warnings` their sentences are left out, for a page that shows them by themselves.
    """
    warned = {name for name, _ in warnings_of(report)}
    sentences = [text for _, text in warnings_of(report) if warnings]
    sentences += [_coverage(report), distance(report), between(report)]
    if "empty" not in warned:
        sentences.append(empty(report))
    if "collapse" not in warned:
        sentences.append(diversity(report))
    if "copies" not in warned:
        sentences.append(copies(report))
    sentences.append(nearer(report))
    sentences.append(labels(report))
    return _graded(report, sentences)


def answer(report: Report) -> str:
    """Return the grade and its reason in sentences: warnings, or else the figure that decides."""
    reasons = [text for _, text in warnings_of(report)]
    reasons = reasons or [_coverage(report)]
    if not any(reasons):
        reasons = [distance(report), between(report)]
    return _graded(report, reasons)


def _graded(report: Report, sentences: Sequence[str]) -> str:
    graded = grade(report)
    parts = sentences if graded is None else [f"{graded.capitalize()}.", *sentences]
    return " ".join(part for part in parts if part)


def warnings_of(report: Report) -> list[tuple[str, str]]:
    """Return the name and the sentence of each warning."""
    return [(warning.name, warning.text) for warning in report.warnings]


def grade(report: Report) -> str | None:
    """Return `good`, `typical` or `poor`, as the module says; None where it is unknown."""
    if any(name in SERIOUS for name, _ in warnings_of(report)):
        return "poor"
    return max(_grades(report).values(), key=GRADES.index, default=None)


def _grades(report: Report) -> dict[str, str]:
    """Return the grade by each of the two measures, of those that can be graded."""
    names = [headline(report), "reverse"]
    if names[0] and (order(names[0]) or 0) < MIN_ORDER:
        del names[0]
    grades = {}
    for name in filter(None, names):
        row = report.measures.get(name)
        if row is not None and report.m >= MIN_SAMPLES and _can_grade(row):
            grades[name] = _grade(row, floor="floors" not in dict(warnings_of(report)))
    return grades


def _can_grade(row: Measure) -> bool:
    """Return whether there are samplers to compare with, and real text is nearer than the worse."""
    if row.samples is None or not {GOOD, POOR} <= set(row.baselines):
        return False
    return row.real is None or row.real < row.baselines[POOR]


def _grade(row: Measure, *, floor: bool) -> str:
    """Return the grade by one measure; `floor`: whether its figure of real text can be trusted."""
    assert row.samples is not None
    as_real = floor and row.interval is not None and row.interval[0] <= 0
    if as_real or row.samples <= row.baselines[GOOD]:
        return "good"
    return "typical" if row.samples <= row.baselines[POOR] else "poor"


def next_step(report: Report) -> str:
    """Return in a sentence what to do next; of a run that is how to make it better."""
    warned, graded = {name for name, _ in warnings_of(report)}, grade(report)
    if "copies" in warned:
        return "train on more lines, or leave out training lines: textgan sample --novel."
    if graded is None and report.m < MIN_SAMPLES:
        return f"give at least {MIN_SAMPLES} lines; fewer have no grade."
    if graded == "good":
        return "read some samples, and compare with other systems: textgan compare."
    if report.curves is None:
        return "see where the samples differ: --tables, or --html PAGE for pictures."
    if warned & set(SERIOUS):
        return "train again with another --seed or --objective (docs/objectives.md)."
    steps = report.curves.steps[-1]
    if _still_falls(report):
        return f"train longer: textgan train --resume RUN --steps {2 * steps}."
    return "a larger network and more steps: textgan train CORPUS --preset best."


def _still_falls(report: Report) -> bool:
    """Return whether JSD-4 during training was lowest at the last step."""
    assert report.curves is not None
    values = [value for value in report.curves.values.get("jsd4", ()) if value is not None]
    return bool(values) and values[-1] == min(values)


def _coverage(report: Report) -> str:
    """Return how far real text is from the samples, where that alone decides the grade."""
    grades = _grades(report)
    graded = grades.get("reverse")
    if graded in (None, "good") or graded in list(grades.values())[:-1]:
        return ""
    row, sampler = report.measures["reverse"], POOR if graded == "poor" else GOOD
    real = "" if row.real is None else f" (real text: {shown('reverse', row.real)})"
    return (
        f"Reverse likelihood is {shown('reverse', row.samples)} bits a symbol{real}, further from "
        f"real text than a {sampler} sampler ({shown('reverse', row.baselines[sampler])})."
    )
