"""Training, validation and test part by content: equal rows are always in the same part.

The part of a row is a function of its own units alone. It needs no memory, and does not change
when lines are added to the file or shuffled.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.rng import bits, mix

__all__ = ["PARTS", "assign", "hashes"]

PARTS = ("train", "valid", "test")
SHARES = 20  # one twentieth each for valid and test
CELLS = 1 << 20  # units hashed at once


def assign(units: NDArray[np.uint32] | NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Return (N,) indices into PARTS, 90/5/5, from the units (N, T) of rows cut at T, 0 padded.

    Units are what a row consists of before there is a vocabulary (code points or bytes), for the
    vocabulary is learnt from the training part. For subwords they are the first T characters of
    the line: every piece has at least one character, so equal rows of T pieces have equal first T
    characters. Below T = 32 they are the first 32: then lines whose first T pieces are equal and
    whose later ones differ may be in two parts.
    """
    part = np.zeros(len(units), np.uint8)
    share = hashes(units) % np.uint64(SHARES)
    part[share == 0] = 1
    part[share == 1] = 2
    return part


def hashes(rows: NDArray[np.integer[Any]]) -> NDArray[np.uint64]:
    """Return a hash of the content of each row (N, T), 0 padded: (N,).

    It is multilinear, h = mix(Σ_t w_t u_t mod 2^64), with fixed odd random weights w: a dot
    product, hence fast. Padding is 0 and so changes nothing: the hash of a row that is shorter
    than T does not depend on T.
    """
    weights = bits(0, 0x53504C49, rows=np.zeros(1, int), columns=rows.shape[1])[0] | np.uint64(1)
    words = np.empty(len(rows), np.uint64)
    size = max(CELLS // max(rows.shape[1], 1), 1)
    for start in range(0, len(rows), size):  # rows may be a memory map of any size
        words[start : start + size] = rows[start : start + size].astype(np.uint64) @ weights
    return mix(words)
