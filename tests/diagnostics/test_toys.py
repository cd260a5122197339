"""Toys: where their points are, and that each is a function of (seed, key, row)."""

import numpy as np
import pytest

from textgan.diagnostics.toys import EIGHT, GRID, TOYS, draw, noisy


def test_eight_gaussians_have_radius_2_divided_by_1_414():
    np.testing.assert_allclose(np.linalg.norm(EIGHT, axis=1), 2 / 1.414)
    points = draw("8 Gaussians", 0, 1, count=4000)
    distance = np.linalg.norm(points[:, None] - EIGHT, axis=2)
    assert sorted(set(distance.argmin(axis=1))) == list(range(8))
    deviation = np.sqrt((distance.min(axis=1) ** 2).mean() / 2)  # of one axis
    assert deviation == pytest.approx(0.02 / 1.414, rel=0.05)


def test_25_gaussians_are_a_grid_from_minus_4_to_4_divided_by_2_828():
    assert len(GRID) == 25
    assert GRID.min() == pytest.approx(-4 / 2.828)
    assert len(np.unique(GRID[:, 0])) == 5
    assert np.diff(np.unique(GRID[:, 0])) == pytest.approx(2 / 2.828)


def test_the_swiss_roll_spirals_out():
    points = draw("Swiss roll", 0, 1, count=4000) * 7.5
    radius = np.linalg.norm(points, axis=1)
    assert radius.min() == pytest.approx(1.5 * np.pi, abs=1)
    assert radius.max() == pytest.approx(4.5 * np.pi, abs=1)


@pytest.mark.parametrize("toy", TOYS)
def test_a_row_is_the_same_whichever_rows_are_drawn_with_it(toy):
    np.testing.assert_array_equal(draw(toy, 3, 5, count=10)[:4], draw(toy, 3, 5, count=4))
    assert not np.array_equal(draw(toy, 3, 5, count=4), draw(toy, 3, 6, count=4))


def test_the_fixed_generator_adds_noise_of_variance_1():
    points = noisy("8 Gaussians", 0, 1, count=4000)
    assert np.mean(points**2) == pytest.approx(1 + np.mean(EIGHT**2), rel=0.05)
