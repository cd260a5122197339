"""`clipping`: where the critic's weights end, under clipping and under the penalty.

Clipping bounds each weight alone, so that the steepest critic has every weight at ±c; the penalty
bounds the slope, and weights stay spread (Gulrajani et al. 2017, section 3.1 and figure 1b, right).
A weight is *near the limit* if it is within 5% of ±c, or, under the penalty, of the largest weight
of its layer. Both critics begin with uniform weights, of which 5% are near the limit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray
from torch import Tensor, nn

from textgan.diagnostics.charts import new_figure, title
from textgan.diagnostics.critic_training import (
    ADAM,
    CriticTraining,
    channels,
    initialise_he,
    initialise_uniform,
    new_critic,
)
from textgan.diagnostics.experiment import Experiment, Outcome, Settings, Work
from textgan.diagnostics.record import Finding
from textgan.diagnostics.streams import Stream, TextStream, open_text, toy_stream
from textgan.diagnostics.weights import histogram, in_units, near_limit
from textgan.evaluation.render.plots.style import INK, MUTED, REAL, SAMPLES
from textgan.networks.critics.conv import ConvCritic
from textgan.networks.critics.critic import Critic
from textgan.networks.critics.mlp import MlpCritic

__all__ = ["CLIPPING", "scaled_weights"]

HALF = 0.5  # of the weights: the least share near ±c that counts as piled up
BINS = 41

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class ClippingSettings(Settings):
    """c, rates, batch and the toy critic's size are those of Gulrajani et al. 2017 (`gan_toy.py`).

    The number of updates is not: it is enough for a weight to cross [−c, c] several times.
    """

    clip: float = 0.01  # c
    clip_rate: float = 5e-5
    updates: int = 1000
    units: int = 512  # of each of three hidden layers
    batch: int = 256
    weight: float = 10.0  # λ
    text_width: int = 16  # C of the critic of text, with 2 blocks
    text_batch: int = 64


class Rule(NamedTuple):
    """What bounds a critic, and how its weights begin."""

    settings: Mapping[str, Any]
    initialise: Callable[[nn.Module], None]
    limit: float | None  # c; None: the largest weight of the layer


def scaled_weights(critic: nn.Module, limit: float | None) -> Array:
    """Return the weights of all layers in units of c, or of the largest of their layer, (weights,).

    Biases are left out.
    """
    tensors: list[Tensor] = [
        layer.weight for layer in critic.modules() if isinstance(layer, nn.Linear | nn.Conv2d)
    ]
    layers = [tensor.detach().double().numpy() for tensor in tensors]
    return in_units(layers, [limit or np.abs(layer).max() for layer in layers])


def run(settings: ClippingSettings, work: Work) -> Outcome:
    """Train critics under both, on the Swiss roll and on text, and count their weights."""
    rules = _rules(settings)
    shares: dict[str, dict[str, list[tuple[float, float]]]] = {}
    histograms: dict[str, dict[str, Array]] = {}  # of the first seed
    with open_text(settings.corpus, settings.text_batch, work) as text:
        for seed in settings.seeds:
            for place, (stream, make) in _places(settings, text, seed).items():
                for name, rule in rules.items():
                    critic = new_critic(make, seed, rule.initialise)
                    before = scaled_weights(critic, rule.limit)
                    train = CriticTraining(critic, rule.settings, seed)
                    for update in range(settings.updates):
                        train(stream(update))
                        work.progress(f"{name}, {place}, seed {seed}", update / settings.updates)
                    after = scaled_weights(critic, rule.limit)
                    both = (near_limit(before), near_limit(after))
                    shares.setdefault(place, {}).setdefault(name, []).append(both)
                    histograms.setdefault(place, {}).setdefault(name, histogram(after, BINS))
    figure, axes = new_figure(4.6, 2, 2)
    for row, place in enumerate(histograms):
        for column, name in enumerate(rules):
            axis = axes[2 * row + column]
            _draw(axis, place, name, histograms[place][name], shares[place][name][0][1])
    measured = {
        "shares": shares,
        "histograms": {
            place: {name: counts.tolist() for name, counts in of.items()}
            for place, of in histograms.items()
        },
    }
    return Outcome(
        findings=[finding for place in shares for finding in _findings(place, shares[place])],
        measured=measured,
        figure=figure,
        notes=[f"{settings.medians}; {settings.updates:,} updates."],
    )


def _rules(settings: ClippingSettings) -> Mapping[str, Rule]:
    """Return clipping, whose weights begin in [−c, c], and the penalty, whose are He's."""
    clip = {"objective": "wgan", "clip": settings.clip, "critic_rate": settings.clip_rate}
    penalty = {
        "objective": "wgan-gp", "penalty_weight": settings.weight, "critic_rate": 1e-4, **ADAM
    }  # fmt: skip
    start = partial(initialise_uniform, limit=settings.clip)
    return {
        "clipping": Rule(clip, start, settings.clip),
        "penalty": Rule(penalty, initialise_he, None),
    }


def _places(
    settings: ClippingSettings, text: TextStream, seed: int
) -> Mapping[str, tuple[Stream, Callable[[], Critic]]]:
    """Return what critics are trained on, each with what makes one."""
    return {
        "Swiss roll": (
            toy_stream("Swiss roll", seed, settings.batch),
            lambda: MlpCritic(length=1, vocabulary=2, width=channels(settings.units), blocks=3),
        ),
        "text": (
            text.against_new_generator(seed),
            lambda: ConvCritic(
                length=text.length, vocabulary=text.vocabulary, blocks=2, width=settings.text_width
            ),
        ),
    }


def _findings(place: str, shares: Mapping[str, list[tuple[float, float]]]) -> list[Finding]:
    """Return whether clipping piles weights up at ±c and the penalty does not."""
    clipped, free = (np.median(np.array(shares[rule]), axis=0) for rule in ("clipping", "penalty"))
    return [
        Finding(
            expectation=f"on {place}, clipping leaves at least half of all weights within 5% of ±c",
            measured=f"{clipped[0]:.1%} before training, {clipped[1]:.1%} after",
            seen=clipped[1] >= HALF,
        ),
        Finding(
            expectation=f"on {place}, under the penalty no more weights than at the start are "
            "within 5% of the largest of their layer",
            measured=f"{free[0]:.1%} before training, {free[1]:.2%} after",
            seen=free[1] <= free[0],
        ),
    ]


def _draw(axes: Axes, place: str, rule: str, counts: Array, share: float) -> None:
    """Draw one histogram in units of the limit."""
    edges = np.linspace(-1, 1, BINS + 1)
    color, hatch = (SAMPLES, "") if rule == "clipping" else (REAL, "//")
    axes.bar(
        edges[:-1], 100 * counts, width=2 / BINS, align="edge", color=color, edgecolor=INK,
        linewidth=0.3, hatch=hatch,
    )  # fmt: skip
    axes.axhline(100 / BINS, color=MUTED, linewidth=0.9, linestyle=(0, (5, 2)))
    unit = "c" if rule == "clipping" else "the layer's largest"
    axes.set_xlabel(f"weight / {unit}")
    axes.set_ylabel("% of weights")
    axes.annotate(
        f"near the limit: {share:.1%}", (0.5, 0.93), xycoords="axes fraction", ha="center",
        va="top", fontsize=9.5,
    )  # fmt: skip
    axes.set_ylim(0, 130 * counts.max())
    title(axes, f"{place}, {rule}")


CLIPPING = Experiment(
    name="clipping",
    claim="clipping piles the critic's weights up at ±c, and the gradient penalty does not.",
    source="Gulrajani et al. 2017, section 3.1 and figure 1b",
    settings=ClippingSettings,
    quick={
        "updates": 300,
        "clip_rate": 2e-4,
        "units": 64,
        "batch": 64,
        "text_width": 8,
        "text_batch": 32,
    },
    run=run,
)
