"""An objective: one loss each for critic and generator, and what keeps the critic Lipschitz."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from textgan.configs import Config
from textgan.objectives.constraints import clip_weights
from textgan.objectives.losses import (
    wasserstein_critic_loss,
    wasserstein_estimate,
    wasserstein_generator_loss,
)
from textgan.objectives.penalties import (
    Critic,
    chord_slope,
    difference_slope,
    gradient_slope,
    interpolate,
    one_sided,
    two_sided,
)

__all__ = ["OBJECTIVES", "CriticLoss", "Objective"]


class CriticLoss(NamedTuple):
    """One evaluation of the critic's loss; every field is a scalar."""

    total: Tensor  # what is minimised
    wasserstein: Tensor  # E D(x) − E D(G(z)), penalty excluded
    penalty: Tensor  # before its weight; 0 where there is none
    slope: Tensor | None  # mean slope at x̂; None where none is measured


@dataclass(frozen=True, kw_only=True)
class Objective:
    """What the two networks minimise; pure functions of networks and samples.

    `measure` says how slopes are measured, `penalty` prices them, `clip` bounds the weights. None
    leaves that piece out.
    """

    measure: str | None = None  # gradient | difference | chord
    penalty: Callable[[Tensor], Tensor] | None = None
    weight: float = 10.0  # λ
    reach: float = 0.05  # h of `difference`
    clip: float | None = None  # c

    @classmethod
    def from_config(cls, config: Config) -> "Objective":
        """Return the objective that `config` names, with its numbers."""
        measure, penalty = OBJECTIVES[config.objective]
        if measure == "difference" and config.fd_points == "chord":
            measure = "chord"
        return cls(
            measure=measure,
            penalty=penalty,
            weight=config.penalty_weight,
            reach=config.fd_step,
            clip=config.clip if config.objective == "wgan" else None,
        )

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> CriticLoss:
        """Return the critic's loss E D(G(z)) − E D(x) + λ · penalty, and its parts.

        Args:
            critic: Maps (B, T, V) to (B,).
            real: One-hot text, (B, T, V).
            fake: Generated rows, (B, T, V); detached here.
            mix: ε ~ U[0, 1), (2, B): one a sample for each of up to two points.
        """
        real_scores, fake_scores = critic(torch.cat([real, fake.detach()])).chunk(2)
        loss = wasserstein_critic_loss(real_scores, fake_scores)
        estimate = wasserstein_estimate(real_scores, fake_scores).detach()
        if self.penalty is None:
            return CriticLoss(loss, estimate, loss.new_zeros(()), None)
        slopes = self.slopes(critic, real, fake, mix)
        penalty = self.penalty(slopes)
        return CriticLoss(
            loss + self.weight * penalty, estimate, penalty.detach(), slopes.detach().mean()
        )

    def slopes(self, critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> Tensor:
        """Return the critic's slope at one x̂ a sample, (B,), as this objective measures it."""
        points = interpolate(real, fake, mix[0])
        if self.measure == "difference":
            return difference_slope(critic, points, self.reach)
        if self.measure == "chord":
            # A second draw of x̂: other partners, where the batch has more than two, another ε.
            return chord_slope(
                critic, points, interpolate(real.roll(1, 0), fake.roll(2, 0), mix[1])
            )
        return gradient_slope(critic, points)

    def generator_loss(self, fake_scores: Tensor) -> Tensor:
        """Return what the generator minimises, a scalar, from the critic's scores (B,)."""
        return wasserstein_generator_loss(fake_scores)

    def constrain(self, critic: nn.Module) -> None:
        """Enforce what holds for the weights after a critic update, in place."""
        if self.clip is not None:
            clip_weights(critic, self.clip)


# name -> how the critic's slope is measured, and its price
OBJECTIVES: dict[str, tuple[str | None, Callable[[Tensor], Tensor] | None]] = {
    "wgan-gp": ("gradient", two_sided),  # Gulrajani et al. 2017
    "wgan-lp": ("gradient", one_sided),  # Petzka et al. 2018
    "wgan-fd": ("difference", two_sided),  # differences in place of derivatives
    "wgan": (None, None),  # Arjovsky et al. 2017: weight clipping
}
