"""Penalties on the slope of a critic: one object each, (critic, real, fake, mix) -> value, slope.

They differ in where the slope is measured, how, and which slopes cost something.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import torch
from torch import Tensor

from textgan.config.settings import Config
from textgan.objectives.slopes import (
    Critic,
    chord_slope,
    difference_slope,
    gradient_slope,
    interpolate,
)

__all__ = [
    "ChordPenalty",
    "DifferencePenalty",
    "GradientPenalty",
    "Penalized",
    "Penalty",
    "ZeroCentredPenalty",
    "one_sided",
    "two_sided",
]


class Penalized(NamedTuple):
    """A penalty of one batch; both are scalars."""

    value: Tensor  # before its weight λ
    slope: Tensor  # the mean slope where it is measured, without a gradient


class Penalty(Protocol):
    """What every penalty is: a function of the critic and of two batches of text."""

    def __call__(self, critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> Penalized:
        """Return the penalty and the mean slope.

        Args:
            critic: D, (B, T, V) -> (B,), each score from its own sample alone.
            real: x, (B, T, V).
            fake: G(z), (B, T, V).
            mix: ε ~ U[0, 1), (2, B): one a sample for each of up to two points x̂.
        """


def two_sided(slope: Tensor, lipschitz: float) -> Tensor:
    """Return E(slope − K)², a scalar, of (B,); K = 1 in Gulrajani et al. 2017, equation 3."""
    return (slope - lipschitz).square().mean()


def one_sided(slope: Tensor, lipschitz: float) -> Tensor:
    """Return E max(0, slope − K)², a scalar; K = 1 in Petzka et al. 2018, equation 8."""
    return (slope - lipschitz).clamp_min(0).square().mean()


@dataclass(frozen=True)
class GradientPenalty:
    """E(‖∇D(x̂)‖ − K)² at points x̂ between real and generated text.

    Source: Gulrajani et al. 2017, equation 3; one-sided as in Petzka et al. 2018, equation 8.
    """

    lipschitz: float = 1.0  # K
    cost: Callable[[Tensor, float], Tensor] = two_sided  # slopes (B,) and K -> scalar

    def __call__(self, critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> Penalized:
        """Return the penalty and the mean slope; see `Penalty`."""
        slope = gradient_slope(critic, interpolate(real, fake, mix[0]))
        return Penalized(self.cost(slope, self.lipschitz), slope.detach().mean())


@dataclass(frozen=True)
class DifferencePenalty:
    """E(s − K)² with s the slope of a central difference along the gradient at x̂."""

    lipschitz: float = 1.0  # K
    step: float = 0.05  # h of `difference_slope`

    def __call__(self, critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> Penalized:
        """Return the penalty and the mean slope; see `Penalty`."""
        slope = difference_slope(critic, interpolate(real, fake, mix[0]), self.step)
        return Penalized(two_sided(slope, self.lipschitz), slope.detach().mean())


@dataclass(frozen=True)
class ChordPenalty:
    """E(s − K)² with s the slope of the chord between two independent draws of x̂."""

    lipschitz: float = 1.0  # K

    def __call__(self, critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> Penalized:
        """Return the penalty and the mean slope; see `Penalty`."""
        first = interpolate(real, fake, mix[0])
        # other partners, where the batch has more than two, and another ε
        second = interpolate(real.roll(1, 0), fake.roll(2, 0), mix[1])
        slope = chord_slope(critic, first, second)
        return Penalized(two_sided(slope, self.lipschitz), slope.detach().mean())


@dataclass(frozen=True)
class ZeroCentredPenalty:
    """½ (R1 + R2) with R1 = E‖∇D(x)‖² and R2 = E‖∇D(G(z))‖²: slope 0 at both texts.

    γ times this is (γ/2)(R1 + R2). Source: Mescheder et al. 2018, equation 9; Huang et al. 2024,
    equation 3.
    """

    def __call__(self, critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> Penalized:
        """Return the penalty and the mean slope; see `Penalty`."""
        slope = gradient_slope(critic, torch.cat([real, fake]))
        return Penalized(slope.square().mean(), slope.detach().mean())


def gradient_penalty(config: Config) -> Penalty:
    """Return the penalty `gp` of Gulrajani et al. 2017."""
    return GradientPenalty(config.lipschitz, two_sided)


def lipschitz_penalty(config: Config) -> Penalty:
    """Return the penalty `lp` of Petzka et al. 2018."""
    return GradientPenalty(config.lipschitz, one_sided)


def finite_difference_penalty(config: Config) -> Penalty:
    """Return the penalty `fd`: differences of scores in place of derivatives."""
    if config.fd_points == "chord":
        return ChordPenalty(config.lipschitz)
    return DifferencePenalty(config.lipschitz, config.fd_step)


def r1_r2_penalty(_config: Config) -> Penalty:
    """Return the penalty `r1r2` of Huang et al. 2024, whose slopes are to be 0 whatever K is."""
    return ZeroCentredPenalty()
