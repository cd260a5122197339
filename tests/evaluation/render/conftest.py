"""Reports on made-up names, evaluated once for all tests of this folder."""

import random
from dataclasses import replace

import numpy as np
import pytest

from textgan.evaluation.compare import compare
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics.character_error_rate import TranslationReport, first, restoration
from textgan.evaluation.metrics.label_accuracy import Labelled, per_label_report
from textgan.evaluation.metrics.mutual_information import (
    categorical_code,
    continuous_code,
    share_changed,
)

HOSTILE = "[red]<b>\x1b"


def names(seed, count, letters=1.0):
    """Names with one vowel each; a share of letters is kept, the others are drawn anew."""
    rng = random.Random(seed)
    lines = []
    for _ in range(count):
        vowel, size = rng.choices("aeiou", range(1, 6))[0], rng.choice((2, 3, 4, 4))
        consonants = rng.choices("bdfgklmnprst", range(1, 13), k=size)
        line = "".join(consonant + vowel for consonant in consonants)
        lines.append("".join(c if rng.random() < letters else rng.choice("aeioun") for c in line))
    return lines


TRAINING, HELD_OUT = names(1, 1000), names(2, 300)


@pytest.fixture(scope="session")
def report():
    """The report on 300 names, of which every twentieth letter was drawn anew."""
    samples = names(3, 300, letters=0.95)
    return evaluate(
        samples, TRAINING, HELD_OUT, length=8, evaluated="names.txt", against="training.txt"
    )


def of_labels(count, *, held_out=True, spoilt=0):
    """Label l has l + 20 lines; a line says its label, but samples of `spoilt` labels do not."""
    labels = [i for i in range(count) for _ in range(i + 20)]
    lines = [f"{chr(ord('Ā') + i)}{'xyz'[n % 3]}" for n, i in enumerate(labels)]
    wrong = [
        line if i >= spoilt else chr(ord("Ā") + count - 1)
        for line, i in zip(lines, labels, strict=True)
    ]
    real = Labelled(lines, labels)
    return per_label_report(
        [HOSTILE, *(f"label {i}" for i in range(1, count))],
        real, Labelled(wrong, labels), real if held_out else None, length=4,
    )  # fmt: skip


@pytest.fixture(scope="session")
def labels():
    """Three labels, of which the samples of the first are those of the last."""
    return of_labels(3, spoilt=1)


@pytest.fixture(scope="session")
def codes():
    """A code of two values, and a continuous one that Q does not follow."""
    changed = share_changed([["a", "b", "c", "d"], ["x", "b", "c", "d"]])
    posterior = np.array([[0.5, 0.5], [0.25, 0.75], [0.5, 0.5], [0.5, 0.5]])
    return (
        categorical_code("code 0", posterior, np.array([0, 1, 0, 1]), length=4, changed=changed),
        continuous_code("code 1", np.zeros(2), np.ones(2), np.array([-1.0, 1.0]), length=4),
    )


@pytest.fixture(scope="session")
def conditioned(report, labels, codes):
    """The report on a run on labels and with codes."""
    return replace(
        report, labels=labels, codes=codes, evaluated="0001-names",
        against="training text of 0001-names",
    )  # fmt: skip


@pytest.fixture(scope="session")
def comparison():
    """Real names against names of which every twentieth letter was drawn anew."""
    systems = [("real.txt", names(4, 300)), ("false.txt", names(3, 300, letters=0.95))]
    return compare(systems, TRAINING, HELD_OUT, length=8, against="training.txt")


@pytest.fixture(scope="session")
def many():
    """Six systems, each further from real text than the one before."""
    real, false = names(4, 100), names(3, 100, letters=0.9)
    systems = [(f"copy {i}", real[15 * i :] + false[: 15 * i]) for i in range(6)]
    return compare(systems, TRAINING, HELD_OUT, length=8, model=Setting(order=2))


SOURCES = ["teh", "cat", "dgo", "bird"] * 5
TARGETS = ["the", "cat", "dog", "bird"] * 5


def translated(sources, outputs, targets, *, pairs=None, part="test", evaluated=HOSTILE):
    """Return the report on outputs that were made of sources."""
    return TranslationReport(
        evaluated=evaluated, part=part, pairs=len(sources) if pairs is None else pairs, seed=0,
        restoration=restoration(sources, outputs, targets),
        examples=first(sources, outputs, targets, 10),
    )  # fmt: skip


@pytest.fixture(scope="session")
def translation():
    """A run on pairs that corrects all lines but one."""
    return translated(SOURCES, [*TARGETS[:-1], "birds"], TARGETS, evaluated="0002-typos")
