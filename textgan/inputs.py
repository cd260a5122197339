"""What networks are fed: noise, interpolation factors and one-hot text.

Every random number is a pure function of its key: a seed, where it is used, and what it is for.
"""

from enum import IntEnum
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from corpora.counter import normal, uniform

__all__ = ["Purpose", "mix_factors", "noise", "one_hot"]


class Purpose(IntEnum):
    """What a random number is for; the last part of its key, so that no two uses share one."""

    CRITIC_NOISE = 1
    MIX = 2
    GENERATOR_NOISE = 3
    LINE_SEED = 4
    LINE_NOISE = 5


def noise(
    seed: int, *key: int, rows: NDArray[np.integer[Any]], size: int, device: torch.device
) -> Tensor:
    """Return z ~ N(0, 1), (B, Z): one vector for each of `rows`, of Z = `size`."""
    return torch.from_numpy(normal(seed, *key, rows=rows, columns=size)).to(device)


def mix_factors(
    seed: int, *key: int, rows: NDArray[np.integer[Any]], device: torch.device
) -> Tensor:
    """Return ε ~ U[0, 1), (2, B): one for each of `rows`, for each of up to two points."""
    mix = uniform(seed, *key, Purpose.MIX, rows=rows, columns=2)
    return torch.from_numpy(mix.T.astype(np.float32)).to(device)


def one_hot(ids: NDArray[np.integer[Any]], vocabulary: int, device: torch.device) -> Tensor:
    """Return text as rows of probabilities, (B, T, V) of 0 and 1, from ids (B, T)."""
    index = torch.from_numpy(ids.astype(np.int64)).to(device)
    return F.one_hot(index, vocabulary).float()
