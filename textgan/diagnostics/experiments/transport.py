"""`transport`: the exact earth mover's distance of two small sets, with its plan as a picture.

Of points: draws of 8 Gaussians against a normal cloud. Of text: real lines against other real lines
with their letters shuffled, moved by edits. Each cost is computed three ways: by scipy's
assignment, by a linear programme over all plans, and from the potentials of that programme, which
prove that no plan is cheaper.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray

from corpora.rng import normal, uniform
from textgan.diagnostics.charts import add_legend, blank_figure, title
from textgan.diagnostics.experiment import Experiment, Outcome, Settings, Work
from textgan.diagnostics.optimal_transport import Plan, assign, euclidean, transport_by_program
from textgan.diagnostics.record import Finding
from textgan.diagnostics.texts import distinct_rows, opened
from textgan.diagnostics.toys import draw
from textgan.evaluation.metrics.earth_mover import transport as transport_lines
from textgan.evaluation.metrics.edit_distance import distances
from textgan.evaluation.render.plots.style import INK, MUTED, REAL, SAMPLES
from textgan.evaluation.render.words import printable, shorten

__all__ = ["TRANSPORT", "Costs", "measure_costs"]

TOLERANCE = 1e-9
LETTERS = 16  # of a line that are shown

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class TransportSettings(Settings):
    """Sizes are chosen so that the plans can be read."""

    repeats: int = 5
    points: int = 24
    text_lines: int = 12


class Costs(NamedTuple):
    """W of two sets of as many points or lines, three ways."""

    assignment: float
    program: float
    potentials: float  # E f + E g, where f_i + g_j is at most c(i, j) within `excess`
    excess: float
    other: float  # by the costs of any one-to-one plan: first to first, second to second, ...

    @property
    def difference(self) -> float:
        """The largest difference of the three."""
        values = (self.assignment, self.program, self.potentials)
        return max(values) - min(values)


def measure_costs(cost: Array) -> tuple[Costs, Plan]:
    """Return W of a matrix of costs (m, m) three ways, and the plan of the linear programme."""
    plan = transport_by_program(cost)
    excess = float((plan.first[:, None] + plan.second - cost).max())
    potentials = float(plan.first.mean() + plan.second.mean())
    by_order = float(np.diag(cost).mean())
    return Costs(assign(cost)[0], plan.cost, potentials, max(excess, 0.0), by_order), plan


def run(settings: TransportSettings, work: Work) -> Outcome:
    """Move points and lines in every repeat; the figure shows the first."""
    points, texts = [], []
    with opened(settings.corpus, work) as corpus:
        for seed in settings.seeds:
            work.progress("moving points and lines", (seed - settings.seed) / settings.repeats)
            sets = draw_points(seed, settings.points)
            points.append((sets, measure_costs(euclidean(*sets))[0]))
            rows = distinct_rows(corpus, 2 * settings.text_lines, seed)
            lines = corpus.encoder.decode_rows(rows)
            half = len(lines) // 2
            made, real = shuffle_letters(lines[:half], seed), lines[half : 2 * half]
            cost = np.asarray(distances(made, real), dtype=np.float64)
            costs, plan = measure_costs(cost)
            texts.append((transport_lines(made, real), costs, plan))
    figure = blank_figure(5.2)
    axes = figure.subplot_mosaic([["points", "plan"], ["moves", "moves"]], height_ratios=(1.25, 1))
    _draw_points(axes["points"], *points[0][0])
    _draw_plan(axes["plan"], texts[0][2])
    _draw_moves(axes["moves"], *texts[0][0])
    point_costs, text_costs = [c for _, c in points], [c for _, c, _ in texts]
    measured = {
        "points": [c._asdict() for c in point_costs],
        "text": [c._asdict() for c in text_costs],
        "text_by_metric": [edits for (edits, _), _, _ in texts],
        "moves": [list(move) for move in texts[0][0][1]],
        "plan": texts[0][2].weights.tolist(),
    }
    findings = [
        *_findings("of points", point_costs),
        *_findings("of lines, by edits", text_costs),
        Finding(
            expectation="the metric `transport` of evaluations gives the same edits per line",
            measured="largest difference "
            f"{max(abs(e - c.program) for ((e, _), c, _) in texts):.1e}",
            seen=all(abs(e - c.program) <= TOLERANCE for ((e, _), c, _) in texts),
        ),
    ]
    return Outcome(findings=findings, measured=measured, figure=figure)


def draw_points(seed: int, count: int) -> tuple[Array, Array]:
    """Return points of 8 Gaussians, and as many of N(0, ½), (count, 2) each."""
    cloud = normal(seed, 0, 5, rows=np.arange(count), columns=2).astype(np.float64)
    return draw("8 Gaussians", seed, 0, count=count), cloud / 2**0.5


def shuffle_letters(lines: Sequence[str], seed: int) -> list[str]:
    """Return each line with its letters in another order: its symbols right, all else wrong."""
    keys = uniform(seed, 6, rows=np.arange(len(lines)), columns=max(map(len, lines), default=1))
    return [
        "".join(line[i] for i in np.argsort(key[: len(line)], kind="stable"))
        for line, key in zip(lines, keys, strict=True)
    ]


def _findings(of: str, costs: Sequence[Costs]) -> list[Finding]:
    """Return whether the three agree and the potentials are feasible."""
    difference = max(cost.difference for cost in costs)
    excess = max(cost.excess for cost in costs)
    mean = np.mean([cost.program for cost in costs])
    other = np.mean([cost.other for cost in costs])
    return [
        Finding(
            expectation=f"the cost {of} is equal by assignment, by a linear programme and by its "
            f"potentials, which prove the plan cheapest, to {TOLERANCE:g}",
            measured=f"W = {mean:.3f} on average of {len(costs)}, largest difference "
            f"{difference:.1e}, potentials at most {excess:.1e} above the cost; another plan, each "
            f"to the next in order, costs {other:.3f}",
            seen=max(difference, excess) <= TOLERANCE,
        )
    ]


def _draw_points(axes: Axes, real: Array, made: Array) -> None:
    """Draw both sets of points and a line for each move."""
    _, to = assign(euclidean(made, real))
    for start, end in zip(made, real[to], strict=True):
        axes.plot(*np.stack([start, end], axis=1), color=MUTED, linewidth=0.9, zorder=1)
    axes.plot(*real.T, color=REAL, linestyle="", marker="s", label="8 Gaussians")
    axes.plot(
        *made.T, color=SAMPLES, linestyle="", marker="o", markerfacecolor="white", label="N(0, ½)"
    )
    axes.set_aspect("equal")
    axes.set_xlim(-2.4, 2.4)
    axes.set_ylim(-1.9, 2.4)
    title(axes, "Points: each moves along its line")
    add_legend(axes, loc="upper center", ncols=2, handletextpad=0.1, columnspacing=1)


def _draw_plan(axes: Axes, plan: Plan) -> None:
    """Draw the plan of lines as a matrix."""
    axes.imshow(plan.weights, cmap="Greys", vmin=0, aspect="equal")
    axes.grid(False)
    axes.set_xlabel("real line")
    axes.set_ylabel("shuffled line")
    axes.set_xticks([])
    axes.set_yticks([])
    title(axes, "Lines: the plan as a matrix")


def _draw_moves(axes: Axes, edits: float, moves: Sequence[tuple[str, str, int]]) -> None:
    """Write the moves of lines in two columns: what becomes what, and its edits."""
    axes.set_axis_off()
    shown = moves[:12]
    rows = -(-len(shown) // 2)
    for place, (made, real, cost) in enumerate(shown):
        column, row = divmod(place, rows)
        x, y = 0.5 * column, 1 - (row + 0.5) / rows
        for at, text, ha, color in (
            (0.16, shorten(printable(made), LETTERS), "right", SAMPLES),
            (0.22, f"{cost}", "center", INK),
            (0.28, shorten(printable(real), LETTERS), "left", REAL),
        ):
            axes.text(x + at, y, text, ha=ha, va="center", color=color, fontsize=9)
        for ends in ((x + 0.17, x + 0.205), (x + 0.235, x + 0.27)):
            axes.plot(ends, (y, y), color=MUTED, linewidth=0.6 + 0.4 * cost)
    axes.set_xlim(0, 1)
    axes.set_ylim(0, 1)
    title(axes, f"Lines: shuffled, edits, real ({edits:.2f} edits each on average)")


TRANSPORT = Experiment(
    name="transport",
    claim="the earth mover's distance is the cost of the cheapest of all plans, and potentials of "
    "slope 1 prove it.",
    source="Kantorovich 1942; Peyré & Cuturi 2019, Computational Optimal Transport, section 2",
    settings=TransportSettings,
    quick={},
    run=run,
)
