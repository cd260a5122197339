"""An objective: one loss each for critic and generator, and what bounds the critic."""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor, nn

from textgan.config.settings import Config
from textgan.objectives.constraints import CONSTRAINTS, Constraint
from textgan.objectives.losses import Loss, wasserstein_estimate
from textgan.objectives.penalties import Penalty
from textgan.objectives.slopes import Critic
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
    """What the two networks minimise: a loss, a penalty and a constraint, put together."""

    loss: Loss
    penalty: Penalty | None = None
    penalty_weight: float = 10.0  # λ
    constraint: Constraint | None = None
    separate_batches: bool = False  # real and generated text are scored in a batch each

    @classmethod
    def from_config(cls, config: Config) -> "Objective":
        """Return the objective that `config` names or puts together, with its numbers."""
        pieces = config.pieces
        penalty, constraint = PENALTIES.get(pieces.penalty), CONSTRAINTS.get(pieces.constraint)
        return cls(
            loss=LOSSES[pieces.loss],
            penalty=None if penalty is None else penalty(config),
            penalty_weight=pieces.penalty_weight,
            constraint=None if constraint is None else constraint(config),
            separate_batches=pieces.normalisation == "batch",  # as in Radford et al. 2016
        )

    def critic_loss(self, critic: Critic, real: Tensor, fake: Tensor, mix: Tensor) -> CriticLoss:
        """Return D's loss L(D(x), D(x̃)) + λ · penalty, and its parts.

        Args:
            critic: Maps (B, T, V) to (B,); if it has `patch_scores`, the loss is of those.
            real: x, one-hot text, (B, T, V).
            fake: x̃ = G(z), (B, T, V); detached here.
            mix: ε ~ U[0, 1), (2, B): one a sample for each of up to two points x̂.
        """
        fake = fake.detach()
        score = getattr(critic, "patch_scores", critic)
        if self.separate_batches:
            real_scores, fake_scores = score(real), score(fake)
        else:
            real_scores, fake_scores = score(torch.cat([real, fake])).chunk(2)
        loss = self.loss.critic(real_scores, fake_scores)
        estimate = wasserstein_estimate(real_scores, fake_scores).detach()
        if self.penalty is None:
            return CriticLoss(loss, estimate, loss.new_zeros(()), None)
        penalty, slope = self.penalty(critic, real, fake, mix)
        return CriticLoss(loss + self.penalty_weight * penalty, estimate, penalty.detach(), slope)

    def generator_loss(self, fake_scores: Tensor, real_scores: Tensor | None = None) -> Tensor:
        """Return what the generator minimises, a scalar, from the critic's scores.

        Args:
            fake_scores: D(G(z)), (B,).
            real_scores: D(x), (B,), for a relativistic loss; no other depends on them.
        """
        if self.loss.relativistic:
            return self.loss.generator(real_scores, fake_scores)
        return self.loss.generator(fake_scores)

    def constrain(self, critic: nn.Module) -> None:
        """Enforce what holds for the weights after a critic update, in place."""
        if self.constraint is not None:
            self.constraint(critic)
