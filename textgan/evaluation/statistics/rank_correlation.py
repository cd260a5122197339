"""Spearman's rank correlation."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

__all__ = ["spearman"]

Array = NDArray[np.float64]


def spearman(x: ArrayLike, y: ArrayLike) -> float | None:
    """Return Spearman's rank correlation, ties sharing their mean rank; NaN in either is left out.

    None for fewer than three pairs or where one side is constant.

    >>> spearman([1, 2, 3, 4], [1, 4, 9, 16]), spearman([1, 2, 3], [3, 2, 1])
    (1.0, -1.0)
    """
    pairs = np.array([x, y], dtype=float)
    pairs = pairs[:, np.isfinite(pairs).all(axis=0)]
    if pairs.shape[1] < 3:
        return None
    ranks = np.stack([_ranks(side) for side in pairs])
    ranks -= ranks.mean(axis=1, keepdims=True)
    spread = np.sqrt((ranks**2).sum(axis=1).prod())
    return float((ranks[0] @ ranks[1]) / spread) if spread else None


def _ranks(values: Array) -> Array:
    _, inverse, times = np.unique(values, return_inverse=True, return_counts=True)
    ends = np.cumsum(times)
    return (ends - (times - 1) / 2)[inverse]
