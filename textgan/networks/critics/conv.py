"""The published critic of residual blocks."""

from typing import Unpack, cast

import torch
from torch import Tensor, nn

from textgan.networks.critics.critic import Critic, Options, to_float32
from textgan.networks.layers.blocks import PositionLinear, ResidualBlock
from textgan.networks.layers.layout import to_channels, to_positions

__all__ = ["ConvCritic"]


class ConvCritic(Critic):
    """The published critic: linear from the symbols, residual blocks, a linear score.

    Source: Gulrajani et al. 2017, published code (5 blocks, width 512).
    """

    def __init__(
        self, *, length: int, vocabulary: int, width: int, blocks: int, **options: Unpack[Options]
    ) -> None:
        super().__init__(**options)
        self.read = PositionLinear(vocabulary, width)
        self.blocks = nn.ModuleList(self.stages(width, blocks))
        self.add_heads(length * width)

    def stages(self, width: int, blocks: int) -> list[nn.Module]:
        """Return the layers between the symbols and the score, (N, C, H, T) -> (N, C, H, T)."""
        return [ResidualBlock(width, self.normalisation) for _ in range(blocks)]

    def features(self, text: Tensor) -> Tensor:
        """Return the output of the last block, (B, T·C), of text (B, T, V)."""
        hidden = to_channels(self.read(text))
        for block in self.blocks:
            hidden = block(hidden)
        return to_float32(to_positions(hidden).flatten(1))

    def input_vjp(self, text: Tensor, slope: Tensor) -> Tensor:
        """Return the gradient of ⟨slope, f(text)⟩ in the text, (B, T, V)."""
        blocks = cast("list[ResidualBlock]", list(self.blocks))
        activations = []
        with torch.no_grad():
            hidden = to_channels(self.read(text))
        for block in blocks:
            hidden, units = block.trace(hidden)
            activations.append(units)
        slope = to_channels(slope.view(len(slope), text.shape[1], -1).expand(len(text), -1, -1))
        for block, units in zip(reversed(blocks), reversed(activations), strict=True):
            slope = block.adjoint(slope, units)
        return to_positions(slope) @ self.read.weight
