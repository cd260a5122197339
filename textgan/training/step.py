"""One step: critic updates, then one generator update. No I/O, no cadence, no global randomness."""

import copy
import math
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor, nn

from corpora import Corpus
from corpora.batches import batch_indices
from corpora.errors import InputError
from textgan.config.settings import Config
from textgan.inputs.condition import UNCONDITIONAL, Condition, condition_of
from textgan.inputs.latents import Latents
from textgan.inputs.noise import Purpose, gumbel, mix_factors, noise, one_hot
from textgan.networks.critics.conditional import ConditionalCritic
from textgan.networks.critics.critic import Critic
from textgan.networks.critics.ensemble import CriticEnsemble
from textgan.networks.generators.generator import Generator
from textgan.networks.registry import build_critic, build_generator
from textgan.objectives import Objective
from textgan.objectives.regularizers import (
    code_loss,
    distance_to_target,
    feature_distance,
    symbol_divergence,
)
from textgan.registry import OPTIMIZERS
from textgan.training.schedules import (
    average_decay,
    noise_level,
    progress,
    rate_factor,
    visible_length,
)

__all__ = ["Batch", "Models", "StepStats", "Trainer"]

ROWS_AT_ONCE = 1 << 16


class StepStats(NamedTuple):
    """What one step measured, on its last critic batch; plain numbers."""

    critic_loss: float
    generator_loss: float
    wasserstein: float  # E D(x) − E D(G(z)) before the last critic update
    penalty: float
    slope: float | None  # mean critic slope where it is penalised


@dataclass
class Models:
    """All that training changes: two networks, the averaged generator, two optimisers."""

    generator: Generator
    critic: Critic
    average: Generator
    generator_optimizer: torch.optim.Optimizer
    critic_optimizer: torch.optim.Optimizer

    @classmethod
    def build(cls, config: Config, corpus: Corpus, device: torch.device) -> "Models":
        """Return new networks for the text of `corpus`, the same for the same seed, on `device`."""
        emittable = torch.from_numpy(corpus.encoder.emittable)
        shape = {"length": corpus.length, "labels": len(corpus.labels)}
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(config.seed)
            generator = build_generator(config, emittable=emittable, **shape)
            critic = build_critic(config, vocabulary=len(emittable), **shape)
        generator.to(device)
        critic.to(device)
        return cls(
            generator,
            critic,
            copy.deepcopy(generator).requires_grad_(False).eval(),
            build_optimizer(generator, config),
            build_optimizer(critic, config),
        )


@dataclass(frozen=True)
class Batch:
    """Real text and its condition."""

    text: Tensor  # one-hot, (B, T, V)
    condition: Condition


def build_optimizer(network: nn.Module, config: Config) -> torch.optim.Optimizer:
    """Return the optimiser that `config` names, over all parameters; each step sets its rate."""
    optimizer: torch.optim.Optimizer = OPTIMIZERS[config.optimizer](
        network.parameters(), beta1=config.beta1, beta2=config.beta2
    )
    return optimizer


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
        self.latents = Latents.from_config(config, len(corpus.labels))
        self.device = next(models.critic.parameters()).device
        self.batch = np.arange(config.batch_size)  # global rows
        self.shares = symbol_shares(corpus).to(self.device) if config.symbol_matching else None
        self.lowered = partial(
            torch.autocast,
            self.device.type,
            torch.bfloat16,
            enabled=config.precision == "bfloat16",
        )

    def step(self, step: int) -> StepStats:
        """Make step number `step`, counted from 1, and return what it measured."""
        self._schedule(step)
        batches = [self.real(step, update) for update in range(self.config.critic_steps)]
        fakes = self.fakes(step, batches)
        for update, (batch, fake) in enumerate(zip(batches, fakes, strict=True)):
            last = self.critic_update(step, update, batch, fake)
        generator_loss = self.generator_update(step)
        self._follow(step)
        return StepStats(last[0], generator_loss, *last[1:])

    def real(self, step: int, update: int) -> Batch:
        """Return the real text of one update of a step, with its condition."""
        draw = batch_indices(
            len(self.rows), seed=self.config.seed, step=step, update=update,
            batch_size=self.config.batch_size,
        )  # fmt: skip
        text = one_hot(self.rows[draw], self.vocabulary, self.device)
        column = self.corpus.condition("train")
        condition = condition_of(
            self.corpus.columns, None if column is None else column[draw],
            vocabulary=self.vocabulary, device=self.device,
        )  # fmt: skip
        return Batch(text, condition)

    @torch.no_grad()
    def fakes(self, step: int, batches: list[Batch]) -> tuple[Tensor, ...]:
        """Return generated text for each critic update, in one pass: the generator stands still."""
        parts = [
            self._inputs(step, update, Purpose.CRITIC_NOISE, batch)
            for update, batch in enumerate(batches)
        ]
        together = [
            None if part[0] is None else torch.cat(list(part)) for part in zip(*parts, strict=True)
        ]
        with self.lowered():
            return self.models.generator(*together).chunk(len(batches))  # type: ignore[no-any-return]

    def critic_update(
        self, step: int, update: int, batch: Batch, fake: Tensor
    ) -> tuple[float, float, float, float | None]:
        """Update the critic once; return its loss, Wasserstein estimate, penalty and slope.

        Args:
            step: Number of the step.
            update: Number of the critic update in the step, from 0.
            batch: Real text.
            fake: Generated text, (B, T, V).
        """
        models, config = self.models, self.config
        critic = self.judge(step, batch)
        mix = mix_factors(config.seed, step, update, rows=self.batch, device=self.device)
        real, seen = self._blurred(step, update, batch.text, fake)
        with self.lowered():
            loss = self.objective.critic_loss(critic, real, seen, mix)
            total = loss.total
            if self.latents.codes.size:
                said = critic.recover(as_text(fake, self.corpus.encoder.pad))
                latent = self._latent(step, update, Purpose.CRITIC_NOISE, batch)
                total = total + config.code_weight * self._code_loss(said, latent)
        value = self._finite(step, "the critic's loss", total.item())
        models.critic_optimizer.zero_grad()
        total.backward()  # type: ignore[no-untyped-call]
        models.critic_optimizer.step()
        self.objective.constrain(models.critic)
        slope = None if loss.slope is None else loss.slope.item()
        estimate = self._finite(step, "the critic's mean score", loss.wasserstein.item())
        return value, estimate, loss.penalty.item(), slope

    def generator_update(self, step: int) -> float:
        """Update the generator once and return its loss; the critic's weights stay."""
        models = self.models
        needs_real = self._judges_real or self.config.columns != "text"
        batch = self.real(step, self.config.critic_steps) if needs_real else None
        latent, source, extra = self._inputs(step, 0, Purpose.GENERATOR_NOISE, batch)
        critic = self.judge(step, batch)
        with self.lowered():
            fake = models.generator(latent, source, extra)
            loss = self._generator_loss(step, critic, batch, latent, fake)
        value = self._finite(step, "the generator's loss", loss.item())
        models.generator_optimizer.zero_grad()
        loss.backward(inputs=list(models.generator.parameters()))  # type: ignore[no-untyped-call]
        models.generator_optimizer.step()
        return value

    def judge(self, step: int, batch: Batch | None) -> Critic | ConditionalCritic:
        """Return the critic as a function of text alone, for what `batch` is given with."""
        config, length = self.config, None
        if config.curriculum == "length":
            length = visible_length(step, self.rows.shape[1], config.curriculum_steps)
        condition = UNCONDITIONAL if batch is None else batch.condition
        condition = replace(condition, visible_length=length)
        return ConditionalCritic(self.models.critic, condition) if condition else self.models.critic

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

    @property
    def _judges_real(self) -> bool:
        """Whether the generator's loss depends on what the critic says of real text."""
        return self.objective.loss.relativistic or self.config.feature_matching > 0

    def _generator_loss(
        self,
        step: int,
        critic: Critic | ConditionalCritic,
        batch: Batch | None,
        latent: Tensor,
        fake: Tensor,
    ) -> Tensor:
        """Return what the generator minimises: its objective and what is added to it."""
        config, update = self.config, self.config.critic_steps
        given = () if batch is None else (batch.text,)
        seen, *real = self._blurred(step, update, fake, *given)
        features = critic.features(seen)
        real_features = critic.features(*real) if self._judges_real else None
        real_scores = None
        if real_features is not None and self.objective.loss.relativistic:
            real_scores = critic.patch_scores_of(real_features)
        loss = self.objective.generator_loss(critic.patch_scores_of(features), real_scores)
        if config.feature_matching and real_features is not None:
            loss = loss + config.feature_matching * feature_distance(real_features, features)
        if self.shares is not None:
            loss = loss + config.symbol_matching * symbol_divergence(self.shares, fake)
        if self.latents.codes.size:
            # Q, which is trained on text without instance noise, reads the rows without it
            clear = features if seen is fake else critic.features(fake)
            loss = loss + config.code_weight * self._code_loss(critic.codes_of(clear), latent)
        if batch is not None and batch.condition.sources is not None:
            loss = loss + config.pair_weight * distance_to_target(batch.text, fake)
        return loss

    def _code_loss(self, said: Tensor, latent: Tensor) -> Tensor:
        return code_loss(said, self.latents.codes_of(latent), self.latents.codes)

    def _inputs(
        self, step: int, update: int, purpose: Purpose, batch: Batch | None
    ) -> tuple[Tensor, Tensor | None, Tensor | None]:
        """Return what the generator is fed: latents (B, Z'), sources, Gumbel noise (B, T, V)."""
        latent = self._latent(step, update, purpose, batch)
        extra = None
        if self.config.output.startswith("gumbel"):
            key = (self.config.seed, step, update, purpose)
            shape = (self.rows.shape[1], self.vocabulary)
            extra = gumbel(*key, rows=self.batch, shape=shape, device=self.device)
        return latent, None if batch is None else batch.condition.sources, extra

    def _latent(self, step: int, update: int, purpose: Purpose, batch: Batch | None) -> Tensor:
        labels = None if batch is None else batch.condition.labels
        key = (self.config.seed, step, update, purpose)
        return self.latents.draw(*key, rows=self.batch, device=self.device, labels=labels)

    def _blurred(self, step: int, update: int, *texts: Tensor) -> list[Tensor]:
        """Return texts (B, T, V) with instance noise, each its own; as they are where σ is 0."""
        config = self.config
        level = noise_level(step, config.instance_noise, config.instance_noise_steps)
        if not level:
            return list(texts)
        blurred = []
        for number, text in enumerate(texts):
            key = (config.seed, step, update, number, Purpose.INSTANCE_NOISE)
            size = text.shape[1] * text.shape[2]
            dust = noise(*key, rows=self.batch, size=size, device=self.device)
            blurred.append(text + level * dust.view_as(text))
        return blurred

    def _finite(self, step: int, name: str, value: float) -> float:
        """Return `value` where it is finite; else raise before any weight follows it."""
        if not math.isfinite(value):
            culprit = self.first_not_finite() or "the loss itself: all weights are finite"
            raise InputError(f"step {step}: {name} is {value}, first seen in {culprit}")
        return value

    def _schedule(self, step: int) -> None:
        """Set what depends on the step: rates, and how far a ladder of critics is climbed."""
        models, config = self.models, self.config
        factor = rate_factor(step, config.decay_steps)
        for group in models.generator_optimizer.param_groups:
            group["lr"] = config.generator_rate * factor
        for group in models.critic_optimizer.param_groups:
            group["lr"] = config.critic_rate * factor
        if isinstance(models.critic, CriticEnsemble):
            models.critic.set_progress(progress(step, config.curriculum_steps))

    @torch.no_grad()
    def _follow(self, step: int) -> None:
        """Move the averaged generator towards the generator: a ← βa + (1 − β)g."""
        decay = average_decay(step, self.config.average, self.config.average_share)
        models = self.models
        pairs = zip(
            models.average.state_dict().values(),
            models.generator.state_dict().values(),
            strict=True,
        )
        for average, current in pairs:
            if average.is_floating_point():
                average.lerp_(current, 1 - decay)
            else:  # a counter
                average.copy_(current)


def as_text(rows: Tensor, pad: int) -> Tensor:
    """Return rows (B, T, V) as the text they stand for, one-hot: what Q will have to read.

    A text ends at its first `pad`.
    """
    ids = rows.argmax(dim=2)
    ids = ids.masked_fill((ids == pad).cumsum(dim=1) > 0, pad)
    return torch.zeros_like(rows).scatter_(2, ids[..., None], 1.0)


def symbol_shares(corpus: Corpus) -> Tensor:
    """Return the share of each symbol in the training rows, (V,), of those that may be written."""
    counts = np.zeros(corpus.encoder.size)
    for rows in np.array_split(corpus.train, -(-len(corpus.train) // ROWS_AT_ONCE)):
        counts += np.bincount(rows.reshape(-1), minlength=len(counts))
    counts[~corpus.encoder.emittable] = 0
    return torch.from_numpy(counts / counts.sum()).float()
