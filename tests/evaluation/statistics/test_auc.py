import itertools

import numpy as np
import pytest
from scipy.stats import mannwhitneyu

from textgan.evaluation.statistics.auc import auc, cross_validated_variance, placements


@pytest.mark.parametrize("levels", [3, 1000])  # many ties, and hardly any
def test_auc_is_the_statistic_of_mann_and_whitney(levels):
    rng = np.random.default_rng(levels)
    a, b = (
        rng.integers(1, levels + 1, 30).astype(float),
        rng.integers(levels, size=20).astype(float),
    )
    assert auc(a, b) == pytest.approx(mannwhitneyu(a, b).statistic / 600, abs=1e-12)
    assert auc(a, b) + auc(b, a) == pytest.approx(1)


def test_placements_are_shares_of_pairs():
    a, b = np.array([1.0, 2.0, 2.0]), np.array([0.0, 2.0])
    assert placements(a, b).tolist() == [0.5, 0.75, 0.75]
    assert placements(b, a).tolist() == [0.0, 2 / 3]


def test_the_variance_is_delongs_times_that_of_folds():
    # S² of (0, 1, 0, 1) and of (0.5, 0.5, 0, 1), a 0 and a 1 added: 1/3 and 1/6, of 2 lines each.
    variance = cross_validated_variance((np.array([0.0, 1.0]), np.array([0.5, 0.5])), 5)
    assert variance.value == pytest.approx((1 / 3 / 2 + 1 / 6 / 2) * 2.25, abs=1e-12)
    assert variance.of_value == 0


def test_lines_that_are_all_told_apart_leave_an_uncertainty():
    error = cross_validated_variance((np.ones(1000), np.ones(1000)), 5).error
    assert 0 < error < 0.003


def test_the_variance_is_that_over_other_scores_where_nothing_is_learned():
    # Without the factor of folds: scores of a fixed classifier, which are independent.
    rng = np.random.default_rng(0)
    a, b = rng.normal(0.5, 1, (400, 80)), rng.normal(size=(400, 80))
    values = [auc(x, y) for x, y in zip(a, b, strict=True)]
    estimates = [
        cross_validated_variance((placements(x, y), 1 - placements(y, x)), 5).value / 2.25
        for x, y in zip(a, b, strict=True)
    ]
    assert np.mean(estimates) == pytest.approx(np.var(values), rel=0.2)


def test_the_area_under_the_curve_is_the_share_of_pairs_in_order():
    rng = np.random.default_rng(0)
    real, fake = rng.integers(0, 9, 50) + 1.0, rng.integers(0, 9, 70) + 0.0
    pairs = [(a > b) + (a == b) / 2 for a, b in itertools.product(real, fake)]
    assert auc(real, fake) == pytest.approx(np.mean(pairs))
    assert auc(np.array([2.0, 3.0]), np.array([0.0, 1.0])) == 1
    assert auc(fake, fake) == 0.5
