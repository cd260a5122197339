"""Figures and axes measured in units of the SVG, with their legends, labels and ticks.

A unit is a pixel on a phone: figures have 72 to the inch and 72 dots to the inch.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator, MaxNLocator, NullLocator
from matplotlib.transforms import IdentityTransform

from textgan.evaluation.render.plots.style import MUTED, Look
from textgan.evaluation.render.words import columns, printable, shorten

__all__ = [
    "WIDTH",
    "Entries",
    "add_axes",
    "draw_legend",
    "label_points",
    "label_y",
    "log_counts",
    "new_chart",
    "new_figure",
    "number_percents",
    "number_wholes",
    "stroke",
    "tick_at",
    "write",
]

WIDTH = 380
LETTER = 6  # the width of a column of text
Entries = Sequence[tuple[str, Look]]  # of a legend
Box = tuple[float, float, float, float]  # left, bottom, right, top


# Places


def new_figure(height: float, width: float = WIDTH) -> Figure:
    """Return an empty figure of this size."""
    return Figure(figsize=(width / 72, height / 72), dpi=72, facecolor="none")


def add_axes(figure: Figure, left: float, bottom: float, right: float, top: float) -> Axes:
    """Return new axes, so many units from each edge of the figure."""
    width, height = _size(figure)
    box = (left / width, bottom / height, (width - left - right) / width)
    axes = figure.add_axes((*box, (height - bottom - top) / height), facecolor="none")
    axes.tick_params(length=3)
    return axes


def new_chart(
    entries: Entries, height: float, *, left: float = 44, right: float = 14, gap: float = 20
) -> tuple[Figure, Axes]:
    """Return a figure and axes `height` high in it, `gap` under the room for a legend."""
    top = _legend_height(entries) + gap
    figure = new_figure(top + height + 40)
    return figure, add_axes(figure, left, 40, right, top)


def _size(figure: Figure) -> tuple[float, float]:
    width, height = figure.get_size_inches() * 72
    return float(width), float(height)


# Text and lines


def write(figure: Figure, x: float, y: float, text: str, look: Look) -> None:
    """Write at a place in the figure, from its lower left."""
    figure.text(x, y, text, transform=IdentityTransform(), **look)


def stroke(figure: Figure, xs: Sequence[float], ys: Sequence[float], look: Look) -> None:
    """Draw a line through places in the figure."""
    figure.add_artist(Line2D(xs, ys, transform=IdentityTransform(), **look))


def draw_legend(figure: Figure, entries: Entries) -> None:
    """Draw the legend in the rows that `new_chart` left at the top."""
    _, height = _size(figure)
    for (_, look), (x, row, text) in zip(entries, _legend_places(entries), strict=True):
        y = height - 10 - 15 * row
        xs = [x + 12] if look["linestyle"] == "" else [x, x + 24]
        stroke(figure, xs, [y] * len(xs), look)
        write(figure, x + 30, y, text, {"va": "center_baseline"})


def _legend_height(entries: Entries) -> float:
    rows = 1 + max(row for _, row, _ in _legend_places(entries))
    return 8 + 15 * rows


def _legend_places(entries: Entries) -> list[tuple[int, int, str]]:
    """Return of each entry its left end, its row from 0 and its text."""
    places = []
    x, row = 8, 0
    for label, _ in entries:
        text = shorten(printable(label), 44)
        needed = 30 + LETTER * columns(text) + 14
        if x > 8 and x + needed > WIDTH:
            x, row = 8, row + 1
        places.append((x, row, text))
        x += needed
    return places


def label_points(
    figure: Figure, axes: Axes, points: Sequence[tuple[float, float, str, str]]
) -> None:
    """Write each (x, y, text, colour) next to its point, where there is room."""
    width, height = _size(figure)
    room = (axes.bbox.x0, axes.bbox.y0, width - 2, height - 30)
    spots = [axes.transData.transform((x, y)) for x, y, _, _ in points]
    taken = [(x - 5, y - 5, x + 5, y + 5) for x, y in spots]
    for (x, y), (_, _, label, color) in zip(spots, points, strict=True):
        text = shorten(printable(label), 28)
        box = _free_box(x, y, LETTER * columns(text), taken, room)
        taken.append(box)
        left, bottom, right, top = box
        start, end, ha = (left, left - 2, "left") if left > x else (right, right + 2, "right")
        at = (bottom + top) / 2
        look = {"color": color, "size": 10, "ha": ha, "va": "center_baseline"}
        write(figure, start, at, text, look)
        if abs(at - y) > 6:
            stroke(figure, [x, end], [y, at], {"color": color, "linewidth": 0.6})


def _free_box(x: float, y: float, width: float, taken: Sequence[Box], room: Box) -> Box:
    """Return the box nearest to the right or left of a point that is free, or the last tried.

    Its own lower edge must lie between those of `room`, and it may overlap none that is taken.
    """
    for shift in sorted(range(-120, 121, 6), key=abs):
        low, high = y + shift - 6, y + shift + 6
        right = (x + 8, low, x + 8 + width, high)
        left = (x - 8 - width, low, x - 8, high)
        for box in (right, left):
            inside = room[0] < box[0] and box[2] < room[2] and room[1] < low < room[3]
            if inside and not any(_overlap(box, other) for other in taken):
                return box
    return right


def _overlap(a: Box, b: Box) -> bool:
    disjoint = a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
    return not disjoint


# Ticks


def label_y(axes: Axes, text: str) -> None:
    """Say above its upper end what the y axis shows."""
    axes.annotate(
        text, (0, 1), (-axes.get_position().x0 * WIDTH + 8, 9), xycoords="axes fraction",
        textcoords="offset points", color=MUTED, size=10, annotation_clip=False,
    )  # fmt: skip


def number_percents(axis: Axis) -> None:
    """Number an axis of shares by percents."""
    axis.set_major_formatter(lambda value, _: f"{100 * value:.4g}%")


def number_wholes(axes: Axes, ticks: int = 7) -> None:
    """Number the x axis by whole numbers, thousands apart."""
    axes.xaxis.set_major_locator(MaxNLocator(ticks, integer=True))
    axes.xaxis.set_major_formatter(_thousands)


def log_counts(axes: Axes, counts: Sequence[int]) -> None:
    """Make x logarithmic, with a tick at each count that has room."""
    axes.set_xscale("log")
    low, high = min(counts), max(counts)
    axes.set_xlim(low / 1.2, high * 1.2)
    room = np.log(1.44 * high / low) / 6.5
    ticks: list[float] = []
    for count in sorted(counts, reverse=True):
        if not ticks or np.log(ticks[-1] / count) >= room:
            ticks.append(count)
    tick_at(axes.xaxis, ticks)
    axes.xaxis.set_major_formatter(_thousands)


def tick_at(axis: Axis, ticks: Sequence[float]) -> None:
    """Put ticks at these places alone."""
    axis.set_major_locator(FixedLocator(ticks))
    axis.set_minor_locator(NullLocator())


def _thousands(value: float, _: object) -> str:
    return f"{value:,.0f}"
