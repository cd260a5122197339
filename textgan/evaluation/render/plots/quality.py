"""Quality against coverage: likelihoods of samples, real text and baselines."""

from itertools import cycle

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from textgan.evaluation.render.plots.canvas import add_axes, label_points, label_y, new_figure
from textgan.evaluation.render.plots.picture import Picture
from textgan.evaluation.render.plots.style import (
    BASELINE_LOOKS,
    INK,
    REAL,
    REAL_LOOK,
    SAMPLES,
    SAMPLES_LOOK,
)
from textgan.evaluation.render.visible import visible
from textgan.evaluation.render.words import conjoin, name_unit
from textgan.evaluation.report.report import Report

__all__ = ["QUALITY"]

Point = tuple[str, float, float]  # name, forward and reverse bits


def _points(report: Report) -> tuple[list[Point], list[Point]]:
    """Return the points of the samples and of real text, where known, and those of baselines."""
    forward, reverse = report.measures.get("forward"), report.measures.get("reverse")
    if forward is None or forward.samples is None or reverse is None or reverse.samples is None:
        return [], []
    texts = [("samples", forward.samples, reverse.samples)]
    if forward.real is not None and reverse.real is not None:
        texts.append(("real text", forward.real, reverse.real))
    baselines = [
        (name, forward.baselines[name], reverse.baselines[name])
        for name in report.baselines
        if name in forward.baselines and name in reverse.baselines
    ]
    return texts, baselines


def _near(texts: list[Point], baselines: list[Point]) -> list[Point]:
    """Return the baselines that are near enough to `texts` for those to be drawn apart."""
    limits = 2 * max(x for _, x, _ in texts), 2 * max(y for _, _, y in texts)
    return [point for point in baselines if point[1] <= limits[0] and point[2] <= limits[1]]


def _per_unit(report: Report) -> str:
    return "per " + name_unit(report.unit).removesuffix("s")


def _draw(report: Report) -> Figure:
    """Draw forward bits (quality) against reverse bits (coverage), a point for each text."""
    texts, baselines = _points(report)
    drawn = _near(texts, baselines)
    figure = new_figure(250)
    axes = add_axes(figure, 44, 42, 14, 26)
    _, xs, ys = zip(*texts, *drawn, strict=True)
    for values, set_limits in ((xs, axes.set_xlim), (ys, axes.set_ylim)):
        pad = 0.18 * float(np.ptp(values)) or 0.1
        set_limits(min(values) - pad, max(values) + pad)
    looks = [(SAMPLES_LOOK, SAMPLES), (REAL_LOOK, REAL)][: len(texts)]
    looks += [(look, INK) for look, _ in zip(cycle(BASELINE_LOOKS), drawn, strict=False)]
    labels = []
    for (name, x, y), (look, color) in zip(texts + drawn, looks, strict=True):
        if look is REAL_LOOK:
            axes.axvline(x, color=REAL, linewidth=0.8, linestyle=(0, (5, 3)))
            axes.axhline(y, color=REAL, linewidth=0.8, linestyle=(0, (5, 3)))
        axes.plot([x], [y], **{**look, "linestyle": "", "markersize": 7})
        labels.append((x, y, name, color))
    axes.xaxis.set_major_locator(MaxNLocator(6))
    axes.set_xlabel(f"forward likelihood, bits {_per_unit(report)}: best as real text")
    label_y(axes, f"reverse likelihood, bits {_per_unit(report)}: lower covers more")
    label_points(figure, axes, labels)
    return figure


def _caption(report: Report) -> str:
    """Say how samples compare with real text and baselines in quality and in coverage."""
    texts, baselines = _points(report)
    _, x, y = texts[0]
    sentences = []
    for _, real_x, real_y in texts[1:]:
        how = "less likely than real text" if x > real_x else "likelier than real text"
        coverage = "better" if y < real_y else "worse"
        sentences.append(
            f"Quality: the samples are {how}, by {abs(x - real_x):.3f} bits {_per_unit(report)}. "
            f"Coverage: they predict real text {coverage} than training lines do, by "
            f"{abs(y - real_y):.3f} bits."
        )
    if baselines:
        better = [visible(name) for name, _, reverse in baselines if reverse < y]
        more = (
            f"Better coverage: {conjoin(better)}." if better else "No baseline has better coverage."
        )
        sentences.append(more)
        drawn = _near(texts, baselines)
        if hidden := [visible(point[0]) for point in baselines if point not in drawn]:
            sentences.append(f"Not drawn, too far away: {conjoin(hidden)}.")
    return " ".join(sentences)


QUALITY = Picture(
    name="quality",
    title="Quality against coverage",
    label="Points: forward against reverse likelihood of samples, real text, others",
    has=lambda report: sum(map(len, _points(report))) > 1,
    draw=_draw,
    caption=_caption,
)
