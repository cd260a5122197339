import json
from dataclasses import asdict
from math import atanh, e, log2, pi, sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgan.evaluation.metrics.mutual_information import (
    categorical_code,
    continuous_code,
    mutual_information,
    share_changed,
)
from textgan.evaluation.report.conditions import Changed
from textgan.evaluation.statistics.proportions import share, wilson


def categorical(probabilities, codes, **rest):
    return categorical_code("c", np.array(probabilities), np.array(codes), length=16, **rest)


def continuous(means, deviations, codes, **rest):
    values = (np.array(some, dtype=float) for some in (means, deviations, codes))
    return continuous_code("c", *values, length=16, **rest)


def test_a_code_recovered_beyond_doubt_has_all_of_its_entropy():
    codes = np.arange(40) % 8
    found = categorical(np.eye(8)[codes], codes)
    assert found.entropy == found.information == 3
    assert found.interval == (3, 3)
    assert found.recovered == share(40, 40)


@pytest.mark.parametrize("K", [2, 3, 10])
def test_a_q_that_says_nothing_has_no_information(K):
    found = categorical(np.full((30, K), 1 / K), np.arange(30) % K)
    assert found.entropy == log2(K)
    assert found.information == pytest.approx(0, abs=1e-12)
    assert found.recovered.share == pytest.approx(1 / K)  # of equals the first


def test_the_bound_of_a_noisy_channel_is_its_information():
    # A binary symmetric channel that errs once in eight, and its true posterior: 1 − H(1/8) bits.
    codes = np.arange(800) % 2
    read = codes ^ (np.arange(800) // 2 % 8 == 0)
    posterior = np.where(np.arange(2) == read[:, None], 7 / 8, 1 / 8)
    found = categorical(posterior, codes)
    assert found.information == pytest.approx(1 + 7 / 8 * log2(7 / 8) + 1 / 8 * log2(1 / 8))
    assert found.recovered == share(700, 800)


@given(q=st.floats(0.01, 0.99))
def test_no_other_q_comes_above_the_information(q):
    codes = np.arange(800) % 2
    read = codes ^ (np.arange(800) // 2 % 8 == 0)
    found = categorical(np.where(np.arange(2) == read[:, None], q, 1 - q), codes)
    assert found.information <= 1 + 7 / 8 * log2(7 / 8) + 1 / 8 * log2(1 / 8) + 1e-12


def test_the_interval_is_that_of_a_mean():
    found = categorical([[0.5, 0.5], [0.25, 0.75], [0.125, 0.875]], [0, 0, 0])
    assert found.information == 1 - (1 + 2 + 3) / 3
    assert found.interval == pytest.approx((-1 - 1.96 / sqrt(3), -1 + 1.96 / sqrt(3)))
    assert categorical([[0.5, 0.5]], [0]).interval is None


def test_a_true_code_without_any_chance_is_infinitely_wrong_which_is_none():
    found = categorical([[1.0, 0.0], [1.0, 0.0]], [0, 1])
    assert (found.information, found.interval) == (None, None)
    assert found.recovered == share(1, 2)


def test_information_is_in_the_unit_of_its_terms():
    assert mutual_information(np.log(np.full(3, 1 / e)), 1.5) == pytest.approx(0.5)
    assert mutual_information(np.log2(np.array([1 / 2, 1 / 8])), log2(8)) == 1
    # Means of float32 are not taken in float32, where 10⁸ + 1 is 10⁸.
    assert mutual_information(np.array([1e8, 1, -1e8], np.float32), 0) == 1 / 3


def test_a_continuous_code_under_a_gaussian_by_hand():
    # At its mean a Gaussian of deviation s has density 1 / (s √2π).
    codes = np.linspace(-1, 1, 9)
    for s in (0.1, 0.5):
        found = continuous(codes, np.full(9, s), codes)
        assert found.information == pytest.approx(1 - log2(s * sqrt(2 * pi)))
        # One deviation away it is e^(−½) of that.
        away = continuous(codes + s, np.full(9, s), codes)
        assert away.information == pytest.approx(found.information - log2(e) / 2)
    assert found.entropy == 1
    assert (found.values, found.recovered) == (None, None)


def test_the_best_gaussian_that_reads_nothing_falls_short_of_no_information():
    # Of all Gaussians that of the code's own mean 0 and variance 1/3 is nearest to the even prior:
    # 1 − ½ log₂ (2πe/3) bits, −0.2546.
    codes = (np.arange(10_000) + 0.5) / 5_000 - 1
    found = continuous(np.zeros(10_000), np.full(10_000, sqrt(1 / 3)), codes)
    assert found.information == pytest.approx(1 - log2(2 * pi * e / 3) / 2, abs=1e-6)
    assert found.correlation is None
    for s in (0.55, 0.6):
        assert (
            continuous(np.zeros(10_000), np.full(10_000, s), codes).information < found.information
        )


def test_correlation_is_pearsons():
    codes = np.array([-1.0, -0.5, 0.5, 1.0])
    ones = np.ones(4)
    assert continuous(3 * codes + 7, ones, codes).correlation == pytest.approx(1)
    assert continuous(-codes, ones, codes).correlation == pytest.approx(-1)
    assert continuous(np.abs(codes), ones, codes).correlation == pytest.approx(0)
    # Σ μc / √(Σ μ² Σ c²) of means −1 1 −1 1: 1/ √(4 · 2.5)
    assert continuous([-1, 1, -1, 1], ones, codes).correlation == pytest.approx(1 / sqrt(10))
    assert continuous(codes, ones, np.zeros(4)).correlation is None


def test_the_interval_of_a_correlation_is_fishers_by_hand():
    # r = 0 of 7 lines: ± tanh(1.96 / √4)
    codes = np.array([-1.0, -0.5, -0.25, 0.0, 0.25, 0.5, 1.0])
    low, high = continuous(codes**2, np.ones(7), codes).correlation_interval
    assert (atanh(low), atanh(high)) == pytest.approx((-0.98, 0.98))
    _, high = continuous(2 * codes + codes**2, np.ones(7), codes).correlation_interval
    r = np.corrcoef(2 * codes + codes**2, codes)[0, 1]
    assert atanh(high) == pytest.approx(atanh(r) + 0.98)
    assert continuous(codes, np.ones(7), codes).correlation_interval == pytest.approx((1, 1))
    assert continuous(codes[:3], np.ones(3), -(codes[:3] ** 2)).correlation_interval is None


@pytest.mark.parametrize("noise", [0.1, 0.5, 3.0])
def test_the_interval_of_a_correlation_holds_it_19_times_in_20_or_more_often(noise):
    rng = np.random.default_rng(0)
    rho = sqrt(1 / 3 / (1 / 3 + noise**2))
    hits = 0
    for _ in range(500):
        codes = rng.uniform(-1, 1, 100)
        means = codes + noise * rng.normal(size=100)
        low, high = continuous(means, np.ones(100), codes).correlation_interval
        hits += low <= rho <= high
    assert hits / 500 > 0.93


def test_what_changes_with_a_code_by_hand():
    # Three values, four lines. Pairs: 01 changes lines 1, 2; 02 lines 1, 3; 12 lines 1, 2, 3.
    groups = [["same", "abc", "x", "y"], ["same", "abd", "", "y"], ["same", "bcd", "x", "yyy"]]
    # Edits: 01 1, 1; 02 2, 2; 12 abd bcd 2, "" x 1, y yyy 2.
    assert share_changed(groups) == Changed(
        lines=4, values=3, pairs=7 / 12, interval=wilson(7 / 12, 4), any=share(3, 4), edits=11 / 7
    )


def test_the_interval_of_changes_holds_their_share_19_times_in_20_or_more_often():
    # Of three values each line keeps its text with a chance of its own between 0 and 1.
    rng = np.random.default_rng(0)
    hits = 0
    for _ in range(300):
        kept = rng.uniform(size=60)
        lost = rng.uniform(size=(3, 60)) > kept
        groups = [[str(one * v) for one in some] for v, some in enumerate(lost.tolist(), 1)]
        low, high = share_changed(groups).interval
        hits += low <= 2 / 3 <= high  # both keep with a chance of E p² = 1/3
    assert hits / 300 > 0.93


def test_a_code_that_does_nothing_changes_nothing():
    assert share_changed([["ab", "cd"]] * 3) == Changed(
        lines=2, values=3, pairs=0, interval=share(0, 2).interval, any=share(0, 2), edits=None
    )
    all_of_it = share_changed([["ab", "cd"], ["cb", "cde"]])
    assert (all_of_it.pairs, all_of_it.any.share, all_of_it.edits) == (1, 1, 1)


@given(st.lists(st.lists(st.sampled_from("ab"), min_size=3, max_size=3), min_size=2, max_size=5))
def test_any_change_is_at_least_that_of_a_pair_and_order_is_nothing(groups):
    found = share_changed(groups)
    assert found.pairs <= found.any.share
    assert found == share_changed(groups[::-1])


def test_the_report_is_plain_and_signed():
    changed = share_changed([["a", "b"], ["c", "b"]])
    found = categorical([[0.5, 0.5], [0.25, 0.75]], [0, 1], changed=changed, seed=3)
    plain = json.loads(json.dumps(asdict(found)))
    assert (plain["changed"]["pairs"], plain["changed"]["any"]["right"]) == (0.5, 1)
    assert plain["recovered"]["share"] == 1
    assert plain["values"] == 2
    assert found.signature.startswith(
        "code|unit:char|T:16|m:2|interval:normal|settings:prior=2-values,changed=2x2|seed:3|v:"
    )
    other = continuous([0.0], [1.0], [0.5])
    assert "|settings:prior=uniform|" in other.signature
    assert other.values is None


def test_what_is_no_posterior_is_refused():
    with pytest.raises(ValueError, match=r"probabilities \(1, 2\) and codes \(2,\)"):
        categorical([[0.5, 0.5]], [0, 1])
    with pytest.raises(ValueError, match="values from 0 to K"):
        categorical([[0.5, 0.5]], [2])
    with pytest.raises(ValueError, match="do not sum to 1"):
        categorical([[0.5, 0.4]], [0])
    with pytest.raises(ValueError, match="do not sum to 1"):
        categorical([[1.5, -0.5]], [0])
    with pytest.raises(ValueError, match=r"means \(2,\), deviations \(1,\)"):
        continuous([0, 0], [1], [0, 0])
    with pytest.raises(ValueError, match="a deviation of 0"):
        continuous([0], [0], [0])
    with pytest.raises(ValueError, match="a code outside"):
        continuous([0], [1], [1.5])
    with pytest.raises(ValueError, match=r"shape \(0,\)"):
        mutual_information(np.empty(0), 1.0)
    for groups in ([["a"]], [["a"], []], [[], []]):
        with pytest.raises(ValueError, match="expected at least two, equally large"):
            share_changed(groups)
