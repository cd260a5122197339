"""What a reader of a report must not miss, found in its measures.

The thresholds are wide: a warning is meant to be believed. They say nothing of small faults.
"""

from collections.abc import Mapping
from typing import NamedTuple

from textgan.evaluation.report.headline import floors_mislead
from textgan.evaluation.report.measure import Measure
from textgan.evaluation.report.report import ReportWarning

__all__ = ["LineCounts", "warnings"]

EMPTY = 0.05  # a share of empty lines, above that in real text
DIVERSITY = 0.5  # a share of distinct lines below this part of real text's
REPEATS = 0.05  # a share that one line alone may have, above that in real text
MIN_REPEATS = 3  # occurrences before a line is reported
COVER = 0.25  # bits: likelier than real text, yet predicting it this much worse
COPIES = 0.05  # a share copied that is surely this much above what is expected


class LineCounts(NamedTuple):
    """Numbers of lines: all, those that are empty, and how often the commonest comes."""

    lines: int
    empty: int
    commonest: int


def warnings(
    measures: Mapping[str, Measure], samples: LineCounts, training: LineCounts
) -> tuple[ReportWarning, ...]:
    """Return the warnings that the measures give.

    Args:
        measures: of the report.
        samples: counts of the samples.
        training: counts of a matched training sample.
    """
    unique, copied = measures["unique"], measures["copied"]
    collapse = _collapse(unique)
    texts = {
        "empty": _empty(samples, training),
        "collapse": collapse,
        "repeats": _repeats(unique, samples, training) if collapse is None else None,
        "cover": _cover(measures.get("forward"), measures.get("reverse")),
        "floors": _floors(measures),
        "copies": _copies(copied),
    }
    return tuple(
        ReportWarning(name=name, text=text) for name, text in texts.items() if text is not None
    )


def _empty(samples: LineCounts, training: LineCounts) -> str | None:
    share, real = samples.empty / samples.lines, training.empty / training.lines
    if share - real <= EMPTY:
        return None
    return f"{share:.1%} of the samples are empty lines (training lines: {real:.1%})."


def _collapse(unique: Measure) -> str | None:
    level, real = unique.at_real_size, unique.real
    if level is None or real is None or level >= DIVERSITY * real:
        return None
    return (
        f"Collapsed, or close to it: {level:.1%} of the samples are distinct "
        f"(training lines: {real:.1%})."
    )


def _repeats(unique: Measure, samples: LineCounts, training: LineCounts) -> str | None:
    share, real = samples.commonest / samples.lines, training.commonest / training.lines
    compared = unique.at_real_size is not None and unique.real is not None
    if not compared or samples.commonest < MIN_REPEATS or share - real <= REPEATS:
        return None
    return f"One line is {share:.1%} of the samples (the commonest training line: {real:.1%})."


def _cover(forward: Measure | None, reverse: Measure | None) -> str | None:
    if (
        forward is None or forward.excess is None or forward.excess >= 0
        or reverse is None or reverse.excess is None or reverse.excess <= COVER
    ):  # fmt: skip
        return None
    return (
        f"Little diversity: the samples are likelier than real text (by {-forward.excess:.2f} "
        f"bits per symbol), and predict it worse than as many real lines do "
        f"(by {reverse.excess:.2f})."
    )


def _floors(measures: Mapping[str, Measure]) -> str | None:
    if not floors_mislead(measures):
        return None
    distinct = f"{measures['unique'].real or 0:.1%}"
    return (
        f"The floors mislead: training lines repeat themselves ({distinct} are distinct), and no "
        "held-out line is one of them, though new text often would be."
    )


def _copies(copied: Measure) -> str | None:
    if (
        copied.samples is None or copied.real is None
        or copied.interval is None or copied.interval[0] <= COPIES
    ):  # fmt: skip
        return None
    return (
        f"Memorization: {copied.at_real_size:.1%} of the samples occur in the training "
        f"text, where {copied.real:.1%} are expected."
    )
