"""The published critic with self-attention against the one without."""

import torch

from textgan.networks.critics.attention import AttentionCritic
from textgan.networks.critics.conv import ConvCritic
from textgan.networks.layers.attention import SelfAttention

SIZE = {"length": 8, "vocabulary": 5, "width": 8}


def test_attention_is_after_half_of_the_blocks():
    for blocks, place in ((0, 0), (1, 0), (2, 1), (5, 2)):
        stages = AttentionCritic(**SIZE, blocks=blocks).blocks
        assert [isinstance(stage, SelfAttention) for stage in stages].index(True) == place
        assert len(stages) == blocks + 1


def test_with_a_closed_gate_it_is_the_published_critic():
    network, plain = AttentionCritic(**SIZE, blocks=2), ConvCritic(**SIZE, blocks=2)
    attention = network.blocks.pop(1)
    plain.load_state_dict(network.state_dict())
    network.blocks.insert(1, attention)
    rows = torch.rand(4, 8, 5)
    assert torch.equal(network(rows), plain(rows))  # γ starts at 0
    torch.nn.init.constant_(attention.gate, 0.5)
    assert not torch.allclose(network(rows), plain(rows))
