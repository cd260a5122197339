"""The deconvolution generator with self-attention against the one without."""

import torch

from textgan.networks.generators.attention import AttentionGenerator
from textgan.networks.generators.deconv import DeconvGenerator
from textgan.networks.layers.attention import SelfAttention

SIZE = {"length": 8, "emittable": torch.ones(7, dtype=torch.bool), "noise": 8, "width": 8}


def test_with_a_closed_gate_it_is_the_deconvolution_generator():
    network, plain = AttentionGenerator(**SIZE, blocks=2), DeconvGenerator(**SIZE, blocks=2)
    assert [isinstance(block, SelfAttention) for block in network.blocks] == [True, False, False]
    attention = network.blocks.pop(0)
    plain.load_state_dict(network.state_dict())
    network.blocks.insert(0, attention)
    z = torch.randn(3, 8)
    assert torch.equal(network.logits(z), plain.logits(z))  # γ starts at 0
    torch.nn.init.constant_(attention.gate, 0.5)
    assert not torch.allclose(network.logits(z), plain.logits(z))
