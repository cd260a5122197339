from math import sqrt

import numpy as np
import pytest
from scipy.spatial.distance import cosine as scipy_cosine

from tests.evaluation.rows import ngrams_of
from textgan.evaluation.metrics.overlap import cosine, precision, recall
from textgan.evaluation.ngrams.counts import NgramCounts, count


def zipf_rows(seed, shape, vocabulary_size=30):
    rows = np.random.default_rng(seed).zipf(1.5, shape) - 1
    return np.minimum(rows, vocabulary_size - 1)


def counts(numbers):
    """Unigram counts by symbol, those that are 0 left out."""
    numbers = np.asarray(numbers)
    (keys,) = np.nonzero(numbers)
    return NgramCounts(
        n=1, vocabulary_size=99, keys=keys.astype(np.uint64)[:, None], counts=numbers[keys]
    )


def test_the_three_worked_by_hand():
    p, q = counts([3, 1, 0, 0]), counts([1, 0, 2, 1])
    assert precision(p, q) == 3 / 4  # of aaab only a is known
    assert recall(p, q) == 1 / 4  # of accd only a is met
    assert cosine(p, q) == pytest.approx(1 - 3 / (sqrt(10) * sqrt(6)), abs=1e-15)


@pytest.mark.parametrize("n", [1, 3])
@pytest.mark.parametrize("sizes", [(20, 300), (300, 20)])
def test_they_are_those_of_dictionaries_and_scipy(n, sizes):
    ours, theirs = (zipf_rows(i, (size, 8)) for i, size in enumerate(sizes))
    p, q = count(ours, n, 30), count(theirs, n, 30)
    a, b = ngrams_of(ours, n), ngrams_of(theirs, n)
    every = sorted(a.keys() | b.keys())
    expected = scipy_cosine([a[g] for g in every], [b[g] for g in every])
    assert cosine(p, q) == pytest.approx(expected, abs=1e-12)
    assert precision(p, q) == sum(c for g, c in a.items() if g in b) / a.total()
    assert recall(p, q) == sum(c for g, c in b.items() if g in a) / b.total()


def test_counts_in_proportion_are_zero_apart_and_strangers_one():
    p = counts([3, 1, 4, 1, 5])
    tenfold = counts([30, 10, 40, 10, 50])
    assert cosine(p, tenfold) == pytest.approx(0, abs=1e-15)
    assert cosine(p, tenfold) >= 0
    assert precision(p, tenfold) == recall(p, tenfold) == 1
    strangers = counts([0, 0, 0, 0, 0, 7])
    assert cosine(p, strangers) == 1
    assert precision(p, strangers) == recall(p, strangers) == 0


def test_counts_whose_squares_outgrow_an_integer_are_exact(monkeypatch):
    p, q = counts([1 << 40, 1 << 40, 0]), counts([1 << 40, 0, 1 << 40])
    assert cosine(p, q) == pytest.approx(0.5, abs=1e-12)
    monkeypatch.setattr("textgan.evaluation.ngrams.counts.NORM_COUNTS", 1)
    assert cosine(p, q) == pytest.approx(0.5, abs=1e-12)


def test_only_the_smaller_set_is_looked_up_in_the_larger(monkeypatch):
    p, q = counts([1, 1]), counts(range(1, 50))
    looked_up = []
    at = NgramCounts.at

    def watched(self, keys):
        looked_up.append(len(keys))
        return at(self, keys)

    monkeypatch.setattr(NgramCounts, "at", watched)
    for measure in (cosine, precision, recall):
        measure(p, q)
        measure(q, p)
    assert looked_up == [2] * 6


def test_counts_that_cannot_be_compared_are_refused():
    p = counts([1, 2])
    with pytest.raises(ValueError, match="1-grams of 99 symbols against 2-grams of 30"):
        cosine(p, count(zipf_rows(0, (3, 4)), 2, 30))
    for measure in (cosine, precision, recall):
        with pytest.raises(ValueError, match="no 1-grams"):
            measure(p, counts([0]))
