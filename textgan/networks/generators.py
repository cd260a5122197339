"""Generators: noise (B, Z) becomes T rows of symbol probabilities (B, T, V) at once."""

import itertools
from abc import ABC, abstractmethod
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textgan.networks.blocks import ResidualBlock, Upsample, to_channels, to_positions

__all__ = ["DeconvGenerator", "Generator", "ResnetGenerator", "SharpSoftmax"]


class SharpSoftmax(torch.autograd.Function):
    """softmax(κ·logits) over the last axis, with the gradient of softmax(logits).

    A critic of real text, which is one-hot, wants rows that are nearly so. But the gradient of a
    hard softmax is near 0: a symbol of probability 1e-6 that the critic asks for is not heard, and
    symbols die out. Here logits stay small, so that every symbol is heard, and rows are sharp all
    the same. κ = 1 is the plain softmax; κ → ∞ the straight-through estimator (Bengio et al. 2013),
    whose rows would be no probabilities but choices.
    """

    @staticmethod
    def forward(ctx: Any, logits: Tensor, sharpness: float) -> Tensor:  # noqa: ANN401 - torch's own
        """Return softmax(κ·logits), (B, T, V)."""
        ctx.save_for_backward(logits)
        return F.softmax(sharpness * logits, dim=-1)

    @staticmethod
    def backward(ctx: Any, slope: Tensor) -> tuple[Tensor, None]:  # noqa: ANN401 - torch's own
        """Return the gradient that softmax(logits) has for `slope` at its output."""
        (logits,) = ctx.saved_tensors
        soft = F.softmax(logits, dim=-1)
        return soft * (slope - (soft * slope).sum(dim=-1, keepdim=True)), None


class Generator(nn.Module, ABC):
    """What all generators share: they give logits, and never a symbol that is not text.

    Args:
        emittable: (V,) bool: the symbols that may be written; the others have probability 0.
        sharpness: κ of `SharpSoftmax`.
    """

    barrier: Tensor

    def __init__(self, emittable: Tensor, sharpness: float) -> None:
        super().__init__()
        self.sharpness = sharpness
        barrier = torch.zeros(len(emittable)).masked_fill(~emittable, -torch.inf)
        self.register_buffer("barrier", barrier, persistent=False)

    @abstractmethod
    def logits(self, noise: Tensor) -> Tensor:
        """Return unnormalised log-probabilities, (B, T, V), of noise (B, Z)."""

    def forward(self, noise: Tensor) -> Tensor:
        """Return one probability vector a position, (B, T, V), of noise (B, Z)."""
        logits = self.logits(noise).float()
        probabilities: Tensor = SharpSoftmax.apply(logits, self.sharpness)  # type: ignore[no-untyped-call]
        return probabilities


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
        sharpness: float = 1.0,
    ) -> None:
        super().__init__(emittable, sharpness)
        self.length = length
        self.spread = nn.Linear(noise, length * width)
        self.blocks = nn.Sequential(*(ResidualBlock(width) for _ in range(blocks)))
        self.write = nn.Linear(width, len(emittable))

    def logits(self, noise: Tensor) -> Tensor:
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
        sharpness: float = 1.0,
    ) -> None:
        super().__init__(emittable, sharpness)
        self.length = length
        doublings = 2 if length >= 8 else 1
        self.start = -(-length // 2**doublings)
        widths = [width * 2**k for k in range(doublings, -1, -1)]
        self.spread = nn.Linear(noise, self.start * widths[0])
        self.upsample = nn.Sequential(*(Upsample(*pair) for pair in itertools.pairwise(widths)))
        self.blocks = nn.Sequential(*(ResidualBlock(width) for _ in range(blocks)))
        self.write = nn.Linear(width, len(emittable))

    def logits(self, noise: Tensor) -> Tensor:
        """Return unnormalised log-probabilities, (B, T, V), of noise (B, Z)."""
        hidden = to_channels(self.spread(noise).unflatten(1, (self.start, -1)))
        hidden = self.blocks(self.upsample(hidden)[..., : self.length])  # (B, C, 1, T)
        logits: Tensor = self.write(F.rms_norm(to_positions(hidden), (hidden.shape[1],)))
        return logits + self.barrier
