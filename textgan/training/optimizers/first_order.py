"""Optimizers of torch, with the constants of the papers; each step sets their rate."""

from collections.abc import Iterable

from torch import nn
from torch.optim import SGD, Adam, RMSprop

__all__ = ["adam", "rmsprop", "sgd"]


def adam(parameters: Iterable[nn.Parameter], *, beta1: float, beta2: float) -> Adam:
    """Return Adam (Kingma and Ba 2015) over the parameters of a network."""
    return Adam(parameters, betas=(beta1, beta2), fused=True)


def rmsprop(parameters: Iterable[nn.Parameter], *, beta1: float, beta2: float) -> RMSprop:
    """Return RMSProp with decay 0.9: TensorFlow's, as in the code of Gulrajani et al. 2017."""
    return RMSprop(parameters, alpha=0.9)


def sgd(parameters: Iterable[nn.Parameter], *, beta1: float, beta2: float) -> SGD:
    """Return plain stochastic gradient descent."""
    return SGD(parameters)
