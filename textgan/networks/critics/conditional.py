"""A critic of text alone, made from one that also receives a condition."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from textgan.inputs.condition import Condition
from textgan.inputs.noise import one_hot
from textgan.inputs.row_blocks import row_blocks
from textgan.networks.critics.critic import Critic

__all__ = ["ConditionalCritic", "line_scores"]


class ConditionalCritic:
    """D(· | y, source, L): rows (B, T, V) to scores (B,), under one `Condition`.

    Scores and slopes are then functions of text alone. Text of more rows than the condition has is
    so many whole batches, one behind the other. Sources are concatenated with the text,
    (B, T, 2V), and slopes are those in the text alone.

    Args:
        critic: The critic that receives text, sources and labels.
        condition: Of B rows.
    """

    def __init__(self, critic: Critic, condition: Condition) -> None:
        self.critic, self.condition = critic, condition

    def __call__(self, text: Tensor) -> Tensor:
        """Return one score a sample, (kB,), of text (kB, T, V)."""
        return self.critic(self._inputs(text), self._labels(text))  # type: ignore[no-any-return]

    def features(self, text: Tensor) -> Tensor:
        """Return the features (kB, F) that scores are linear in, of text (kB, T, V)."""
        return self.critic.features(self._inputs(text))

    def patch_scores(self, text: Tensor) -> Tensor:
        """Return the scores that a loss is of, (kB·P,), of text (kB, T, V)."""
        return self.patch_scores_of(self.features(text))

    def patch_scores_of(self, features: Tensor) -> Tensor:
        """Return the scores that a loss is of, (kB·P,), of features (kB, F)."""
        return self.critic.patch_scores_of(features, self._labels(features))

    def recover(self, text: Tensor) -> Tensor:
        """Return Q's estimate of the codes, (kB, K), of text (kB, T, V)."""
        return self.critic.recover(self._inputs(text))

    def codes_of(self, features: Tensor) -> Tensor:
        """Return Q's estimate of the codes, (kB, K), of features (kB, F)."""
        return self.critic.codes_of(features)

    @property
    def input_gradient(self) -> Callable[[Tensor], Tensor] | None:
        """The closed form of the gradient in the text, or None; see `Critic.input_gradient`."""
        return None if self.critic.input_gradient is None else self._input_gradient

    def _input_gradient(self, text: Tensor) -> Tensor:
        assert self.critic.input_gradient is not None
        gradient = self.critic.input_gradient(self._inputs(text), self._labels(text))
        if self.condition.sources is not None:
            gradient = gradient[:, :, -text.shape[2] :]  # the source comes first
        return self._visible(gradient)

    def _inputs(self, text: Tensor) -> Tensor:
        """Return what the critic receives of text: its visible part, and its source before it."""
        text = self._visible(text)
        sources = self.condition.sources
        if sources is None:
            return text
        return torch.cat([sources.repeat(len(text) // len(sources), 1, 1), text], dim=2)

    def _visible(self, text: Tensor) -> Tensor:
        """Return `text` with zeros behind the first L positions, (B, T, V)."""
        length = self.condition.visible_length
        if length is None:
            return text
        positions = torch.arange(text.shape[1], device=text.device)
        return text * (positions < length)[:, None]

    def _labels(self, rows: Tensor) -> Tensor | None:
        labels = self.condition.labels
        return None if labels is None else labels.repeat(len(rows) // max(len(labels), 1))


@torch.inference_mode()
def line_scores(
    critic: Critic,
    ids: NDArray[np.integer[Any]],
    condition: Condition,
    *,
    vocabulary: int,
    device: torch.device,
) -> NDArray[np.float32]:
    """Return the score of each line, (B,), of ids (B, T); blocks of them are made one-hot.

    Args:
        critic: D.
        ids: The lines.
        condition: Of the B lines.
        vocabulary: V.
        device: Where the critic is.
    """
    scores = []
    for rows in row_blocks(len(ids), ids.shape[1] * vocabulary):
        text = one_hot(ids[rows], vocabulary, device)
        scores.append(ConditionalCritic(critic, condition[rows])(text).cpu().numpy())
    return np.concatenate(scores)
