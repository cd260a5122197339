"""All-convolutional critics that halve the positions: one score a text, or one a window of it."""

import itertools
from collections.abc import Sequence
from typing import Unpack

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textgan.networks.blocks import LEAK, convolution, pointwise
from textgan.networks.critics import Critic, Options, in_full
from textgan.networks.layout import to_channels, to_positions
from textgan.networks.normalisation import CENTRED, unit_norm

__all__ = ["PatchCritic", "StridedCritic"]


class StridedCritic(Critic):
    """All-convolutional: halves the positions, to 4 to 8, and widens the channels.

    Leaky ReLU after every convolution but none after the score, normalisation before it but not in
    the first layer (Radford et al. 2016). `blocks` bounds the number of halvings; channels double
    with each, up to 4C.
    """

    def __init__(
        self, *, length: int, vocabulary: int, width: int, blocks: int, **options: Unpack[Options]
    ) -> None:
        super().__init__(**options)
        halvings = min(blocks, max(length // 4, 1).bit_length() - 1)
        widths = [width * min(2**k, 4) for k in range(halvings + 1)]
        self.read = convolution(vocabulary, width)
        self.halve = halving(widths, self.normalisation)
        self.norms = nn.ModuleList(unit_norm(self.normalisation, wide) for wide in widths[1:])
        self.add_heads(-(-length // 2**halvings) * widths[-1])

    def features(self, text: Tensor) -> Tensor:
        """Return the units of the last layer, (B, F), of text (B, T, V)."""
        hidden = descend([self.read, *self.halve], [nn.Identity(), *self.norms], text)
        return in_full(to_positions(hidden).flatten(1))

    def pull_back(self, text: Tensor, slope: Tensor) -> Tensor:
        """Return the gradient of ⟨slope, f(text)⟩ in the text, (B, T, V)."""
        return ascend([self.read, *self.halve], text, slope)


class PatchCritic(Critic):
    """PatchGAN: one score for each window of the text; a loss is of these, a score their mean.

    Convolutions with leaky ReLU as in `StridedCritic`, but a window is to be about half the text:
    5, 9, 17, ... positions after 0, 1, 2, ... halvings, which `blocks` bounds too. A last layer
    mixes the channels of each window. Features are the channels of all windows side by side; Q
    reads their mean. Source: Isola et al. 2017, "Markovian discriminator".
    """

    def __init__(
        self, *, length: int, vocabulary: int, width: int, blocks: int, **options: Unpack[Options]
    ) -> None:
        super().__init__(**options)
        halvings = min(blocks, max(length // 8, 1).bit_length() - 1)
        widths = [width * min(2**k, 4) for k in range(halvings + 1)]
        self.count = -(-length // 2**halvings)  # P, windows of a text
        self.read = convolution(vocabulary, width)
        self.halve = halving(widths, self.normalisation)
        self.mix = pointwise(widths[-1], widths[-1], bias=self.normalisation not in CENTRED)
        wide = [*widths[1:], widths[-1]]
        self.norms = nn.ModuleList(unit_norm(self.normalisation, width) for width in wide)
        self.add_heads(widths[-1])
        self.size_of_features *= self.count

    def features(self, text: Tensor) -> Tensor:
        """Return the channels of each window, (B, P·C'), of text (B, T, V)."""
        layers = [self.read, *self.halve, self.mix]
        units = descend(layers, [nn.Identity(), *self.norms], text)
        return in_full(to_positions(units).flatten(1))

    def judgements_of(self, features: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return one score a window, (B·P,), of features (B, P·C') and labels (B,)."""
        labels = None if labels is None else labels.repeat_interleave(self.count)
        return super().score_of(features.reshape(len(features) * self.count, -1), labels)

    def score_of(self, features: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return the mean score of the windows, (B,), of features (B, P·C') and labels (B,)."""
        return self.judgements_of(features, labels).view(-1, self.count).mean(1)

    def codes_of(self, features: Tensor) -> Tensor:
        """Return what Q says of features (B, P·C'), (B, codes)."""
        return super().codes_of(features.view(len(features), self.count, -1).mean(1))

    def score_slope(self, labels: Tensor | None = None) -> Tensor:
        """Return the gradient of the score in the features, (1, P·C') or (B, P·C')."""
        slope: Tensor = super().score_slope(labels).repeat(1, self.count) / self.count
        return slope

    def pull_back(self, text: Tensor, slope: Tensor) -> Tensor:
        """Return the gradient of ⟨slope, f(text)⟩ in the text, (B, T, V)."""
        return ascend([self.read, *self.halve, self.mix], text, slope)


def halving(widths: Sequence[int], normalisation: str) -> nn.ModuleList:
    """Return convolutions from each of `widths` to the next, each to half of the positions."""
    return nn.ModuleList(
        convolution(wide, wider, stride=2, bias=normalisation not in CENTRED)
        for wide, wider in itertools.pairwise(widths)
    )


def descend(layers: Sequence[nn.Module], norms: Sequence[nn.Module], text: Tensor) -> Tensor:
    """Return the units above all layers, (N, C', H, P), of text (B, T, V)."""
    hidden = to_channels(text)
    for layer, norm in zip(layers, norms, strict=True):
        hidden = F.leaky_relu(norm(layer(hidden)), LEAK)
    return hidden


def ascend(layers: Sequence[nn.Conv2d], text: Tensor, slope: Tensor) -> Tensor:
    """Return the gradient in the text, (B, T, V), of `slope` (B, P·C') at what `descend` gives.

    Of layers without normalisation; differentiable in the weights, and bias terms do not enter it.
    """
    hidden = to_channels(text)
    slopes, lengths = [], []  # of each leaky ReLU's units; positions before each layer
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
