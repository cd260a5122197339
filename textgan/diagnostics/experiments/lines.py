"""`lines`: two parallel lines, where W sees the distance and JS does not; the same on text.

P₀ is (0, U) and P_θ is (θ, U), U uniform on [0, 1]: W = |θ|, JS = log 2 and KL = ∞ for every θ ≠ 0,
and all are 0 at θ = 0 (Arjovsky et al. 2017, example 1). U is n midpoints here, of both lines the
same, which changes none of the three.

On text: one-hot lines x against the same lines softened, (1 − θ)x + θ/V. A softened symbol is at
distance θ√(1 − 1/V) from its own one-hot vector and further from any other, so each line stays the
nearest to itself and W = θ√(T(1 − 1/V)), while no softened line equals a hard one.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from textgan.diagnostics.charts import LOOKS, add_legend, new_figure, title
from textgan.diagnostics.divergences import (
    LOG_2,
    jensen_shannon,
    kullback_leibler,
    on_common_support,
)
from textgan.diagnostics.experiment import Experiment, Outcome, Settings, Work
from textgan.diagnostics.optimal_transport import assign, euclidean
from textgan.diagnostics.record import Finding
from textgan.diagnostics.texts import distinct_rows, one_hot_rows, opened
from textgan.evaluation.render.plots.style import MUTED

__all__ = ["LINES", "Distances", "compare_lines", "measure_distances", "soften"]

TOLERANCE = 1e-9

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class LinesSettings(Settings):
    """θ as in Arjovsky et al. 2017, figure 1; the rest is chosen here."""

    points: int = 200  # n on each line
    steps: int = 20  # θ = −1, ..., 1 in so many steps
    text_lines: int = 100  # lines of text


class Distances(NamedTuple):
    """Distances of two sets of points of equal size and weight."""

    by_transport: float  # W from a cheapest plan
    by_sums: float  # E f(x) − E f(y) with f(y) = −min_i ‖y − x_i‖, of slope 1: at most W
    js: float  # nats
    kl: float  # nats


def compare_lines(theta: float, points: int) -> Distances:
    """Return the distances of P₀ and P_θ."""
    height = (np.arange(points) + 0.5) / points
    zero = np.stack([np.zeros(points), height], axis=1)  # (n, 2)
    moved = np.stack([np.full(points, theta), height], axis=1)
    return measure_distances(zero, moved)


def soften(hard: Array, theta: float, vocabulary: int) -> Array:
    """Return (1 − θ)x + θ/V of one-hot lines x, (N, T·V)."""
    return (1 - theta) * hard + theta / vocabulary


def measure_distances(first: Array, second: Array) -> Distances:
    """Return all distances of two sets of as many points, (n, F) each."""
    cost = euclidean(first, second)
    p, q = on_common_support(first, second)
    return Distances(
        by_transport=assign(cost)[0],
        by_sums=float(cost.min(axis=0).mean()),  # f is 0 on the first set
        js=jensen_shannon(p, q),
        kl=kullback_leibler(p, q),
    )


def run(settings: LinesSettings, work: Work) -> Outcome:
    """Measure the distances for every θ, on lines and on text."""
    thetas = np.linspace(-1, 1, 2 * max(settings.steps // 2, 1) + 1)
    thetas[len(thetas) // 2] = 0.0
    lines = [compare_lines(theta, settings.points) for theta in thetas.tolist()]
    with opened(settings.corpus, work) as corpus:
        V, T = corpus.encoder.size, corpus.length
        hard = one_hot_rows(distinct_rows(corpus, settings.text_lines, settings.seed), V)
    softness = np.linspace(0, 1, 11)
    reach = math.sqrt(T * (1 - 1 / V))  # W of text at θ = 1
    text = [measure_distances(hard, soften(hard, theta, V)) for theta in softness.tolist()]
    findings = _findings(thetas, lines, softness, text, reach)
    figure, (left, right) = new_figure(3.0, 1, 2)
    _draw(left, thetas, lines, "Two lines, θ apart")
    _draw(right, softness, text, f"{len(hard)} lines of text, softened by θ")
    measured = {
        "theta": thetas.tolist(),
        "wasserstein": [d.by_transport for d in lines],
        "wasserstein_by_sums": [d.by_sums for d in lines],
        "js": [d.js for d in lines],
        "kl": [_plain(d.kl) for d in lines],
        "softness": softness.tolist(),
        "text_wasserstein": [d.by_transport for d in text],
        "text_js": [d.js for d in text],
        "text_kl": [_plain(d.kl) for d in text],
        "text_lines": len(hard),
        "text_reach": reach,
    }
    return Outcome(findings=findings, measured=measured, figure=figure)


def _plain(value: float) -> float | str:
    return value if math.isfinite(value) else "infinity"


def _findings(
    thetas: Array, lines: Sequence[Distances], softness: Array, text: Sequence[Distances],
    reach: float,
) -> list[Finding]:  # fmt: skip
    """Return whether W is |θ|, JS log 2 and KL ∞, and W of text θ√(T(1 − 1/V))."""
    transport = max(
        abs(d.by_transport - abs(theta)) for theta, d in zip(thetas, lines, strict=True)
    )
    sums = max(abs(d.by_sums - abs(theta)) for theta, d in zip(thetas, lines, strict=True))
    jumps = [(theta, d) for theta, d in zip(thetas, lines, strict=True) if theta]
    js = max(abs(d.js - LOG_2) for _, d in jumps)
    at_zero = lines[len(lines) // 2]
    zero = max(abs(at_zero.js), abs(at_zero.kl))
    infinite = sum(math.isinf(d.kl) for _, d in jumps)
    away = max(abs(d.by_transport - theta * reach) for theta, d in zip(softness, text, strict=True))
    text_js = max(abs(d.js - LOG_2) for d in text[1:])
    return [
        Finding(
            expectation=f"W = |θ| to {TOLERANCE:g}, by optimal transport and by sums",
            measured=f"largest differences {transport:.1e} and {sums:.1e}",
            seen=max(transport, sums) <= TOLERANCE,
        ),
        Finding(
            expectation=f"JS = log 2 to {TOLERANCE:g} and KL = ∞ wherever θ is not 0, and both 0 "
            "at θ = 0, so that neither has a gradient in θ",
            measured=f"largest difference of JS {js:.1e}, KL infinite at {infinite} of "
            f"{len(jumps)} θ, both at most {zero:.1e} at 0",
            seen=max(js, zero) <= TOLERANCE and infinite == len(jumps),
        ),
        Finding(
            expectation="on text, one-hot lines against the same lines softened by θ, "
            f"W = {reach:.2f} θ to {TOLERANCE:g} while JS = log 2: a critic can pull soft rows "
            "towards hard ones, a classifier cannot",
            measured=f"largest differences {away:.1e} and {text_js:.1e}",
            seen=max(away, text_js) <= TOLERANCE,
        ),
    ]


def _draw(axes: Axes, thetas: Array, distances: Sequence[Distances], text: str) -> None:
    """Draw W and JS over θ."""
    axes.plot(thetas, [d.by_transport for d in distances], label="W", **LOOKS[0])
    jump = {**LOOKS[1], "linestyle": ""}  # JS is not continuous: no line between its points
    axes.plot(thetas, [d.js for d in distances], label="JS (nats)", **jump)
    top = max(d.by_transport for d in distances)
    axes.axhline(LOG_2, color=MUTED, linewidth=0.8, linestyle=(0, (5, 2)))
    middle = (thetas[0] + thetas[-1]) / 2
    axes.annotate("log 2", (middle, LOG_2), (0, 4), textcoords="offset points", ha="center")
    axes.set_ylim(-0.04 * top, 1.3 * top)
    axes.set_xlabel("θ")
    title(axes, text)
    add_legend(axes, loc="upper center", ncols=2, title="KL = ∞ for θ ≠ 0", title_fontsize=9)


LINES = Experiment(
    name="lines",
    claim="between two parallel lines, W is their distance, and JS and KL do not depend on it.",
    source="Arjovsky et al. 2017, Wasserstein GAN, example 1 and figure 1",
    settings=LinesSettings,
    quick={},
    run=run,
)
