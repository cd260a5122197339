"""Convolutions in the frequency domain against torch's direct ones."""

import pytest
import torch
import torch.nn.functional as F

from textgan.networks.layers import fourier
from textgan.networks.layers.blocks import ResidualBlock
from textgan.networks.layers.layout import to_channels

C, OUT, K = 4, 6, 5


def drawn(*shape, kind=torch.double):
    return torch.randn(*shape, dtype=kind).requires_grad_()


def weights(kind=torch.double):
    weight = torch.randn(OUT, C, 1, K, dtype=kind)
    return weight.contiguous(memory_format=torch.channels_last).requires_grad_()


@pytest.mark.parametrize("T", [1, 2, 5, 16, 31, 32])
@pytest.mark.parametrize("entries", [1, 1 << 20], ids=["one_matrix_at_a_time", "all_at_once"])
def test_it_is_the_direct_convolution_with_all_its_derivatives(T, entries, monkeypatch):
    monkeypatch.setattr(fourier, "BLOCK_ENTRIES", entries)
    x, weight, bias = to_channels(drawn(6, T, C)), weights(), drawn(OUT)
    ours = fourier.fourier_convolution(x, weight, bias)
    theirs = F.conv2d(x, weight, bias, padding=(0, 2))
    torch.testing.assert_close(ours, theirs)
    slope = torch.randn_like(ours)
    inputs = (x, weight, bias)
    found = torch.autograd.grad(ours, inputs, slope)
    expected = torch.autograd.grad(theirs, inputs, slope)
    torch.testing.assert_close(found, expected)
    adjoint = fourier.fourier_adjoint(slope, weight)
    torch.testing.assert_close(adjoint, F.conv_transpose2d(slope, weight, padding=(0, 2)))


def test_it_can_be_differentiated_twice():
    R = 3
    weight = torch.randn(3, 2, 1, K, dtype=torch.double).requires_grad_()
    spectra, slopes, taps = drawn(R, 1, 2), drawn(R, 1, 3), torch.randn(R, K, dtype=torch.double)
    assert torch.autograd.gradgradcheck(lambda *it: fourier.products(*it, taps), (spectra, weight))
    assert torch.autograd.gradgradcheck(lambda *it: fourier.adjoint(*it, taps), (slopes, weight))
    both = (spectra, slopes)
    assert torch.autograd.gradgradcheck(lambda *it: fourier.correlation(*it, taps), both)


def test_in_float32_it_is_exact_to_a_few_roundings():
    x, weight = to_channels(drawn(8, 32, C, kind=torch.float32)), weights(torch.float32)
    exact = F.conv2d(x.double(), weight.double(), padding=(0, 2))
    gap = (fourier.fourier_convolution(x, weight) - exact).norm() / exact.norm()
    assert gap < 1e-6


def test_who_samples_first_does_not_keep_others_from_training():
    fourier.fourier_transforms.cache_clear()
    x, weight = to_channels(torch.randn(2, 9, C)), weights(torch.float32)
    with torch.inference_mode():
        fourier.fourier_convolution(x, weight)
    torch.autograd.grad(fourier.fourier_convolution(x, weight).sum(), weight)


@pytest.mark.parametrize(("T", "most"), [(16, 26), (32, 50)])
def test_it_takes_a_third_of_the_products(T, most):
    transforms = fourier.fourier_transforms(T, K, torch.float32)
    assert len(transforms.into) == len(transforms.taps) == transforms.back.shape[1] == most


def test_the_gradient_of_a_weight_lies_in_memory_as_the_weight_does():
    x, weight = to_channels(drawn(8, 32, C)), weights()
    (gradient,) = torch.autograd.grad(fourier.fourier_convolution(x, weight).sum(), weight)
    assert gradient.stride() == weight.stride()


@pytest.mark.parametrize(
    ("width", "T", "kind", "lowered", "chosen"),
    [
        (192, 32, torch.float32, False, True),
        (191, 32, torch.float32, False, False),
        (192, 65, torch.float32, False, False),
        (192, 32, torch.double, False, False),
        (192, 32, torch.float32, True, False),
    ],
)
def test_it_is_chosen_where_layers_are_wide_texts_short_and_numbers_full(
    width, T, kind, lowered, chosen
):
    x, weight = torch.empty(1, width, 1, T, dtype=kind), torch.empty(width, width, 1, K, dtype=kind)
    with torch.autocast("cpu", torch.bfloat16, enabled=lowered):
        assert fourier.fourier_is_faster(x, weight) == chosen


def test_a_block_is_the_same_either_way(monkeypatch):
    torch.manual_seed(0)
    block, x = ResidualBlock(64), to_channels(torch.randn(4, 16, 64))
    slope = torch.randn_like(x)
    found = []
    for narrowest in (65, 64):
        monkeypatch.setattr(fourier, "MIN_CHANNELS", narrowest)
        output, units = block.trace(x)
        found.append((block(x), output, block.adjoint(slope, units)))
    for direct, transformed in zip(*found, strict=True):
        assert not torch.equal(direct, transformed)  # both ways were gone
        torch.testing.assert_close(direct, transformed)
