"""An all-convolutional generator with batch normalisation."""

import itertools
from typing import Unpack

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textgan.networks.generators.generator import Generator, OutputOptions
from textgan.networks.layers.blocks import (
    convolution,
)
from textgan.networks.layers.layout import to_channels, to_positions

__all__ = ["DcganGenerator"]


class DcganGenerator(Generator):
    """All-convolutional: linear to 3 or 4 positions, transposed convolutions ×2 until there are T.

    Batch normalisation and ReLU after each, then a convolution to the symbols; positions beyond T
    are cut. Channels halve with each doubling, from 4C at most to C. There are no residual blocks.
    In training, batch statistics are used, so that the lines of a batch depend on each other;
    `eval()` uses their running means. Source: Radford et al. 2016, section 3, in one dimension.
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
        doublings = (-(-length // 4) - 1).bit_length()  # the fewest from which 4 · 2^k is T or more
        self.start = -(-length // 2**doublings)
        widths = [width * min(2**k, 4) for k in range(doublings, -1, -1)]
        self.spread = nn.Linear(noise, self.start * widths[0])
        self.upsample = nn.ModuleList(
            nn.ConvTranspose2d(*pair, (1, 4), stride=(1, 2), padding=(0, 1), bias=False)
            for pair in itertools.pairwise(widths)
        )
        self.norms = nn.ModuleList(nn.BatchNorm2d(wide) for wide in widths)
        self.write = convolution(width, len(emittable))
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def logits(self, noise: Tensor | None, source: Tensor | None = None) -> Tensor:
        """Return unnormalised log-probabilities, (B, T, V), of noise (B, Z)."""
        hidden = to_channels(self.spread(noise).unflatten(1, (self.start, -1)))
        hidden = F.relu(self.norms[0](hidden))
        for upsample, norm in zip(self.upsample, self.norms[1:], strict=True):
            hidden = F.relu(norm(upsample(hidden)))
        logits = to_positions(self.write(hidden)[..., : self.length])
        return logits + self.barrier
