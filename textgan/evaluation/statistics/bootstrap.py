"""The paired bootstrap: the difference of two figures over the same lines."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["paired"]

BLOCK_PLACES = 1 << 20  # drawn together


def paired(
    a: Sequence[float] | NDArray[np.floating[Any]],
    b: Sequence[float] | NDArray[np.floating[Any]],
    *,
    seed: int = 0,
    draws: int = 10_000,
) -> tuple[float, tuple[float, float], float]:
    """Return mean(a − b) over shared lines, its 95% interval, and p of there being no difference.

    The paired bootstrap (Koehn 2004, "Statistical Significance Tests for Machine Translation
    Evaluation", section 4): the lines are drawn with replacement, each with both of its values, so
    that the difficulty that a line has for both cancels. The interval is that of percentiles. p is
    two-sided: twice the share of draws in which the difference is not of its sign, ties on both
    sides, the sample itself counted as one draw more; it is never below 2 / (draws + 1).

    Args:
        a: a value for each line, (N,), N at least 1.
        b: another for the same lines, (N,).
        seed: of the draws; the same lines and seed give the same result.
        draws: number of draws of all lines.
    """
    if np.ndim(a) != 1 or np.shape(a) != np.shape(b) or not len(a):
        raise ValueError(f"found values {np.shape(a)} and {np.shape(b)}, expected two times (N,)")
    differences = np.asarray(a, dtype=np.float64) - np.asarray(b, dtype=np.float64)
    rng = np.random.default_rng(seed)
    N = len(differences)
    means = np.empty(draws)
    block = max(1, BLOCK_PLACES // N)
    for start in range(0, draws, block):
        size = min(block, draws - start)
        drawn = rng.integers(N, size=(size, N), dtype=np.uint32)
        means[start : start + size] = differences[drawn].mean(axis=1)
    low, high = np.percentile(means, (2.5, 97.5))
    across_zero = min(int((means <= 0).sum()), int((means >= 0).sum()))
    p = min(1.0, 2 * (across_zero + 1) / (draws + 1))
    return float(differences.mean()), (float(low), float(high)), p
