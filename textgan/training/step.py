"""One step: critic updates, then one generator update. No I/O, no cadence, no global randomness."""

import copy
import math
from dataclasses import dataclass
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from corpora import Corpus
from corpora.batches import batch_rows
from corpora.errors import InputError
from textgan.configs import Config
from textgan.inputs import Purpose, mix_factors, noise, one_hot
from textgan.networks import Generator, build_critic, build_generator
from textgan.objectives import Objective
from textgan.training.soap import Soap

__all__ = ["Models", "StepStats", "Trainer"]


class StepStats(NamedTuple):
    """What one step measured, on its last critic batch; plain numbers."""

    critic_loss: float
    generator_loss: float
    wasserstein: float  # E D(x) − E D(G(z)) before the last critic update
    penalty: float
    slope: float | None  # mean critic slope at x̂


@dataclass
class Models:
    """All that training changes: two networks, the averaged generator, two optimisers."""

    generator: Generator
    critic: nn.Module
    average: Generator
    generator_optimizer: torch.optim.Optimizer
    critic_optimizer: torch.optim.Optimizer

    @classmethod
    def build(
        cls, config: Config, length: int, emittable: Tensor, device: torch.device
    ) -> "Models":
        """Return new networks for T = `length`, the same for the same seed, on `device`."""
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(config.seed)
            generator = build_generator(config, length, emittable)
            critic = build_critic(config, length, len(emittable))
        generator.to(device)
        critic.to(device)
        return cls(
            generator,
            critic,
            copy.deepcopy(generator).requires_grad_(False),
            build_optimizer(generator, config),
            build_optimizer(critic, config),
        )


def build_optimizer(network: nn.Module, config: Config) -> torch.optim.Optimizer:
    """Return the optimiser that `config` names, over all parameters; each step sets its rate."""
    if config.optimizer == "rmsprop":  # no momentum, decay 0.9: as in the published WGAN code
        return torch.optim.RMSprop(network.parameters(), alpha=0.9)
    if config.optimizer == "soap":
        return Soap(network.parameters(), beta2=config.beta2)
    betas = (config.beta1, config.beta2)
    return torch.optim.Adam(network.parameters(), betas=betas, fused=True)


class Trainer:
    """Makes steps; everything random in step s is a pure function of (seed, s).

    Args:
        config: The run's settings.
        corpus: Its training part is trained on.
        models: Changed in place by every step.
    """

    def __init__(self, config: Config, corpus: Corpus, models: Models) -> None:
        self.config = config
        self.corpus = corpus
        self.rows = corpus.train
        self.vocabulary = corpus.encoder.size
        self.models = models
        self.objective = Objective.from_config(config)
        self.device = next(models.critic.parameters()).device
        self.batch = np.arange(config.batch_size)  # global rows
        self.lowered = partial(
            torch.autocast,
            self.device.type,
            torch.bfloat16,
            enabled=config.precision == "bfloat16",
        )

    def step(self, step: int) -> StepStats:
        """Make step number `step`, counted from 1, and return what it measured."""
        self._set_rates(step)
        fakes = self._fakes(step)
        for update, fake in enumerate(fakes):
            last = self.critic_update(step, update, fake)
        generator_loss = self.generator_update(step)
        self._follow(step)
        return StepStats(last[0], generator_loss, *last[1:])

    def critic_update(
        self, step: int, update: int, fake: Tensor
    ) -> tuple[float, float, float, float | None]:
        """Update the critic once; return its loss, Wasserstein estimate, penalty and slope.

        Args:
            step: Number of the step.
            update: Number of the critic update in the step, from 0.
            fake: Generated text, (B, T, V).
        """
        models, seed = self.models, self.config.seed
        ids = batch_rows(
            self.rows, seed=seed, step=step, update=update, batch_size=self.config.batch_size
        )
        real = one_hot(ids, self.vocabulary, self.device)
        mix = mix_factors(seed, step, update, rows=self.batch, device=self.device)
        with self.lowered():
            loss = self.objective.critic_loss(models.critic, real, fake, mix)
        total = self._finite(step, "the critic's loss", loss.total.item())
        models.critic_optimizer.zero_grad()
        loss.total.backward()  # type: ignore[no-untyped-call]
        models.critic_optimizer.step()
        self.objective.constrain(models.critic)
        slope = None if loss.slope is None else loss.slope.item()
        return total, loss.wasserstein.item(), loss.penalty.item(), slope

    def generator_update(self, step: int) -> float:
        """Update the generator once and return its loss; the critic stays as it is."""
        models = self.models
        latent = self._noise(step, 0, Purpose.GENERATOR_NOISE)
        with self.lowered():
            loss = self.objective.generator_loss(models.critic(models.generator(latent)))
        value = self._finite(step, "the generator's loss", loss.item())
        parameters = list(models.generator.parameters())
        gradients = torch.autograd.grad(loss, parameters)  # of the generator alone
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient
        models.generator_optimizer.step()
        return value

    def check_weights(self, step: int) -> None:
        """Raise InputError if a weight is not finite after `step`, naming it."""
        culprit = self.first_not_finite()
        if culprit is not None:
            raise InputError(f"step {step}: {culprit} is not finite")

    def first_not_finite(self) -> str | None:
        """Return the name of the first weight that is not finite, None where all are."""
        networks = {"critic": self.models.critic, "generator": self.models.generator}
        for prefix, network in networks.items():
            for name, tensor in network.named_parameters():
                if not tensor.isfinite().all():
                    return f"{prefix}.{name}"
        return None

    def _finite(self, step: int, name: str, value: float) -> float:
        """Return `value` where it is finite; else raise before any weight follows it."""
        if not math.isfinite(value):
            culprit = self.first_not_finite() or "the loss itself: all weights are finite"
            raise InputError(f"step {step}: {name} is {value}, first seen in {culprit}")
        return value

    @torch.no_grad()
    def _fakes(self, step: int) -> tuple[Tensor, ...]:
        """Return generated text for each critic update, in one pass: the generator stands still."""
        updates = range(self.config.critic_steps)
        latent = [self._noise(step, update, Purpose.CRITIC_NOISE) for update in updates]
        with self.lowered():
            return self.models.generator(torch.cat(latent)).chunk(len(updates))  # type: ignore[no-any-return]

    def _noise(self, step: int, update: int, purpose: Purpose) -> Tensor:
        key = (self.config.seed, step, update, purpose)
        return noise(*key, rows=self.batch, size=self.config.noise, device=self.device)

    def _set_rates(self, step: int) -> None:
        factor = rate_factor(step, self.config.decay_steps)
        models, config = self.models, self.config
        for group in models.generator_optimizer.param_groups:
            group["lr"] = config.generator_rate * factor
        for group in models.critic_optimizer.param_groups:
            group["lr"] = config.critic_rate * factor

    @torch.no_grad()
    def _follow(self, step: int) -> None:
        """Move the averaged generator towards the generator: a ← βa + (1 − β)g."""
        decay = average_decay(step, self.config.average, self.config.average_share)
        models = self.models
        pairs = zip(models.average.parameters(), models.generator.parameters(), strict=True)
        for average, current in pairs:
            average.lerp_(current, 1 - decay)


def average_decay(step: int, decay: float, share: float) -> float:
    """Return β after step s: `decay`, or 1 − 1/(share · s) once that is more.

    The average then remembers the last share · s steps, ever more as rates fall, whatever the
    horizon (Karras et al. 2024, section 3.1). With share 0 it is `decay` throughout.
    """
    return max(decay, 1 - 1 / (share * step)) if share else decay


def rate_factor(step: int, decay_steps: int) -> float:
    """Return 1/√(1 + (step − 1)/d), what the rates are multiplied by, with d = `decay_steps`.

    It needs no horizon: a run can stop at any step and go on from it, and is the same up to there.
    With d = 0 rates stay as they are.
    """
    return 1 / math.sqrt(1 + (step - 1) / decay_steps) if decay_steps else 1.0
