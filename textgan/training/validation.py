"""Validation: scores of fresh samples against training and validation text."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
import torch

from corpora import Corpus
from textgan.config.settings import Config
from textgan.evaluation.metrics.character_error_rate import restoration
from textgan.evaluation.metrics.jsd import Floor, JsdReference
from textgan.evaluation.ngrams.external_sort import slices
from textgan.evaluation.text.texts import rows_at
from textgan.inputs.condition import condition_of
from textgan.inputs.latents import Latents
from textgan.inputs.noise import mix_factors
from textgan.inputs.row_blocks import rows_at_a_time
from textgan.networks.critics.conditional import ConditionalCritic, line_scores
from textgan.networks.critics.critic import Critic
from textgan.objectives.slopes import gradient_slope, interpolate
from textgan.sampling.batch import Ids
from textgan.sampling.sampler import Sampler
from textgan.training.batches import Batch, with_visible_length
from textgan.training.models import Models

__all__ = ["Scores", "Validator", "evenly_spaced"]

REFERENCE_ROWS = 1 << 18  # real rows whose n-grams are counted, at most
SCORED_ROWS = 1024  # rows of each kind that the critic scores
SAMPLES_BATCH = 512
SLOPES_BATCH = 128  # whose intermediate results are kept for a gradient
SLOPES_COPIES = 4  # of text (B, T, V) in a block: both texts, points, their gradient
NOISE_SEED = 0x5741  # added to the run's seed


@dataclass(frozen=True, kw_only=True)
class Scores:
    """How close the text of the averaged generator is to real text after a step.

    Attributes:
        step: The step.
        jsd: Order n -> JSD in bits between samples and training text, padding counted.
        floor: The same between validation and training text: what real text reaches; None without
            validation text.
        at_floor: As `jsd`, of as many samples as `floor` has lines, so that the two compare; None
            without validation text.
        choice: What chooses the best checkpoint, lower is better: the JSD of the highest order
            between samples and validation text (training text where there is none); of pairs the
            character error rate of translations of validation text.
        wasserstein: E D(x) − E D(G(z)) of training text and samples: averaged generator, likeliest
            symbols.
        wasserstein_held_out: The same of validation text; None where there is none.
        slope: Mean of ‖∇D‖ between samples and training text, the same measure for every objective.
            That of `StepStats` is of one batch, where and as the penalty measures it.
        slopes: What it is the mean of, at a point for each line.
        unique: The share of distinct lines.
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
    slopes: tuple[float, ...] = ()

    def to_dict(self) -> dict[str, Any]:
        """Return the numbers under the names that `stats.jsonl` uses: of slopes the mean alone."""
        floors = {} if self.floor is None else self.floor.jsd
        at_floor = self.at_floor or {}
        return {
            **{f"jsd{n}": value for n, value in self.jsd.items()},
            **{f"jsd{n}_floor": value for n, value in floors.items()},
            **{f"jsd{n}_at_floor": value for n, value in at_floor.items()},
            "floor_lines": None if self.floor is None else self.floor.m,
            "choice": self.choice,
            "wasserstein_train": self.wasserstein,
            "wasserstein_held_out": self.wasserstein_held_out,
            "slope": self.slope,
            "unique": self.unique,
        }


class Lines(NamedTuple):
    """Encoded lines and what they are conditioned on."""

    ids: Ids  # (N, T)
    condition: Ids | None = None  # labels (N,) or the ids of sources (N, T)

    def evenly_spaced(self, count: int) -> "Lines":
        """Return `count` of the lines, or all where there are no more."""
        condition = None if self.condition is None else evenly_spaced(self.condition, count)
        return Lines(evenly_spaced(self.ids, count), condition)


class Validator:
    """Computes the scores of models on one corpus; n-grams of real text are counted once.

    Every call draws the same noise. The test part of the corpus is not read.

    Args:
        config: Says how many samples, and the seed.
        corpus: Its training part is what samples are compared with; its validation part gives the
            floor and chooses the best checkpoint.
    """

    def __init__(self, config: Config, corpus: Corpus) -> None:
        self.config = config
        self.corpus = corpus
        self.latents = Latents.from_config(config, len(corpus.labels))
        self.real = {
            part: Lines(rows, corpus.condition(part)).evenly_spaced(REFERENCE_ROWS)
            for part, rows in (("train", corpus.train), ("valid", corpus.valid))
            if len(rows)
        }
        self.held_out = "valid" if "valid" in self.real else "train"
        valid = evenly_spaced(corpus.valid, REFERENCE_ROWS)
        orders, size = range(1, 5), corpus.encoder.size  # as published; T is at least 4
        self.reference = JsdReference(self.real["train"].ids, size, orders)
        self.chooser = JsdReference(self.real[self.held_out].ids, size, [max(orders)])
        self.floor = self.reference.floor(valid, config.samples, config.seed)

    def __call__(self, models: Models, step: int) -> Scores:
        """Return the scores of `models` after `step`."""
        labels = self.corpus.condition("train") if self.corpus.labels else None
        sampler = Sampler(
            models.average, models.critic, self.corpus.encoder, self.latents, training_labels=labels
        )
        # the sampler has put both networks into evaluation mode
        if self.corpus.columns == "pairs":
            samples, choice = self._translated(sampler)
            fakes = {part: self._translations(sampler, lines) for part, lines in self.real.items()}
            fake_scores = {part: self._score(models, x, step) for part, x in fakes.items()}
            ends = self.real["train"].evenly_spaced(SCORED_ROWS), fakes["train"]
        else:
            samples, choice = self._sampled(sampler)
            fake_scores = dict.fromkeys(self.real, self._score(models, samples, step))
            ends = self._matched(samples)
        estimates = {
            part: self._score(models, lines, step) - fake_scores[part]
            for part, lines in self.real.items()
        }
        slopes = slopes_between(
            models.critic, *(self._batch(models, lines, step) for lines in ends)
        )
        models.critic.train()
        jsd = self.reference(samples.ids)
        return Scores(
            step=step,
            jsd=jsd,
            floor=self.floor,
            at_floor=self._at_floor(samples.ids, jsd),
            choice=choice,
            wasserstein=estimates["train"],
            wasserstein_held_out=estimates.get("valid"),
            slope=slopes.mean().item(),
            unique=len(np.unique(samples.ids, axis=0)) / len(samples.ids),
            lines=tuple(self.corpus.encoder.decode_rows(samples.ids[:100])),
            slopes=tuple(slopes.tolist()),
        )

    def _sampled(self, sampler: Sampler) -> tuple[Lines, float]:
        """Return samples, and the JSD between them and held-out text."""
        count = self.config.samples
        batches = sampler.batches(NOISE_SEED + self.config.seed, batch_size=SAMPLES_BATCH)
        drawn = list(islice(batches, -(-count // SAMPLES_BATCH)))
        ids = np.concatenate([batch.ids for batch in drawn])[:count]
        labels = [batch.labels for batch in drawn if batch.labels is not None]
        samples = Lines(
            ids.astype(self.corpus.train.dtype),
            np.concatenate(labels)[:count] if labels else None,
        )
        (choice,) = self.chooser(samples.ids).values()
        return samples, choice

    def _translated(self, sampler: Sampler) -> tuple[Lines, float]:
        """Return translations of held-out sources, and their character error rate."""
        targets = evenly_spaced(self.corpus.rows(self.held_out), self.config.samples)
        sources = self.corpus.condition(self.held_out)
        assert sources is not None
        sources = evenly_spaced(sources, self.config.samples)
        translations = sampler.translate(sources).astype(self.corpus.train.dtype)
        texts = map(self.corpus.encoder.decode_rows, (sources, translations, targets))
        return Lines(translations, sources), restoration(*texts).error_rate

    def _translations(self, sampler: Sampler, real: Lines) -> Lines:
        """Return what the sources of real lines become: the scores of other sources differ."""
        real = real.evenly_spaced(SCORED_ROWS)
        assert real.condition is not None
        return Lines(sampler.translate(real.condition), real.condition)

    def _matched(self, samples: Lines) -> tuple[Lines, Lines]:
        """Return training lines and samples, one for one, of the same label where there are any.

        As in training, where x and G(z) of a point between them have one condition.
        """
        train, labels = self.real["train"], self.corpus.condition("train")
        if labels is None:
            count = min(len(train.ids), len(samples.ids), SCORED_ROWS)
            return train.evenly_spaced(count), samples.evenly_spaced(count)
        fake = samples.evenly_spaced(SCORED_ROWS)
        assert fake.condition is not None
        places, begin = first_rows(labels, len(fake.ids))
        rows_of_label = np.diff(begin, append=len(places))[fake.condition]
        nth = np.arange(len(fake.ids)) % rows_of_label  # of the rows of that label
        return Lines(self.corpus.train[places[begin[fake.condition] + nth]], fake.condition), fake

    def _score(self, models: Models, lines: Lines, step: int) -> float:
        """Return the critic's mean score of lines, of as many as make it reliable."""
        batch = self._batch(models, lines.evenly_spaced(SCORED_ROWS), step)
        return mean_score(models.critic, batch)

    def _batch(self, models: Models, lines: Lines, step: int) -> Batch:
        """Return lines as the critic receives them at a step."""
        size, device = self.corpus.encoder.size, next(models.average.parameters()).device
        condition = condition_of(
            self.corpus.columns, lines.condition, vocabulary=size, device=device
        )
        condition = with_visible_length(condition, self.config, step, self.corpus.length)
        return Batch(lines.ids, condition, size, device)

    def _at_floor(self, ids: Ids, jsd: Mapping[int, float]) -> Mapping[int, float] | None:
        """Return the JSD of as many samples as the floor has lines."""
        if self.floor is None:
            return None
        return jsd if self.floor.m >= len(ids) else self.reference(ids[: self.floor.m])


def mean_score(critic: Critic, batch: Batch) -> float:
    """Return E D(x), the mean of the scores of a batch."""
    scores = line_scores(
        critic, batch.ids, batch.condition, vocabulary=batch.vocabulary, device=batch.device
    )
    return float(scores.mean())


def slopes_between(critic: Critic, real: Batch, fake: Batch) -> torch.Tensor:
    """Return ‖∇D(x̂)‖ at points between the lines of two batches of one condition, (B,).

    The points are those of a gradient penalty; ε is the same at every call.
    """
    count = len(real.ids)
    mix = mix_factors(NOISE_SEED, rows=np.arange(count), device=real.device)[0]
    entries = real.ids.shape[1] * real.vocabulary
    at_a_time = rows_at_a_time(SLOPES_COPIES * entries, SLOPES_BATCH)
    slopes = []
    for rows in np.array_split(np.arange(count), -(-count // at_a_time)):
        part = slice(rows[0], rows[-1] + 1)
        conditional = ConditionalCritic(critic, real.condition[part])
        points = interpolate(real[part].text, fake[part].text, mix[part])
        slopes.append(gradient_slope(conditional, points).detach())
    return torch.cat(slopes)


def evenly_spaced(rows: Ids, count: int) -> Ids:
    """Return `count` of the rows, evenly spaced, or all where there are no more."""
    if len(rows) <= count:
        return rows
    places = np.linspace(0, len(rows) - 1, count).astype(np.int64)
    return rows_at(rows, places) if rows.ndim == 2 else rows[places]


def first_rows(labels: Ids, count: int) -> tuple[Ids, Ids]:
    """Return where the first `count` rows of each label are, label by label, and where each begins.

    Of labels (N,), which may be mapped from a file of any size: (R,) places of rows, ascending for
    each label, and (L,) where those of a label begin.
    """
    number = int(max(labels[part].max() for part in slices(len(labels)))) + 1
    seen, kept = np.zeros(number, np.int64), [(labels[:0], np.zeros(0, np.int64))]
    for part in slices(len(labels)):
        block = labels[part]
        order = np.argsort(block, kind="stable")
        rows_of_label = np.bincount(block, minlength=number)
        begin = np.cumsum(rows_of_label) - rows_of_label
        nth = np.arange(len(block)) - (begin - seen)[block[order]]  # of the rows of its label
        order = order[nth < count]
        kept.append((block[order], part.start + order))
        seen += rows_of_label
    label, place = map(np.concatenate, zip(*kept, strict=True))
    number_of_label = np.minimum(seen, count)
    return place[np.argsort(label, kind="stable")], np.cumsum(number_of_label) - number_of_label
