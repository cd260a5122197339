"""Which lines of a text are drawn, by seed and purpose."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["choose"]


def choose(size: int, m: int, seed: int, purpose: str) -> NDArray[np.int64]:
    """Return m distinct places out of `size`, in ascending order; all of them if there are no more.

    The draw depends on the seed and its purpose alone: lines that a user drew by the same seed do
    not come up again as the held-out ones.
    """
    if m >= size:
        return np.arange(size)
    rng = np.random.default_rng((seed, int.from_bytes(purpose.encode())))
    return np.sort(rng.choice(size, m, replace=False, shuffle=False))
