"""Generated lines: a batch as ids, and each line as text."""

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from textgan.sampling.seeds import LineSeeds

__all__ = ["Batch", "Ids", "Sample", "likeliest_text"]

Ids = NDArray[np.integer[Any]]


@dataclass(frozen=True)
class Sample:
    """One generated line.

    Attributes:
        text: The line.
        seed: Its seed, which gives it again.
        score: The critic's score; None where it was not computed.
        label: Its label; None in a run without labels.
    """

    text: str
    seed: int
    score: float | None
    label: str | None = None


class Batch(NamedTuple):
    """Lines as ids."""

    seeds: LineSeeds  # (B,)
    ids: Ids  # (B, T)
    labels: Ids | None  # (B,), where the run has labels


def likeliest_text(logits: Tensor, pad: int) -> Ids:
    """Return the likeliest symbol at each position, (B, T), of logits (B, T, V).

    A line ends at its first padding symbol: symbols after it become padding too.
    """
    ids: Ids = logits.argmax(dim=2).cpu().numpy()
    ended = np.maximum.accumulate(ids == pad, axis=1)
    return np.where(ended, pad, ids)
