"""Curves of a frozen generator's gradient, drawn and put into words."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator
from numpy.typing import NDArray

from textgan.diagnostics.charts import LOOKS, add_legend, log_y, new_figure, title
from textgan.diagnostics.frozen_generator import Curves, Places
from textgan.diagnostics.record import Finding

__all__ = ["draw_places", "each_age", "finding", "plain"]

Pick = Callable[[Curves], NDArray[np.float64]]


def each_age(unit: str, values: Sequence[float], ages: Iterable[str]) -> str:
    """Say a number of each age.

    >>> each_age("-fold", [1234.5, 2.345], ["5 steps", "9 steps"])
    '1,234-fold (5 steps), 2.35-fold (9 steps)'
    """
    return ", ".join(
        f"{value:,.0f}{unit} ({age})" if value >= 100 else f"{value:,.3g}{unit} ({age})"
        for value, age in zip(values, ages, strict=True)
    )


def finding(
    expectation: str, unit: str, values: Sequence[float], ages: Iterable[str], *, seen: bool
) -> Finding:
    """Return the finding of a number of each age."""
    return Finding(expectation=expectation, measured=each_age(unit, values, ages), seen=seen)


def plain(places: Places, pick: Pick) -> dict[str, Any]:
    """Return what `pick` takes of all curves, as plain values: place and age -> loss -> values."""
    return {
        f"{place}, {age}": {loss: pick(curves).tolist() for loss, curves in of.items()}
        for place, ages in places.items()
        for age, of in ages.items()
    }


def draw_places(places: Places, at: Sequence[int], pick: Pick, loss: str, words: str) -> Figure:
    """Draw the medians of a loss over the updates, thin, and those of the critic's, thick."""
    figure, axes = new_figure(3.5, 1, 2)
    for axis, (place, ages) in zip(axes, places.items(), strict=True):
        for (age, of), look in zip(ages.items(), LOOKS, strict=False):
            axis.plot(at, np.median(pick(of["wasserstein"]), axis=0), **{
                **look, "alpha": 0.35, "linewidth": 4, "linestyle": "-", "marker": "",
            })  # fmt: skip
            axis.plot(at, np.median(pick(of[loss]), axis=0), label=age, **look)
        log_y(axis)
        axis.set_xscale("symlog", linthresh=at[1])
        ticks = [at[0], at[1], at[len(at) // 2], at[-1]]
        axis.set_xticks(ticks, [f"{tick:,}" for tick in ticks])
        axis.xaxis.set_minor_locator(NullLocator())
        axis.set_xlim(-0.4 * at[1], 1.2 * at[-1])
        axis.set_xlabel("updates from scratch")
        title(axis, f"{place.capitalize()}: {words}")
        low, high = axis.get_ylim()
        axis.set_ylim(low, high * (high / low) ** 0.4)
        add_legend(
            axis, loc="upper right", title="thick: Wasserstein",
            title_fontsize=8.5, fontsize=8.5,
        )  # fmt: skip
    return figure
