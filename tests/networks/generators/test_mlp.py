"""The generator without convolutions against its arithmetic."""

import torch

from textgan.networks.generators.mlp import MlpGenerator


def generator(T, **options):
    torch.manual_seed(0)
    size = {"noise": 8, "width": 8, "blocks": 1}
    return MlpGenerator(
        length=T, emittable=torch.ones(7, dtype=torch.bool), **size | options
    ).eval()


def test_hidden_layers_have_relu_and_the_last_is_linear():
    network, z = generator(4, blocks=2), torch.randn(3, 8)
    hidden = z
    for layer in network.hidden:
        hidden = (hidden @ layer.weight.T + layer.bias).clamp_min(0)
    expected = (hidden @ network.write.weight.T + network.write.bias).view(3, 4, 7)
    torch.testing.assert_close(network.logits(z), expected)
    assert network.write.in_features == 8 * 8
