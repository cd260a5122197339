"""Lines and labels made up, for the intervals that need a run: `trial`.

What is known of each is its distribution, so that the interval of every trial stands by itself.
"""

import numpy as np

from textgan.evaluation.metrics.character_error_rate import restoration
from textgan.evaluation.metrics.label_accuracy import _ratio
from textgan.evaluation.metrics.mutual_information import (
    categorical_code,
    continuous_code,
    share_changed,
)
from textgan.evaluation.statistics.proportions import Accuracy, share

__all__ = ["trial"]

RIGHT = (0.9, 0.75, 0.6)  # accuracies of three labels
WRONG_SOURCES, WRONG_OUTPUTS = 0.06, 0.04  # shares of wrong characters
CHANGED = 0.3  # a share of lines that some change of a code changes
VALUES = 4  # of a code


def trial(m: int, seed: int) -> dict[str, list[float]]:
    """Return [value, low, high] of each interval, of m lines drawn by `seed`."""
    rng = np.random.default_rng((seed, m))
    accuracy, real = _accuracy(m, rng), _accuracy(m, rng)
    _, ratio, ends = _ratio(accuracy, real, len(RIGHT))
    intervals = {"label-accuracy": [accuracy.share, *accuracy.interval]}
    if ratio is not None and ends is not None:
        intervals["label-ratio"] = [ratio, *ends]
    return {**intervals, **_pairs(m, rng), **_codes(m, rng)}


def _accuracy(m: int, rng: np.random.Generator) -> Accuracy:
    labels = rng.choice(len(RIGHT), size=m, p=(0.6, 0.3, 0.1))
    right = rng.random(m) < np.array(RIGHT)[labels]
    L = len(RIGHT)
    cells = np.bincount(labels * L + np.where(right, labels, (labels + 1) % L), minlength=L * L)
    confusion = tuple(map(tuple, cells.reshape(L, L).tolist()))
    return Accuracy(**vars(share(int(right.sum()), m)), confusion=confusion)


def _pairs(m: int, rng: np.random.Generator) -> dict[str, list[float]]:
    """Errors cluster: a line with more of them in its source has more in its output."""
    lengths, hard = rng.integers(3, 17, m), rng.gamma(1.0, 1.0, m)
    targets = ["".join(rng.choice(list("abcdef"), n)) for n in lengths]

    def corrupt(share: float) -> list[str]:
        return [
            "".join(
                "z" if is_wrong else letter
                for letter, is_wrong in zip(line, rng.random(len(line)) < share * h, strict=True)
            )
            for line, h in zip(targets, hard, strict=True)
        ]

    report = restoration(corrupt(WRONG_SOURCES), corrupt(WRONG_OUTPUTS), targets)
    intervals = {"exact": [report.exact.share, *report.exact.interval]}
    if report.difference_interval is not None:
        intervals["cer-difference"] = [report.difference, *report.difference_interval]
    if report.ratio is not None and report.ratio_interval is not None:
        intervals["cer-ratio"] = [report.ratio, *report.ratio_interval]
    return intervals


def _codes(m: int, rng: np.random.Generator) -> dict[str, list[float]]:
    codes = rng.integers(VALUES, size=m)
    scores = rng.normal(size=(m, VALUES)) + 2.0 * (codes[:, None] == np.arange(VALUES))
    shares = np.exp(scores)
    report = categorical_code("c", shares / shares.sum(axis=1, keepdims=True), codes, length=8)
    values = rng.uniform(-1, 1, m)
    recovered_values = values + rng.normal(scale=0.4, size=m)
    continuous = continuous_code("d", recovered_values, np.full(m, 0.4), values, length=8)
    is_changed = rng.random(m) < CHANGED
    groups = [
        [
            f"{i}-{k if move and rng.random() < 0.7 else 0}"
            for i, move in enumerate(is_changed.tolist())
        ]
        for k in range(VALUES)
    ]
    changed = share_changed(groups)
    intervals = {"changed": [changed.pairs, *changed.interval]}
    if report.information is not None and report.interval is not None:
        intervals["information"] = [report.information, *report.interval]
    if report.recovered is not None:
        intervals["recovered"] = [report.recovered.share, *report.recovered.interval]
    if continuous.correlation is not None and continuous.correlation_interval is not None:
        intervals["correlation"] = [continuous.correlation, *continuous.correlation_interval]
    return intervals
