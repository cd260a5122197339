"""The optimizers by name, with the published numbers."""

import dataclasses

import torch

from textgan.training.optimizers import build_optimizer
from textgan.training.optimizers.soap import Soap


def test_optimizers_have_the_published_numbers(tiny):
    network = torch.nn.Linear(1, 1)
    config = dataclasses.replace(tiny, beta1=0.5, beta2=0.9)
    adam = build_optimizer(network, dataclasses.replace(config, optimizer="adam"))
    assert adam.defaults["betas"] == (0.5, 0.9)
    rmsprop = build_optimizer(network, dataclasses.replace(config, optimizer="rmsprop"))
    assert (rmsprop.defaults["alpha"], rmsprop.defaults["momentum"]) == (0.9, 0)
    soap = build_optimizer(network, dataclasses.replace(tiny, optimizer="soap", beta2=0.9))
    assert isinstance(soap, Soap)
    assert soap.defaults["betas"] == (0.0, 0.9)


def test_plain_descent_goes_down_the_gradient_by_the_rate(tiny):
    network = torch.nn.Linear(1, 1)
    sgd = build_optimizer(network, dataclasses.replace(tiny, optimizer="sgd"))
    sgd.param_groups[0]["lr"] = 0.25
    network.weight.data.fill_(1.0)
    for expected in (0.5, 0.25):  # w ← w − ¼ · 2w
        network.zero_grad()
        network.weight.square().sum().backward()
        sgd.step()
        assert network.weight.item() == expected
