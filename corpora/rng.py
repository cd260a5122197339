r"""Random numbers as pure functions of (seed, key, row, column): no state to save or to share.

Each number is one splitmix64 finaliser (Steele, Lea and Flood 2014, variant 13 of Stafford) of
its coordinates,

    stream = absorb(seed, key...)
    word(row, column) = mix(mix(stream + row · GAMMA) xor mix((column + 1) · GAMMA)),

so a row is the same whichever rows are drawn with it, on whichever worker.
"""

import numpy as np
from numpy.typing import NDArray

__all__ = ["bits", "normal", "uniform"]

MASK = (1 << 64) - 1
GAMMA = 0x9E3779B97F4A7C15  # 2^64 divided by the golden ratio, odd
FIRST, SECOND = 0xBF58476D1CE4E5B9, 0x94D049BB133111EB

Rows = NDArray[np.integer]


def bits(seed: int, *key: int, rows: Rows, columns: int) -> NDArray[np.uint64]:
    """Return (B, columns) words of 64 random bits; `rows` (B,) are any non-negative integers.

    Seed and key may be integers of any size and sign; (1, 2) and (12,) are different keys.
    """
    stream = np.uint64(_absorb(seed, *key))
    gamma = np.uint64(GAMMA)
    row = mix(np.asarray(rows).astype(np.uint64) * gamma + stream)  # (B,)
    column = mix(np.arange(1, columns + 1, dtype=np.uint64) * gamma)  # (columns,)
    return mix(row[:, None] ^ column)


def uniform(seed: int, *key: int, rows: Rows, columns: int) -> NDArray[np.float64]:
    """Return (B, columns) numbers in [0, 1), multiples of 2^-53."""
    words = bits(seed, *key, rows=rows, columns=columns)
    words >>= np.uint64(11)
    return words.astype(np.float64) * 2.0**-53


def normal(seed: int, *key: int, rows: Rows, columns: int) -> NDArray[np.float32]:
    """Return (B, columns) standard normal numbers by Box and Muller.

    One word gives columns 2j and 2j + 1: with u, v its halves as numbers in (0, 1),
    √(−2 ln u) · (cos 2πv, sin 2πv). The largest possible is √(2 ln 2^33) = 6.8.
    """
    words = bits(seed, *key, rows=rows, columns=(columns + 1) // 2)
    u = ((words >> np.uint64(32)).astype(np.float64) + 0.5) * 2.0**-32
    v = (words & np.uint64(0xFFFFFFFF)).astype(np.float64) * 2.0**-32
    radius = np.sqrt(-2 * np.log(u)).astype(np.float32)
    angle = (2 * np.pi * v).astype(np.float32)
    pairs = np.empty((*words.shape, 2), np.float32)
    np.multiply(radius, np.cos(angle), out=pairs[..., 0])
    np.multiply(radius, np.sin(angle), out=pairs[..., 1])
    return pairs.reshape(len(words), 2 * words.shape[1])[:, :columns]


def mix(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return the finaliser of splitmix64 of each word: a bijection in which every bit matters."""
    words = words ^ (words >> np.uint64(30))
    words *= np.uint64(FIRST)
    words ^= words >> np.uint64(27)
    words *= np.uint64(SECOND)
    words ^= words >> np.uint64(31)
    return words


def _absorb(*numbers: int) -> int:
    """Return one word for a sequence of integers of any size: sponge-like, limb by limb."""
    state = 0
    for number in numbers:
        remaining, limbs = abs(number), [int(number < 0)]
        while remaining or len(limbs) == 1:
            limbs.append(remaining & MASK)
            remaining >>= 64
        for limb in (len(limbs), *limbs):
            state = _mix((state + GAMMA ^ _mix(limb + GAMMA & MASK)) & MASK)
    return state


def _mix(word: int) -> int:
    word = (word ^ word >> 30) * FIRST & MASK
    word = (word ^ word >> 27) * SECOND & MASK
    return word ^ word >> 31
