"""A report in one to three plain sentences."""

from textgan.evaluation.report import Divergence, Report

__all__ = ["verdict"]

ORDER = 4  # the order that published figures are compared at
NEAR = 0.1  # of the floor, or of what is left above it: an excess this small is called none
COPIES = 0.1  # a share copied that is this much above that of held-out text is an alarm
VARIETY = 0.5  # a share of distinct lines below this part of real text's is an alarm
COVER = 0.25  # bits: likelier than real text, yet predicting it this much worse


def verdict(report: Report) -> str:
    """Return how far the samples are from real text, and alarms for repeats and copies."""
    return " ".join(part for part in (_distance(report), _variety(report), _copies(report)) if part)


def _distance(report: Report) -> str:
    row = _row(report)
    m = "1 line" if report.floor_m == 1 else f"{report.floor_m or 0:,} lines"
    if row.floor is None or row.excess is None or row.at_floor_size is None:
        return f"JSD-{row.n} is {row.jsd:.3f} bits; without held-out text its floor is unknown."
    if row.excess <= NEAR * min(row.floor, 1 - row.floor):
        return (
            f"JSD-{row.n} is {row.at_floor_size:.3f} bits, about what {m} of held-out text "
            f"show ({row.floor:.3f})."
        )
    return (
        f"JSD-{row.n} is {row.at_floor_size:.3f} bits, {row.excess:.3f} above what {m} of "
        f"held-out text show ({row.floor:.3f})."
    )


def _variety(report: Report) -> str:
    unique = report.unique
    share = f"{unique.samples:.1%} of the samples are distinct"
    if unique.real is not None:
        share += f" (training lines: {unique.real:.1%})"
        if unique.samples < VARIETY * unique.real:
            return f"They repeat themselves: {share}; a collapse, or close to one."
    forward, reverse = report.forward, report.reverse
    if (
        forward.samples
        and forward.real
        and reverse.samples
        and reverse.real
        and forward.samples.bits_per_character < forward.real.bits_per_character
        and reverse.samples.bits_per_character > reverse.real.bits_per_character + COVER
    ):
        return f"They lack variety: likelier than real text, yet poor at predicting it; {share}."
    return f"{share[0].upper()}{share[1:]}."


def _copies(report: Report) -> str:
    copied = report.copied
    real = "" if copied.real is None else f" (held-out text: {copied.real:.1%})"
    where = "the corpus" if report.held_out_drawn else "the training text"
    share = f"{copied.samples:.1%} stand in {where}{real}"
    alarm = copied.samples > (copied.real or 0.0) + COPIES
    return f"Many are copies: {share}." if alarm else f"{share}."


def _row(report: Report) -> Divergence:
    rows = [row for row in report.divergences if row.n <= ORDER]
    return rows[-1] if rows else report.divergences[0]
