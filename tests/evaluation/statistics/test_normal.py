"""Normal intervals and tests, and their widening to Student's t."""

import pytest
from scipy.stats import t as student

from textgan.evaluation.statistics.normal import Variance, bounded_interval, normal_interval


@pytest.mark.parametrize("freedom", [7, 9, 20, 100])
def test_an_uncertain_variance_is_widened_to_students_t(freedom):
    found = Variance(4.0, 2 * 4.0**2 / freedom)
    assert found.freedom == pytest.approx(freedom)
    assert 1.96 * found.error == pytest.approx(2 * student.ppf(0.975, freedom), rel=2e-3)
    for t in (0.5, 2.0, 4.0):
        assert found.p(-2 * t) == pytest.approx(2 * student.sf(t, freedom), rel=0.05)
    assert found.p(0.0) == 1


def test_a_certain_variance_is_that_of_the_normal_distribution():
    assert (Variance(4.0).error, Variance(0.0).error) == (2.0, 0.0)
    assert Variance(4.0).p(3.92) == pytest.approx(0.05, abs=1e-4)
    assert (Variance(0.0).p(0.0), Variance(0.0).p(1.0)) == (1.0, 0.0)


def test_degrees_of_freedom_of_a_sum_are_satterthwaites():
    # f = (a + b)² / (a²/9 + b²/4), and what is certain adds none of its own
    a, b = Variance(3.0, 2 * 9 / 9), Variance(1.0, 2 * 1 / 4)
    assert (a + b).freedom == pytest.approx(16 / (9 / 9 + 1 / 4))
    assert (a + Variance(1.0)).freedom == pytest.approx(16 / (9 / 9))
    assert Variance(0.1, 100.0).freedom == 1


def test_an_interval_is_1_96_errors_to_each_side_and_a_bounded_one_ends_at_one():
    assert normal_interval(0.5, 0.1) == pytest.approx((0.304, 0.696))
    assert bounded_interval(0.5, 0.1) == normal_interval(0.5, 0.1)
    assert bounded_interval(0.9, 0.5) == (pytest.approx(-0.08), 1.0)
    assert bounded_interval(-0.9, 0.5) == (-1.0, pytest.approx(0.08))
