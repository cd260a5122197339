"""Histograms and shares of weights in units of a limit: worked examples."""

import numpy as np
import pytest

from textgan.diagnostics.weights import histogram, near_limit


def test_weights_further_out_are_in_the_last_part():
    shares = histogram(np.array([-1.0, -5.0, 0.0, 0.3, 1.0, 9.0]), 4)
    assert shares == pytest.approx(np.array([2, 0, 2, 2]) / 6)


def test_near_is_from_95_percent_of_the_limit_on():
    assert near_limit(np.array([0.96, -0.95, 0.94, -2.0])) == 0.75
    assert near_limit(np.array([0.96, -0.95, 0.94, -2.0]), 2.0) == 0.25
