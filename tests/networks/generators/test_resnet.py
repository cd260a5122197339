"""The published generator against its arithmetic."""

import torch

from textgan.networks.generators.resnet import ResnetGenerator


def generator(T, **options):
    torch.manual_seed(0)
    size = {"noise": 8, "width": 8, "blocks": 1}
    return ResnetGenerator(
        length=T, emittable=torch.ones(7, dtype=torch.bool), **size | options
    ).eval()


def test_blocks_that_add_nothing_leave_two_linear_maps():
    network, z = generator(6), torch.randn(3, 8)
    with torch.no_grad():
        for weight in network.blocks.parameters():
            weight.zero_()
    hidden = (z @ network.spread.weight.T + network.spread.bias).view(3, 6, 8)  # (B, T, C)
    expected = hidden @ network.write.weight.T + network.write.bias
    torch.testing.assert_close(network.logits(z), expected)


def test_it_has_as_many_blocks_as_told():
    assert [len(generator(4, blocks=blocks).blocks) for blocks in (0, 1, 5)] == [0, 1, 5]
