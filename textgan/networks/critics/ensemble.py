"""An ensemble of critics, weak to strong: a curriculum of critics."""

from collections.abc import Callable
from typing import Unpack, cast

import torch
from torch import Tensor, nn

from textgan.networks.critics.critic import Critic, CriticKind, Options

__all__ = ["CriticEnsemble"]

CRITICS = 3  # K
EQUAL_SHARE = 0.1  # of the weight, distributed equally over all critics


class CriticEnsemble(Critic):
    """D(x) = Σ wᵢ Dᵢ(x): K = 3 critics of one kind, the last of full size, the others smaller.

    Critic i of 1 … K has i/K of the blocks and C/4, C/2, C channels, rounded up. At progress p in
    [0, 1] the weights are hat functions that pass from the weakest to the strongest,

        wᵢ = 0.1/K + 0.9 · max(0, 1 − |p·(K − 1) − (i − 1)|),   Σ wᵢ = 1

    so that all learn from the start. The score is linear in the features of all critics together.
    Critics of kind `patch` have different windows, so that losses are of the mean over each one's.
    Source: Sharma et al. 2018 (Curriculum GANs).

    Args:
        kind: Makes each critic.
        length: T.
        vocabulary: V.
        width: C of the strongest.
        blocks: Of the strongest.
        options: As of `Critic`. Each critic has the labels, Q has the features of all.
    """

    mix: Tensor

    def __init__(
        self,
        kind: CriticKind,
        *,
        length: int,
        vocabulary: int,
        width: int,
        blocks: int,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(**options)
        without_codes = options.copy()
        without_codes["codes"] = 0
        self.rungs = nn.ModuleList(
            kind(
                length=length,
                vocabulary=vocabulary,
                width=-(-width // 2 ** (CRITICS - i)),
                blocks=-(-blocks * i // CRITICS),
                **without_codes,
            )
            for i in range(1, CRITICS + 1)
        )
        self.register_buffer("mix", torch.empty(CRITICS))
        self.set_progress(0.0)
        self.sizes = [critic.size_of_features for critic in self._critics()]
        self.add_recovery(sum(self.sizes))

    @torch.no_grad()
    def set_progress(self, progress: float) -> None:
        """Set the weights for `progress`, from 0, the weakest critic, to 1, the strongest."""
        distance = (torch.arange(CRITICS) - progress * (CRITICS - 1)).abs()
        hats = (1 - distance).clamp_min(0)
        self.mix.copy_(EQUAL_SHARE / CRITICS + (1 - EQUAL_SHARE) * hats)

    def features(self, text: Tensor) -> Tensor:
        """Return the concatenated features of all critics, (B, F), of text (B, T, V)."""
        return torch.cat([critic.features(text) for critic in self._critics()], dim=1)

    def score_of(self, features: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return one score a sample, (B,), of features (B, F) and labels (B,)."""
        parts = zip(self._critics(), torch.split(features, self.sizes, dim=1), strict=True)
        scores = torch.stack([critic.score_of(part, labels) for critic, part in parts])  # (K, B)
        return (self.mix[:, None] * scores).sum(0)

    def score_slope(self, labels: Tensor | None = None) -> Tensor:
        """Return the gradient of the score in the features, (1, F) or, with labels, (B, F)."""
        parts = zip(self._critics(), self.mix, strict=True)
        return torch.cat([weight * critic.score_slope(labels) for critic, weight in parts], dim=1)

    @property
    def input_gradient(self) -> Callable[..., Tensor] | None:
        """The closed form, where every critic has one; see `Critic.input_gradient`."""
        closed_form = all(critic.input_gradient is not None for critic in self._critics())
        return self._input_gradient if closed_form else None

    def input_vjp(self, text: Tensor, slope: Tensor) -> Tensor:
        """Return the gradient of ⟨slope, f(text)⟩ in the text, (B, T, V)."""
        total = torch.zeros_like(text)
        parts = torch.split(slope, self.sizes, dim=1)
        for critic, part in zip(self._critics(), parts, strict=True):
            assert critic.input_vjp is not None
            total = total + critic.input_vjp(text, part)
        return total

    def _critics(self) -> list[Critic]:
        return cast("list[Critic]", list(self.rungs))
