"""What text is conditioned on: labels, sources, and how much of it is visible."""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from textgan.inputs.noise import Rows, on_device, one_hot

__all__ = ["UNCONDITIONAL", "Condition", "condition_of"]


@dataclass(frozen=True)
class Condition:
    """What B rows of text are conditioned on; None where there is no such condition.

    Attributes:
        labels: y, (B,).
        sources: One-hot rows that the text is a translation of, (B, T, V).
        visible_length: L; the critic sees zeros behind the first L positions.
    """

    labels: Tensor | None = None
    sources: Tensor | None = None
    visible_length: int | None = None

    def __bool__(self) -> bool:
        return any(part is not None for part in (self.labels, self.sources, self.visible_length))

    def __getitem__(self, rows: slice) -> "Condition":
        """Return the condition of these rows of text."""
        labels = None if self.labels is None else self.labels[rows]
        sources = None if self.sources is None else self.sources[rows]
        return Condition(labels, sources, self.visible_length)


UNCONDITIONAL = Condition()


def condition_of(
    columns: str, ids: Rows | None, *, vocabulary: int, device: torch.device
) -> Condition:
    """Return the condition of B rows of text, of their entries in `Corpus.condition`.

    Args:
        columns: Of the corpus: `text`, `labels` or `pairs`.
        ids: None for `text`, the label of each row, (B,), or the symbols of its source, (B, T).
        vocabulary: V.
        device: Where the result is.
    """
    if ids is None:
        return UNCONDITIONAL
    if columns == "labels":
        return Condition(labels=on_device(ids.astype(np.int64), device))
    return Condition(sources=one_hot(ids, vocabulary, device))
