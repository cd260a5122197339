"""Exact transport: known plans, weights, and the proof by potentials."""

from itertools import permutations

import numpy as np
import pytest
from scipy.stats import wasserstein_distance

from textgan.diagnostics.optimal_transport import assign, euclidean, transport_by_program


@pytest.fixture
def cost():
    rng = np.random.default_rng(3)
    return euclidean(rng.normal(size=(6, 2)), rng.normal(size=(6, 2)))


def test_the_cost_is_that_of_the_best_of_all_permutations(cost):
    orders = permutations(range(6))
    best = min(np.mean([cost[i, j] for i, j in enumerate(order)]) for order in orders)
    assert assign(cost)[0] == pytest.approx(best, abs=1e-12)
    assert transport_by_program(cost).cost == pytest.approx(best, abs=1e-12)


def test_potentials_are_feasible_and_reach_the_cost(cost):
    plan = transport_by_program(cost)
    assert (plan.first[:, None] + plan.second <= cost + 1e-12).all()
    assert plan.first.mean() + plan.second.mean() == pytest.approx(plan.cost)


def test_a_plan_moves_all_mass_and_no_more():
    rng = np.random.default_rng(4)
    p, q = rng.dirichlet(np.ones(4)), rng.dirichlet(np.ones(7))
    plan = transport_by_program(rng.random((4, 7)), p, q)
    np.testing.assert_allclose(plan.weights.sum(axis=1), p)
    np.testing.assert_allclose(plan.weights.sum(axis=0), q)


def test_weighted_points_on_a_line_agree_with_scipy():
    rng = np.random.default_rng(5)
    x, y = rng.normal(size=5), rng.normal(size=3)
    p, q = rng.dirichlet(np.ones(5)), rng.dirichlet(np.ones(3))
    plan = transport_by_program(np.abs(x[:, None] - y), p, q)
    assert plan.cost == pytest.approx(wasserstein_distance(x, y, p, q))
