"""`layers`: the gradient layer by layer in a deep plain critic, under clipping and the penalty.

A critic of 12 linear layers with ReLU and no residual paths is trained on the Swiss roll against
the Swiss roll plus N(0, 1). The norm of the gradient of its loss at each hidden layer's output is
measured. *Depth* counts the layers that the gradient has come back through, from the score. With n
units per layer, a layer multiplies the gradient by about c√(n/6) where weights are uniform in
[−c, c] (variance c²/3, half of the ReLUs open), and by up to cn/2 where they are all at ±c and
agree. So whether it vanishes or explodes is decided by c and by n together: the figure shows both.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from matplotlib.axes import Axes
from numpy.typing import NDArray
from torch import Tensor

from textgan.diagnostics.charts import LOOKS, add_legend, log_y, new_figure, title
from textgan.diagnostics.critic_training import ADAM, CriticTraining, Pair, he_critic
from textgan.diagnostics.experiment import Experiment, Outcome, Settings, Work
from textgan.diagnostics.record import Finding
from textgan.diagnostics.streams import toy_stream
from textgan.evaluation.render.plots.style import MUTED
from textgan.networks.critics.mlp import MlpCritic
from textgan.objectives.constraints import clip_weights
from textgan.objectives.losses import wasserstein_critic_loss

__all__ = ["LAYERS", "gradient_norms", "slope_by_depth"]

STEEP = 0.5  # a change of log ‖gradient‖ a layer that is exponential
LEVEL = 0.1  # the most that counts as level
AVERAGED = 5  # batches whose norms are averaged

Array = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class LayersSettings(Settings):
    """c, λ and the 12 layers as in Gulrajani et al. 2017, section 3.2; the rest as in its code.

    The rate under clipping is 20 times that of the code, so that weights cross [−0.1, 0.1] in 100
    updates; the code makes 500,000.
    """

    repeats: int = 3
    clips: tuple[float, ...] = (0.1, 0.01, 0.001)  # c
    weight: float = 10.0  # λ
    depth: int = 12  # linear layers
    units: int = 512  # of each hidden layer
    other_units: tuple[int, ...] = (32, 128)  # widths at which the slope is shown untrained
    clip_rate: float = 1e-3
    updates: int = 200
    batch: int = 64


def gradient_norms(critic: MlpCritic, pairs: list[Pair]) -> Array:
    """Return the mean norm of ∇(E D(G(z)) − E D(x)) at each hidden layer's output, first to last.

    The penalty is left out.
    """
    outputs: list[Tensor] = []

    def keep(_module: object, _inputs: object, output: Tensor) -> None:
        outputs.append(output)

    hooks = [layer.register_forward_hook(keep) for layer in critic.hidden]
    norms = []
    for pair in pairs:
        outputs.clear()
        real, fake = critic(torch.cat([pair.real, pair.fake])).chunk(2)
        gradients = torch.autograd.grad(wasserstein_critic_loss(real, fake), outputs)
        norms.append([gradient.double().norm().item() for gradient in gradients])
    for hook in hooks:
        hook.remove()
    mean: Array = np.mean(norms, axis=0)
    return mean


def slope_by_depth(norms: Array) -> float:
    """Return the slope of log ‖gradient‖ against depth, a layer, by least squares.

    >>> round(slope_by_depth(np.exp([3.0, 2.0, 1.0])), 9)  # the first layer is the deepest
    1.0
    """
    depth = np.arange(len(norms), 0, -1)
    return float(np.polyfit(depth, np.log(np.maximum(norms, 1e-300)), 1)[0])


def run(settings: LayersSettings, work: Work) -> Outcome:
    """Train under each c and under the penalty, and measure the gradient at each layer."""
    rules: dict[str, Mapping[str, Any]] = {
        f"c = {clip:g}": {"objective": "wgan", "clip": clip, "critic_rate": settings.clip_rate}
        for clip in settings.clips
    }
    rules["penalty"] = {
        "objective": "wgan-gp", "penalty_weight": settings.weight, "critic_rate": 1e-4, **ADAM
    }  # fmt: skip
    norms: dict[str, list[Array]] = {rule: [] for rule in rules}
    starts: dict[str, list[Array]] = {rule: [] for rule in rules}
    for seed in settings.seeds:
        stream = toy_stream("Swiss roll", seed, settings.batch)
        for rule, changes in rules.items():
            critic = _new_critic(settings.units, settings.depth, seed)
            train = CriticTraining(critic, changes, seed)
            measured = [stream(settings.updates + i) for i in range(AVERAGED)]
            starts[rule].append(gradient_norms(critic, measured))
            for update in range(settings.updates):
                train(stream(update))
                work.progress(f"{rule}, seed {seed}", update / settings.updates)
            norms[rule].append(gradient_norms(critic, measured))
    slopes = {rule: float(np.median([slope_by_depth(n) for n in norms[rule]])) for rule in rules}
    begun = {rule: float(np.median([slope_by_depth(n) for n in starts[rule]])) for rule in rules}
    by_width = _by_width(settings)
    figure, (left, right) = new_figure(3.4, 1, 2, width_ratios=(1.35, 1))
    _draw_norms(left, {rule: np.median(norms[rule], axis=0) for rule in rules}, slopes)
    _draw_widths(right, by_width)
    measured_numbers = {
        "slopes": slopes,
        "slopes_at_start": begun,
        "norms": {rule: np.array(norms[rule]).tolist() for rule in rules},
        "slopes_by_width": by_width,
    }
    return Outcome(
        findings=_findings(settings, slopes),
        measured=measured_numbers,
        figure=figure,
        notes=[
            f"{settings.medians} of a critic with {settings.units} units a "
            f"layer after {settings.updates:,} updates; the slopes at the start were "
            f"{', '.join(f'{begun[rule]:+.2f} ({rule})' for rule in rules)}.",
            _width_note(by_width),
        ],
    )


def _new_critic(units: int, depth: int, seed: int) -> MlpCritic:
    """Return a critic of `depth` linear layers with He's weights."""
    return he_critic(seed, units=units, blocks=max(depth - 1, 2))


def _by_width(settings: LayersSettings) -> dict[str, dict[str, float]]:
    """Return the slope at ±c exactly with random signs, c -> units -> slope, without training.

    This is what clipping tends to, but for how the signs agree.
    """
    slopes: dict[str, dict[str, float]] = {}
    pair = toy_stream("Swiss roll", settings.seed, settings.batch)(0)
    for clip in settings.clips:
        for units in sorted({settings.units, *settings.other_units}):
            critic = _new_critic(units, settings.depth, settings.seed)
            with torch.no_grad():
                for name, weight in critic.hidden.named_parameters():
                    if name.endswith("weight"):
                        weight.copy_(clip * weight.sign())
            clip_weights(critic, clip)
            slope = slope_by_depth(gradient_norms(critic, [pair]))
            slopes.setdefault(f"{clip:g}", {})[str(units)] = slope
    return slopes


def _width_note(by_width: Mapping[str, Mapping[str, float]]) -> str:
    """Say how the slope depends on the width."""
    parts = [
        f"c = {clip}: " + ", ".join(f"{slope:+.2f} at {units} units" for units, slope in of.items())
        for clip, of in by_width.items()
    ]
    return f"Width decides with c; with all weights at ±c and random signs: {'; '.join(parts)}."


def _findings(settings: LayersSettings, slopes: Mapping[str, float]) -> list[Finding]:
    """Return whether gradients vanish at the smallest c and explode at the largest."""
    small, large = (f"c = {clip:g}" for clip in (min(settings.clips), max(settings.clips)))
    return [
        Finding(
            expectation=f"at {small} the gradient vanishes: its logarithm changes by at most "
            f"−{STEEP:g} a layer on the way back",
            measured=f"{slopes[small]:+.2f}",
            seen=slopes[small] <= -STEEP,
        ),
        Finding(
            expectation=f"at {large} it explodes: at least +{STEEP:g} a layer",
            measured=f"{slopes[large]:+.2f}",
            seen=slopes[large] >= STEEP,
        ),
        Finding(
            expectation=f"under the penalty it is level: within ±{LEVEL:g} a layer",
            measured=f"{slopes['penalty']:+.2f}",
            seen=abs(slopes["penalty"]) <= LEVEL,
        ),
    ]


def _draw_norms(axes: Axes, norms: Mapping[str, Array], slopes: Mapping[str, float]) -> None:
    """Draw the norm at each layer under each rule."""
    for (rule, values), look in zip(norms.items(), LOOKS, strict=False):
        layer = np.arange(1, len(values) + 1)
        axes.plot(layer, values, label=f"{rule}: {slopes[rule]:+.2f}", **look)
    log_y(axes)
    axes.set_xlabel("hidden layer, 1 next to the input")
    title(axes, "‖gradient‖ at each layer")
    low, high = axes.get_ylim()
    axes.set_ylim(low, high * (high / low) ** 0.35)
    add_legend(
        axes, ncols=2, loc="upper center", title="slope a layer back", title_fontsize=8.5,
        fontsize=8.5, handlelength=1.6, columnspacing=1,
    )  # fmt: skip


def _draw_widths(axes: Axes, by_width: Mapping[str, Mapping[str, float]]) -> None:
    """Draw the slope over the width, for weights at ±c with random signs."""
    for (clip, slopes), look in zip(by_width.items(), LOOKS, strict=False):
        units = [int(name) for name in slopes]
        axes.plot(units, list(slopes.values()), label=f"c = {clip}", **look)
    axes.axhline(0, color=MUTED, linewidth=0.9)
    axes.set_xscale("log", base=2)
    axes.set_xticks(units, [str(count) for count in units])
    axes.set_xlabel("units per layer")
    title(axes, "Slope at ±c")


LAYERS = Experiment(
    name="layers",
    claim="through a deep critic the gradient vanishes or explodes exponentially under clipping, "
    "depending on c, and stays level under the penalty.",
    source="Gulrajani et al. 2017, section 3.2 and figure 1b",
    settings=LayersSettings,
    quick={"repeats": 1, "updates": 60, "batch": 32, "clip_rate": 3e-3},
    run=run,
)
