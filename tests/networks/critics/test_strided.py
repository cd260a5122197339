"""The all-convolutional critic: how positions halve, and its leaky ReLU."""

import pytest
import torch

from textgan.networks.critics.strided import StridedCritic


def test_the_strided_critic_halves_to_four_positions_or_a_few_more_and_widens_to_four_times():
    for T, blocks, halvings, score in (
        (32, 9, 3, 4 * 32), (31, 9, 2, 8 * 32), (16, 9, 2, 4 * 32), (7, 9, 0, 7 * 8),
        (64, 9, 4, 4 * 32), (64, 1, 1, 32 * 16),
    ):  # fmt: skip
        critic = StridedCritic(length=T, vocabulary=5, width=8, blocks=blocks)
        assert (len(critic.halve), critic.score.in_features) == (halvings, score)


def test_the_leak_is_a_fifth():
    critic = StridedCritic(length=4, vocabulary=1, width=1, blocks=0)
    with torch.no_grad():
        for weight in critic.parameters():
            weight.zero_()
        critic.read.bias.fill_(-1.0)
        critic.score.weight.fill_(1.0)
    assert critic(torch.zeros(1, 4, 1)).item() == pytest.approx(4 * -0.2)  # Radford et al. 2016
