"""Clipping: every weight of the score is bounded, and no other."""

import dataclasses

import pytest
import torch

from textgan.networks.build import build_critic
from textgan.objectives.constraints import CONSTRAINTS, clip_weights


def test_clipping_clamps_each_weight():
    network = torch.nn.Linear(4, 4)
    with torch.no_grad():
        network.weight.fill_(3.0)
        network.bias.copy_(torch.tensor([-3.0, -0.01, 0.005, 0.02]))
    clip_weights(network, 0.01)
    assert network.weight.unique().tolist() == pytest.approx([0.01])
    assert network.bias.tolist() == pytest.approx([-0.01, -0.01, 0.005, 0.01])


def test_clipping_reaches_every_parameter():
    network = torch.nn.Sequential(torch.nn.Conv1d(2, 3, 5), torch.nn.Linear(3, 1))
    clip_weights(network, 1e-3)
    assert all(p.abs().max() <= 1e-3 for p in network.parameters())


@pytest.mark.parametrize("curriculum", ["none", "length", "critics"])
def test_clipping_leaves_q_free_which_has_no_part_in_the_score(tiny, curriculum):
    settings = dataclasses.replace(
        tiny, objective="wgan", codes="10,c2", curriculum=curriculum, clip=1e-3
    )
    critic = build_critic(settings, 7, length=8, labels=0)
    before = [p.clone() for p in critic.recover_codes.parameters()]
    CONSTRAINTS[settings.pieces.constraint](settings)(critic)
    after = list(critic.recover_codes.parameters())
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
    bounded = [p for name, p in critic.named_parameters() if not name.startswith("recover_codes")]
    assert max(p.abs().max() for p in bounded) <= 1e-3 < max(p.abs().max() for p in after)
