"""A generator that upsamples from a few positions by transposed convolutions."""

import itertools
from typing import Unpack

import torch.nn.functional as F
from torch import Tensor, nn

from textgan.networks.generators.generator import Generator, OutputOptions
from textgan.networks.layers.blocks import (
    PositionLinear,
    ResidualBlock,
    Upsample,
)
from textgan.networks.layers.layout import to_channels, to_positions

__all__ = ["DeconvGenerator"]


class DeconvGenerator(Generator):
    """Linear to a few positions, upsampling ×2 to T, residual blocks, linear to the symbols.

    For T = 32 the positions are 8 → 16 → 32; other lengths start from ⌈T / 4⌉ and positions beyond
    T are cut (T below 8 starts from ⌈T / 2⌉). Channels double with each halving of the positions.

    Each position's channels are scaled to root mean square 1 before the symbols (Zhang and
    Sennrich 2019). Without it the logits grow until the softmax is hard everywhere, and symbols
    that have died out get no gradient any more.
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
        doublings = 2 if length >= 8 else 1
        self.start = -(-length // 2**doublings)
        widths = [width * 2**k for k in range(doublings, -1, -1)]
        self.spread = nn.Linear(noise, self.start * widths[0])
        self.upsample = nn.Sequential(*(Upsample(*pair) for pair in itertools.pairwise(widths)))
        self.blocks = nn.Sequential(*(ResidualBlock(width) for _ in range(blocks)))
        self.write = PositionLinear(width, len(emittable))

    def logits(self, noise: Tensor | None, source: Tensor | None = None) -> Tensor:
        """Return unnormalised log-probabilities, (B, T, V), of noise (B, Z)."""
        hidden = to_channels(self.spread(noise).unflatten(1, (self.start, -1)))
        hidden = self.blocks(self.upsample(hidden)[..., : self.length])  # (N, C, H, T)
        logits: Tensor = self.write(F.rms_norm(to_positions(hidden), (hidden.shape[1],)))
        return logits + self.barrier
