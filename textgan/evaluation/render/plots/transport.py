"""The moves of a transport plan: each sample, the real line it becomes, and the edits between."""

import numpy as np
from matplotlib.figure import Figure

from corpora.counts import counted
from textgan.evaluation.render.plots.canvas import WIDTH, new_figure, stroke, write
from textgan.evaluation.render.plots.picture import Picture
from textgan.evaluation.render.plots.style import MUTED, REAL, SAMPLES, Look
from textgan.evaluation.render.words import columns, printable, shorten
from textgan.evaluation.report.report import Report

__all__ = ["TRANSPORT"]

MOVES = 40  # shown, at most


def _shown(report: Report) -> list[tuple[str, str, int]]:
    """Return at most MOVES moves, evenly from the most edits to the fewest."""
    assert report.transport is not None
    moves = report.transport.moves
    places = np.linspace(0, len(moves) - 1, min(len(moves), MOVES))
    return [moves[round(i)] for i in places]


def _draw(report: Report) -> Figure:
    """Draw a row for each move, with a line between as thick as its edits are many."""
    moves = [(printable(sample), printable(real), edits) for sample, real, edits in _shown(report)]
    widest = max(columns(text) for sample, real, _ in moves for text in (sample, real))
    most = min(max(widest, 8), 46)
    side = 5.8 * most + 14
    width = max(WIDTH, round(2 * side + 100))
    middle, right = width / 2, width - side
    step, top = 15, 26
    height = top + step * len(moves) + 8
    figure = new_figure(height, width)
    for x, text, ha in (
        (side, "sample", "right"), (middle, "edits", "center"), (right, "real line", "left"),
    ):  # fmt: skip
        write(figure, x, height - 14, text, {"ha": ha, "size": 10, "color": MUTED})
    most_edits = max(edits for _, _, edits in moves) or 1
    row: Look = {"va": "center_baseline", "size": 10}
    for i, (sample, real, edits) in enumerate(moves):
        y = height - top - step * (i + 0.5)
        for x, text, ha in ((side, sample, "right"), (right, real, "left")):
            look = {**row, "ha": ha, "family": "DejaVu Sans Mono"}
            write(figure, x, y, shorten(text, most), look)
        share = edits / most_edits
        look = {"color": REAL, "linestyle": (0, (1, 2))} if not edits else {"color": SAMPLES}
        look |= {"linewidth": 1 + 5 * share, "alpha": 0.3 + 0.7 * share, "solid_capstyle": "butt"}
        gap = 4 + 3 * len(str(edits))
        for ends in ((side + 8, middle - gap), (middle + gap, right - 8)):
            stroke(figure, ends, (y, y), look)
        write(figure, middle, y, str(edits), {**row, "ha": "center"})
    return figure


def _caption(report: Report) -> str:
    """Say what the plan costs and which of its moves are shown."""
    assert report.transport is not None
    costs = [edits for _, _, edits in report.transport.moves]
    unchanged = costs.count(0)
    text = (
        f"The {len(costs):,} samples of this plan become real lines with {np.mean(costs):.2f} "
        f"edits each on average, at most {max(costs)}; "
        f"{counted(unchanged, 'is a real line', 'are real lines')} already."
    )
    if len(costs) > MOVES:
        return f"{text} Shown: {MOVES} moves, evenly from the most edits to the fewest."
    return f"{text} Shown: every move, the most edits first."


TRANSPORT = Picture(
    name="transport",
    title="What it takes to turn samples into real lines",
    label="A line from each sample to the real line it becomes, as thick as its cost",
    has=lambda report: report.transport is not None and bool(report.transport.moves),
    draw=_draw,
    caption=_caption,
    part="plan",
)
