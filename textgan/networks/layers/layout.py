"""The memory layout of activations: (N, C, H, T), H samples as the rows of each of N images.

The channels of one position are adjacent in memory, the layout that processors convolve
fastest, so these are views of (B, T, C), B = N·H, and a 1-D convolution is a 2-D one of height 1.
The gradients of weights in bfloat16 are twice as fast for images of several rows as for one.
"""

import math

from torch import Tensor

__all__ = ["to_channels", "to_positions"]

TALL = 8  # rows, where they divide B


def to_channels(hidden: Tensor, H: int | None = None) -> Tensor:
    """Return (B, T, C) as (N, C, H, T), a view.

    H is by default the largest of 1, 2, 4 and 8 that divides B.
    """
    H = math.gcd(len(hidden), TALL) if H is None else H
    return hidden.view(len(hidden) // H, H, *hidden.shape[1:]).permute(0, 3, 1, 2)


def to_positions(hidden: Tensor) -> Tensor:
    """Return (N, C, H, T) as (B, T, C), a view."""
    return hidden.permute(0, 2, 3, 1).flatten(0, 1)
