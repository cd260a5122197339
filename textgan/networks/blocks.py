"""Pieces that both networks are made of.

Between layers text is (B, C, 1, T) with the channels of one position side by side in memory: a
1-D convolution as a 2-D one of height 1, in the layout that processors convolve fastest.
"""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textgan.networks.normalisation import CENTRED, unit_norm

__all__ = [
    "LEAK",
    "ResidualBlock",
    "Upsample",
    "convolution",
    "pointwise",
    "to_channels",
    "to_positions",
]

LEAK = 0.2  # slope of the leaky ReLU below 0 (Radford et al. 2016)
SCALE = 0.3  # of a block's output before it is added (Gulrajani et al. 2017, published code)


def to_channels(hidden: Tensor) -> Tensor:
    """Return (B, T, C) as (B, C, 1, T), a view."""
    return hidden.transpose(1, 2).unsqueeze(2)


def to_positions(hidden: Tensor) -> Tensor:
    """Return (B, C, 1, T) as (B, T, C), a view."""
    return hidden.squeeze(2).transpose(1, 2)


def convolution(width: int, out: int, stride: int = 1, *, bias: bool = True) -> nn.Conv2d:
    """Return a convolution over 5 positions, (B, C, 1, T) -> (B, C', 1, ⌈T / stride⌉)."""
    layer = nn.Conv2d(width, out, (1, 5), stride=(1, stride), padding=(0, 2), bias=bias)
    return layer.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


def pointwise(width: int, out: int, *, bias: bool = True) -> nn.Conv2d:
    """Return a convolution over 1 position, (B, C, 1, T) -> (B, C', 1, T)."""
    layer = nn.Conv2d(width, out, 1, bias=bias)
    return layer.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


class ResidualBlock(nn.Module):
    """x + 0.3 · conv5(relu(norm(conv5(relu(norm(x)))))), (B, C, 1, T) -> (B, C, 1, T).

    Without normalisation it is that of Gulrajani et al. 2017, appendix C and published code; with
    it, the pre-activation block of He et al. 2016.
    """

    def __init__(self, width: int, normalisation: str = "none") -> None:
        super().__init__()
        self.first = convolution(width, width, bias=normalisation not in CENTRED)
        self.second = convolution(width, width)
        self.first_norm = unit_norm(normalisation, width)
        self.second_norm = unit_norm(normalisation, width)

    def forward(self, x: Tensor) -> Tensor:
        """Return the block's output, (B, C, 1, T)."""
        # relu out of place: the sum needs x as it came
        hidden = self.first(F.relu(self.first_norm(x)))
        return torch.add(x, self.second(F.relu(self.second_norm(hidden))), alpha=SCALE)

    @torch.no_grad()
    def trace(self, x: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Return the output and which units are on, for `adjoint`; nothing is recorded.

        Both hold without normalisation, where the block is piecewise linear.
        """
        hidden = self.first(F.relu(x))
        output = torch.add(x, self.second(F.relu(hidden)), alpha=SCALE)
        return output, ((x > 0).to(x.dtype), (hidden > 0).to(x.dtype))

    def adjoint(self, slope: Tensor, on: tuple[Tensor, Tensor]) -> Tensor:
        """Return the gradient at the input of the gradient `slope` at the output, (B, C, 1, T).

        It is linear in `slope` with the units of `on` switched on, so one ordinary backward pass
        gives its derivative in the weights.
        """
        inner = F.conv_transpose2d(slope, self.second.weight, padding=(0, 2)) * on[1]
        outer = F.conv_transpose2d(inner, self.first.weight, padding=(0, 2)) * on[0]
        return torch.add(slope, outer, alpha=SCALE)


class Upsample(nn.Module):
    """Twice as many positions, (B, C, 1, T) -> (B, C', 1, 2T): a transposed convolution of relu(x).

    Each position, mapped to the new channels, is added to the two that come from it: the path
    that lets the layers above learn at once, as in a residual block.
    """

    def __init__(self, width: int, out: int) -> None:
        super().__init__()
        self.deconv = nn.ConvTranspose2d(width, out, (1, 4), stride=(1, 2), padding=(0, 1))
        self.skip = nn.Conv2d(width, out, 1, bias=False)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def forward(self, x: Tensor) -> Tensor:
        """Return x upsampled, (B, C', 1, 2T)."""
        return self.deconv(F.relu(x)) + self.skip(x).repeat_interleave(2, dim=3)  # type: ignore[no-any-return]
