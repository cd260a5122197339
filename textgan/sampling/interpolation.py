"""Lines between two others: noise on a great circle, codes and labels on a straight line.

And lines in which one code changes.
"""

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from corpora.errors import InputError

if TYPE_CHECKING:
    from textgan.sampling.sampler import Sampler

__all__ = ["between", "interpolated", "swept"]

MAX_INTERPOLATED = 10_000_000  # lines from one to another


def interpolated(
    sampler: "Sampler", start: int, end: int, n: int, batch_size: int
) -> Iterator[str]:
    """Yield n lines from the line of seed `start` to that of seed `end`, some at a time.

    Raises:
        InputError: n is below 2 or above ten million.
    """
    if not 2 <= n <= MAX_INTERPOLATED:
        raise InputError(
            f"found {n} lines to interpolate, expected 2 (both ends) to {MAX_INTERPOLATED:,}"
        )
    first, last = sampler.latent(np.array([start, end])).double()
    shares = torch.linspace(0, 1, n, dtype=torch.float64, device=sampler.device)[:, None]
    seeds = np.where(np.arange(n) < n / 2, start, end)  # of Gumbel noise, as at the nearer end
    for number in range(0, n, batch_size):
        part = slice(number, number + batch_size)
        latents = between(first, last, shares[part], sampler.latents.noise)
        yield from sampler.encoder.decode_rows(sampler.ids(latents.float(), seeds[part]))


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


def swept(
    sampler: "Sampler", seeds: Sequence[int], code: int, values: Sequence[float]
) -> list[list[str]]:
    """Return the lines of these line seeds for each value of `code`, all else unchanged.

    They are first candidates: the choice between others would change the noise.
    """
    for value in values:
        sampler.latents.check({code: value})
    rows = np.array(seeds, dtype=np.int64)
    latents = [sampler.latent(rows, codes={code: value}) for value in values]
    return [sampler.encoder.decode_rows(sampler.ids(latent, rows)) for latent in latents]
