"""`surfaces`: the values of critics trained to the end on three toys, clipped and penalised.

The generator is fixed: the toy plus N(0, 1) (Gulrajani et al. 2017, section 3.1 and figure 1a). Two
numbers go with each surface. *Directions* is how many directions its gradient takes over the
square: the perplexity of their histogram in 36 sectors of 10°. A plane has 1, a pyramid 4, a cone
36. *Density* is the rank correlation, over the square, of the surface with the smoothed density of
the data.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from matplotlib.axes import Axes
from numpy.typing import NDArray

from textgan.diagnostics.charts import new_figure, title
from textgan.diagnostics.critic_training import ADAM, CriticTraining, he_critic
from textgan.diagnostics.experiment import Experiment, Outcome, Settings, Work
from textgan.diagnostics.record import Finding
from textgan.diagnostics.streams import toy_stream
from textgan.diagnostics.toys import REACH, TOYS, as_text, draw
from textgan.evaluation.render.plots.style import INK
from textgan.evaluation.statistics.rank_correlation import spearman
from textgan.networks.critics.mlp import MlpCritic

__all__ = ["SURFACES", "count_directions", "density", "grid"]

CELLS = 41  # of the square, on each side
SECTORS = 36  # of directions
BANDWIDTH = 0.15  # of the smoothed density
DRAWN = 400  # points of a toy in its picture

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class SurfacesSettings(Settings):
    """As in Gulrajani et al. 2017 (`gan_toy.py`), but for the number of updates.

    The published code makes 500,000 of them. Surfaces have their shape long before.
    """

    clip: float = 0.01  # c
    weight: float = 0.1  # λ
    units: int = 512  # of each of three hidden layers
    batch: int = 256
    clip_rate: float = 5e-5
    rate: float = 1e-4
    updates: int = 2000


class Surface(NamedTuple):
    """A critic's values on the square, and what they are like."""

    values: Array  # (CELLS, CELLS), row by row from below
    directions: float
    density: float


def grid() -> Array:
    """Return the centres of the square's cells, (CELLS², 2), x running first."""
    side = np.linspace(-REACH, REACH, CELLS)
    return np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)


def count_directions(gradients: Array) -> float:
    """Return the perplexity of the directions of gradients (N, 2) in 36 sectors, 1 to 36.

    The sectors have their middles at multiples of 10°, so that axes are in the middle of one.
    """
    angles = np.arctan2(gradients[:, 1], gradients[:, 0])
    sectors = np.round(angles * SECTORS / (2 * np.pi)).astype(np.int64) % SECTORS
    shares = np.bincount(sectors, minlength=SECTORS) / len(sectors)
    shares = shares[shares > 0]
    return float(np.exp(-np.sum(shares * np.log(shares))))


def density(toy: str, points: Array, seed: int) -> Array:
    """Return the density of a toy at points (N, 2), smoothed by N(0, 0.15²), up to a factor."""
    data = draw(toy, seed, 1 << 40, count=1000)
    squares = ((points[:, None] - data) ** 2).sum(axis=2)  # (N, 1000)
    smoothed: Array = np.exp(-squares / (2 * BANDWIDTH**2)).mean(axis=1)
    return smoothed


def run(settings: SurfacesSettings, work: Work) -> Outcome:
    """Train a critic of each toy under both rules and draw its values."""
    rules: dict[str, Mapping[str, Any]] = {
        "clipping": {
            "objective": "wgan", "clip": settings.clip, "critic_rate": settings.clip_rate,
        },
        "penalty": {
            "objective": "wgan-gp", "penalty_weight": settings.weight,
            "critic_rate": settings.rate, **ADAM,
        },
    }  # fmt: skip
    surfaces: dict[str, dict[str, list[Surface]]] = {}
    for seed in settings.seeds:
        for toy in TOYS:
            stream = toy_stream(toy, seed, settings.batch)
            for rule, changes in rules.items():
                critic = he_critic(seed, units=settings.units, blocks=3)
                train = CriticTraining(critic, changes, seed)
                for update in range(settings.updates):
                    train(stream(update))
                    work.progress(f"{toy}, {rule}, seed {seed}", update / settings.updates)
                surface = _surface(critic, toy, seed)
                surfaces.setdefault(toy, {}).setdefault(rule, []).append(surface)
    figure, axes = new_figure(4.5, 2, 3)
    for column, toy in enumerate(TOYS):
        for row, rule in enumerate(rules):
            _draw(axes[3 * row + column], toy, rule, surfaces[toy][rule][0], settings.seed)
    medians = {
        toy: {
            rule: {
                "directions": float(np.median([s.directions for s in repeats])),
                "density": float(np.median([s.density for s in repeats])),
            }
            for rule, repeats in of.items()
        }
        for toy, of in surfaces.items()
    }
    measured = {
        "medians": medians,
        "surfaces": {
            toy: {rule: repeats[0].values.tolist() for rule, repeats in of.items()}
            for toy, of in surfaces.items()
        },
    }
    return Outcome(
        findings=_findings(medians),
        measured=measured,
        figure=figure,
        notes=[
            f"{settings.medians}, {settings.updates:,} updates of critics with "
            f"{settings.units} units per layer; the published code makes 500,000."
        ],
    )


@torch.no_grad()
def _surface(critic: MlpCritic, toy: str, seed: int) -> Surface:
    points = grid()
    text = as_text(points)
    values = critic(text).double().numpy()
    ranks = spearman(values, density(toy, points, seed)) or 0.0
    gradients = critic.input_vjp(text, critic.score_slope()).flatten(1).double().numpy()
    return Surface(values.reshape(CELLS, CELLS), count_directions(gradients), ranks)


def _findings(medians: Mapping[str, Mapping[str, Mapping[str, float]]]) -> list[Finding]:
    """Return whether clipped surfaces have fewer planes and follow the density less."""
    planes, dense = (
        {toy: (of["clipping"][name], of["penalty"][name]) for toy, of in medians.items()}
        for name in ("directions", "density")
    )
    return [
        Finding(
            expectation="clipped critics are made of fewer planes: their gradient takes fewer of "
            f"{SECTORS} directions than that of penalised critics, on every toy",
            measured=_pairs(planes, ".1f"),
            seen=all(clip < penalty for clip, penalty in planes.values()),
        ),
        Finding(
            expectation="penalised critics follow the density more closely, on every toy",
            measured=f"rank correlation with the smoothed density, {_pairs(dense, '.2f')}",
            seen=all(penalty > clip for clip, penalty in dense.values()),
        ),
    ]


def _pairs(values: Mapping[str, tuple[float, float]], form: str) -> str:
    return ", ".join(
        f"{toy} {clip:{form}} clipped and {penalty:{form}} penalised"
        for toy, (clip, penalty) in values.items()
    )


def _draw(axes: Axes, toy: str, rule: str, surface: Surface, seed: int) -> None:
    """Draw the level lines of a surface over points of the toy."""
    side = np.linspace(-REACH, REACH, CELLS)
    axes.contourf(side, side, surface.values, levels=12, cmap="Greys", alpha=0.5)
    axes.contour(
        side, side, surface.values, levels=12, colors=INK, linewidths=0.7, linestyles="solid"
    )
    points = draw(toy, seed, 1 << 41, count=DRAWN)
    axes.plot(*points.T, color="#b03a1e", marker=".", markersize=2.5, linestyle="")
    axes.set_xlim(-REACH, REACH)
    axes.set_ylim(-REACH, REACH)
    axes.set_aspect("equal")
    axes.set_xticks([])
    axes.set_yticks([])
    axes.grid(False)
    axes.set_xlabel(
        f"directions {surface.directions:.0f}, density {surface.density:.2f}", fontsize=8.5
    )
    title(axes, f"{toy}\n{rule}" if rule == "clipping" else rule)


SURFACES = Experiment(
    name="surfaces",
    claim="the surface of a clipped critic is made of a few planes, that of a penalised critic "
    "follows the density of the data.",
    source="Gulrajani et al. 2017, section 3.1 and figure 1a",
    settings=SurfacesSettings,
    quick={"units": 128, "batch": 64, "updates": 300, "clip_rate": 5e-4, "rate": 1e-3},
    run=run,
)
