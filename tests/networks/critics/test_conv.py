"""The published critic: a linear critic where its blocks add nothing."""

import math

import pytest
import torch

from textgan.networks.critics.conv import ConvCritic
from textgan.objectives.slopes import gradient_slope


def critic(blocks):
    torch.manual_seed(1)
    return ConvCritic(length=16, vocabulary=7, width=8, blocks=blocks)


def test_without_blocks_it_is_linear_with_the_slope_of_its_weights():
    network = critic(0)
    score = network.score.weight.view(16, 8)  # (T, C)
    expected = (score @ network.read.weight).norm()
    for rows in (torch.rand(4, 16, 7), torch.randn(4, 16, 7)):
        torch.testing.assert_close(gradient_slope(network, rows), expected.expand(4))


@pytest.mark.parametrize("blocks", [1, 5])
def test_blocks_that_add_nothing_leave_it_linear(blocks):
    network, plain = critic(blocks), critic(0)
    with torch.no_grad():
        for weight in network.blocks.parameters():
            weight.zero_()
        plain.load_state_dict(
            {name: w for name, w in network.state_dict().items() if "blocks" not in name}
        )
    rows = torch.rand(4, 16, 7)
    torch.testing.assert_close(network(rows), plain(rows))


def test_slopes_of_small_weights_go_with_their_square_as_a_block_adds_to_its_input():
    slopes = []
    for size in (0.01, 0.001):
        network = critic(5)
        with torch.no_grad():
            for weight in network.parameters():
                weight.uniform_(-size, size) if weight.ndim > 1 else weight.zero_()
        torch.manual_seed(2)
        slopes.append(gradient_slope(network, torch.rand(4, 16, 7)).mean().item())
    # the first and the last layer alone: skip connections pass the blocks
    assert math.log10(slopes[0] / slopes[1]) == pytest.approx(2, abs=0.05)
