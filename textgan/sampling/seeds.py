"""The seeds of lines: each line has its own, which gives the same line again."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.rng import bits
from textgan.inputs.noise import Purpose

__all__ = ["LineSeeds", "drawn_seeds", "line_seeds"]

LineSeeds = NDArray[np.int64]  # (B,), each from 0 to 2^63 − 1


def line_seeds(seed: int, first: int, count: int) -> LineSeeds:
    """Return the seeds of lines first..first+count−1 of `seed`, (count,).

    The seed of a line depends on `seed` and its number alone, not on where a batch begins.
    """
    return drawn_seeds(seed, Purpose.LINE_SEED, np.arange(first, first + count))


def drawn_seeds(seed: int, purpose: Purpose, rows: NDArray[np.integer[Any]]) -> LineSeeds:
    """Return a seed for each of `rows`, (B,), drawn for a purpose."""
    words = bits(seed, purpose, rows=rows, columns=1)[:, 0]
    return (words >> np.uint64(1)).astype(np.int64)
