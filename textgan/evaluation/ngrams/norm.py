"""The Euclidean norm of n-gram counts."""

from math import sqrt

import numpy as np
from numpy.typing import NDArray

__all__ = ["norm"]

COUNTS_AT_ONCE = 1 << 20


def norm(counts: NDArray[np.int64]) -> float:
    """Return the Euclidean norm; squares of counts outgrow 64-bit integers."""
    squares = 0.0
    for start in range(0, len(counts), COUNTS_AT_ONCE):
        part = counts[start : start + COUNTS_AT_ONCE].astype(np.float64)
        squares += float(part @ part)
    return sqrt(squares)
