"""Layers that both networks are built from; activations are (N, C, H, T), see `layout`."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from textgan.networks.layers.fourier import fourier_adjoint, fourier_convolution, fourier_is_faster
from textgan.networks.layers.normalisation import CENTRED, unit_norm

__all__ = [
    "LEAK",
    "Convolution",
    "PositionLinear",
    "ResidualBlock",
    "Upsample",
    "convolution",
    "pointwise",
]

LEAK = 0.2  # slope of the leaky ReLU below 0 (Radford et al. 2016)
SCALE = 0.3  # of a block's output before it is added (Gulrajani et al. 2017, published code)


class Convolution(nn.Conv2d):
    """A convolution over 5 positions, (N, C, H, T) -> (N, C', H, T), direct or by frequencies."""

    def __init__(self, width: int, out: int, *, bias: bool = True) -> None:
        super().__init__(width, out, (1, 5), padding=(0, 2), bias=bias)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def forward(self, x: Tensor) -> Tensor:
        """Return the convolution of x."""
        weight = self.weight  # read once: under a parametrisation each access computes it
        if fourier_is_faster(x, weight):
            return fourier_convolution(x, weight, self.bias)
        y: Tensor = self._conv_forward(x, weight, self.bias)
        return y

    def adjoint(self, slope: Tensor) -> Tensor:
        """Return the vector-Jacobian product: the gradient at x of `slope` at the output."""
        if fourier_is_faster(slope, self.weight):
            return fourier_adjoint(slope, self.weight)
        return F.conv_transpose2d(slope, self.weight, padding=(0, 2))


def convolution(width: int, out: int, stride: int = 1, *, bias: bool = True) -> nn.Conv2d:
    """Return a convolution over 5 positions, (N, C, H, T) -> (N, C', H, ⌈T / stride⌉)."""
    layer = nn.Conv2d(width, out, (1, 5), stride=(1, stride), padding=(0, 2), bias=bias)
    return layer.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


def pointwise(width: int, out: int, *, bias: bool = True) -> nn.Conv2d:
    """Return a convolution over 1 position, (N, C, H, T) -> (N, C', H, T)."""
    layer = nn.Conv2d(width, out, 1, bias=bias)
    return layer.to(memory_format=torch.channels_last)  # type: ignore[call-overload,no-any-return]


class PositionLinear(nn.Linear):
    """A linear map of each position, (B, T, C) -> (B, T, C'): a convolution over 1 position."""


class ResidualBlock(nn.Module):
    """x + 0.3 · conv5(relu(norm(conv5(relu(norm(x)))))), (N, C, H, T) -> (N, C, H, T).

    Without normalisation it is that of Gulrajani et al. 2017, appendix C and published code; with
    it, the pre-activation block of He et al. 2016.
    """

    def __init__(self, width: int, normalisation: str = "none") -> None:
        super().__init__()
        self.first = Convolution(width, width, bias=normalisation not in CENTRED)
        self.second = Convolution(width, width)
        self.first_norm = unit_norm(normalisation, width)
        self.second_norm = unit_norm(normalisation, width)

    def forward(self, x: Tensor) -> Tensor:
        """Return the block's output, (N, C, H, T)."""
        # relu not in place: x is added below
        hidden = self.first(F.relu(self.first_norm(x)))
        return torch.add(x, self.second(F.relu(self.second_norm(hidden))), alpha=SCALE)

    @torch.no_grad()
    def trace(self, x: Tensor) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Return the output, and the activations after each ReLU for `adjoint`, without a gradient.

        Only without normalisation, where the block is piecewise linear.
        """
        outer = F.relu(x)
        inner = F.relu(self.first(outer))
        return torch.add(x, self.second(inner), alpha=SCALE), (outer, inner)

    def adjoint(self, slope: Tensor, units: tuple[Tensor, Tensor]) -> Tensor:
        """Return the gradient at the input, (N, C, H, T), of the gradient `slope` at the output.

        It is linear in `slope`, so one ordinary backward pass gives its derivative in the weights.

        Args:
            slope: (N, C, H, T).
            units: As `trace` returns them.
        """
        inner = through_relu(self.second.adjoint(slope), units[1])
        outer = through_relu(self.first.adjoint(inner), units[0])
        return torch.add(slope, outer, alpha=SCALE)


def through_relu(slope: Tensor, units: Tensor) -> Tensor:
    """Return `slope` where `units`, the output of a ReLU, are above 0, and 0 elsewhere."""
    return torch.ops.aten.threshold_backward(slope, units, 0)  # type: ignore[no-any-return]


class Upsample(nn.Module):
    """Twice as many positions, (N, C, H, T) -> (N, C', H, 2T): a transposed convolution of relu(x).

    Each position, mapped to the new channels, is added to the two that come from it: a shortcut
    for the gradient, as in a residual block.
    """

    def __init__(self, width: int, out: int) -> None:
        super().__init__()
        self.deconv = nn.ConvTranspose2d(width, out, (1, 4), stride=(1, 2), padding=(0, 1))
        self.skip = nn.Conv2d(width, out, 1, bias=False)
        self.to(memory_format=torch.channels_last)  # type: ignore[call-overload]

    def forward(self, x: Tensor) -> Tensor:
        """Return x upsampled, (N, C', H, 2T)."""
        return self.deconv(F.relu(x)) + self.skip(x).repeat_interleave(2, dim=3)  # type: ignore[no-any-return]
