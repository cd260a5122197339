"""Random draws that depend on a seed and their purpose alone."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["choose", "generator"]


def generator(seed: int, purpose: str) -> np.random.Generator:
    """Return a generator whose stream depends on the seed and the purpose of the draw alone.

    So two draws by one seed are independent, and a new draw leaves all others as they were.
    """
    return np.random.default_rng((seed, int.from_bytes(purpose.encode())))


def choose(size: int, m: int, seed: int, purpose: str) -> NDArray[np.int64]:
    """Return m distinct places out of `size`, in ascending order; all of them if there are no more.

    The purpose keeps draws apart: lines that a user drew by the same seed are not those held out.
    """
    if m >= size:
        return np.arange(size)
    return np.sort(generator(seed, purpose).choice(size, m, replace=False, shuffle=False))
