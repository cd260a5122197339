"""The curves of a run's training: JSD, and the critic's estimate."""

import re
from collections.abc import Iterable

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from textgan.evaluation.render.plots.canvas import (
    draw_legend,
    label_points,
    label_y,
    new_chart,
    number_wholes,
    tick_at,
)
from textgan.evaluation.render.plots.picture import Picture
from textgan.evaluation.render.plots.style import INK, MUTED, REAL_LOOK, SAMPLES, SAMPLES_LOOK
from textgan.evaluation.report.report import Curves, Report
from textgan.evaluation.statistics.rank_correlation import spearman

__all__ = ["TRAINING", "WASSERSTEIN"]

Array = NDArray[np.float64]
FLOOR_LOOK = {**REAL_LOOK, "marker": "", "linewidth": 1.3}
ESTIMATES = {
    "wasserstein_train": ("on training text", {**SAMPLES_LOOK, "marker": ""}),
    "wasserstein_held_out": ("on held-out text", {**REAL_LOOK, "marker": ""}),
}


def _curve(curves: Curves, name: str) -> Array:
    """Return the points called `name`, one a step, NaN where there is none."""
    return np.array(curves.values.get(name) or [None] * len(curves.steps), dtype=float)


def _at_floor(curves: Curves, name: str) -> Array:
    """Return the points of as many samples as the floor has lines, or all that was recorded."""
    return _curve(curves, f"{name}_at_floor" if f"{name}_at_floor" in curves.values else name)


def _finite(curve: Array) -> NDArray[np.intp]:
    """Return the places of the points that there are."""
    return np.flatnonzero(np.isfinite(curve))


def _marker(curve: Array) -> str:
    """Return the marker of a curve: only a single point needs one to be seen."""
    return "o" if len(_finite(curve)) == 1 else ""


def _recorded(report: Report, names: Iterable[str]) -> list[str]:
    """Return which of `names` have any points."""
    curves = report.curves
    return [] if curves is None else [name for name in names if len(_finite(_curve(curves, name)))]


def _jsds(report: Report) -> list[str]:
    """Return the names of the JSD that have any points, by their orders."""
    names = report.curves.values if report.curves is not None else ()
    named = [name for name in names if re.fullmatch(r"jsd[0-9]+", name)]
    return _recorded(report, sorted(named, key=_order))


def _order(jsd: str) -> int:
    return int(jsd.removeprefix("jsd"))


def _number_steps(axes: Axes, curves: Curves) -> None:
    low, high = min(curves.steps), max(curves.steps)
    pad = 0.02 * (high - low) or 1
    axes.set_xlim(low - pad, high + pad)
    number_wholes(axes, 5)
    axes.set_xlabel("training step")


# JSD


def _draw_training(report: Report) -> Figure:
    """Draw the JSD of each order and its floor over the steps of training."""
    assert report.curves is not None
    curves = report.curves
    entries = [("samples", {**SAMPLES_LOOK, "marker": ""}), ("floor: real text", FLOOR_LOOK)]
    figure, axes = new_chart(entries, 200, left=48, right=44)
    labels, drawn = [], []
    for name in _jsds(report):
        values, floor = _at_floor(curves, name), _curve(curves, f"{name}_floor")
        axes.plot(curves.steps, values, color=SAMPLES, linewidth=1.8, marker=_marker(values))
        last = _finite(values)[-1]
        labels.append((curves.steps[last], values[last], f"n = {_order(name)}", INK))
        if len(_finite(floor)):
            axes.plot(curves.steps, floor, **{**FLOOR_LOOK, "marker": _marker(floor)})
        drawn += [*values[_finite(values)], *floor[_finite(floor)]]
    if min(drawn) > 0:
        _log_y(axes, min(drawn) / 1.2, max(drawn) * 1.2)
        label_y(axes, "JSD, bits (logarithmic)")
    else:
        label_y(axes, "JSD, bits")
    _number_steps(axes, curves)
    label_points(figure, axes, labels)
    draw_legend(figure, entries)
    return figure


def _log_y(axes: Axes, low: float, high: float) -> None:
    """Make y logarithmic, with ticks at 1, 2 and 5 of each decade, or at every third of those."""
    axes.set_yscale("log")
    axes.set_ylim(low, high)
    ticks = [10.0**p * k for p in range(-8, 3) for k in (1, 2, 5)]
    ticks = [tick for tick in ticks if low <= tick <= high]
    tick_at(axes.yaxis, ticks[:: 3 if len(ticks) > 9 else 1])
    axes.yaxis.set_major_formatter(lambda value, _: f"{value:g}")


def _caption_training(report: Report) -> str:
    """Say from where to where the JSD of the highest order went, and where it was best."""
    assert report.curves is not None
    curves = report.curves
    name = _jsds(report)[-1]
    values, floor = _at_floor(curves, name), _curve(curves, f"{name}_floor")
    first, last = _finite(values)[[0, -1]]
    if first == last:
        return f"There is one score, after step {curves.steps[last]:,}: no curve yet."
    best = int(np.nanargmin(values))
    way = "fell" if values[last] < values[first] else "did not fall: it went"
    text = (
        f"JSD of {_order(name)}-grams {way} from {values[first]:.3f} bits after step "
        f"{curves.steps[first]:,} to {values[last]:.3f} after step {curves.steps[last]:,}"
    )
    if best == last:
        text += ", its lowest, so that more steps may lower it further"
    else:
        text += f"; it was lowest after step {curves.steps[best]:,}, at {values[best]:.3f}"
    floor = floor[_finite(floor)]
    return f"{text}; the floor is {floor[-1]:.3f}." if len(floor) else f"{text}."


TRAINING = Picture(
    name="training",
    title="Distance during training",
    label="Lines: JSD in bits of each order over training steps, with its floor",
    has=lambda report: bool(_jsds(report)),
    draw=_draw_training,
    caption=_caption_training,
    part="training",
)


# The critic's estimate


def _draw_wasserstein(report: Report) -> Figure:
    """Draw E D(x) − E D(G(z)) on training and on held-out text over training steps."""
    assert report.curves is not None
    curves = report.curves
    names = _recorded(report, ESTIMATES)
    entries = [ESTIMATES[name] for name in names]
    figure, axes = new_chart(entries, 160, left=48)
    for name, (_, look) in zip(names, entries, strict=True):
        values = _curve(curves, name)
        axes.plot(curves.steps, values, **{**look, "marker": _marker(values)})
    axes.axhline(0, color=MUTED, linewidth=0.8)
    _number_steps(axes, curves)
    label_y(axes, "E D(x) − E D(G(z)), in the critic's own units")
    draw_legend(figure, entries)
    return figure


def _caption_wasserstein(report: Report) -> str:
    """Say how the estimate moved, how it ranks with JSD, and how far held-out text is apart."""
    assert report.curves is not None
    curves = report.curves
    train, held_out = (_curve(curves, name) for name in ESTIMATES)
    main = train if len(_finite(train)) else held_out
    values = main[_finite(main)]
    if len(values) == 1:
        text = f"The estimate of the only score is {values[0]:.3g}."
    else:
        text = (
            f"The estimate went from {values[0]:.3g} to {values[-1]:.3g}; "
            "it should fall as quality rises."
        )
    jsds = _jsds(report)
    rank = spearman(main, _curve(curves, jsds[-1])) if jsds else None
    if rank is not None:
        text += (
            f" Its rank correlation with JSD of {_order(jsds[-1])}-grams is {rank:.2f} "
            f"({_meaning(rank)})."
        )
    gaps = train - held_out
    if len(with_both := _finite(gaps)):
        gap = gaps[with_both[-1]]
        text += (
            f" At the end training text scores {abs(gap):.2g} "
            f"{'above' if gap > 0 else 'below'} held-out text; a gap between the two is the "
            "sign of an over-fitted critic."
        )
    return (
        f"{text} Under a Wasserstein loss it estimates a distance; it is not comparable across "
        "critics of other shapes or update counts."
    )


def _meaning(rank: float) -> str:
    if rank >= 0.5:
        return "they fall together"
    return "they move apart" if rank <= -0.5 else "it says little about quality here"


WASSERSTEIN = Picture(
    name="wasserstein",
    title="The critic's estimate during training",
    label="Lines: E D(x) − E D(G(z)) over training steps",
    has=lambda report: bool(_recorded(report, ESTIMATES)),
    draw=_draw_wasserstein,
    caption=_caption_wasserstein,
    part="training",
)
