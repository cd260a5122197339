"""Surfaces: what a polynomial explains, and where the density is."""

import numpy as np
import pytest

from textgan.diagnostics.experiments.surfaces import (
    CELLS,
    SURFACES,
    count_directions,
    density,
    grid,
)
from textgan.diagnostics.toys import EIGHT


def test_a_plane_has_one_direction_a_pyramid_four_and_a_cone_all():
    x, y = grid().T
    off_centre = grid()[(x != 0) | (y != 0)]
    assert count_directions(np.tile([[1.0, 2.0]], (10, 1))) == 1
    sides = np.array([[1, 0], [0, 1], [-1, 0], [0, -1]], dtype=float)
    assert count_directions(np.repeat(sides, 5, axis=0)) == pytest.approx(4)
    assert count_directions(np.repeat(sides[:2], [3, 1], axis=0)) == pytest.approx(
        4 / 3**0.75  # the perplexity of shares ¾ and ¼
    )
    cone = off_centre / np.linalg.norm(off_centre, axis=1, keepdims=True)
    assert count_directions(cone) > 33


def test_the_density_is_high_at_the_modes_alone():
    at_modes = density("8 Gaussians", EIGHT, 0)
    assert at_modes.min() > 20 * density("8 Gaussians", np.zeros((1, 2)), 0)[0]
    assert density("8 Gaussians", 1.5 * EIGHT, 0).max() < at_modes.min() / 20


def test_the_record_has_a_surface_of_every_toy_and_rule():
    record = SURFACES({"updates": 2, "units": 16, "batch": 8})
    for toy in ("8 Gaussians", "25 Gaussians", "Swiss roll"):
        for rule in ("clipping", "penalty"):
            assert np.shape(record.measured["surfaces"][toy][rule]) == (CELLS, CELLS)
            numbers = record.measured["medians"][toy][rule]
            assert 1 <= numbers["directions"] <= 36
            assert -1 <= numbers["density"] <= 1
    assert len(record.findings) == 2
