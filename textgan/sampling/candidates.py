"""Candidates: each line is one of K that the generator wrote, chosen by its density ratio.

Sampling-importance-resampling (Rubin 1987): of K candidates x_j one is chosen with probability

    P(x_j) = r(x_j) / Σ_i r(x_i),   r = exp h ≈ p_real / p_generated

For large K lines follow p_real on all that the generator can write. Azadi et al. 2019 reject lines
by r, and Turner et al. 2019 make a Markov chain of K candidates: with equally many candidates the
lines are as good (docs/recipe-trials.md). Here the cost of a line is known, and a line depends on
its own seed alone.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import torch
from torch import Tensor

from corpora.errors import InputError
from corpora.rng import uniform
from textgan import runs
from textgan.inputs.noise import Purpose, standard_gumbel
from textgan.sampling.batch import Ids
from textgan.sampling.density_ratio import DensityRatio, load_ratio, save_ratio
from textgan.sampling.ratio_training import copy_of, train_ratio
from textgan.sampling.seeds import LineSeeds, drawn_seeds

if TYPE_CHECKING:
    from textgan.sampling.sampler import Sampler

__all__ = ["Candidates", "candidate_seeds", "open_candidates"]


@dataclass(frozen=True)
class Candidates:
    """How the lines of a sampler are chosen.

    Attributes:
        count: K, candidates of each line.
        ratio: What they are chosen by.
    """

    count: int
    ratio: DensityRatio

    def __str__(self) -> str:
        return (
            f"each line is 1 of {self.count} candidates (yield 1/{self.count}), chosen by a "
            f"density ratio with AUC {self.ratio.auc:.3f} on held-out lines"
        )

    def choose(self, sampler: "Sampler", latent: Tensor, seeds: LineSeeds) -> Ids:
        """Return the chosen line of each seed, (B, T).

        The choice is by Gumbel noise g: argmax_j h(x_j) + g_j has the distribution P above.

        Args:
            sampler: What generates the candidates.
            latent: Of the first candidates, (B, Z'). The others have their codes and labels.
            seeds: Of the lines, (B,).
        """
        labels = sampler.latents.labels_of(latent)
        condition = sampler.condition(None if labels is None else labels.cpu().numpy())
        Z = sampler.latents.noise
        chosen = sampler.ids(latent, seeds)
        highest = np.full(len(seeds), -np.inf)
        for j in range(self.count):
            rows = candidate_seeds(seeds, j)
            ids = chosen
            if j:
                ids = sampler.ids(torch.cat([sampler.latent(rows)[:, :Z], latent[:, Z:]], 1), rows)
            logits = self.ratio.logits(ids, condition, vocabulary=sampler.encoder.size)
            shares = uniform(0, Purpose.CHOICE, rows=rows, columns=1)[:, 0]
            noisy = logits + standard_gumbel(shares)
            chosen = np.where((noisy > highest)[:, None], ids, chosen)
            highest = np.maximum(highest, noisy)
        return chosen


def candidate_seeds(seeds: LineSeeds, j: int) -> LineSeeds:
    """Return the seeds of candidate j of each line, (B,); candidate 0 has the seed of the line."""
    if j == 0:
        return seeds
    return drawn_seeds(j, Purpose.CANDIDATE, seeds)


def open_candidates(
    run: Path,
    checkpoint: str | None,
    sampler: "Sampler",
    count: int,
    on_step: Callable[[], object],
) -> Candidates:
    """Return the candidates of a checkpoint's lines; trains the ratio where none is stored.

    A ratio is stored next to the checkpoint, so that the same lines come again: what training gives
    depends in its last bits on the processor and the threads.

    Args:
        run: The run folder.
        checkpoint: best or last; None for an exported model.
        sampler: Of this checkpoint.
        count: K.
        on_step: Called after each step of training.

    Raises:
        InputError: K is below 1, the run is on pairs or has too few validation lines, the model is
            exported, or the stored ratio is damaged, or cannot be stored for other processes.
    """
    if checkpoint is None:
        raise InputError(
            f"{run} is an exported model, which has no text to train the choice of candidates on; "
            "sample from the run"
        )
    if count < 1:
        raise InputError(f"found {count} candidates, expected at least 1")
    path = runs.checkpoint(run, f"{checkpoint}-ratio")
    ratio = load_ratio(path, copy_of(sampler.critic), sampler.generator)
    if ratio is None:
        ratio = train_ratio(run, sampler, on_step)
        try:
            save_ratio(path, ratio, sampler.generator)
        except OSError as error:
            if sampler.processes is not None:  # which read it
                raise InputError(
                    f"cannot write {path}: {error.strerror}; several workers need it: use "
                    "--workers 1"
                ) from error
    return Candidates(count, ratio)
