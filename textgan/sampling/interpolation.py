"""Latents between two others: noise on a great circle, codes and labels on a straight line."""

import math

import torch
from torch import Tensor

__all__ = ["between"]


def between(start: Tensor, end: Tensor, shares: Tensor, noise_size: int) -> Tensor:
    """Return the latents, (N, Z'), at N shares of the way from one latent to another.

        slerp(a, b; s) = (sin((1−s)·θ)·a + sin(s·θ)·b) / sin θ,   θ the angle between a and b

    Noise of many dimensions lies near a sphere, which a straight line would leave (Shoemake 1985,
    "Animating rotation with quaternion curves"; White 2016, "Sampling generative networks"). Codes
    and labels are interpolated linearly, a categorical one by the shares of its values.

    Args:
        start: Latent at share 0, (Z',).
        end: Latent at share 1, (Z',).
        shares: (N, 1), from 0 to 1.
        noise_size: Z; the noise comes first in a latent.
    """
    latents = torch.lerp(start, end, shares)
    a, b = start[:noise_size], end[:noise_size]
    cosine = torch.dot(a, b) / (a.norm() * b.norm())
    angle = math.acos(float(cosine.clamp(-1, 1)))
    if math.sin(angle) >= 1e-6:  # otherwise both have one direction, and there is no circle
        arc = torch.sin((1 - shares) * angle) * a + torch.sin(shares * angle) * b
        latents[:, :noise_size] = arc / math.sin(angle)
    return latents
