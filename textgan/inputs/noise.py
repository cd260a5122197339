"""Random numbers and one-hot text, the inputs of networks.

Every random number is a pure function of its key: a seed, where it is used, and its purpose.
"""

from enum import IntEnum
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from corpora.rng import normal, uniform

__all__ = ["Purpose", "Rows", "gumbel", "mix_factors", "noise", "on_device", "one_hot"]

Rows = NDArray[np.integer[Any]]  # whole numbers: rows of random numbers (B,), or ids


class Purpose(IntEnum):
    """The purpose of a random number: the last part of its key, so that no two uses share one."""

    CRITIC_NOISE = 1
    MIX = 2
    GENERATOR_NOISE = 3
    LINE_SEED = 4
    LINE_NOISE = 5
    CODES = 6
    INSTANCE_NOISE = 7
    GUMBEL = 8
    LINE_LABEL = 9
    CANDIDATE = 10
    CHOICE = 11
    RATIO_LINE = 12


def noise(seed: int, *key: int, rows: Rows, size: int, device: torch.device) -> Tensor:
    """Return z ~ N(0, 1), (B, Z): one vector for each of `rows`, of Z = `size`."""
    return on_device(normal(seed, *key, rows=rows, columns=size), device)


def gumbel(
    seed: int, *key: int, rows: Rows, shape: tuple[int, int], device: torch.device
) -> Tensor:
    """Return standard Gumbel noise −log(−log u), (B, T, V): T, V = `shape` for each of `rows`.

    The symbol with the largest logit plus this noise is a draw from softmax(logits).
    """
    share = uniform(seed, *key, Purpose.GUMBEL, rows=rows, columns=shape[0] * shape[1])
    return on_device(standard_gumbel(share).astype(np.float32), device).view(-1, *shape)


def standard_gumbel(shares: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return −log(−log u) of `shares` u, from 0 to 1."""
    return -np.log(-np.log(np.clip(shares, 2.0**-53, None)))  # log 0


def mix_factors(seed: int, *key: int, rows: Rows, device: torch.device) -> Tensor:
    """Return ε ~ U[0, 1), (2, B): one for each of `rows`, for each of up to two points."""
    mix = uniform(seed, *key, Purpose.MIX, rows=rows, columns=2)
    return on_device(mix.T.astype(np.float32), device)


def one_hot(ids: NDArray[np.integer[Any]], vocabulary: int, device: torch.device) -> Tensor:
    """Return text as rows of probabilities, (B, T, V) of 0 and 1, from ids (B, T)."""
    index = on_device(ids.astype(np.int64), device)
    return torch.zeros(*index.shape, vocabulary, device=device).scatter_(2, index[..., None], 1.0)


def on_device(values: NDArray[Any], device: torch.device) -> Tensor:
    """Return `values` as a tensor; to CUDA they are copied from pinned memory, asynchronously."""
    tensor = torch.from_numpy(np.ascontiguousarray(values))
    if device.type == "cuda":
        return tensor.pin_memory().to(device, non_blocking=True)
    return tensor.to(device)
