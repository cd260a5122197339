"""A critic that is trained against a generator that does not change."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

import numpy as np
import torch
from torch import Tensor, nn
from torch.optim import Optimizer

from textgan.config.settings import Config
from textgan.inputs.noise import mix_factors
from textgan.networks.critics.critic import Critic
from textgan.networks.critics.mlp import MlpCritic
from textgan.objectives import Objective
from textgan.objectives.objective import CriticLoss
from textgan.training.optimizers import build_optimizer

__all__ = [
    "ADAM",
    "CPU",
    "CriticTraining",
    "Pair",
    "channels",
    "he_critic",
    "initialise_he",
    "initialise_uniform",
    "new_critic",
    "new_optimizer",
    "seeded",
    "set_rate",
    "update_generator",
]

N = TypeVar("N", bound=nn.Module)
C = TypeVar("C", bound=Critic)
CPU = torch.device("cpu")
CRITIC_SEED = 1000  # added to a seed, so that generator and critic differ
# of Gulrajani et al. 2017 (`gan_toy.py`)
ADAM: Mapping[str, Any] = {"optimizer": "adam", "beta1": 0.5, "beta2": 0.9}


class Pair(NamedTuple):
    """Real and generated text of one update, (B, T, V) each."""

    real: Tensor
    fake: Tensor


class CriticTraining:
    """A critic and its optimizer; each call makes one update, as `textgan train` does.

    Its rate stays the same: `decay_steps` is not used.

    Args:
        critic: Changed in place.
        settings: Those of `Config` that differ from the preset `quick`.
        seed: Of ε, the places between real and generated text where a penalty is measured.
    """

    def __init__(self, critic: Critic, settings: Mapping[str, Any], seed: int) -> None:
        self.critic, self.seed, self.updates = critic, seed, 0
        self.config = config = Config.build({"corpus": "-", **settings})
        self.objective = Objective.from_config(config)
        self.optimizer = new_optimizer(critic, config, config.critic_rate)
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
        _descend(self.optimizer, loss.total)
        self.objective.constrain(self.critic)
        return loss


def update_generator(
    generator: nn.Module, noise: Tensor, optimizer: Optimizer, training: CriticTraining
) -> None:
    """Update a generator once, on noise (B, Z), against the critic of `training`."""
    _descend(optimizer, training.objective.generator_loss(training.critic(generator(noise))))


def _descend(optimizer: Optimizer, loss: Tensor) -> None:
    """Make a step of the optimizer along the gradient of a loss."""
    optimizer.zero_grad()
    loss.backward()  # type: ignore[no-untyped-call]
    optimizer.step()


def new_optimizer(network: nn.Module, config: Config, rate: float) -> Optimizer:
    """Return the optimizer that `config` names, over all parameters, with a learning rate."""
    optimizer = build_optimizer(network, config)
    set_rate(optimizer, rate)
    return optimizer


def set_rate(optimizer: Optimizer, rate: float) -> None:
    """Set the learning rate of all parameters."""
    for group in optimizer.param_groups:
        group["lr"] = rate


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


def new_critic(
    make: Callable[[], C], seed: int, initialise: Callable[[C], None] = initialise_he
) -> C:
    """Return the critic that `make` makes, initialised, its weights a function of the seed."""

    def build() -> C:
        critic = make()
        initialise(critic)
        return critic

    return seeded(build, CRITIC_SEED + seed)


def he_critic(
    seed: int, *, units: int, blocks: int, length: int = 1, vocabulary: int = 2
) -> MlpCritic:
    """Return a fully connected critic with He's weights; without T and V it is one of points.

    Args:
        seed: Of the weights.
        units: Of each hidden layer, in steps of 8.
        blocks: Hidden layers.
        length: T.
        vocabulary: V.
    """
    width = channels(units)
    return new_critic(
        lambda: MlpCritic(length=length, vocabulary=vocabulary, width=width, blocks=blocks), seed
    )


def channels(units: int) -> int:
    """Return C, at least 1, of fully connected networks of 8C units per layer."""
    return max(units // 8, 1)
