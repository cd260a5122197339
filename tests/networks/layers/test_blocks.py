"""Layers by hand: convolution, residual block, upsampling."""

import pytest
import torch
import torch.nn.functional as F

from textgan.networks.layers.blocks import (
    Convolution,
    PositionLinear,
    ResidualBlock,
    Upsample,
    convolution,
    pointwise,
)
from textgan.networks.layers.layout import to_channels, to_positions


def test_the_layer_is_a_convolution_over_five_positions():
    layer, x = Convolution(4, 6), to_channels(torch.randn(8, 9, 4))
    torch.testing.assert_close(layer(x), F.conv2d(x, layer.weight, layer.bias, padding=(0, 2)))


@pytest.mark.parametrize(("T", "stride", "positions"), [(8, 1, 8), (8, 2, 4), (9, 2, 5)])
def test_a_strided_convolution_takes_every_other_window(T, stride, positions):
    torch.manual_seed(0)
    layer, x = convolution(3, 2, stride), to_channels(torch.randn(2, T, 3))
    every = F.conv2d(x, layer.weight, layer.bias, padding=(0, 2))
    assert layer(x).shape[3] == positions
    torch.testing.assert_close(layer(x), every[..., ::stride])


def test_a_pointwise_convolution_is_a_linear_map_of_each_position():
    layer, linear, text = pointwise(3, 2), PositionLinear(3, 2), torch.randn(4, 5, 3)
    with torch.no_grad():
        layer.weight.copy_(linear.weight[:, :, None, None])
        layer.bias.copy_(linear.bias)
    torch.testing.assert_close(to_positions(layer(to_channels(text))), linear(text))


def test_a_block_adds_a_scaled_function_of_its_input_to_that_input():
    block = ResidualBlock(2)
    x = torch.tensor([[[[-1.0, 2.0, -3.0]], [[4.0, -5.0, 6.0]]]])  # (1, 2, 1, 3)
    with torch.no_grad():
        for weight in block.parameters():
            weight.zero_()
    torch.testing.assert_close(block(x), x)  # an in-place relu would lose the negative ones
    with torch.no_grad():
        block.first.weight[:, :, 0, 2] = torch.eye(2)
        block.second.weight[:, :, 0, 2] = torch.eye(2)
    # x + 0.3 · relu(relu(x))
    torch.testing.assert_close(block(x), x + 0.3 * x.clamp_min(0))


def test_the_adjoint_of_a_block_is_its_gradient_at_the_input():
    torch.manual_seed(0)
    block, x = ResidualBlock(4).double(), to_channels(torch.randn(2, 6, 4, dtype=torch.double))
    x.requires_grad_()
    output, units = block.trace(x)
    torch.testing.assert_close(output, block(x))
    slope = torch.randn_like(output)
    (expected,) = torch.autograd.grad(block(x), x, slope)
    torch.testing.assert_close(block.adjoint(slope, units), expected)


def test_upsampling_adds_each_position_to_the_two_that_come_from_it():
    layer = Upsample(1, 1)
    with torch.no_grad():
        layer.deconv.weight.zero_()
        layer.deconv.bias.zero_()
        layer.skip.weight.fill_(2.0)
    x = torch.tensor([[[[1.0, -3.0]]]])
    torch.testing.assert_close(layer(x), torch.tensor([[[[2.0, 2.0, -6.0, -6.0]]]]))
    with torch.no_grad():
        layer.skip.weight.zero_()
        layer.deconv.weight.copy_(torch.tensor([1.0, 2.0, 3.0, 4.0]).view(1, 1, 1, 4))
    # position t writes w₀…w₃ to 2t − 1 … 2t + 2; the −3 is cut by the relu
    torch.testing.assert_close(layer(x), torch.tensor([[[[2.0, 3.0, 4.0, 0.0]]]]))
