"""A critic of text alone, made from one that is told more."""

from collections.abc import Callable

import torch
from torch import Tensor

from textgan.networks.critics.critic import Critic

__all__ = ["Given"]


class Given:
    """D(· | y, source, L): rows (B, T, V) to scores (B,), for given labels, sources and length.

    Whoever asks for scores and slopes then need not know of them. Where more rows come than were
    given labels, they are so many whole batches, one behind the other.

    Args:
        critic: The critic that is told.
        labels: y, (B,).
        source: Rows that text was made from, (B, T, V); they stand beside its own, (B, T, 2V), and
            slopes are those in the text alone.
        length: L; what stands behind the first L positions is not seen.
    """

    input_gradient: Callable[[Tensor], Tensor] | None = None

    def __init__(
        self,
        critic: Critic,
        *,
        labels: Tensor | None = None,
        source: Tensor | None = None,
        length: int | None = None,
    ) -> None:
        self.critic, self.labels, self.source, self.length = critic, labels, source, length
        if critic.input_gradient is not None:
            self.input_gradient = self._input_gradient

    def __call__(self, text: Tensor) -> Tensor:
        """Return one score a sample, (kB,), of text (kB, T, V)."""
        return self.critic(self._seen(text), self._labels(text))  # type: ignore[no-any-return]

    def features(self, text: Tensor) -> Tensor:
        """Return the features (kB, F) that scores are linear in, of text (kB, T, V)."""
        return self.critic.features(self._seen(text))

    def judgements(self, text: Tensor) -> Tensor:
        """Return the scores that a loss is of, (kB·P,), of text (kB, T, V)."""
        return self.judgements_of(self.features(text))

    def judgements_of(self, features: Tensor) -> Tensor:
        """Return the scores that a loss is of, (kB·P,), of features (kB, F)."""
        return self.critic.judgements_of(features, self._labels(features))

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
        if self.source is None:
            return text
        source = self.source.repeat(len(text) // len(self.source), 1, 1)
        return torch.cat([source, text], dim=2)

    def _cut(self, text: Tensor) -> Tensor:
        """Return `text` with zeros behind the first L positions, (B, T, V)."""
        if self.length is None:
            return text
        positions = torch.arange(text.shape[1], device=text.device)
        return text * (positions < self.length)[:, None]

    def _labels(self, samples: Tensor) -> Tensor | None:
        return None if self.labels is None else self.labels.repeat(len(samples) // len(self.labels))
