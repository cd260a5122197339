"""Text of an update: real, a pure function of (seed, step, update), and generated."""

import dataclasses
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from corpora import Corpus
from corpora.batches import batch_indices
from textgan.config.settings import Config
from textgan.inputs.condition import Condition, condition_of
from textgan.inputs.noise import one_hot
from textgan.training.distributed import BatchShare
from textgan.training.schedules import visible_length

__all__ = ["Batch", "Generated", "RealText", "with_visible_length"]


@dataclass(frozen=True)
class Batch:
    """Text and its condition, which the critic receives with it."""

    ids: NDArray[np.integer[Any]]  # (B, T)
    condition: Condition
    vocabulary: int  # V
    device: torch.device

    @cached_property
    def text(self) -> Tensor:
        """The text one-hot, (B, T, V), made on first use: many updates need only the condition."""
        return one_hot(self.ids, self.vocabulary, self.device)

    def __getitem__(self, rows: slice) -> "Batch":
        """Return these rows of the text, with their condition."""
        return Batch(self.ids[rows], self.condition[rows], self.vocabulary, self.device)


@dataclass(frozen=True)
class Generated:
    """Text that a generator made, and what it was made from."""

    text: Tensor  # x̃ = G(z), (B, T, V)
    latent: Tensor  # z, (B, Z')


class RealText:
    """The training part of a corpus, in batches.

    Args:
        config: The run's settings.
        corpus: Its training part is read.
        share: Which rows of a batch are drawn.
        device: Where batches are.
    """

    def __init__(
        self, config: Config, corpus: Corpus, share: BatchShare, device: torch.device
    ) -> None:
        self.config = config
        self.first, self.count = int(share.rows[0]), len(share.rows)
        self.ids = corpus.train  # (N, T)
        self.conditions = corpus.condition("train")
        self.columns = corpus.columns
        self.vocabulary = corpus.encoder.size
        self.length = corpus.length  # T
        self.device = device

    def batch(self, step: int, update: int) -> Batch:
        """Return the text of update number `update`, from 0, of a step, drawn with replacement."""
        config = self.config
        drawn = batch_indices(
            len(self.ids), seed=config.seed, step=step, update=update,
            batch_size=config.batch_size, first=self.first, count=self.count,
        )  # fmt: skip
        condition = condition_of(
            self.columns,
            None if self.conditions is None else self.conditions[drawn],
            vocabulary=self.vocabulary,
            device=self.device,
        )
        condition = with_visible_length(condition, config, step, self.length)
        return Batch(self.ids[drawn], condition, self.vocabulary, self.device)


def with_visible_length(condition: Condition, config: Config, step: int, T: int) -> Condition:
    """Return a condition at a step: under a curriculum of lengths, the critic sees L of T."""
    if config.curriculum != "length":
        return condition
    length = visible_length(step, T, config.curriculum_steps)
    return dataclasses.replace(condition, visible_length=length)
