"""The base of all critics: rows of symbol probabilities (B, T, V) get one score each, (B,).

No layer mixes samples, because the gradient penalty is of each sample. (Batch normalisation does,
and is not combined with a penalty.) Most critics are piecewise linear: the gradient of a score in
its input is a product of weights and of the ReLUs' derivatives. `input_gradient` is this product,
and its derivative in the weights needs no double backward.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Protocol, TypedDict, Unpack

import torch
from torch import Tensor, nn

from textgan.networks.layers.normalisation import limit_spectra

__all__ = ["Critic", "CriticKind", "Options", "to_float32"]


def to_float32(features: Tensor) -> Tensor:
    """Return `features` in float32 at least: scores are compared, and bfloat16 has eight bits."""
    return features.to(torch.promote_types(features.dtype, torch.float32))


class Options(TypedDict, total=False):
    """The options of every critic but its size; see `Critic`."""

    normalisation: str
    labels: int
    codes: int


class Critic(nn.Module, ABC):
    """A critic whose score is linear in features f(x), (B, F).

    With labels it is the projection of Miyato and Koyama 2018,

        D(x, y) = ⟨w, f(x)⟩ + b + ⟨e(y), f(x)⟩ / √F

    and under spectral normalisation without the root, as published. The root slows e(y), which
    learns from the few lines of one label in a batch, compared with w, which learns from all. With
    codes a second linear head on the same features, Q, recovers the codes that x was made from
    (Chen et al. 2016). Heads compute in full precision, also under autocast.

    Args:
        normalisation: Of the activations: `layer`, `instance`, `batch`; of all weights but those of
            Q: `spectral`; or `none`.
        labels: How many; 0: the score depends on x alone.
        codes: Outputs of Q; 0: there is no Q.
    """

    size_of_features: int  # F
    score: nn.Linear
    embed: nn.Embedding | None
    recover_codes: nn.Linear

    input_vjp: Callable[[Tensor, Tensor], Tensor] | None = None
    """(x, slope) -> the gradient of ⟨slope, f(x)⟩ in x, (B, T, V); None without a closed form.

    `slope` is (B, F) or (1, F). The result is differentiable in the weights, and holds only without
    normalisation; biases do not enter it.
    """

    def __init__(self, *, normalisation: str = "none", labels: int = 0, codes: int = 0) -> None:
        super().__init__()
        self.normalisation = normalisation
        self.labels = labels
        self.codes = codes

    def add_heads(self, size: int) -> None:
        """Make the heads of F = `size` features; called at the end of `__init__`."""
        self.score = nn.Linear(size, 1)
        self.embed = nn.Embedding(self.labels, size) if self.labels else None
        if self.embed is not None:
            nn.init.xavier_uniform_(self.embed.weight)
        if self.normalisation == "spectral":
            limit_spectra(self)
        self.add_recovery(size)

    def add_recovery(self, size: int) -> None:
        """Make Q, where there are codes, on F = `size` features."""
        self.size_of_features = size
        if self.codes:
            self.recover_codes = nn.Linear(size, self.codes)

    @abstractmethod
    def features(self, text: Tensor) -> Tensor:
        """Return f(x), (B, F), of text (B, T, V), in full precision."""

    def forward(self, text: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return one score a sample, (B,), of text (B, T, V) and its labels (B,)."""
        return self.score_of(self.features(text), labels)

    def recover(self, text: Tensor) -> Tensor:
        """Return Q's estimate of the codes of text (B, T, V): logits, (B, codes)."""
        return self.codes_of(self.features(text))

    def score_of(self, features: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return one score a sample, (B,), of features (B, F) and labels (B,)."""
        with torch.autocast(features.device.type, enabled=False):
            scores: Tensor = self.score(features).squeeze(1)
            rows = self._label_rows(labels)
            return scores if rows is None else scores + (rows * features).sum(1)

    def patch_scores_of(self, features: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return the scores that a loss is of, (B·P,): here P = 1, as `score_of`."""
        return self.score_of(features, labels)

    def patch_scores(self, text: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return the scores that a loss is of, (B·P,), of text (B, T, V) and labels (B,)."""
        return self.patch_scores_of(self.features(text), labels)

    def codes_of(self, features: Tensor) -> Tensor:
        """Return Q's estimate of the codes of features (B, F): logits, (B, codes)."""
        with torch.autocast(features.device.type, enabled=False):
            return self.recover_codes(features)  # type: ignore[no-any-return]

    def score_slope(self, labels: Tensor | None = None) -> Tensor:
        """Return the gradient of the score in the features, (1, F) or, with labels, (B, F)."""
        rows = self._label_rows(labels)
        return self.score.weight if rows is None else self.score.weight + rows

    @property
    def input_gradient(self) -> Callable[..., Tensor] | None:
        """The closed form (text, labels=None) -> gradient of each score in its sample, or None.

        Without one, autograd computes it. Text and result are (B, T, V); the result is
        differentiable in the weights.
        """
        closed_form = self.input_vjp is not None and self.normalisation == "none"
        return self._input_gradient if closed_form else None

    def _input_gradient(self, text: Tensor, labels: Tensor | None = None) -> Tensor:
        assert self.input_vjp is not None
        return self.input_vjp(text, self.score_slope(labels))

    def _label_rows(self, labels: Tensor | None) -> Tensor | None:
        """Return e(y), (B, F), or None for a critic without labels."""
        if (labels is None) != (self.embed is None):
            received = "no labels" if labels is None else "labels"
            raise ValueError(f"a critic of {self.labels} labels received {received}")
        if self.embed is None:
            return None
        scale = 1.0 if self.normalisation == "spectral" else self.score.in_features**-0.5
        return scale * self.embed(labels)  # type: ignore[no-any-return]


class CriticKind(Protocol):
    """A class of critics, or another function that makes one."""

    def __call__(
        self, *, length: int, vocabulary: int, width: int, blocks: int, **options: Unpack[Options]
    ) -> Critic:
        """Return a critic of T = `length`, V = `vocabulary`, C = `width`."""
