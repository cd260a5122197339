"""A GAN of points in the plane, trained as `textgan train` trains one of text, and its score."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray

from textgan.diagnostics.critic_training import (
    CRITIC_SEED,
    CriticTraining,
    Pair,
    channels,
    new_optimizer,
    seeded,
    update_generator,
)
from textgan.diagnostics.divergences import jensen_shannon
from textgan.diagnostics.streams import PointGenerator, latent
from textgan.diagnostics.toys import as_text, draw, modes
from textgan.networks.critics.mlp import MlpCritic

__all__ = ["ModeScore", "ToyGan", "score_modes"]

NEAR = 1 / 3  # of the least distance of two centres: a point so near one belongs to its mode
COVERED = 0.25  # of its share of the points: a mode with less does not count as covered
SAMPLES = 2000

Array = NDArray[np.float64]


class ModeScore(NamedTuple):
    """How points are spread over the modes of a toy."""

    covered: int  # modes with at least a quarter of their share
    near: float  # the share of points that belong to a mode
    jsd: float  # bits: of the shares of all modes and of no mode, against equal shares of modes


def score_modes(points: Array, centres: Array) -> ModeScore:
    """Return how points (N, 2) are spread over centres (M, 2), at least two.

    >>> centres = np.array([[0.0, 0.0], [4.0, 0.0]])
    >>> score_modes(np.array([[0.0, 0.1], [4.0, 0.1]]), centres)
    ModeScore(covered=2, near=1.0, jsd=0.0)
    >>> score_modes(np.array([[2.0, 0.0], [2.0, 0.1]]), centres)
    ModeScore(covered=0, near=0.0, jsd=1.0)
    """
    distances = np.linalg.norm(points[:, None] - centres, axis=2)  # (N, M)
    mode, M = distances.argmin(axis=1), len(centres)
    apart = np.linalg.norm(centres[:, None] - centres, axis=2)
    reach = NEAR * apart[~np.eye(M, dtype=bool)].min()
    inside = np.isfinite(distances.min(axis=1)) & (distances.min(axis=1) <= reach)
    shares = np.bincount(np.where(inside, mode, M), minlength=M + 1) / len(points)
    real = np.append(np.full(M, 1 / M), 0.0)
    covered = int((shares[:M] >= COVERED / M).sum())
    return ModeScore(covered, float(inside.mean()), jensen_shannon(shares, real, log=np.log2))


class ToyGan:
    """A generator and a critic of points; `train` makes steps of both.

    Args:
        toy: Name of the toy.
        settings: Those of `Config` that differ from the preset `quick`; networks are not taken
            from it.
        seed: Of all random numbers.
        units: Of each hidden layer of both networks.
        layers: Hidden layers of the generator and of the critic.
    """

    def __init__(
        self,
        toy: str,
        settings: Mapping[str, Any],
        seed: int,
        *,
        units: int,
        layers: tuple[int, int] = (3, 3),
    ) -> None:
        self.toy, self.seed, self.step = toy, seed, 0
        width = channels(units)
        self.generator = seeded(lambda: PointGenerator(2, width, layers[0]), seed)
        critic = seeded(
            lambda: MlpCritic(length=1, vocabulary=2, width=width, blocks=layers[1]),
            CRITIC_SEED + seed,
        )
        self.training = CriticTraining(critic, settings, seed)
        self.config = self.training.config
        self.optimizer = new_optimizer(self.generator, self.config, self.config.generator_rate)

    def train(self) -> None:
        """Make one step: the critic's updates, then one of the generator."""
        self.step += 1
        batch = self.config.batch_size
        for update in range(self.config.critic_steps):
            real = as_text(draw(self.toy, self.seed, self.step, update, count=batch))
            with torch.no_grad():
                fake = self.generator(self._noise(update, batch))
            self.training(Pair(real, fake))
        z = self._noise(self.config.critic_steps, batch)
        update_generator(self.generator, z, self.optimizer, self.training)

    @torch.no_grad()
    def samples(self, count: int = SAMPLES) -> Array:
        """Return generated points, (count, 2)."""
        z = latent(self.seed, 0, 1 << 20, count=count, size=2)
        points: Array = self.generator(z).flatten(1).double().numpy()
        return points

    def score(self) -> ModeScore:
        """Return how generated points are spread over the toy's modes."""
        return score_modes(self.samples(), modes(self.toy))

    def _noise(self, update: int, count: int) -> torch.Tensor:
        return latent(self.seed, self.step, update, count=count, size=2)
