"""The critic without convolutions: its units, and its slope as a product of its layers."""

import math

import pytest
import torch

from textgan.networks.critics.mlp import MlpCritic
from textgan.objectives.slopes import gradient_slope


def critic(blocks, **size):
    torch.manual_seed(1)
    return MlpCritic(**{"length": 16, "vocabulary": 7, "width": 8, "blocks": blocks} | size)


@pytest.mark.parametrize(("blocks", "layers"), [(0, 1), (1, 1), (3, 3)])
def test_it_has_eight_units_a_channel_and_at_least_one_hidden_layer(blocks, layers):
    network = critic(blocks, length=4, vocabulary=5, width=64)
    shapes = [tuple(layer.weight.shape) for layer in network.hidden]
    assert shapes == [(512, 20), (512, 512), (512, 512)][:layers]


def test_it_is_linear_where_all_units_are_on():
    network = critic(1)
    with torch.no_grad():
        network.hidden[0].bias.fill_(100.0)
    expected = (network.score.weight @ network.hidden[0].weight).norm()
    slopes = gradient_slope(network, torch.rand(4, 16, 7))
    torch.testing.assert_close(slopes, expected.expand(4))


@pytest.mark.parametrize(("blocks", "power"), [(1, 2), (3, 4)])
def test_slopes_go_with_a_power_of_the_weights_one_for_each_layer(blocks, power):
    slopes = []
    for size in (0.01, 0.001):
        network = critic(blocks)
        with torch.no_grad():
            for weight in network.parameters():
                weight.uniform_(-size, size) if weight.ndim > 1 else weight.zero_()
        torch.manual_seed(2)
        slopes.append(gradient_slope(network, torch.rand(4, 16, 7)).mean().item())
    assert math.log10(slopes[0] / slopes[1]) == pytest.approx(power, abs=0.05)
