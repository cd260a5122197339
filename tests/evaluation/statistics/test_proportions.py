from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest

from textgan.evaluation.statistics.proportions import Accuracy, difference, share, wilson


def test_wilson_by_hand():
    # 8 of 10, z² = 3.8416: (0.8 + 0.19208 ∓ 1.96 √(0.016 + 0.009604)) / 1.38416
    half = 1.96 * sqrt(0.025604)
    expected = ((0.99208 - half) / 1.38416, (0.99208 + half) / 1.38416)
    assert share(8, 10).interval == pytest.approx(expected, abs=1e-12)
    assert share(8, 10).interval == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert share(0, 10).interval == pytest.approx((0, 3.8416 / 13.8416), abs=1e-12)


@given(lines=st.integers(1, 10_000), part=st.integers(0, 1000))
def test_wilson_is_that_of_scipy(lines, part):
    right = round(part / 1000 * lines)
    found = share(right, lines)
    expected = binomtest(right, lines).proportion_ci(method="wilson")
    assert found.interval == pytest.approx((expected.low, expected.high), abs=1e-4)
    assert 0 <= found.interval[0] <= found.share <= found.interval[1] <= 1


def test_more_right_than_lines_is_refused():
    for right, lines in ((3, 2), (-1, 2), (0, 0)):
        with pytest.raises(ValueError, match=f"found {right} of {lines} lines right"):
            share(right, lines)


def test_a_share_of_parts_of_lines_has_an_interval_too():
    # Four lines of which halves are right are as two whole ones.
    assert wilson(0.5, 4) == share(2, 4).interval
    assert wilson(0, 4)[0] == 0
    assert wilson(1, 4)[1] == 1


def test_the_share_of_a_label_is_its_own_row():
    found = Accuracy(**vars(share(5, 9)), confusion=((3, 1), (3, 2)))
    assert (found.of(0), found.of(1)) == (share(3, 4), share(2, 5))
    assert Accuracy(**vars(share(3, 4)), confusion=((3, 1), (0, 0))).of(1) is None


@pytest.mark.parametrize(
    ("a", "b", "expected"),
    [  # Newcombe 1998, table II, method 10
        ((56, 70), (48, 80), (0.0524, 0.3339)),
        ((9, 10), (3, 10), (0.1705, 0.8090)),
        ((6, 7), (2, 7), (0.0582, 0.8062)),
        ((5, 56), (0, 29), (-0.0381, 0.1926)),
        ((0, 10), (0, 20), (-0.1611, 0.2775)),
        ((10, 10), (0, 20), (0.6791, 1.0)),
    ],
)
def test_intervals_of_differences_are_those_of_newcombes_table(a, b, expected):
    first, second = share(*a), share(*b)
    found = difference(first.share, first.interval, second.share, second.interval)
    assert found == pytest.approx(expected, abs=2e-4)
    turned = difference(second.share, second.interval, first.share, first.interval)
    assert turned == pytest.approx((-found[1], -found[0]))


def test_no_difference_of_shares_leaves_minus_one_to_one():
    for n in (1, 2, 5):
        for i in range(n + 1):
            for j in range(n + 1):
                a, b = share(i, n), share(j, n)
                low, high = difference(a.share, a.interval, b.share, b.interval)
                assert -1 <= low <= a.share - b.share <= high <= 1


def test_the_variance_of_a_share_adds_two_hits_and_two_misses():
    assert share(5, 5).variance == pytest.approx(7 / 9 * 2 / 9 / 9)  # and not 0
    assert share(500, 1_000).variance == pytest.approx(0.25 / 1_004)
