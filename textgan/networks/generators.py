"""Generators: noise (B, Z) becomes T rows of symbol probabilities (B, T, V) at once."""

import itertools
from abc import ABC, abstractmethod
from typing import Protocol, TypedDict, Unpack

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textgan.networks.attention import SelfAttention
from textgan.networks.blocks import (
    PositionLinear,
    ResidualBlock,
    Upsample,
    convolution,
)
from textgan.networks.layout import to_channels, to_positions
from textgan.networks.rows import to_rows

__all__ = [
    "AttentionGenerator",
    "DcganGenerator",
    "DeconvGenerator",
    "Generator",
    "GeneratorKind",
    "Output",
    "ResnetGenerator",
]


class Output(TypedDict, total=False):
    """What every generator can be told of its rows; see `Generator`."""

    sharpness: float
    output: str
    temperature: float


class Generator(nn.Module, ABC):
    """What all generators share: they give logits, and never a symbol that is not text.

    Args:
        emittable: (V,) bool: the symbols that may be written; the others have probability 0.
        sharpness: κ of `to_rows`.
        output: What becomes of the logits, one of `OUTPUTS`.
        temperature: τ of `to_rows`.
    """

    barrier: Tensor

    def __init__(
        self,
        emittable: Tensor,
        *,
        sharpness: float = 20.0,
        output: str = "softmax",
        temperature: float = 1.0,
    ) -> None:
        super().__init__()
        self.sharpness = sharpness
        self.output = output
        self.temperature = temperature
        barrier = emittable.float().log()  # 0 or −∞, added to logits
        self.register_buffer("barrier", barrier, persistent=False)

    @abstractmethod
    def logits(self, noise: Tensor | None, source: Tensor | None = None) -> Tensor:
        """Return unnormalised log-probabilities, (B, T, V).

        Args:
            noise: z, (B, Z). None: the mean network, which `unet` alone has.
            source: Rows to write anew, (B, T, V); needed by `unet`, and no other heeds it.
        """

    def forward(
        self, noise: Tensor | None, source: Tensor | None = None, gumbel: Tensor | None = None
    ) -> Tensor:
        """Return one row a position, (B, T, V).

        Args:
            noise: As of `logits`.
            source: As of `logits`.
            gumbel: g of `to_rows`, (B, T, V), for the outputs that need it.
        """
        return to_rows(
            self.logits(noise, source).float(),
            self.output,
            sharpness=self.sharpness,
            temperature=self.temperature,
            gumbel=gumbel,
        )


class GeneratorKind(Protocol):
    """How every generator is made."""

    def __call__(
        self,
        *,
        length: int,
        emittable: Tensor,
        noise: int,
        width: int,
        blocks: int,
        **output: Unpack[Output],
    ) -> Generator:
        """Return a generator of T = `length`, V = `len(emittable)`, Z = `noise`, C = `width`."""


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
        **output: Unpack[Output],
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


class DeconvGenerator(Generator):
    """Linear to a few positions, upsampling ×2 to T, residual blocks, linear to the symbols.

    For T = 32 the positions are 8 → 16 → 32; other lengths start from ⌈T / 4⌉ and cut what is over
    (T below 8 starts from ⌈T / 2⌉). Channels double with each halving of the positions.

    Each position's channels are scaled to root mean square 1 before the symbols (Zhang and
    Sennrich 2019). Without it the logits grow until the softmax is hard everywhere, and symbols
    that have died out get no gradient to come back by.
    """

    def __init__(
        self,
        *,
        length: int,
        emittable: Tensor,
        noise: int,
        width: int,
        blocks: int,
        **output: Unpack[Output],
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


class AttentionGenerator(DeconvGenerator):
    """`DeconvGenerator` with one self-attention block between the upsampling and the blocks.

    Source: Zhang et al. 2018.
    """

    def __init__(
        self,
        *,
        length: int,
        emittable: Tensor,
        noise: int,
        width: int,
        blocks: int,
        **output: Unpack[Output],
    ) -> None:
        size = {"length": length, "noise": noise, "width": width, "blocks": blocks}
        super().__init__(emittable=emittable, **size, **output)
        self.blocks.insert(0, SelfAttention(width))


class DcganGenerator(Generator):
    """All-convolutional: linear to 3 or 4 positions, transposed convolutions ×2 until there are T.

    Batch normalisation and ReLU after each, then a convolution to the symbols; what is over T is
    cut. Channels halve with each doubling, from 4C at most to C. There are no residual blocks.
    While training, batch statistics are used, which ties the lines of a batch together; `eval()`
    takes their running means. Source: Radford et al. 2016, section 3, in one dimension.
    """

    def __init__(
        self,
        *,
        length: int,
        emittable: Tensor,
        noise: int,
        width: int,
        blocks: int,
        **output: Unpack[Output],
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
