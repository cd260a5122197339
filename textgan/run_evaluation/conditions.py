"""What a run makes of labels, codes and sources: drawn from it here, judged in `evaluation`."""

import numpy as np
import torch
from numpy.typing import NDArray

from corpora import Corpus
from corpora.errors import InputError
from textgan.evaluation.metrics.character_error_rate import TranslationReport, first, restoration
from textgan.evaluation.metrics.label_accuracy import (
    MIN_LINES_PER_LABEL,
    Labelled,
    per_label_report,
)
from textgan.evaluation.metrics.mutual_information import (
    categorical_code,
    continuous_code,
    share_changed,
)
from textgan.evaluation.report.conditions import CodeReport, LabelReport
from textgan.evaluation.statistics.seeding import choose
from textgan.inputs.noise import one_hot
from textgan.sampling.sampler import BATCH, Asked, Ids, Sampler, Seeds, line_seeds

__all__ = ["codes_recovered", "labels_kept", "posteriors", "sources_translated"]

LEARNT = 1 << 18  # training lines that the classifier of labels learns from
HELD_OUT = 1 << 14  # held-out lines that it is tried on
SWEPT = 200  # lines that are made with several values of one code
MOST_VALUES = 10  # of a code, when it is swept
EXAMPLES = 10

Numbers = NDArray[np.float64]


def labels_kept(sampler: Sampler, corpus: Corpus, m: int, seed: int, length: int) -> LabelReport:
    """Return how well samples keep to the labels that are asked for.

    Of m samples each label gets its share of the training rows, but at least 20. They are other
    lines than the first m of the seed.

    Args:
        sampler: of a run on labels.
        corpus: what it was trained on.
        m: samples, before rare labels get more.
        seed: of the samples and of all draws.
        length: T, the characters at which lines are cut.
    """
    rows = np.array(list(corpus.rows_of_labels("train").values()))
    counts = np.maximum(np.rint(m * rows / rows.sum()).astype(int), MIN_LINES_PER_LABEL)
    seeds = line_seeds(seed, m, int(counts.sum()))
    lines = []
    for label, own in enumerate(np.split(seeds, np.cumsum(counts)[:-1])):
        lines += _lines(sampler, own, Asked(label))
    samples = Labelled(lines, np.repeat(np.arange(len(counts)), counts).tolist())
    return per_label_report(
        corpus.labels,
        _some(corpus, "train", LEARNT, seed),
        samples,
        _some(corpus, "test", HELD_OUT, seed),
        length=length,
        seed=seed,
    )


def codes_recovered(sampler: Sampler, m: int, seed: int, length: int) -> tuple[CodeReport, ...]:
    """Return what Q reads in the first m lines of a seed, and what the text shows, of each code.

    Args:
        sampler: of a run with codes.
        m: lines.
        seed: of their noise and codes.
        length: T, the characters at which lines are cut.
    """
    seeds = line_seeds(seed, 0, m)
    codes, recovered = posteriors(sampler, seeds)
    kinds = sampler.latents.codes
    reports, start = [], 0
    for code, size in enumerate(kinds.categorical):
        part, values = slice(start, start + size), _spread(size)
        reports.append(
            categorical_code(
                f"code {code}", _softmax(recovered[:, part]), codes[:, part].argmax(axis=1),
                length=length, seed=seed,
                changed=share_changed(sampler.sweep(seeds[:SWEPT].tolist(), code, values)),
            )
        )  # fmt: skip
        start += size
    means, scales = np.split(recovered[:, start:], 2, axis=1)
    for i in range(kinds.continuous):
        code = len(kinds.categorical) + i
        groups = sampler.sweep(seeds[:SWEPT].tolist(), code, (-1.0, -0.5, 0.0, 0.5, 1.0))
        reports.append(
            continuous_code(
                f"code {code}", means[:, i], np.exp(scales[:, i]), codes[:, start + i],
                length=length, seed=seed, changed=share_changed(groups),
            )
        )  # fmt: skip
    return tuple(reports)


@torch.inference_mode()
def posteriors(sampler: Sampler, seeds: Seeds) -> tuple[Numbers, Numbers]:
    """Return the codes of lines by their seeds, (N, K), and what Q says of them, (N, K').

    Q reads the one-hot rows of the lines, as a reader reads them and as it was trained: in softmax
    rows a code may be written without a letter of the text changing.
    """
    codes, recovered = [], []
    for start in range(0, len(seeds), BATCH):
        some = seeds[start : start + BATCH]
        latent = sampler.latent(some)
        text = one_hot(sampler.ids(latent, some), sampler.encoder.size, sampler.device)
        codes.append(sampler.latents.codes_of(latent).double().cpu().numpy())
        recovered.append(sampler.critic.recover(text).double().cpu().numpy())
    return np.concatenate(codes), np.concatenate(recovered)


def sources_translated(
    sampler: Sampler, corpus: Corpus, m: int, seed: int, judged: str
) -> TranslationReport:
    """Return what the sources of held-out pairs become, beside their targets.

    Args:
        sampler: of a run on pairs.
        corpus: what it was trained on. Its test part is translated, the validation part where there
            is none.
        m: how many pairs are drawn; all of them where there are no more.
        seed: of the draw.
        judged: the name of the run.

    Raises:
        InputError: nothing is held out.
    """
    part = "test" if len(corpus.test) else "valid"
    rows: Ids = getattr(corpus, part)
    given = corpus.condition(part)
    if given is None or not len(rows):
        raise InputError(
            f"{judged}: its text is too small to have held pairs out, so that there is nothing to "
            "translate; train on more pairs"
        )
    places = choose(len(rows), m, seed, "pairs")
    ids = (given[places], sampler.translate(given[places]), rows[places])
    sources, outputs, targets = map(corpus.encoder.decode_rows, ids)
    most = (
        corpus.length * corpus.encoder.max_characters
    )  # characters: whatever is written, none is cut
    found = restoration(sources, outputs, targets, length=most)
    return TranslationReport(
        evaluated=judged,
        part=part,
        pairs=len(rows),
        seed=seed,
        restoration=found,
        examples=first(sources, outputs, targets, EXAMPLES),
    )


def _lines(sampler: Sampler, seeds: Seeds, asked: Asked) -> list[str]:
    lines = []
    for start in range(0, len(seeds), BATCH):
        some = seeds[start : start + BATCH]
        lines += sampler.encoder.decode_rows(sampler.ids(sampler.latent(some, asked), some))
    return lines


def _some(corpus: Corpus, part: str, most: int, seed: int) -> Labelled:
    """Return at most `most` lines of a part, drawn, with their labels."""
    rows: Ids = getattr(corpus, part)
    labels = corpus.condition(part)
    assert labels is not None
    places = choose(len(rows), most, seed, f"labelled {part}")
    return Labelled(corpus.encoder.decode_rows(rows[places]), labels[places].tolist())


def _spread(size: int) -> list[float]:
    """Return all values of a categorical code, or ten of them from the first to the last.

    >>> _spread(3), _spread(100)[:3]
    ([0.0, 1.0, 2.0], [0.0, 11.0, 22.0])
    """
    values: list[float] = np.linspace(0, size - 1, min(size, MOST_VALUES)).round().tolist()
    return values


def _softmax(logits: Numbers) -> Numbers:
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))
