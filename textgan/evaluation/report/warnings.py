"""What a reader of a report must not miss, found in its measures.

The thresholds are wide: a warning is meant to be believed. They say nothing of small faults.
"""

from collections.abc import Mapping

from textgan.evaluation.report.headline import floors_mislead
from textgan.evaluation.report.measure import Measure
from textgan.evaluation.report.report import ReportWarning

__all__ = ["warnings"]

EMPTY = 0.05  # a share of empty lines, above that in real text
DIVERSITY = 0.5  # a share of distinct lines below this part of real text's
REPEATS = 0.05  # a share that one line alone may have, above that in real text
MIN_REPEATS = 3  # occurrences before a line is reported
COVER = 0.25  # bits: likelier than real text, yet predicting it this much worse
COPIES = 0.05  # a share copied that is surely this much above what is expected


def warnings(
    measures: Mapping[str, Measure],
    times: int,
    m: int,
    real_times: int,
    matched: int,
    empty: tuple[int, int] = (0, 0),
) -> tuple[ReportWarning, ...]:
    """Return the warnings that the measures give.

    Args:
        measures: of the report.
        times: how often the commonest sample comes.
        m: samples.
        real_times: how often the commonest of a matched training sample comes.
        matched: how many training lines that are.
        empty: how many of the samples are empty, and of these training lines.
    """
    reports = []
    if empty[0] / m - empty[1] / matched > EMPTY:
        text = (
            f"{empty[0] / m:.1%} of the samples are empty lines "
            f"(training lines: {empty[1] / matched:.1%})."
        )
        reports.append(ReportWarning(name="empty", text=text))
    unique = measures["unique"]
    if unique.at_real_size is not None and unique.real is not None:
        share = (
            f"{unique.at_real_size:.1%} of the samples are distinct "
            f"(training lines: {unique.real:.1%})"
        )
        if unique.at_real_size < DIVERSITY * unique.real:
            reports.append(
                ReportWarning(name="collapse", text=f"Collapsed, or close to it: {share}.")
            )
        elif times >= MIN_REPEATS and times / m - real_times / matched > REPEATS:
            text = (
                f"One line is {times / m:.1%} of the samples "
                f"(the commonest training line: {real_times / matched:.1%})."
            )
            reports.append(ReportWarning(name="repeats", text=text))
    forward, reverse = measures.get("forward"), measures.get("reverse")
    if (
        forward is not None and forward.excess is not None and forward.excess < 0
        and reverse is not None and reverse.excess is not None and reverse.excess > COVER
    ):  # fmt: skip
        text = (
            f"Little diversity: the samples are likelier than real text (by {-forward.excess:.2f} "
            f"bits a symbol), and predict it worse than as many real lines do "
            f"(by {reverse.excess:.2f})."
        )
        reports.append(ReportWarning(name="cover", text=text))
    if floors_mislead(measures):
        text = (
            f"The floors mislead: training lines repeat themselves ({unique.real or 0:.1%} are "
            "distinct), and no held-out line is one of them, though new text often would be."
        )
        reports.append(ReportWarning(name="floors", text=text))
    copied = measures["copied"]
    if (
        copied.samples is not None and copied.real is not None
        and copied.interval is not None and copied.interval[0] > COPIES
    ):  # fmt: skip
        text = (
            f"Memorization: {copied.at_real_size:.1%} of the samples occur in the training "
            f"text, where {copied.real:.1%} are expected."
        )
        reports.append(ReportWarning(name="copies", text=text))
    return tuple(reports)
