"""Weights of a network near a limit, and their histogram."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

__all__ = ["histogram", "in_units", "near_limit"]

NEAR = 0.05  # of the limit

Array = NDArray[np.float64]


def in_units(layers: Sequence[Array], limits: Sequence[float]) -> Array:
    """Return all weights in units of the limit of their layer, (weights,).

    >>> in_units([np.array([[1.0, -2.0]]), np.array([6.0])], [2.0, 3.0])
    array([ 0.5, -1. ,  2. ])
    """
    return np.concatenate([(w / m).ravel() for w, m in zip(layers, limits, strict=True)])


def near_limit(weights: Array, limit: float = 1.0) -> float:
    """Return the share of weights within 5% of ±`limit`, or further out."""
    return float((np.abs(weights) >= (1 - NEAR) * limit).mean())


def histogram(weights: Array, bins: int) -> Array:
    """Return the share of weights in each part of [−1, 1]; those further out are in the last.

    >>> histogram(np.array([-3.0, 0.1, 0.2, 1.0]), 2)
    array([0.25, 0.75])
    """
    counts, _ = np.histogram(np.clip(weights, -1, 1), bins=bins, range=(-1, 1))
    shares: Array = counts / counts.sum()
    return shares
