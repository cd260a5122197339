"""The hidden layers of fully connected networks."""

import pytest

from textgan.networks.layers.mlp import hidden_layers


@pytest.mark.parametrize(("blocks", "layers"), [(0, 1), (1, 1), (3, 3)])
def test_there_are_eight_units_a_channel_and_at_least_one_layer(blocks, layers):
    shapes = [tuple(layer.weight.shape) for layer in hidden_layers(3, 64, blocks)]
    assert shapes == [(512, 3), (512, 512), (512, 512)][:layers]


def test_layers_have_a_bias_unless_normalisation_takes_it_away():
    assert hidden_layers(3, 2, 1)[0].bias is not None
    assert hidden_layers(3, 2, 1, bias=False)[0].bias is None
