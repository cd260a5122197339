"""What training changes: two networks, the averaged generator, two optimizers, n-gram counts."""

import copy
from dataclasses import dataclass

import torch
from torch import Tensor

from corpora import Corpus
from textgan.config.settings import Config
from textgan.networks.build import build_critic, build_generator
from textgan.networks.critics.critic import Critic
from textgan.networks.critics.ensemble import CriticEnsemble
from textgan.networks.generators.generator import Generator
from textgan.objectives.ngram_matching import NgramMatching
from textgan.training.optimizers import build_optimizer
from textgan.training.schedules import progress, rate_factor

__all__ = ["Models"]


@dataclass
class Models:
    """All that training changes, and that a checkpoint holds."""

    generator: Generator
    critic: Critic
    average: Generator  # an exponential moving average of the generator
    generator_optimizer: torch.optim.Optimizer
    critic_optimizer: torch.optim.Optimizer
    ngrams: NgramMatching | None = None  # counts of what the generator wrote, if they are matched

    @classmethod
    def build(cls, config: Config, corpus: Corpus, device: torch.device) -> "Models":
        """Return new networks for the text of `corpus`, the same for the same seed, on `device`."""
        emittable = torch.from_numpy(corpus.encoder.emittable)
        shape = {"length": corpus.length, "labels": len(corpus.labels)}
        with torch.random.fork_rng(devices=[]):
            torch.default_generator.manual_seed(config.seed)  # no GPU's, unlike torch.manual_seed
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
            NgramMatching(corpus.train, len(emittable), device) if config.ngram_matching else None,
        )

    def parameters(self) -> dict[str, Tensor]:
        """Return the weights of the critic and of the generator, each as `network.weight`."""
        networks = {"critic": self.critic, "generator": self.generator}
        return {
            f"{prefix}.{name}": tensor
            for prefix, network in networks.items()
            for name, tensor in network.named_parameters()
        }

    def set_schedule(self, config: Config, step: int) -> None:
        """Set the learning rates of a step, and the mixture of a critic ensemble."""
        factor = rate_factor(step, config.decay_steps)
        for group in self.generator_optimizer.param_groups:
            group["lr"] = config.generator_rate * factor
        for group in self.critic_optimizer.param_groups:
            group["lr"] = config.critic_rate * factor
        if isinstance(self.critic, CriticEnsemble):
            self.critic.set_progress(progress(step, config.curriculum_steps))

    @torch.no_grad()
    def update_average(self, decay: float) -> None:
        """Move the averaged generator towards the generator: a ← βa + (1 − β)g."""
        pairs = zip(
            self.average.state_dict().values(),
            self.generator.state_dict().values(),
            strict=True,
        )
        for average, current in pairs:
            if average.is_floating_point():
                average.lerp_(current, 1 - decay)
            else:  # a counter
                average.copy_(current)
