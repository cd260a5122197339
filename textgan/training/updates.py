"""The tensor part of an update: from its random numbers to its losses, without reading a number.

Nothing here waits for the device or depends on the step, so that it can be compiled and recorded
(`textgan.training.execution`). Comments name lines of algorithm 1; see `textgan.training.step`.
"""

from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import torch
from torch import Tensor

from textgan.config.settings import Config
from textgan.inputs.condition import Condition
from textgan.inputs.generator_inputs import GeneratorInputs
from textgan.networks.critics.conditional import ConditionalCritic
from textgan.objectives import Objective
from textgan.training.batches import Generated
from textgan.training.execution import Function, Replayed, executed, gradients_of
from textgan.training.models import Models
from textgan.training.regularization import Features, RealRows, Regularizers

__all__ = ["CriticInputs", "GeneratorUpdateInputs", "Updates"]


class CriticInputs(NamedTuple):
    """What the critic's loss is of."""

    real: Tensor  # x with instance noise, (B, T, V)
    fake: Tensor  # x̃ = G(z) with instance noise
    epsilon: Tensor  # ε, (2, B)
    condition: Condition  # of both texts
    made: Generated | None = None  # x̃ without instance noise; None where no codes are recovered


class GeneratorUpdateInputs(NamedTuple):
    """What the generator's loss is of."""

    inputs: GeneratorInputs  # z, line 11
    real: RealRows
    noise: Tensor | None = None  # instance noise for G(z), (B, T, V)
    real_noise: Tensor | None = None  # for x


@dataclass(frozen=True)
class Updates:
    """Losses and their gradients, executed as the settings say.

    Attributes:
        config: The run's settings.
        models: Gradients are left in the weights of their networks.
        objective: What the networks minimise.
        regularizers: Terms that are added to it.
    """

    config: Config
    models: Models
    objective: Objective
    regularizers: Regularizers

    @property
    def autocast(self) -> partial[torch.autocast]:
        """Not in algorithm 1: with bfloat16, convolutions and products of matrices have 16 bits."""
        device = next(self.models.critic.parameters()).device
        lowered = self.config.precision == "bfloat16"
        return partial(torch.autocast, device.type, torch.bfloat16, enabled=lowered)

    @property
    def scores_real_text(self) -> bool:
        """Whether the generator's loss is of D(x) too: a relativistic one, or feature matching."""
        return self.objective.loss.relativistic or bool(self.config.feature_matching)

    def functions(self) -> tuple[Function, Function, Function]:
        """Return `texts`, and the gradients of `critic_losses` and of `generator_losses`."""
        execution, models = self.config.execution, self.models
        texts = executed(execution, self.texts)
        critic = gradients_of(models.critic, executed(execution, self.critic_losses))
        generator = gradients_of(models.generator, executed(execution, self.generator_losses))
        if execution != "graphs":
            return texts, critic, generator
        networks = (models.critic, models.generator)
        return (
            Replayed(texts, networks),
            Replayed(critic, networks, models.critic.parameters()),
            Replayed(generator, networks, models.generator.parameters()),
        )

    @torch.no_grad()
    def texts(self, inputs: GeneratorInputs) -> list[Tensor]:
        """Return x̃ = G(z) (line 5)."""
        with self.autocast():
            return [self.models.generator(*inputs)]

    def critic_losses(self, given: CriticInputs) -> list[Tensor]:
        """Return the critic's loss, E D(x) − E D(x̃), the penalty and, with one, the mean slope."""
        # not in algorithm 1: D receives the condition (label or source); without one it is D(x)
        critic = ConditionalCritic(self.models.critic, given.condition)
        with self.autocast():
            # With the default objective, means over the batch (lines 6 to 8; K = 1 in the paper):
            # L = E D(x̃) − E D(x) + λ E(‖∇D(x̂)‖ − K)²,  x̂ = εx + (1 − ε)x̃
            loss = self.objective.critic_loss(critic, given.real, given.fake, given.epsilon)
            total = loss.total
            if given.made is not None:  # not in algorithm 1: regularizers
                total = sum(self.regularizers.critic_terms(critic, given.made), start=total)
        values = [total, loss.wasserstein, loss.penalty]
        return values if loss.slope is None else [*values, loss.slope]

    def generator_losses(self, given: GeneratorUpdateInputs) -> list[Tensor]:
        """Return the generator's loss: by default −E D(G(z)) (line 12).

        Instance noise, D(x) and regularizers are not in algorithm 1. D(x) is computed only where a
        relativistic loss or feature matching needs it.
        """
        critic = ConditionalCritic(self.models.critic, given.real.condition)
        relativistic = self.objective.loss.relativistic
        with self.autocast():
            fake = Generated(self.models.generator(*given.inputs), given.inputs.latent)
            x_fake = fake.text if given.noise is None else fake.text + given.noise
            features = Features(critic.features(x_fake), noisy=given.noise is not None)
            real_scores = None
            if self.scores_real_text:
                assert given.real.text is not None
                x = given.real.text
                x = x if given.real_noise is None else x + given.real_noise
                features = features._replace(real=critic.features(x))
            if relativistic and features.real is not None:
                real_scores = critic.patch_scores_of(features.real)
            fake_scores = critic.patch_scores_of(features.fake)
            loss = self.objective.generator_loss(fake_scores, real_scores)
            terms = self.regularizers.generator_terms(critic, given.real, fake, features)
            return [sum(terms, start=loss)]
