"""Optimizers: those of torch with the numbers of the papers, and those that torch does not have."""

from collections.abc import Callable, Iterator

import torch
from torch import nn

from textgan.config.settings import Config
from textgan.training.optimizers.soap import Soap

__all__ = ["OPTIMIZERS", "build_optimizer"]

Parameters = Iterator[nn.Parameter]

OPTIMIZERS: dict[str, Callable[[Parameters, Config], torch.optim.Optimizer]] = {
    "adam": lambda parameters, config: torch.optim.Adam(
        parameters, betas=(config.beta1, config.beta2), fused=True
    ),
    "soap": lambda parameters, config: Soap(parameters, beta2=config.beta2),
    # decay 0.9: TensorFlow's, as in the published code of Gulrajani et al. 2017
    "rmsprop": lambda parameters, _config: torch.optim.RMSprop(parameters, alpha=0.9),
    "sgd": lambda parameters, _config: torch.optim.SGD(parameters),
}


def build_optimizer(network: nn.Module, config: Config) -> torch.optim.Optimizer:
    """Return the optimizer that `config` names, over all parameters; each step sets its rate."""
    return OPTIMIZERS[config.optimizer](network.parameters(), config)
