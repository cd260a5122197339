"""A critic of text alone, made from one that text is conditioned for."""

from collections.abc import Callable

import torch
from torch import Tensor

from textgan.inputs.condition import Condition
from textgan.networks.critics.critic import Critic

__all__ = ["ConditionalCritic"]


class ConditionalCritic:
    """D(· | y, source, L): rows (B, T, V) to scores (B,), under one `Condition`.

    Scores and slopes are then functions of text alone. Where more rows come than the condition has,
    they are so many whole batches, one behind the other. Sources stand beside the text,
    (B, T, 2V), and slopes are those in the text alone.

    Args:
        critic: The critic that receives text, sources and labels.
        condition: Of B rows.
    """

    input_gradient: Callable[[Tensor], Tensor] | None = None

    def __init__(self, critic: Critic, condition: Condition) -> None:
        self.critic, self.condition = critic, condition
        if critic.input_gradient is not None:
            self.input_gradient = self._input_gradient

    def __call__(self, text: Tensor) -> Tensor:
        """Return one score a sample, (kB,), of text (kB, T, V)."""
        return self.critic(self._seen(text), self._labels(text))  # type: ignore[no-any-return]

    def features(self, text: Tensor) -> Tensor:
        """Return the features (kB, F) that scores are linear in, of text (kB, T, V)."""
        return self.critic.features(self._seen(text))

    def patch_scores(self, text: Tensor) -> Tensor:
        """Return the scores that a loss is of, (kB·P,), of text (kB, T, V)."""
        return self.patch_scores_of(self.features(text))

    def patch_scores_of(self, features: Tensor) -> Tensor:
        """Return the scores that a loss is of, (kB·P,), of features (kB, F)."""
        return self.critic.patch_scores_of(features, self._labels(features))

    def codes_of(self, features: Tensor) -> Tensor:
        """Return what Q says of features (kB, F), (kB, K)."""
        return self.critic.codes_of(features)

    def recover(self, text: Tensor) -> Tensor:
        """Return what Q says of the codes, (kB, K), of text (kB, T, V)."""
        return self.critic.recover(self._seen(text))

    def _input_gradient(self, text: Tensor) -> Tensor:
        assert self.critic.input_gradient is not None
        gradient = self.critic.input_gradient(self._seen(text), self._labels(text))
        return self._cut(gradient[:, :, -text.shape[2] :])  # the source comes first

    def _seen(self, text: Tensor) -> Tensor:
        text = self._cut(text)
        sources = self.condition.sources
        if sources is None:
            return text
        return torch.cat([sources.repeat(len(text) // len(sources), 1, 1), text], dim=2)

    def _cut(self, text: Tensor) -> Tensor:
        """Return `text` with zeros behind the first L positions, (B, T, V)."""
        visible = self.condition.visible_length
        if visible is None:
            return text
        positions = torch.arange(text.shape[1], device=text.device)
        return text * (positions < visible)[:, None]

    def _labels(self, samples: Tensor) -> Tensor | None:
        labels = self.condition.labels
        return None if labels is None else labels.repeat(len(samples) // len(labels))
