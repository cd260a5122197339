"""An objective: one loss each for critic and generator, and what bounds the critic."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from textgan.config.settings import Config
from textgan.objectives.constraints import clip_weights
from textgan.objectives.losses import Loss, wasserstein_estimate
from textgan.objectives.penalties import (
    Critic,
    Penalty,
    chord_slope,
    difference_slope,
    gradient_slope,
    interpolate,
)
from textgan.registry import LOSSES, PENALTIES

__all__ = ["CriticLoss", "Objective"]


class CriticLoss(NamedTuple):
    """One evaluation of the critic's loss; every field is a scalar."""

    total: Tensor  # what is minimised
    wasserstein: Tensor  # E D(x) − E D(G(z)), penalty excluded
    penalty: Tensor  # before its weight; 0 where there is none
    slope: Tensor | None  # mean slope where it is penalised; None where none is measured


@dataclass(frozen=True, kw_only=True)
class Objective:
    """What the two networks minimise; pure functions of networks and samples."""

    loss: Loss
    penalty: Penalty | None = None
    weight: float = 10.0  # λ of the penalty
    lipschitz: float = 1.0  # K of the penalty
    reach: float = 0.05  # h of differences
    chord: bool = False  # differences of two independent points in place of two near each other
    clip: float | None = None  # c; None: weights are free
    apart: bool = False  # real and generated text are scored in batches of their own

    @classmethod
    def from_config(cls, config: Config) -> "Objective":
        """Return the objective that `config` names or puts together, with its numbers."""
        pieces = config.pieces
        return cls(
            loss=LOSSES[pieces.loss],
            penalty=PENALTIES.get(pieces.penalty),
            weight=pieces.penalty_weight,
            lipschitz=config.lipschitz,
            reach=config.fd_step,
            chord=config.fd_points == "chord",
            clip=config.clip if pieces.constraint == "clip" else None,
            apart=pieces.normalisation == "batch",  # as in Radford et al. 2016
        )

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> CriticLoss:
        """Return the critic's loss with λ · penalty, and its parts.

        Args:
            critic: Maps (B, T, V) to (B,); if it has `patch_scores`, the loss is of those.
            real: One-hot text, (B, T, V).
            fake: Generated rows, (B, T, V); detached here.
            mix: ε ~ U[0, 1), (2, B): one a sample for each of up to two points.
        """
        fake = fake.detach()
        judge = getattr(critic, "patch_scores", critic)
        if self.apart:
            real_scores, fake_scores = judge(real), judge(fake)
        else:
            real_scores, fake_scores = judge(torch.cat([real, fake])).chunk(2)
        loss = self.loss.critic(real_scores, fake_scores)
        estimate = wasserstein_estimate(real_scores, fake_scores).detach()
        if self.penalty is None:
            return CriticLoss(loss, estimate, loss.new_zeros(()), None)
        slopes = self.slopes(critic, self.penalty, real, fake, mix)
        penalty = self.penalty.price(slopes, self.lipschitz)
        return CriticLoss(
            loss + self.weight * penalty, estimate, penalty.detach(), slopes.detach().mean()
        )

    def slopes(
        self, critic: Critic, penalty: Penalty, real: Tensor, fake: Tensor, mix: Tensor
    ) -> Tensor:
        """Return the critic's slopes where and as `penalty` measures them, (B,) or (2B,)."""
        if penalty.ends:
            return gradient_slope(critic, torch.cat([real, fake]))
        points = interpolate(real, fake, mix[0])
        if not penalty.differences:
            return gradient_slope(critic, points)
        if self.chord:
            # A second draw of x̂: other partners, where the batch has more than two, another ε.
            other = interpolate(real.roll(1, 0), fake.roll(2, 0), mix[1])
            return chord_slope(critic, points, other)
        return difference_slope(critic, points, self.reach)

    def generator_loss(self, real_scores: Tensor, fake_scores: Tensor) -> Tensor:
        """Return what the generator minimises, a scalar, from the critic's scores.

        `real_scores` are read where the loss is relativistic; elsewhere anything will do.
        """
        return self.loss.generator(real_scores, fake_scores)

    def constrain(self, critic: nn.Module) -> None:
        """Enforce what holds for the weights after a critic update, in place."""
        if self.clip is not None:
            clip_weights(critic, self.clip)
