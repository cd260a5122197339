"""The deconvolution generator: how positions double, and the scale of its channels."""

import pytest
import torch

from textgan.networks.generators.deconv import DeconvGenerator


def generator(T, **options):
    torch.manual_seed(0)
    size = {"noise": 8, "width": 8, "blocks": 1}
    return DeconvGenerator(
        length=T, emittable=torch.ones(7, dtype=torch.bool), **size | options
    ).eval()


def test_the_deconvolution_starts_from_a_quarter_of_the_positions_and_doubles():
    for T, start, doublings in (
        (32, 8, 2),
        (16, 4, 2),
        (10, 3, 2),
        (13, 4, 2),
        (4, 2, 1),
        (7, 4, 1),
        (8, 2, 2),
    ):
        network = generator(T)
        assert (network.start, len(network.upsample)) == (start, doublings)


@pytest.mark.parametrize("factor", [0.5, 8.0])
def test_the_deconvolution_writes_from_channels_of_one_size(factor):
    network = generator(8)
    z = torch.randn(3, 8)
    expected = network.logits(z)
    with torch.no_grad():  # every channel times the factor: relu and convolution scale with it
        for name, weight in network.named_parameters():
            if name == "spread.weight" or (name.endswith("bias") and "write" not in name):
                weight.mul_(factor)
    torch.testing.assert_close(network.logits(z), expected, atol=1e-4, rtol=1e-4)
