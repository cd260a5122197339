"""Train, validation and test by content: equal rows always fall on the same side.

The side of a row is a function of its own units alone, so it needs no memory, does not change
when lines are added to the file or shuffled, and copies of a row never stand on two sides.
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

    Units are what the row is made of before any vocabulary exists (code points or bytes), since
    the vocabulary is learnt from the training part. For subwords they are the first T characters
    of the line: every piece stands for at least one character, so equal rows of T pieces have
    equal first T characters. Below T = 32 they are the first 32: then only lines that are equal
    for T pieces and differ behind them may be parted.
    """
    side = np.zeros(len(units), np.uint8)
    share = hashes(units) % np.uint64(SHARES)
    side[share == 0] = 1
    side[share == 1] = 2
    return side


def hashes(rows: NDArray[np.integer[Any]]) -> NDArray[np.uint64]:
    """Return a hash of the content of each row (N, T), 0 padded: (N,).

    It is multilinear, h = mix(Σ_t w_t u_t mod 2^64), with fixed odd random weights w: a dot
    product, hence fast. Padding is 0 and so changes nothing: T itself does not matter to rows
    that are shorter.
    """
    weights = bits(0, 0x53504C49, rows=np.zeros(1, int), columns=rows.shape[1])[0] | np.uint64(1)
    words = np.empty(len(rows), np.uint64)
    many = max(CELLS // max(rows.shape[1], 1), 1)
    for start in range(0, len(rows), many):  # rows may be a memory map of any size
        words[start : start + many] = rows[start : start + many].astype(np.uint64) @ weights
    return mix(words)
