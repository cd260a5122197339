"""A frozen generator, and its gradient while a critic is trained against it from scratch.

This is the experiment of Arjovsky and Bottou 2017, figures 2 and 3, on text and on two lines. The
generator of text is taken at three ages of a GAN's training. That of lines is g_θ(z) = (θ, z) with
the one parameter θ, against (0, U); its ages are its distances θ.
"""

import copy
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from corpora.counts import counted
from corpora.rng import uniform
from textgan.diagnostics.critic_training import (
    ADAM,
    CriticTraining,
    Pair,
    he_critic,
    new_optimizer,
    update_generator,
)
from textgan.diagnostics.experiment import Settings, Work
from textgan.diagnostics.streams import TextStream, open_text
from textgan.networks.critics.mlp import MlpCritic
from textgan.registry import LOSSES

__all__ = [
    "Ages",
    "Curves",
    "Frozen",
    "FrozenSettings",
    "Places",
    "gradient_of",
    "marks",
    "measure",
]

Array = NDArray[np.float64]

# what is trained -> its settings, and the generator losses that are measured under it
CRITICS: Mapping[str, tuple[Mapping[str, Any], tuple[str, ...]]] = {
    "discriminator": ({"objective": "gan"}, ("minimax", "non-saturating")),
    "critic": ({"objective": "wgan-gp", **ADAM}, ("wasserstein",)),
}
LATE = 1 << 40  # added to the number of an update, for batches that nothing is trained on


@dataclass(frozen=True, kw_only=True)
class FrozenSettings(Settings):
    """Three ages, and the generator's rate, as published; small networks, and a higher rate of D.

    Arjovsky and Bottou 2017 have a DCGAN of images after 1, 10 and 25 epochs, and 4,000 updates of
    D with the DCGAN's rate, 2e-4.
    """

    repeats: int = 5
    ages: tuple[int, ...] = (25, 100, 400)  # steps of the generator of text
    distances: tuple[float, ...] = (4.0, 2.0)  # θ of the lines
    generator_rate: float = 2e-4
    updates: int = 1000  # of the discriminator or critic
    rate: float = 2e-3  # of them
    units: int = 64  # of each of the critic's hidden layers
    batch: int = 32
    measured: int = 8  # batches whose gradients are compared


class Line(nn.Module):
    """g_θ(z) = (θ, z), (B, 1, 2), with the parameter θ."""

    def __init__(self, theta: float) -> None:
        super().__init__()
        self.theta = nn.Parameter(torch.tensor(theta))

    def forward(self, height: Tensor) -> Tensor:
        """Return points of heights (B, 1)."""
        return torch.stack([self.theta.expand(len(height), 1), height], dim=2)


@dataclass(frozen=True, kw_only=True)
class Frozen:
    """A frozen generator and what it is compared with."""

    place: str  # "text" or "lines"
    age: str
    generator: nn.Module
    critic: Callable[[int], MlpCritic]  # seed -> a new critic
    real: Callable[[int], Tensor]  # number of a batch -> (B, T, V)
    noise: Callable[[int], Tensor]  # the same -> the generator's input


class Gradient(NamedTuple):
    """Of the gradient of a generator loss in θ, over some batches."""

    norm: float  # the mean of ‖g‖
    variance: float  # the mean of ‖g − E g‖², unbiased


class Curves(NamedTuple):
    """What was measured of one loss under one critic."""

    norms: Array  # (seeds, marks)
    variances: Array  # (seeds, marks)


Ages = Mapping[str, Mapping[str, Curves]]  # age -> loss -> its curves
Places = Mapping[str, Ages]


def gradient_of(frozen: Frozen, critic: nn.Module, loss: str, batches: int) -> Gradient:
    """Return norm and variance of the gradient of a generator loss in all of θ together."""
    parameters = list(frozen.generator.parameters())
    rows = []
    for number in range(batches):
        scores = critic(frozen.generator(frozen.noise(LATE + number)))
        parts = torch.autograd.grad(LOSSES[loss].generator(scores), parameters)
        rows.append(torch.cat([part.flatten() for part in parts]).double())
    gradients = torch.stack(rows)  # (K, parameters)
    centred = gradients - gradients.mean(dim=0)
    variance = centred.square().sum() / max(batches - 1, 1)
    return Gradient(gradients.norm(dim=1).mean().item(), variance.item())


def marks(updates: int) -> list[int]:
    """Return the numbers of updates after which gradients are measured, 0 and the last among them.

    >>> marks(1000)
    [0, 16, 31, 62, 125, 250, 500, 1000]
    """
    return sorted({0, *(round(updates / 2**k) for k in range(7))})


def measure(settings: FrozenSettings, work: Work) -> tuple[Places, list[int]]:
    """Return place -> age -> loss -> its curves, and the marks, of all seeds."""
    at = marks(settings.updates)
    gradients: dict[str, dict[str, dict[str, list[list[Gradient]]]]] = {}
    with open_text(settings.corpus, settings.batch, work) as text:
        for seed in settings.seeds:
            for frozen in [*_texts(settings, text, seed, work), *_lines(settings, seed)]:
                stage = f"{frozen.place}, {frozen.age}, seed {seed}"
                work.progress(stage, (seed - settings.seed) / settings.repeats)
                of = gradients.setdefault(frozen.place, {}).setdefault(frozen.age, {})
                for loss, curve in _follow(frozen, settings, seed, at):
                    of.setdefault(loss, []).append(curve)
    return {
        place: {
            age: {loss: _curves(curves) for loss, curves in of.items()} for age, of in ages.items()
        }
        for place, ages in gradients.items()
    }, at


def _curves(curves: Sequence[Sequence[Gradient]]) -> Curves:
    values = np.array(curves)  # (seeds, marks, 2)
    return Curves(values[..., 0], values[..., 1])


def _follow(
    frozen: Frozen, settings: FrozenSettings, seed: int, at: Sequence[int]
) -> Iterator[tuple[str, list[Gradient]]]:
    """Give each loss with its gradients at the marks, while its critic is trained from scratch."""
    for changes, losses in CRITICS.values():
        critic = frozen.critic(seed)
        train = CriticTraining(critic, {**changes, "critic_rate": settings.rate}, seed)
        curves: dict[str, list[Gradient]] = {loss: [] for loss in losses}
        for update in range(settings.updates + 1):
            if update in at:
                for loss in losses:
                    curves[loss].append(gradient_of(frozen, critic, loss, settings.measured))
            if update < settings.updates:
                with torch.no_grad():
                    fake = frozen.generator(frozen.noise(update))
                train(Pair(frozen.real(update), fake))
        yield from curves.items()


def _lines(settings: FrozenSettings, seed: int) -> Iterator[Frozen]:
    """Give the lines (θ, U) against (0, U)."""
    rows = np.arange(settings.batch)

    def heights(number: int, use: int) -> Tensor:
        drawn = uniform(seed, number, use, rows=rows, columns=1)
        return torch.from_numpy(drawn.astype(np.float32))

    def real(number: int) -> Tensor:
        height = heights(number, 0)
        return torch.stack([torch.zeros_like(height), height], dim=2)

    for theta in settings.distances:
        yield Frozen(
            place="lines",
            age=f"θ = {theta:g}",
            generator=Line(theta),
            critic=partial(he_critic, units=settings.units, blocks=2),
            real=real,
            noise=lambda number: heights(number, 1),
        )


def _texts(settings: FrozenSettings, text: TextStream, seed: int, work: Work) -> Iterator[Frozen]:
    """Give a generator of text at each of its ages, trained as a non-saturating GAN."""
    critic = partial(
        he_critic, units=settings.units, blocks=2, length=text.length, vocabulary=text.vocabulary
    )
    generator = text.new_generator(seed)
    changes = {"objective": "gan", "critic_rate": settings.rate}
    train = CriticTraining(critic(seed + 1), changes, seed)
    optimizer = new_optimizer(generator, train.config, settings.generator_rate)
    for step in range(1, max(settings.ages) + 1):
        work.progress("training the generator of text", step / max(settings.ages))
        train(Pair(text.real(seed, step, 2), text.fakes(generator, seed, step, 3)))
        update_generator(generator, text.latent(seed, step, 4), optimizer, train)
        if step in settings.ages:
            yield Frozen(
                place="text",
                age=counted(step, "step"),
                generator=copy.deepcopy(generator),
                critic=critic,
                real=lambda number: text.real(seed, number, 0),
                noise=lambda number: text.latent(seed, number, 1),
            )
