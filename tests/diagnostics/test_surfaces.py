"""Surfaces: what a polynomial explains, and where the density is."""

import numpy as np
import pytest

from textgan.diagnostics.experiments.surfaces import (
    CELLS,
    SURFACES,
    density,
    explained_by_square,
    grid,
)
from textgan.diagnostics.toys import EIGHT


def test_a_polynomial_of_degree_2_is_explained_and_a_wave_is_not():
    x, y = grid().T
    assert explained_by_square(3 + x - 2 * y + x * y - y**2, grid()) == pytest.approx(1)
    assert explained_by_square(np.sin(8 * x) * np.sin(8 * y), grid()) < 0.1
    square, wave = x**2 - np.mean(x**2), np.sin(8 * x) * np.cos(8 * y)
    mixed = square / square.std() + wave / wave.std()
    assert explained_by_square(mixed, grid()) == pytest.approx(0.5, abs=0.05)


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
            assert numbers["simple"] <= 1
            assert -1 <= numbers["density"] <= 1
    assert len(record.findings) == 2
