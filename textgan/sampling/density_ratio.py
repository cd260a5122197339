"""How much likelier a line is as real text than as generated text, estimated by a run's critic.

    h(x, y) = a · (D(x, y) − c) ≈ log p(x | y) / q(x | y),   p of real text, q of the generator

A Wasserstein score is no such estimate: its scale is free, and it was learnt against generators
that are no longer there. So D is the run's critic, trained on as a discriminator while the
generator stays as it is (`ratio_training`). The logit of the best discriminator is log p/q
(Goodfellow et al. 2014, proposition 1).
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from corpora.errors import InputError
from textgan.inputs.condition import UNCONDITIONAL, Condition
from textgan.networks.critics.conditional import line_scores
from textgan.networks.critics.critic import Critic
from textgan.networks.generators.generator import Generator
from textgan.runs.tensors import (
    Forms,
    digest,
    fill,
    forms_of,
    read_tensors,
    weights,
    write_tensors,
)
from textgan.sampling.batch import Ids

__all__ = ["DensityRatio", "load_ratio", "save_ratio"]

PROCEDURE = 1  # raised when the training of ratios changes: stored ones are then trained again


@dataclass(frozen=True)
class DensityRatio:
    """An estimate of log p(x | y) / q(x | y).

    Attributes:
        critic: D.
        scale: a, at least 0.
        centre: c.
        auc: P(h of a held-out line > h of a generated line): 0.5 where D cannot tell them apart.
    """

    critic: Critic
    scale: float
    centre: float
    auc: float

    def logits(
        self, ids: Ids, condition: Condition = UNCONDITIONAL, *, vocabulary: int
    ) -> NDArray[np.float64]:
        """Return h of each line, (B,), of ids (B, T).

        Args:
            ids: The lines.
            condition: Their labels, where the run has labels.
            vocabulary: V.
        """
        device = next(self.critic.parameters()).device
        scores = line_scores(self.critic, ids, condition, vocabulary=vocabulary, device=device)
        return self.scale * (scores.astype(np.float64) - self.centre)


def save_ratio(path: Path, ratio: DensityRatio, generator: Generator) -> None:
    """Write a ratio and the hash of the generator that it is of.

    Raises:
        OSError: The file cannot be written.
    """
    write_tensors(path, {**_tensors(ratio), "generator": _digest(generator)}, 0)


def load_ratio(path: Path, critic: Critic, generator: Generator) -> DensityRatio | None:
    """Return the stored ratio of a generator; None where there is none, or one of another.

    Args:
        path: The file.
        critic: A critic of the shape of D; it gets the weights of D.
        generator: Of the checkpoint that is sampled.

    Raises:
        InputError: The file is damaged or edited.
    """
    if not path.exists():
        return None
    blank = {**_tensors(DensityRatio(critic, 1.0, 0.0, 0.5)), "generator": _digest(generator)}
    expected = forms_of(blank)

    def check(forms: Forms) -> None:
        if forms != expected:
            raise InputError(f"{path} holds other tensors than those of the run's critic")

    try:
        tensors, _ = read_tensors(path, check)
    except InputError as error:
        raise InputError(f"{error}; or delete it, and it is made again") from error
    if not torch.equal(tensors["generator"], blank["generator"]):
        return None
    for name, target in weights(critic=critic).items():
        fill(tensors, name, target)
    return DensityRatio(critic, *tensors["numbers"].tolist())


def _tensors(ratio: DensityRatio) -> dict[str, Tensor]:
    numbers = torch.tensor([ratio.scale, ratio.centre, ratio.auc], dtype=torch.float64)
    return {**weights(critic=ratio.critic), "numbers": numbers}


def _digest(generator: Generator) -> Tensor:
    """Return the SHA-256 of a generator's weights as four numbers, (4,)."""
    content = bytes.fromhex(digest(weights(generator=generator), PROCEDURE))
    return torch.from_numpy(np.frombuffer(content, dtype="<i8").astype(np.int64))
