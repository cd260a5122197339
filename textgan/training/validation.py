"""What a run is told about itself: scores of fresh samples against real text."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

import numpy as np
import torch

from corpora import Corpus
from textgan.config.settings import Config
from textgan.evaluation.metrics.character_error_rate import restoration
from textgan.evaluation.metrics.jsd import Floor, JsdReference
from textgan.inputs.latents import Latents
from textgan.inputs.noise import mix_factors, one_hot
from textgan.objectives.slopes import gradient_slope, interpolate
from textgan.sampling.sampler import Ids, Sampler
from textgan.training.schedules import visible_length
from textgan.training.step import Models

__all__ = ["Scores", "Validator"]

MOST_ROWS = 1 << 18  # real rows that a watched score is computed against
SCORED_ROWS = 1024  # rows of each kind for the Wasserstein estimates
AT_ONCE = 512
SLOPES_AT_ONCE = 128  # whose intermediate results are kept for a gradient
WATCH_SEED = 0x5741


@dataclass(frozen=True, kw_only=True)
class Scores:
    """How good the averaged generator is after a step.

    Attributes:
        step: After which step.
        jsd: n -> JSD in bits of the samples against the training text, padding counted.
        floor: The same of held-out text in place of the samples; None without held-out text.
        at_floor: The same as `jsd`, of as many samples as `floor` has lines, so that the two may be
            compared; None without held-out text.
        choice: What chooses the best checkpoint, lower is better: JSD of the highest order against
            the validation text (against the training text where there is none); of pairs the share
            of characters that restoring validation text gets wrong.
        wasserstein: The critic's mean score of training text less that of the samples: E D(x) −
            E D(G(z)) of what G(z) stands for, averaged generator and likeliest symbols.
        wasserstein_held_out: The same of validation text; None where there is none.
        slope: Mean of ‖∇D‖ between samples and training text, one measure for every objective;
            that of `StepStats` is of one batch, where and as its penalty measures it.
        unique: Share of distinct lines.
        lines: The first of the samples.
    """

    step: int
    jsd: Mapping[int, float]
    floor: Floor | None
    at_floor: Mapping[int, float] | None
    choice: float
    wasserstein: float
    wasserstein_held_out: float | None
    slope: float
    unique: float
    lines: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers under the names that `stats.jsonl` uses."""
        held_out = self.wasserstein_held_out
        floors = {} if self.floor is None else self.floor.jsd
        at_floor = self.at_floor or {}
        return {
            **{f"jsd{n}": value for n, value in self.jsd.items()},
            **{f"jsd{n}_floor": value for n, value in floors.items()},
            **{f"jsd{n}_at_floor": value for n, value in at_floor.items()},
            "floor_lines": None if self.floor is None else self.floor.m,
            "choice": self.choice,
            "wasserstein_train": self.wasserstein,
            "wasserstein_held_out": held_out,
            "slope": self.slope,
            "unique": self.unique,
        }


class Validator:
    """Judges models against one corpus; real text is counted once.

    Args:
        config: Says how many samples, and the seed.
        corpus: Scores are against its training part; its validation part gives the floor and
            chooses. The test part is not touched.
    """

    def __init__(self, config: Config, corpus: Corpus) -> None:
        orders = range(1, 5)  # as published; T is at least 4
        self.corpus = corpus
        self.encoder = corpus.encoder
        self.train, self.valid = spread(corpus.train), spread(corpus.valid)
        self.seed = config.seed
        self.samples = config.samples
        length = config.curriculum == "length"
        self.curriculum_steps = config.curriculum_steps if length else None
        self.latents = Latents.from_config(config, len(corpus.labels))
        self.reference = JsdReference(self.train, corpus.encoder.size, orders)
        self.chooser_part = "valid" if len(self.valid) else "train"
        chooser = self.valid if len(self.valid) else self.train
        self.chooser = JsdReference(chooser, corpus.encoder.size, [max(orders)])
        self.floor = self.reference.floor(self.valid, config.samples, config.seed)

    def __call__(self, models: Models, step: int) -> Scores:
        """Return the scores of `models` after `step`; the same noise is used at every step."""
        labels = self.corpus.condition("train") if self.corpus.labels else None
        sampler = Sampler(models.average, models.critic, self.encoder, self.latents, labels)
        pairs = self.corpus.columns == "pairs"
        ids, given, choice = self._restored(sampler) if pairs else self._sampled(sampler)
        length = None
        if self.curriculum_steps is not None:
            length = visible_length(step, self.train.shape[1], self.curriculum_steps)
        fake = None if pairs else mean_score(sampler, ids, given, length)
        slope = mean_slope(sampler, *self._ends(sampler, ids, given), length)
        jsd = self.reference(ids)
        scores = Scores(
            step=step,
            jsd=jsd,
            floor=self.floor,
            at_floor=self._at_floor(ids, jsd),
            choice=choice,
            wasserstein=self._estimate(sampler, "train", length, fake),
            wasserstein_held_out=(
                self._estimate(sampler, "valid", length, fake) if len(self.valid) else None
            ),
            slope=slope,
            unique=len(np.unique(ids, axis=0)) / len(ids),
            lines=tuple(self.encoder.decode_rows(ids[:100])),
        )
        models.critic.train()
        return scores

    def _sampled(self, sampler: Sampler) -> tuple[Ids, Ids | None, float]:
        """Return lines, their labels where there are any, and their distance from held-out text."""
        batches = sampler.samples(WATCH_SEED + self.seed, batch_size=AT_ONCE)
        drawn = list(islice(batches, -(-self.samples // AT_ONCE)))
        ids = np.concatenate([one.ids for one in drawn])[: self.samples].astype(self.train.dtype)
        labels = [one.labels for one in drawn if one.labels is not None]
        (choice,) = self.chooser(ids).values()
        return ids, np.concatenate(labels)[: self.samples] if labels else None, choice

    def _at_floor(self, ids: Ids, jsd: Mapping[int, float]) -> Mapping[int, float] | None:
        """Return the JSD of as many samples as the floor has lines."""
        if self.floor is None:
            return None
        return jsd if self.floor.m >= len(ids) else self.reference(ids[: self.floor.m])

    def _restored(self, sampler: Sampler) -> tuple[Ids, Ids, float]:
        """Return what the sources of held-out text become, these sources, and the error rate."""
        sources = spread(self._given(self.chooser_part), self.samples)
        targets = spread(getattr(self.corpus, self.chooser_part), self.samples)
        ids = sampler.translate(sources).astype(self.train.dtype)
        texts = [self.encoder.decode_rows(rows) for rows in (sources, ids, targets)]
        return ids, sources, restoration(*texts).error_rate

    def _estimate(
        self, sampler: Sampler, part: str, length: int | None, fake: float | None
    ) -> float:
        """Return the mean score of a part less `fake`, that of the samples.

        Of pairs, where it is None, less that of what the part's own sources become: scores of other
        sources are no measure.
        """
        rows, given = self._scored(part)
        if fake is None:
            assert given is not None
            fake = mean_score(sampler, sampler.translate(given), given, length)
        return mean_score(sampler, rows, given, length) - fake

    def _ends(self, sampler: Sampler, ids: Ids, given: Ids | None) -> tuple[Ids, Ids, Ids | None]:
        """Return real lines, generated ones, and what both are given with, one for one.

        As in training, where a line and what it is compared with have one label or one source.
        """
        if self.corpus.columns == "pairs":
            real, sources = self._scored("train")
            assert sources is not None
            return real, sampler.translate(sources), sources
        if given is None:
            return self.train, ids, None
        fake, labels = spread(ids, SCORED_ROWS), spread(given, SCORED_ROWS)
        own = self._given("train")
        order, many = np.argsort(own, kind="stable"), np.bincount(own)
        first = (np.cumsum(many) - many)[labels]
        nth = np.arange(len(labels)) % many[labels]  # of the rows of that label
        return self.corpus.train[order[first + nth]], fake, labels

    def _scored(self, part: str) -> tuple[Ids, Ids | None]:
        """Return the rows of a part that are scored, and what each is given with."""
        rows = spread(self.train if part == "train" else self.valid, SCORED_ROWS)
        if self.corpus.columns == "text":
            return rows, None
        return rows, spread(spread(self._given(part)), SCORED_ROWS)

    def _given(self, part: str) -> Ids:
        given = self.corpus.condition(part)
        assert given is not None
        return given


def mean_score(sampler: Sampler, rows: Ids, given: Ids | None, length: int | None) -> float:
    """Return the critic's mean score of `rows` (N, T), of so many that it can be trusted.

    Labels or sources are `given` with them; behind the first `length` positions nothing is seen.
    """
    some = None if given is None else spread(given, SCORED_ROWS)
    return float(sampler.scores(spread(rows, SCORED_ROWS), some, length).mean())


def mean_slope(
    sampler: Sampler, real: Ids, fake: Ids, given: Ids | None, length: int | None
) -> float:
    """Return the mean of ‖∇D‖ at points between `real` and `fake` lines, (N, T) of either.

    What line i of both is `given` with, and `length`, are as of `mean_score`. The points are those
    of a gradient penalty, of likeliest symbols in place of probabilities; the same at every call.
    """
    count = min(len(real), len(fake), SCORED_ROWS)
    device, V = sampler.device, sampler.encoder.size
    mix = mix_factors(WATCH_SEED, rows=np.arange(count), device=device)[0]
    text, samples = (one_hot(spread(rows, count), V, device) for rows in (real, fake))
    points, shared = (
        interpolate(text, samples, mix),
        None if given is None else spread(given, count),
    )
    slopes = []
    for part in np.array_split(np.arange(count), -(-count // SLOPES_AT_ONCE)):
        judge = sampler.judge(None if shared is None else shared[part], length)
        slopes.append(gradient_slope(judge, points[part]).detach())
    return torch.cat(slopes).mean().item()


def spread(rows: Ids, most: int = MOST_ROWS) -> Ids:
    """Return all `rows`, or `most` of them evenly spaced: memory does not grow with the corpus."""
    if len(rows) <= most:
        return rows
    return rows[np.linspace(0, len(rows) - 1, most).astype(np.int64)]
