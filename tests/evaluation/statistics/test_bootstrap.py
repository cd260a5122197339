"""The paired bootstrap by laws that it must obey."""

import numpy as np
import pytest

from textgan.evaluation.statistics import bootstrap
from textgan.evaluation.statistics.bootstrap import paired


def test_the_difference_of_paired_means_is_found_and_its_interval_is_normal():
    rng = np.random.default_rng(0)
    hard = rng.normal(size=2_000) * 10  # what both find hard drops out
    a, b = hard + 0.1 + rng.normal(size=2_000), hard
    difference, (low, high), p = paired(a, b, seed=1)
    assert difference == pytest.approx((a - b).mean(), abs=1e-12)
    assert low < difference < high
    error = (a - b).std() / np.sqrt(2_000)
    assert (low, high) == pytest.approx(
        (difference - 1.96 * error, difference + 1.96 * error), abs=0.1 * error
    )
    assert p < 0.001
    assert paired(b, a, seed=1)[0] == -difference


def test_pairs_without_a_difference_give_every_p_alike():
    rng = np.random.default_rng(1)
    found = [
        paired(rng.normal(size=60), rng.normal(size=60), seed=i, draws=300)[2] for i in range(400)
    ]
    shares = np.histogram(found, bins=5, range=(0, 1))[0] / 400
    assert shares == pytest.approx(np.full(5, 0.2), abs=0.06)
    assert np.mean(np.array(found) < 0.05) == pytest.approx(0.05, abs=0.03)


def test_equal_values_differ_by_nothing():
    assert paired([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]) == (0.0, (0.0, 0.0), 1.0)


def test_no_p_is_smaller_than_the_draws_can_tell():
    _, interval, p = paired(np.ones(5), np.zeros(5), draws=999)
    assert interval == (1.0, 1.0)
    assert p == 2 / 1_000


def test_a_seed_decides_the_draws_whatever_is_drawn_at_once(monkeypatch):
    rng = np.random.default_rng(2)
    a, b = rng.normal(size=(2, 50))
    first = paired(a, b, seed=3, draws=200)
    assert paired(a, b, seed=3, draws=200) == first
    assert paired(a, b, seed=4, draws=200) != first
    monkeypatch.setattr(bootstrap, "BLOCK_PLACES", 120)
    assert paired(a, b, seed=3, draws=200) == first


def test_values_of_other_lines_are_refused():
    with pytest.raises(ValueError, match=r"found values \(2,\) and \(3,\)"):
        paired([1.0, 2.0], [1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match="expected two times"):
        paired([], [])
