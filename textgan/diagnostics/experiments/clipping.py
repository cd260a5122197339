"""`clipping`: where the critic's weights end, under clipping and under the penalty.

Clipping bounds each weight alone, so that the steepest critic has every weight at ±c; the penalty
bounds the slope, and weights stay spread (Gulrajani et al. 2017, section 3.1 and figure 1b, right).
A weight is *near the limit* if it is within 5% of ±c, or, under the penalty, of the largest weight
of its layer. Both critics begin with uniform weights, of which 5% are near the limit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from numpy.typing import NDArray
from torch import Tensor, nn

from textgan.diagnostics.charts import new_figure, title
from textgan.diagnostics.critic_training import (
    CRITIC_SEED,
    CriticTraining,
    Pair,
    initialise_he,
    initialise_uniform,
    seeded,
)
from textgan.diagnostics.experiment import Experiment, Outcome, Settings, Work
from textgan.diagnostics.record import Finding
from textgan.diagnostics.streams import open_text, toy_stream
from textgan.evaluation.render.plots.style import INK, MUTED, REAL, SAMPLES
from textgan.networks.critics.conv import ConvCritic
from textgan.networks.critics.critic import Critic
from textgan.networks.critics.mlp import MlpCritic

__all__ = ["CLIPPING", "near_largest", "near_limit"]

NEAR = 0.05  # of the limit
HALF = 0.5  # of the weights: the least share near ±c that counts as piled up
BINS = 41

Array = NDArray[np.float64]
Stream = Callable[[int], Pair]


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


def near_limit(weights: Array, limit: float) -> float:
    """Return the share of weights within 5% of ±`limit`."""
    return float((np.abs(weights) >= (1 - NEAR) * limit).mean())


def near_largest(layers: list[Array]) -> float:
    """Return the share of all weights within 5% of the largest of their layer."""
    near = [np.abs(layer) >= (1 - NEAR) * np.abs(layer).max() for layer in layers]
    return float(np.concatenate([part.ravel() for part in near]).mean())


def layer_weights(critic: nn.Module) -> list[Array]:
    """Return the weights of each layer but the last, whose gradient is that of one unit."""
    tensors: list[Tensor] = [
        layer.weight for layer in critic.modules() if isinstance(layer, nn.Linear | nn.Conv2d)
    ]
    return [tensor.detach().double().numpy().copy() for tensor in tensors]


def run(settings: ClippingSettings, work: Work) -> Outcome:
    """Train critics under both, on the Swiss roll and on text, and count their weights."""
    rules: dict[str, Mapping[str, Any]] = {
        "clipping": {"objective": "wgan", "clip": settings.clip, "critic_rate": settings.clip_rate},
        "penalty": {
            "objective": "wgan-gp", "penalty_weight": settings.weight, "optimizer": "adam",
            "beta1": 0.5, "beta2": 0.9, "critic_rate": 1e-4,
        },
    }  # fmt: skip
    shares: dict[str, dict[str, list[tuple[float, float]]]] = {}
    histograms: dict[str, dict[str, Array]] = {}
    with open_text(settings.corpus, settings.text_batch, work) as text:
        for seed in settings.seeds:
            places: dict[str, tuple[Stream, Callable[[], Critic]]] = {
                "Swiss roll": (
                    toy_stream("Swiss roll", seed, settings.batch),
                    lambda: MlpCritic(
                        length=1, vocabulary=2, width=max(settings.units // 8, 1), blocks=3
                    ),
                ),
                "text": (
                    text.against_new_generator(seed),
                    lambda: ConvCritic(
                        length=text.length, vocabulary=text.vocabulary, blocks=2,
                        width=settings.text_width,
                    ),
                ),
            }  # fmt: skip
            for place, (stream, make) in places.items():
                for rule, changes in rules.items():
                    critic = _new_critic(make, rule, settings.clip, seed)
                    before = layer_weights(critic)
                    train = CriticTraining(critic, changes, seed)
                    for update in range(settings.updates):
                        train(stream(update))
                        work.progress(f"{rule}, {place}, seed {seed}", update / settings.updates)
                    after = layer_weights(critic)
                    pair = (_share(rule, before, settings.clip), _share(rule, after, settings.clip))
                    shares.setdefault(place, {}).setdefault(rule, []).append(pair)
                    histograms.setdefault(place, {}).setdefault(
                        rule, _histogram(rule, after, settings.clip)
                    )
    figure, axes = new_figure(4.6, 2, 2)
    for row, place in enumerate(histograms):
        for column, rule in enumerate(rules):
            axis = axes[2 * row + column]
            _draw(axis, place, rule, histograms[place][rule], shares[place][rule][0][1])
    measured = {
        "shares": shares,
        "histograms": {
            place: {rule: counts.tolist() for rule, counts in rules_of.items()}
            for place, rules_of in histograms.items()
        },
    }
    return Outcome(
        findings=[finding for place in shares for finding in _findings(place, shares[place])],
        measured=measured,
        figure=figure,
        notes=[f"{settings.medians}; {settings.updates:,} updates."],
    )


def _new_critic(make: Callable[[], Critic], rule: str, limit: float, seed: int) -> Critic:
    """Return a critic with uniform weights: in [−c, c] for clipping, He's for the penalty."""

    def build() -> Critic:
        critic = make()
        if rule == "clipping":
            initialise_uniform(critic, limit)
        else:
            initialise_he(critic)
        return critic

    return seeded(build, CRITIC_SEED + seed)


def _share(rule: str, layers: list[Array], limit: float) -> float:
    if rule == "penalty":
        return near_largest(layers)
    return near_limit(np.concatenate([layer.ravel() for layer in layers]), limit)


def _histogram(rule: str, layers: list[Array], limit: float) -> Array:
    """Return the share of weights in each of BINS parts of [−1, 1], in units of the limit."""
    largest = [np.abs(layer).max() if rule == "penalty" else limit for layer in layers]
    scaled = np.concatenate([(w / m).ravel() for w, m in zip(layers, largest, strict=True)])
    counts, _ = np.histogram(np.clip(scaled, -1, 1), bins=BINS, range=(-1, 1))
    shares: Array = counts / counts.sum()
    return shares


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
