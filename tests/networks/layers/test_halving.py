"""Strided convolutions against autograd: their gradient in the text in closed form."""

import pytest
import torch
from torch import nn

from textgan.networks.layers.blocks import convolution
from textgan.networks.layers.halving import ascend, descend, halving
from textgan.networks.layers.layout import to_positions

B, V, WIDTHS = 3, 5, [4, 6, 6]


def layers():
    torch.manual_seed(0)
    return [layer.double() for layer in (convolution(V, WIDTHS[0]), *halving(WIDTHS, "none"))]


@pytest.mark.parametrize(("T", "positions"), [(4, 1), (8, 2), (9, 3), (15, 4)])
def test_each_layer_halves_the_positions_rounded_up(T, positions):
    stack = layers()
    text = torch.rand(B, T, V, dtype=torch.double)
    hidden = descend(stack, [nn.Identity()] * 3, text)
    assert to_positions(hidden).shape == (B, positions, WIDTHS[-1])


@pytest.mark.parametrize("T", [4, 7, 8, 9, 15])
def test_the_closed_form_is_the_gradient_of_autograd_also_in_the_weights(T):
    stack = layers()
    text = torch.rand(B, T, V, dtype=torch.double).requires_grad_()
    features = to_positions(descend(stack, [nn.Identity()] * 3, text)).flatten(1)
    slope = torch.randn_like(features)
    (expected,) = torch.autograd.grad(features, text, slope, create_graph=True)
    gradient = ascend(stack, text, slope)
    torch.testing.assert_close(gradient, expected)
    kernels = [layer.weight for layer in stack]
    torch.testing.assert_close(
        torch.autograd.grad(gradient.norm(), kernels), torch.autograd.grad(expected.norm(), kernels)
    )


def test_no_bias_goes_before_a_normalisation_that_subtracts_the_mean():
    for normalisation, biased in (("none", True), ("layer", True), ("batch", False)):
        assert all((layer.bias is not None) == biased for layer in halving(WIDTHS, normalisation))
