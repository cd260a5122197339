"""What a run is told about itself: scores of fresh samples against real text."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from corpora import Corpus
from textgan.configs import Config
from textgan.evaluation.divergence import Floor, JsdReference
from textgan.inputs import one_hot
from textgan.sampling import Sampler
from textgan.training.step import Models

__all__ = ["Scores", "Watcher"]

MOST_ROWS = 1 << 18  # real rows that a watched score is computed against
SCORED_ROWS = 1024  # rows of each kind for the Wasserstein estimates
AT_ONCE = 512
WATCH_SEED = 0x5741


@dataclass(frozen=True, kw_only=True)
class Scores:
    """How good the averaged generator is after a step.

    Attributes:
        step: After which step.
        jsd: n -> JSD in bits of the samples against the training text, padding counted.
        floor: The same of held-out text in place of the samples; None without held-out text.
        choice: JSD of the highest order against the validation text (against the training text
            where there is none): what chooses the best checkpoint.
        wasserstein: E D(x) − E D(G(z)) on training text.
        wasserstein_held_out: The same on validation text; None where there is none.
        unique: Share of distinct lines.
        lines: The first of the samples.
    """

    step: int
    jsd: Mapping[int, float]
    floor: Floor | None
    choice: float
    wasserstein: float
    wasserstein_held_out: float | None
    unique: float
    lines: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers under the names that `stats.jsonl` uses."""
        held_out = self.wasserstein_held_out
        floors = {} if self.floor is None else self.floor.jsd
        return {
            **{f"jsd{n}": value for n, value in self.jsd.items()},
            **{f"jsd{n}_floor": value for n, value in floors.items()},
            "choice": self.choice,
            "wasserstein_train": self.wasserstein,
            "wasserstein_held_out": held_out,
            "unique": self.unique,
        }


class Watcher:
    """Judges models against one corpus; real text is counted once.

    Args:
        config: Says how many samples, and the seed.
        corpus: Scores are against its training part; its validation part gives the floor and
            chooses. The test part is not touched.
    """

    def __init__(self, config: Config, corpus: Corpus) -> None:
        orders = range(1, 5)  # as published; T is at least 4
        self.encoder = corpus.encoder
        self.train, self.valid = spread(corpus.train), spread(corpus.valid)
        self.seed = config.seed
        self.samples = config.samples
        self.noise = config.noise
        self.reference = JsdReference(self.train, corpus.encoder.size, orders)
        chooser = self.valid if len(self.valid) else self.train
        self.chooser = JsdReference(chooser, corpus.encoder.size, [max(orders)])
        self.floor = self.reference.floor(self.valid, config.samples, config.seed)

    def __call__(self, models: Models, step: int) -> Scores:
        """Return the scores of `models` after `step`; the same noise is used at every step."""
        ids = self._sample(models)
        (choice,) = self.chooser(ids).values()
        fake = self._critic_mean(models, ids)
        held_out = self._critic_mean(models, self.valid) - fake if len(self.valid) else None
        return Scores(
            step=step,
            jsd=self.reference(ids),
            floor=self.floor,
            choice=choice,
            wasserstein=self._critic_mean(models, self.train) - fake,
            wasserstein_held_out=held_out,
            unique=len(np.unique(ids, axis=0)) / len(ids),
            lines=tuple(self.encoder.decode_rows(ids[:100])),
        )

    def _sample(self, models: Models) -> NDArray[np.integer[Any]]:
        sampler = Sampler(models.average, models.critic, self.encoder, self.noise)
        batches = sampler.samples(WATCH_SEED + self.seed, batch_size=AT_ONCE)
        parts = [ids for _, ids in islice(batches, -(-self.samples // AT_ONCE))]
        return np.concatenate(parts)[: self.samples].astype(self.train.dtype)

    @torch.inference_mode()
    def _critic_mean(self, models: Models, rows: NDArray[np.integer[Any]]) -> float:
        device = next(models.critic.parameters()).device
        text = one_hot(spread(rows, SCORED_ROWS), self.encoder.size, device)
        return float(models.critic(text).mean())


def spread(rows: NDArray[np.integer[Any]], most: int = MOST_ROWS) -> NDArray[np.integer[Any]]:
    """Return all `rows`, or `most` of them evenly spaced: memory does not grow with the corpus."""
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]
