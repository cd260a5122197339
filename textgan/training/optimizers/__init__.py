"""Optimizers: those of torch with the numbers of the papers, and those that torch does not have."""

from collections.abc import Iterator

import torch
from torch import nn

from textgan.config.settings import Config
from textgan.registry import OPTIMIZERS
from textgan.training.optimizers.soap import Soap

__all__ = ["build_adam", "build_optimizer", "build_rmsprop", "build_sgd", "build_soap"]

Parameters = Iterator[nn.Parameter]


def build_optimizer(network: nn.Module, config: Config) -> torch.optim.Optimizer:
    """Return the optimizer that `config` names, over all parameters; each step sets its rate."""
    optimizer: torch.optim.Optimizer = OPTIMIZERS[config.optimizer](network.parameters(), config)
    return optimizer


def build_adam(parameters: Parameters, config: Config) -> torch.optim.Optimizer:
    """Return Adam (Kingma and Ba 2015)."""
    return torch.optim.Adam(parameters, betas=(config.beta1, config.beta2), fused=True)


def build_soap(parameters: Parameters, config: Config) -> torch.optim.Optimizer:
    """Return SOAP (Vyas et al. 2024), which has no β₁ here."""
    return Soap(parameters, beta2=config.beta2)


def build_rmsprop(parameters: Parameters, _config: Config) -> torch.optim.Optimizer:
    """Return RMSProp with decay 0.9: TensorFlow's, as in the code of Gulrajani et al. 2017."""
    return torch.optim.RMSprop(parameters, alpha=0.9)


def build_sgd(parameters: Parameters, _config: Config) -> torch.optim.Optimizer:
    """Return plain stochastic gradient descent."""
    return torch.optim.SGD(parameters)
