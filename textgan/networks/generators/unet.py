"""A generator of text from text: source rows (B, T, V) become target rows (B, T, V)."""

import itertools
from typing import Unpack

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textgan.networks.generators.generator import Generator, OutputOptions
from textgan.networks.layers.blocks import (
    LEAK,
    ResidualBlock,
    Upsample,
    convolution,
    pointwise,
)
from textgan.networks.layers.layout import to_channels, to_positions

__all__ = ["UnetGenerator"]

DROPOUT_LAYERS = 3  # the first of the decoder (Isola et al. 2017, appendix)


class UnetGenerator(Generator):
    """pix2pix in one dimension: halves the positions to 2 to 4, doubles them again, with skips.

    Each layer of the decoder receives the encoder's activations of the same length, concatenated
    with those of the layer before. Residual blocks and a last 1×1 convolution follow, which also
    receives the source itself, so that copying is easy. Channels double with each halving, up to
    4C. T is padded with zero rows to a length that can be halved. Each position's channels are
    scaled to root mean square 1 before the symbols, as in `deconv`: otherwise rows become hard
    where they are still wrong, and get no gradient any more.

    Noise is dropout, as the paper found that a vector z is ignored: half of the channels of the
    decoder's first three layers are 0 and the others doubled. Channel c of them all is kept where
    entry c mod Z of z is above 0, so that one z ~ N(0, 1) always drops the same. Without z nothing
    is dropped: the mean network. Source: Isola et al. 2017, section 3.2.1 and appendix 6.1.
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
        vocabulary, halvings = len(emittable), (length // 2).bit_length() - 1
        widths = [width * min(2**k, 4) for k in range(halvings + 1)]
        self.read = convolution(vocabulary, width)
        self.halve = nn.ModuleList(
            convolution(wide, wider, stride=2) for wide, wider in itertools.pairwise(widths)
        )
        inputs = [widths[-1], *(2 * wide for wide in reversed(widths[1:-1]))]  # with skips
        self.upsample = nn.ModuleList(
            Upsample(*pair) for pair in zip(inputs, reversed(widths[:-1]), strict=True)
        )
        self.blocks = nn.Sequential(*(ResidualBlock(width) for _ in range(blocks)))
        self.write = pointwise(2 * width + vocabulary, vocabulary)

    def logits(self, noise: Tensor | None, source: Tensor | None = None) -> Tensor:
        """Return unnormalised log-probabilities, (B, T, V), of source (B, T, V), noise (B, Z)."""
        if source is None:
            raise ValueError("a U-Net translates text and needs its source; found none")
        T = source.shape[1]
        rows = F.pad(to_channels(source), (0, -T % 2 ** len(self.halve)))
        skips = [self.read(rows)]  # the encoder's activations, the longest first
        for halve in self.halve:
            skips.append(halve(F.leaky_relu(skips[-1], LEAK)))
        hidden, first = skips.pop(), 0
        for depth, upsample in enumerate(self.upsample):
            hidden = upsample(hidden)
            if noise is not None and depth < DROPOUT_LAYERS:
                hidden = dropped(hidden, noise, first)
                first += hidden.shape[1]
            if depth < len(self.upsample) - 1:
                hidden = torch.cat([hidden, skips.pop()], dim=1)
        hidden = torch.cat([self.blocks(hidden), skips.pop()], dim=1)
        hidden = to_channels(F.rms_norm(to_positions(hidden), (hidden.shape[1],)))
        logits = self.write(torch.cat([hidden, rows], dim=1)[..., :T])
        return to_positions(logits) + self.barrier


def dropped(hidden: Tensor, noise: Tensor, first: int) -> Tensor:
    """Return hidden (N, C, H, T) with dropout: channel c is doubled where zᵢ > 0, and else 0.

    i = (first + c) mod Z.
    """
    entries = torch.arange(first, first + hidden.shape[1], device=noise.device) % noise.shape[1]
    kept = to_channels(2.0 * (noise[:, None, entries] > 0), hidden.shape[2])  # (N, C, H, 1)
    return hidden * kept.to(hidden.dtype)
