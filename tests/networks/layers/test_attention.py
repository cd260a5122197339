"""Self-attention against a loop over positions."""

import math

import pytest
import torch

from textgan.networks.layers.attention import SelfAttention
from textgan.registry import CRITICS, GENERATORS

B, C, T = 2, 16, 6


def block(gate):
    torch.manual_seed(1)
    layer = SelfAttention(C).double()
    torch.nn.init.constant_(layer.gate, gate)
    return layer


def inputs():
    return torch.randn(B, C, 1, T, dtype=torch.double)


def test_attention_begins_as_the_identity():
    x = inputs()
    layer = SelfAttention(C).double()
    assert layer.gate.item() == 0
    assert torch.equal(layer(x), x)


@torch.no_grad()
def test_attention_is_the_share_weighted_sum_of_what_all_positions_say():
    layer, x = block(0.7), inputs()
    query, key, value = (m.weight[:, :, 0, 0] for m in (layer.query, layer.key, layer.value))
    assert query.shape == key.shape == (2, 16)
    output = layer(x)
    for b in range(B):
        at = [x[b, :, 0, t] for t in range(T)]
        for i in range(T):
            asked = query @ at[i] + layer.query.bias
            shares = [math.exp(asked @ (key @ at[j])) for j in range(T)]
            heard = sum(
                share / sum(shares) * (value @ at[j] + layer.value.bias)
                for j, share in enumerate(shares)
            )
            torch.testing.assert_close(output[b, :, 0, i], at[i] + 0.7 * heard)


def test_attention_can_be_differentiated_twice():
    x = inputs()[:1, :, :, :3].requires_grad_()
    assert torch.autograd.gradgradcheck(block(0.7), (x,))


@pytest.mark.parametrize(("width", "narrow"), [(4, 1), (8, 1), (48, 6)])
def test_queries_and_keys_have_an_eighth_of_the_channels_but_at_least_one(width, narrow):
    layer = SelfAttention(width)
    assert layer.query.weight.shape == layer.key.weight.shape == (narrow, width, 1, 1)


def test_attention_stands_before_the_generators_blocks_and_between_the_critics_and_begins_unheard():
    emittable = torch.ones(5, dtype=torch.bool)
    generator = GENERATORS["attention"](length=16, emittable=emittable, noise=7, width=8, blocks=3)
    critic = CRITICS["attention"](length=16, vocabulary=5, width=8, blocks=3)
    noise, text = torch.randn(2, 7), torch.randn(2, 16, 5).softmax(2)
    for network, data, place in ((generator, noise, 0), (critic, text, 1)):
        kinds = [type(block) for block in network.blocks]
        assert len(kinds) == 4
        assert kinds.index(SelfAttention) == place
        before = network(data)
        del network.blocks[place]
        torch.testing.assert_close(network(data), before)
