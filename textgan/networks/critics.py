"""Critics: rows of symbol probabilities (B, T, V) get one score each, (B,).

No layer mixes samples, as the gradient penalty demands: it is per sample. All are piecewise linear,
so the gradient of a score in its input is a product of weights and of which units are on;
`input_gradient` writes it out, and its derivative in the weights needs no double backward.
"""

import itertools
from typing import cast

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textgan.networks.blocks import ResidualBlock, convolution, to_channels, to_positions

__all__ = ["ConvCritic", "StridedCritic"]

LEAK = 0.2  # slope of the leaky ReLU below 0 (Radford et al. 2016)


def score_in_full(score: nn.Linear, hidden: Tensor) -> Tensor:
    """Return one score a sample, (B,), of (B, C, 1, T), in the precision of the weights.

    The loss is a difference of scores, of which bfloat16 has eight bits.
    """
    with torch.autocast(hidden.device.type, enabled=False):
        return score(to_positions(hidden).flatten(1).to(score.weight.dtype)).squeeze(1)  # type: ignore[no-any-return]


class ConvCritic(nn.Module):
    """The published critic: linear from the symbols, residual blocks, a linear score.

    Source: Gulrajani et al. 2017, published code (5 blocks, width 512).
    """

    def __init__(self, *, length: int, vocabulary: int, width: int, blocks: int) -> None:
        super().__init__()
        self.read = nn.Linear(vocabulary, width)
        self.blocks = nn.ModuleList(ResidualBlock(width) for _ in range(blocks))
        self.score = nn.Linear(length * width, 1)

    def forward(self, text: Tensor) -> Tensor:
        """Return one score a sample, (B,), of text (B, T, V)."""
        hidden = to_channels(self.read(text))
        for block in self.blocks:
            hidden = block(hidden)
        return score_in_full(self.score, hidden)

    def input_gradient(self, text: Tensor) -> Tensor:
        """Return the gradient of each score in its sample, (B, T, V), of text (B, T, V).

        Differentiable in the weights; bias terms do not enter it.
        """
        blocks = cast("list[ResidualBlock]", list(self.blocks))
        switches = []
        with torch.no_grad():
            hidden = to_channels(self.read(text))
        for block in blocks:
            hidden, on = block.trace(hidden)
            switches.append(on)
        slope = to_channels(self.score.weight.view(1, text.shape[1], -1)).expand_as(hidden)
        for block, on in zip(reversed(blocks), reversed(switches), strict=True):
            slope = block.adjoint(slope, on)
        return to_positions(slope) @ self.read.weight


class StridedCritic(nn.Module):
    """All-convolutional: halves the positions, to 4 to 7, and widens the channels.

    Leaky ReLU after every convolution but none after the score (Radford et al. 2016). `blocks`
    bounds the number of halvings; channels double with each, up to 4C.
    """

    def __init__(self, *, length: int, vocabulary: int, width: int, blocks: int) -> None:
        super().__init__()
        halvings = min(blocks, max(length // 4, 1).bit_length() - 1)
        widths = [width * min(2**k, 4) for k in range(halvings + 1)]
        self.read = convolution(vocabulary, width)
        self.halve = nn.ModuleList(
            convolution(wide, wider, stride=2) for wide, wider in itertools.pairwise(widths)
        )
        self.score = nn.Linear(-(-length // 2**halvings) * widths[-1], 1)

    def forward(self, text: Tensor) -> Tensor:
        """Return one score a sample, (B,), of text (B, T, V)."""
        hidden = to_channels(text)
        for layer in (self.read, *self.halve):
            hidden = F.leaky_relu(layer(hidden), LEAK)
        return score_in_full(self.score, hidden)

    def input_gradient(self, text: Tensor) -> Tensor:
        """Return the gradient of each score in its sample, (B, T, V), of text (B, T, V).

        Differentiable in the weights; bias terms do not enter it.
        """
        layers = cast("list[nn.Conv2d]", [self.read, *self.halve])
        hidden = to_channels(text)
        slopes, lengths = [], []  # of each leaky ReLU's units; positions before each layer
        with torch.no_grad():
            for layer in layers:
                lengths.append(hidden.shape[3])
                hidden = layer(hidden)
                slopes.append(torch.where(hidden > 0, hidden.new_ones(()), LEAK))
                hidden = F.leaky_relu(hidden, LEAK)
        slope = to_channels(self.score.weight.view(1, hidden.shape[3], -1)).expand_as(hidden)
        for layer in reversed(layers):
            slope = slope * slopes.pop()
            shortest = (slope.shape[3] - 1) * layer.stride[1] + 1
            slope = F.conv_transpose2d(
                slope, layer.weight, stride=layer.stride, padding=(0, 2),
                output_padding=(0, lengths.pop() - shortest),
            )  # fmt: skip
        return to_positions(slope)
