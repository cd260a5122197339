"""The published generator of residual blocks."""

from typing import Unpack

from torch import Tensor, nn

from textgan.networks.generators.generator import Generator, OutputOptions
from textgan.networks.layers.blocks import (
    PositionLinear,
    ResidualBlock,
)
from textgan.networks.layers.layout import to_channels, to_positions

__all__ = ["ResnetGenerator"]


class ResnetGenerator(Generator):
    """The published generator: linear to (T, C), residual blocks, linear to the symbols.

    Source: Gulrajani et al. 2017, published code (5 blocks, width 512).
    """

    def __init__(
        self,
        *,
        length: int,
        emittable: Tensor,
        noise: int,
        width: int,
        blocks: int,
        **output: Unpack[OutputOptions],
    ) -> None:
        super().__init__(emittable, **output)
        self.length = length
        self.spread = nn.Linear(noise, length * width)
        self.blocks = nn.Sequential(*(ResidualBlock(width) for _ in range(blocks)))
        self.write = PositionLinear(width, len(emittable))

    def logits(self, noise: Tensor | None, source: Tensor | None = None) -> Tensor:
        """Return unnormalised log-probabilities, (B, T, V), of noise (B, Z)."""
        hidden = to_channels(self.spread(noise).unflatten(1, (self.length, -1)))
        logits: Tensor = self.write(to_positions(self.blocks(hidden)))
        return logits + self.barrier
