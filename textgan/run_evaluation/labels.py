"""Whether lines sampled with a label have it: samples of a run, and the text to compare them with.

The figures are defined in `textgan.evaluation.metrics.label_accuracy`.
"""

import numpy as np

from corpora import Corpus
from textgan.evaluation.metrics.label_accuracy import (
    MIN_LINES_PER_LABEL,
    Labelled,
    per_label_report,
)
from textgan.evaluation.report.conditions import LabelReport
from textgan.evaluation.statistics.seeding import choose
from textgan.sampling.sampler import BATCH_ROWS, Sampler
from textgan.sampling.seeds import LineSeeds, line_seeds

__all__ = ["evaluate_labels"]

MAX_TRAINING_LINES = 1 << 18  # that the classifier of labels is fitted to
MAX_HELD_OUT_LINES = 1 << 14  # that the classifier is tested on


def evaluate_labels(
    sampler: Sampler, corpus: Corpus, m: int, seed: int, length: int
) -> LabelReport:
    """Return how many samples have the label that they were sampled with.

    Of m samples each label gets its share of the training rows, but at least 20. The samples are
    other lines than the first m of the seed.

    Args:
        sampler: Sampler of a run on labels.
        corpus: The corpus of the run.
        m: Number of samples, before rare labels get more.
        seed: Seed of the samples and of all draws.
        length: T, the characters at which lines are cut.
    """
    rows = np.array(list(corpus.rows_of_labels("train").values()))
    counts = np.maximum(np.rint(m * rows / rows.sum()).astype(int), MIN_LINES_PER_LABEL)
    seeds = np.split(line_seeds(seed, m, int(counts.sum())), np.cumsum(counts)[:-1])
    lines = [
        line
        for label, label_seeds in zip(corpus.labels, seeds, strict=True)
        for line in _lines(sampler, label_seeds, label)
    ]
    return per_label_report(
        corpus.labels,
        _drawn(corpus, "train", MAX_TRAINING_LINES, seed),
        Labelled(lines, np.repeat(np.arange(len(counts)), counts).tolist()),
        _drawn(corpus, "test", MAX_HELD_OUT_LINES, seed),
        length=length,
        seed=seed,
        candidates=sampler.candidates_per_line,
    )


def _lines(sampler: Sampler, seeds: LineSeeds, label: str) -> list[str]:
    lines = []
    for start in range(0, len(seeds), BATCH_ROWS):
        batch = sampler.batch(seeds[start : start + BATCH_ROWS], label)
        lines += sampler.encoder.decode_rows(batch.ids)
    return lines


def _drawn(corpus: Corpus, part: str, most: int, seed: int) -> Labelled:
    """Return at most `most` lines of a part, drawn at random, with their labels."""
    rows = corpus.rows(part)
    labels = corpus.condition(part)
    assert labels is not None
    places = choose(len(rows), most, seed, f"labelled {part}")
    return Labelled(corpus.encoder.decode_rows(rows[places]), labels[places].tolist())
