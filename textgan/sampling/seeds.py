"""The seeds of lines: each line has its own, which gives the same line again."""

import numpy as np
from numpy.typing import NDArray

from corpora.rng import bits
from textgan.inputs.noise import Purpose

__all__ = ["LineSeeds", "line_seeds"]

LineSeeds = NDArray[np.int64]  # (B,), each from 0 to 2^63 − 1


def line_seeds(seed: int, first: int, count: int) -> LineSeeds:
    """Return the seeds of lines first..first+count−1 of `seed`, (count,).

    The seed of a line depends on `seed` and its number alone, not on where a batch begins.
    """
    rows = np.arange(first, first + count)
    words = bits(seed, Purpose.LINE_SEED, rows=rows, columns=1)[:, 0]
    return (words >> np.uint64(1)).astype(np.int64)
