"""The sizes of many texts, as an array."""

from collections.abc import Collection, Sized

import numpy as np
from numpy.typing import NDArray

__all__ = ["sizes_of"]


def sizes_of(texts: Collection[Sized]) -> NDArray[np.int64]:
    """Return how long each text is, (N,), in what it is made of: characters, bytes or ids.

    >>> sizes_of(["ab", ""]).tolist(), sizes_of([b"abc"]).tolist()
    ([2, 0], [3])
    """
    return np.fromiter(map(len, texts), np.int64, len(texts))
