"""A critic that is trained against a generator that does not change."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np
import torch
from torch import Tensor, nn

from textgan.config.settings import Config
from textgan.inputs.noise import mix_factors
from textgan.networks.critics.critic import Critic
from textgan.objectives import Objective
from textgan.objectives.objective import CriticLoss
from textgan.training.optimizers import build_optimizer

__all__ = ["CPU", "CriticTraining", "Pair", "initialise_he", "initialise_uniform", "seeded"]

N = TypeVar("N", bound=nn.Module)
CPU = torch.device("cpu")
CRITIC_SEED = 1000  # added to a seed, so that generator and critic differ


class Pair(NamedTuple):
    """Real and generated text of one update, (B, T, V) each."""

    real: Tensor
    fake: Tensor


class CriticTraining:
    """A critic and its optimizer; each call makes one update, as a step of `textgan train` does.

    Args:
        critic: Changed in place.
        settings: Those of `Config` that differ from the preset `quick`.
        seed: Of ε, the places between real and generated text where a penalty is measured.
    """

    def __init__(self, critic: Critic, settings: Mapping[str, Any], seed: int) -> None:
        self.critic, self.seed, self.updates = critic, seed, 0
        self.config = config = Config.build({"corpus": "-", **settings})
        self.objective = Objective.from_config(config)
        self.optimizer = build_optimizer(critic, config)
        for group in self.optimizer.param_groups:
            group["lr"] = config.critic_rate
        self.objective.constrain(critic)

    def loss(self, pair: Pair) -> CriticLoss:
        """Return the critic's loss and its parts of one pair of batches."""
        rows = np.arange(len(pair.real))
        mix = mix_factors(self.seed, self.updates, rows=rows, device=CPU)
        return self.objective.critic_loss(self.critic, pair.real, pair.fake, mix)

    def __call__(self, pair: Pair) -> CriticLoss:
        """Update the critic once, and return its loss before the update."""
        self.updates += 1
        loss = self.loss(pair)
        self.optimizer.zero_grad()
        loss.total.backward()  # type: ignore[no-untyped-call]
        self.optimizer.step()
        self.objective.constrain(self.critic)
        return loss


def seeded(make: Callable[[], N], seed: int) -> N:
    """Return the network that `make` makes, its weights a function of the seed alone."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return make()


@torch.no_grad()
def initialise_he(network: nn.Module) -> None:
    """Give linear layers uniform weights of variance 2/n, n inputs, and no bias, in place.

    A plain ReLU network then keeps the size of its activations and gradients from layer to layer
    (He et al. 2015, equation 10); the published code for toys does so (`gan_toy.py`).
    """
    for layer in network.modules():
        if isinstance(layer, nn.Linear):
            nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")
            nn.init.zeros_(layer.bias)


@torch.no_grad()
def initialise_uniform(network: nn.Module, limit: float) -> None:
    """Give all weights uniform values in [−c, c], and biases 0, in place.

    A bias of the size of c would close most units of the deeper layers for good: their inputs are
    much smaller than c.
    """
    for parameter in network.parameters():
        if parameter.ndim > 1:
            nn.init.uniform_(parameter, -limit, limit)
        else:
            nn.init.zeros_(parameter)
