"""The share of held-out lines that so many guesses hit."""

from matplotlib.figure import Figure

from textgan.evaluation.render.plots.canvas import (
    draw_legend,
    label_y,
    log_counts,
    new_chart,
    number_percents,
)
from textgan.evaluation.render.plots.picture import Picture
from textgan.evaluation.render.plots.style import REAL_LOOK, SAMPLES_LOOK
from textgan.evaluation.report.report import Report

__all__ = ["MATCHES"]


def _draw(report: Report) -> Figure:
    """Draw the shares that samples and as many training lines hit."""
    assert report.matches is not None
    curve = report.matches
    entries = [("samples as guesses", SAMPLES_LOOK), ("training lines as guesses", REAL_LOOK)]
    figure, axes = new_chart(entries, 150, left=48)
    axes.plot(curve.guesses, curve.samples, **SAMPLES_LOOK)
    axes.plot(curve.guesses, curve.real, **REAL_LOOK)
    axes.set_ylim(0, max(1.08 * max(*curve.samples, *curve.real), 1e-4))
    log_counts(axes, curve.guesses)
    number_percents(axes.yaxis)
    axes.set_xlabel("guesses (logarithmic)")
    label_y(axes, "share of distinct held-out lines that are hit")
    draw_legend(figure, entries)
    return figure


def _caption(report: Report) -> str:
    """Say what the most guesses hit, against as many training lines."""
    assert report.matches is not None
    curve = report.matches
    samples, real = curve.samples[-1], curve.real[-1]
    first = f"The first {curve.guesses[-1]:,} samples hit"
    text = f"{first} {samples:.2%} of the distinct held-out lines"
    if samples == real:
        return f"{text}, no more and no less than training lines do."
    if not samples:
        return f"{first} no held-out line; as many training lines hit {real:.2%}."
    if not real:
        return f"{text}; as many training lines hit none."
    return f"{text}, {samples / real:.2f} times what as many training lines hit ({real:.2%})."


MATCHES = Picture(
    name="matches",
    title="Held-out lines hit",
    label="Lines: share of held-out lines hit by the number of guesses",
    has=lambda report: report.matches is not None,
    draw=_draw,
    caption=_caption,
)
