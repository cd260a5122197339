"""Figures of six inches, legible at 600 pixels and in grey: series differ in dash and marker."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter

from textgan.evaluation.render.plots.style import INK, MUTED, REAL, SAMPLES, Look

__all__ = ["LOOKS", "add_legend", "blank_figure", "log_y", "new_figure", "title"]

INCHES = 6.0
SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
LOOKS: Sequence[Look] = [
    {"color": SAMPLES, "linestyle": "-", "marker": "o"},
    {"color": REAL, "linestyle": (0, (5, 2)), "marker": "s", "markerfacecolor": "white"},
    {"color": INK, "linestyle": (0, (1, 1.4)), "marker": "^"},
    {"color": MUTED, "linestyle": (0, (5, 1.5, 1, 1.5)), "marker": "D", "markerfacecolor": "white"},
    {"color": "#8a6d00", "linestyle": (0, (8, 2)), "marker": "v"},
]


def blank_figure(height: float) -> Figure:
    """Return an empty figure, `height` inches high."""
    return Figure(figsize=(INCHES, height), dpi=100, facecolor="white", layout="constrained")


def new_figure(
    height: float,
    rows: int = 1,
    columns: int = 1,
    **options: Any,  # noqa: ANN401 - of matplotlib
) -> tuple[Figure, list[Axes]]:
    """Return a figure `height` inches high, and the axes of a grid in it, row by row."""
    figure = blank_figure(height)
    axes = figure.subplots(rows, columns, squeeze=False, **options)
    return figure, list(np.ravel(axes))


def log_y(axes: Axes) -> None:
    """Make the y axis logarithmic, its powers of ten written without markup.

    >>> power_of_ten(1e-12), power_of_ten(1.0), power_of_ten(0.5)
    ('10⁻¹²', '1', '')
    """
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(lambda value, _: power_of_ten(value))
    axes.yaxis.set_minor_formatter(NullFormatter())


def power_of_ten(value: float) -> str:
    """Return a power of ten as 10ⁿ, 1 and 10 as they are, and nothing for other numbers."""
    power = round(np.log10(value)) if value > 0 else 0
    if value <= 0 or not np.isclose(value, 10.0**power):
        return ""
    return f"{value:g}" if power in (0, 1) else f"10{str(power).translate(SUPERSCRIPTS)}"


def title(axes: Axes, text: str) -> None:
    """Write a title above the left end of axes."""
    axes.set_title(text, loc="left", fontsize=10.5, color=INK)


def add_legend(axes: Axes, **options: Any) -> None:  # noqa: ANN401 - of matplotlib
    """Add a legend whose ground is the figure's."""
    axes.legend(**{"fontsize": 9, "framealpha": 0.85, "edgecolor": "none", **options})
