"""Precision of n-grams against their recall, along mixtures of both texts."""

from matplotlib.figure import Figure

from textgan.evaluation.render.plots.canvas import (
    draw_legend,
    label_y,
    new_chart,
    number_percents,
)
from textgan.evaluation.render.plots.picture import Picture
from textgan.evaluation.render.plots.style import REAL_LOOK, SAMPLES_LOOK
from textgan.evaluation.render.titles import interval, shown
from textgan.evaluation.report.report import Report

__all__ = ["FRONTIER"]

NAME = "frontier4"
EVERY = 10  # points between two markers
NEAR = 0.005  # precision and recall that differ by less are called equal


def _draw(report: Report) -> Figure:
    """Draw the frontiers of samples and of real text."""
    assert report.frontier is not None
    curve = report.frontier
    entries = [("samples", SAMPLES_LOOK), ("real text", REAL_LOOK)]
    figure, axes = new_chart(entries, 220)
    axes.plot(curve.recall, curve.precision, **{**SAMPLES_LOOK, "markevery": EVERY})
    axes.plot(curve.real_recall, curve.real_precision, **{**REAL_LOOK, "markevery": EVERY})
    axes.set_xlim(0, 1.02)
    axes.set_ylim(0, 1.05)
    number_percents(axes.xaxis)
    number_percents(axes.yaxis)
    axes.set_xlabel("recall: of the 4-grams of real text")
    label_y(axes, "precision: of the 4-grams of the samples")
    draw_legend(figure, entries)
    return figure


def _caption(report: Report) -> str:
    """Say what area each curve leaves, and which side of it the samples miss more."""
    assert report.frontier is not None
    curve = report.frontier
    row = report.measures.get(NAME)
    sentences = []
    if row is not None and row.at_real_size is not None and row.real is not None:
        text = f"Area under the curve: {shown(NAME, row.at_real_size)}"
        if row.interval is not None and row.excess is not None:
            low, high = (row.at_real_size + end - row.excess for end in row.interval)
            text += f" ({interval(NAME, (max(0.0, low), min(1.0, high)))})"
        sentences.append(f"{text}, of real text {shown(NAME, row.real)}; 1 is the best.")
    middle = len(curve.precision) // 2  # λ = ½
    precision, recall = curve.precision[middle], curve.recall[middle]
    real = curve.real_precision[middle], curve.real_recall[middle]
    sentences.append(
        f"Against an equal mixture of both texts precision is {precision:.1%} (real text: "
        f"{real[0]:.1%}) and recall {recall:.1%} ({real[1]:.1%})."
    )
    lost = real[0] - precision, real[1] - recall
    if max(lost) < NEAR:
        sentences.append("The samples miss neither.")
    elif abs(lost[0] - lost[1]) < NEAR:
        sentences.append("The samples miss as much of both.")
    elif lost[0] > lost[1]:
        sentences.append("They miss more precision: they have n-grams that real text has not.")
    else:
        sentences.append("They miss more recall: real text has n-grams that they have not.")
    return " ".join(sentences)


FRONTIER = Picture(
    name="frontier",
    title="Precision and recall of 4-grams",
    label="Lines: precision against recall of 4-grams, of samples and of real text",
    has=lambda report: report.frontier is not None,
    draw=_draw,
    caption=_caption,
)
