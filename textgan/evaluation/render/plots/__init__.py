"""The pictures of a report: each an SVG, and a caption that says in words what it shows.

A caption is computed from the same numbers as its picture, apart from it, so that it can be
tested. A module for each group of pictures holds both; the same report gives the same bytes.
"""

from textgan.evaluation.render.plots import (
    distances,
    frontier,
    matches,
    quality,
    shape,
    training,
    transport,
)
from textgan.evaluation.render.plots.picture import Picture, Plot
from textgan.evaluation.report.report import Report

__all__ = ["PICTURES", "Plot", "plots"]

PICTURES: tuple[Picture, ...] = (
    distances.ORDERS,
    distances.SIZES,
    quality.QUALITY,
    frontier.FRONTIER,
    shape.LENGTHS,
    shape.SYMBOLS,
    shape.POSITIONS,
    matches.MATCHES,
    training.TRAINING,
    training.WASSERSTEIN,
    transport.TRANSPORT,
)


def plots(report: Report) -> list[Plot]:
    """Return every picture that the report has numbers for, in the order of reading."""
    return [picture.plot(report) for picture in PICTURES if picture.has(report)]
