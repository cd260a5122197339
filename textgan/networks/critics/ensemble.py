"""A ladder of critics, weak to strong, whose mixture grows stronger as training goes on."""

from collections.abc import Callable
from typing import Unpack, cast

import torch
from torch import Tensor, nn

from textgan.networks.critics.critic import Critic, CriticKind, Options

__all__ = ["CriticEnsemble"]

RUNGS = 3  # K
FLOOR = 0.1  # share of the score that all rungs have alike


class CriticEnsemble(Critic):
    """D(x) = Σ wᵢ Dᵢ(x): K = 3 critics of one kind, the last one as told, weaker ones below it.

    Rung i of 1 … K has i/K of the blocks and C/4, C/2, C channels, rounded up. At progress p of
    [0, 1] the weights are hats that pass from the weakest to the strongest,

        wᵢ = 0.1/K + 0.9 · max(0, 1 − |p·(K − 1) − (i − 1)|),   Σ wᵢ = 1

    so that all learn from the start. The score is linear in the features of all rungs together.
    Rungs of `patch` have windows of their own, so that losses are of the mean over each rung's.
    Source: Sharma et al. 2018 (Curriculum GANs).

    Args:
        kind: Makes each rung, a class of critic.
        length: T.
        vocabulary: V.
        width: C of the strongest.
        blocks: Of the strongest.
        options: As of `Critic`. Labels are of each rung, Q reads the features of all.
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
        part = options.copy()
        part["codes"] = 0
        self.rungs = nn.ModuleList(
            kind(
                length=length,
                vocabulary=vocabulary,
                width=-(-width // 2 ** (RUNGS - i)),
                blocks=-(-blocks * i // RUNGS),
                **part,
            )
            for i in range(1, RUNGS + 1)
        )
        self.register_buffer("mix", torch.empty(RUNGS))
        self.set_progress(0.0)
        self.sizes = [rung.size_of_features for rung in self._rungs()]
        self.add_recovery(sum(self.sizes))

    @torch.no_grad()
    def set_progress(self, progress: float) -> None:
        """Set the weights of the rungs for `progress`, from 0, the weakest, to 1, the strongest."""
        away = torch.arange(RUNGS) - progress * (RUNGS - 1)
        self.mix.copy_(FLOOR / RUNGS + (1 - FLOOR) * (1 - away.abs()).clamp_min(0))

    def features(self, text: Tensor) -> Tensor:
        """Return the features of all rungs side by side, (B, F), of text (B, T, V)."""
        return torch.cat([rung.features(text) for rung in self._rungs()], dim=1)

    def score_of(self, features: Tensor, labels: Tensor | None = None) -> Tensor:
        """Return one score a sample, (B,), of features (B, F) and labels (B,)."""
        parts = zip(self._rungs(), torch.split(features, self.sizes, dim=1), strict=True)
        scores = torch.stack([rung.score_of(part, labels) for rung, part in parts])  # (K, B)
        return (self.mix[:, None] * scores).sum(0)

    def score_slope(self, labels: Tensor | None = None) -> Tensor:
        """Return the gradient of the score in the features, (1, F) or, with labels, (B, F)."""
        parts = zip(self._rungs(), self.mix, strict=True)
        return torch.cat([weight * rung.score_slope(labels) for rung, weight in parts], dim=1)

    @property
    def input_gradient(self) -> Callable[..., Tensor] | None:
        """The closed form, where every rung has one; see `Critic.input_gradient`."""
        written_out = all(rung.input_gradient is not None for rung in self._rungs())
        return self._input_gradient if written_out else None

    def input_vjp(self, text: Tensor, slope: Tensor) -> Tensor:
        """Return the gradient of ⟨slope, f(text)⟩ in the text, (B, T, V)."""
        total = torch.zeros_like(text)
        for rung, part in zip(self._rungs(), torch.split(slope, self.sizes, dim=1), strict=True):
            assert rung.input_vjp is not None
            total = total + rung.input_vjp(text, part)
        return total

    def _rungs(self) -> list[Critic]:
        return cast("list[Critic]", list(self.rungs))
