"""Strided convolutions that halve the positions, and their gradient in the text."""

import itertools
from collections.abc import Sequence

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textgan.networks.layers.blocks import LEAK, convolution
from textgan.networks.layers.layout import to_channels, to_positions
from textgan.networks.layers.normalisation import CENTRED

__all__ = ["ascend", "descend", "halving"]


def halving(widths: Sequence[int], normalisation: str) -> nn.ModuleList:
    """Return convolutions of stride 2 from each of `widths` channels to the next."""
    return nn.ModuleList(
        convolution(wide, wider, stride=2, bias=normalisation not in CENTRED)
        for wide, wider in itertools.pairwise(widths)
    )


def descend(layers: Sequence[nn.Module], norms: Sequence[nn.Module], text: Tensor) -> Tensor:
    """Return the activations after all layers, (N, C', H, P), of text (B, T, V)."""
    hidden = to_channels(text)
    for layer, norm in zip(layers, norms, strict=True):
        hidden = F.leaky_relu(norm(layer(hidden)), LEAK)
    return hidden


def ascend(layers: Sequence[nn.Conv2d], text: Tensor, slope: Tensor) -> Tensor:
    """Return the gradient in the text, (B, T, V), of `slope` (B, P·C') at the result of `descend`.

    For layers without normalisation. It is differentiable in the weights; biases do not enter it.
    """
    hidden = to_channels(text)
    slopes, lengths = [], []  # derivatives of each leaky ReLU; positions before each layer
    with torch.no_grad():
        for layer in layers:
            lengths.append(hidden.shape[3])
            hidden = layer(hidden)
            slopes.append(torch.where(hidden > 0, hidden.new_ones(()), LEAK))
            hidden = F.leaky_relu(hidden, LEAK)
    slope = to_channels(slope.view(len(slope), hidden.shape[3], -1).expand(len(text), -1, -1))
    for layer in reversed(layers):
        slope = slope * slopes.pop()
        shortest = (slope.shape[3] - 1) * layer.stride[1] + 1
        slope = F.conv_transpose2d(
            slope, layer.weight, stride=layer.stride, padding=(0, layer.kernel_size[1] // 2),
            output_padding=(0, lengths.pop() - shortest),
        )  # fmt: skip
    return to_positions(slope)
