"""Toy distributions in the plane, as text of one position and two symbols: (B, 1, 2).

Source: Gulrajani et al. 2017, section 3.1, and their published code (`gan_toy.py`).
"""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from corpora.rng import normal, uniform

__all__ = ["EIGHT", "GRID", "REACH", "TOYS", "as_text", "draw", "modes", "noisy"]

Array = NDArray[np.float64]
TOYS = {"8 Gaussians": 0, "25 Gaussians": 1, "Swiss roll": 2}  # name -> number in the key
REACH = 2.0  # half the side of the square that is drawn
EIGHT = (
    2
    / 1.414
    * np.stack([np.cos(np.arange(8) * np.pi / 4), np.sin(np.arange(8) * np.pi / 4)], axis=1)
)  # centres of 8 Gaussians
GRID = np.stack(np.meshgrid(*2 * [np.arange(-4, 5, 2) / 2.828]), axis=-1).reshape(-1, 2)
SPREAD = {"8 Gaussians": 0.02 / 1.414, "25 Gaussians": 0.05 / 2.828}  # σ of each Gaussian
ROLL_NOISE, ROLL_SCALE = 0.25, 7.5


def modes(toy: str) -> Array:
    """Return the centres of the Gaussians of a toy, (M, 2)."""
    return {"8 Gaussians": EIGHT, "25 Gaussians": GRID}[toy]


def draw(toy: str, seed: int, *key: int, count: int) -> Array:
    """Return `count` points of a toy, (count, 2): a pure function of (seed, key, row)."""
    number, rows = TOYS[toy], np.arange(count)
    jitter = normal(seed, *key, number, 1, rows=rows, columns=2).astype(np.float64)
    share = uniform(seed, *key, number, 2, rows=rows, columns=1)[:, 0]
    if toy == "Swiss roll":  # that of scikit-learn, without its height
        t = 1.5 * np.pi * (1 + 2 * share)
        return (np.stack([t * np.cos(t), t * np.sin(t)], 1) + ROLL_NOISE * jitter) / ROLL_SCALE
    centres = modes(toy)
    return centres[(share * len(centres)).astype(np.int64)] + SPREAD[toy] * jitter


def noisy(toy: str, seed: int, *key: int, count: int) -> Array:
    """Return points of a toy plus N(0, 1): the fixed generator of Gulrajani et al. 2017, fig. 1."""
    noise = normal(seed, *key, TOYS[toy], 3, rows=np.arange(count), columns=2)
    return draw(toy, seed, *key, 4, count=count) + noise


def as_text(points: Array) -> Tensor:
    """Return points (B, 2) as a critic receives them, (B, 1, 2)."""
    return torch.from_numpy(points.astype(np.float32))[:, None, :]
