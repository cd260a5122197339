"""Divergences: known values and laws."""

import math

import numpy as np
import pytest
from scipy.spatial.distance import jensenshannon
from scipy.stats import entropy

from textgan.diagnostics.divergences import (
    jensen_shannon,
    js_of_loss,
    kullback_leibler,
    on_common_support,
)


def test_divergences_are_those_of_scipy():
    rng = np.random.default_rng(0)
    p, q = rng.dirichlet(np.ones(7)), rng.dirichlet(np.ones(7))
    assert kullback_leibler(p, q) == pytest.approx(entropy(p, q))
    assert jensen_shannon(p, q) == pytest.approx(jensenshannon(p, q) ** 2)
    assert jensen_shannon(p, q, np.log2) == pytest.approx(jensenshannon(p, q, 2) ** 2)


def test_the_loss_of_a_discriminator_that_knows_nothing_reads_as_0():
    assert js_of_loss(2 * math.log(2)) == pytest.approx(0)
    assert js_of_loss(0.0) == pytest.approx(math.log(2))


def test_kl_is_infinite_where_the_second_has_no_mass():
    assert kullback_leibler(np.array([0.5, 0.5]), np.array([1.0, 0.0])) == math.inf
    assert kullback_leibler(np.array([1.0, 0.0]), np.array([0.5, 0.5])) == pytest.approx(
        math.log(2)
    )


def test_equal_points_add_up_on_the_common_support():
    first, second = np.array([[0.0], [0.0], [1.0], [2.0]]), np.array([[1.0], [3.0]])
    p, q = on_common_support(first, second)
    assert p.tolist() == [0.5, 0.25, 0.25, 0]
    assert q.tolist() == [0, 0.5, 0, 0.5]
