"""Losses: their values by hand, their best critics, and their gradients far from the best."""

import math

import numpy as np
import pytest
import torch
from scipy.spatial.distance import jensenshannon
from scipy.special import expit

from textgan.objectives.losses import (
    classifying_critic_loss,
    hinge_critic_loss,
    least_squares_critic_loss,
    least_squares_generator_loss,
    mean_generator_loss,
    minimax_generator_loss,
    non_saturating_generator_loss,
    relativistic_critic_loss,
    relativistic_generator_loss,
    wasserstein_critic_loss,
    wasserstein_estimate,
)
from textgan.registry import LOSSES

REAL, FAKE = torch.tensor([3.0, 5.0]), torch.tensor([1.0, 2.0])
P, Q = np.array([1, 2, 3, 4]), np.array([4, 3, 3, 10])  # samples of real and of fake text, by point
p, q = P / P.sum(), Q / Q.sum()


def at(points):
    """Scores of all samples of both texts, of the scores (4,) of the four points."""
    points = torch.as_tensor(points, dtype=torch.double)
    return [points.repeat_interleave(torch.from_numpy(counts)) for counts in (P, Q)]


def slope(loss, score):
    """The gradient of a generator's loss in one score D(G(z))."""
    fake = torch.tensor([float(score)], dtype=torch.double, requires_grad=True)
    loss(fake).backward()
    return fake.grad.item()


def test_wasserstein_losses_by_hand():
    # E D(x) = 4, E D(G(z)) = 1.5
    assert wasserstein_estimate(REAL, FAKE).item() == 2.5
    assert wasserstein_critic_loss(REAL, FAKE).item() == -2.5
    assert mean_generator_loss(FAKE).item() == -1.5


def test_least_squares_losses_by_hand():
    # (2² + 4²)/2 = 10 and (1² + 2²)/2 = 2.5, halved together; (0² + 1²)/2 halved
    assert least_squares_critic_loss(REAL, FAKE).item() == 6.25
    assert least_squares_generator_loss(FAKE).item() == 0.25


def test_hinge_loss_by_hand():
    # max(0, 1 − 3) = max(0, 1 − ½)= ½ halved; max(0, 1 − 2) = 0, max(0, 1 + 2) = 3 halved
    loss = hinge_critic_loss(torch.tensor([3.0, 0.5]), torch.tensor([-2.0, 2.0]))
    assert loss.item() == 0.25 + 1.5


def test_classifying_losses_by_hand():
    # σ(log 3) = 3/4, σ(−log 3) = 1/4
    real, fake = torch.tensor([math.log(3), 0.0]), torch.tensor([math.log(3), -math.log(3)])
    critic = -(math.log(3 / 4) + math.log(1 / 2)) / 2 - (math.log(1 / 4) + math.log(3 / 4)) / 2
    assert classifying_critic_loss(real, fake).item() == pytest.approx(critic)
    minimax = (math.log(1 / 4) + math.log(3 / 4)) / 2
    assert minimax_generator_loss(fake).item() == pytest.approx(minimax)
    other = -(math.log(3 / 4) + math.log(1 / 4)) / 2
    assert non_saturating_generator_loss(fake).item() == pytest.approx(other)


def test_the_best_classifier_costs_2_log_2_less_twice_the_jensen_shannon_divergence():
    best = classifying_critic_loss(*at(np.log(p / q)))
    assert best.item() == pytest.approx(2 * math.log(2) - 2 * jensenshannon(p, q) ** 2, abs=1e-12)


def test_the_best_least_squares_critic_is_the_share_of_real_text():
    best = least_squares_critic_loss(*at(p / (p + q)))
    # ½ Σ p(q/(p+q))² + q(p/(p+q))² = ½ Σ pq/(p+q)
    assert best.item() == pytest.approx((p * q / (p + q)).sum() / 2, abs=1e-12)


def test_the_best_hinge_critic_is_a_sign_and_costs_2_less_the_distance_of_the_texts():
    best = hinge_critic_loss(*at(np.sign(p - q)))
    assert best.item() == pytest.approx(2 - np.abs(p - q).sum(), abs=1e-12)


@pytest.mark.parametrize(
    ("loss", "best"),
    [
        (classifying_critic_loss, np.log(p / q)),
        (least_squares_critic_loss, p / (p + q)),
        (hinge_critic_loss, np.sign(p - q)),
    ],
)
def test_no_other_scores_cost_less_than_the_best(loss, best):
    lowest = loss(*at(best)).item()
    away = np.random.default_rng(0).normal(size=(200, 4)) * np.repeat([0.01, 1.0], 100)[:, None]
    assert min(loss(*at(best + way)).item() for way in away) > lowest


@pytest.mark.parametrize("score", [-20.0, -2.0, 0.0, 3.0])
def test_the_gradient_of_a_generator_s_loss_in_one_score(score):
    assert slope(minimax_generator_loss, score) == pytest.approx(-expit(score), rel=1e-9)
    assert slope(non_saturating_generator_loss, score) == pytest.approx(-expit(-score), rel=1e-9)
    assert slope(mean_generator_loss, score) == -1
    assert slope(least_squares_generator_loss, score) == pytest.approx(score - 1)
    relativistic = slope(lambda fake: relativistic_generator_loss(torch.zeros(1), fake), score)
    assert relativistic == pytest.approx(-expit(-score), rel=1e-9)


def test_the_minimax_gradient_vanishes_where_text_is_told_apart_and_its_variant_does_not():
    assert abs(slope(minimax_generator_loss, -20)) < 3e-9
    assert slope(non_saturating_generator_loss, -20) == pytest.approx(-1)


def test_relativistic_losses_are_each_other_s_with_the_texts_exchanged():
    # softplus(1 − 3) and softplus(2 − 5)
    expected = (math.log1p(math.exp(-2)) + math.log1p(math.exp(-3))) / 2
    assert relativistic_critic_loss(REAL, FAKE).item() == pytest.approx(expected)
    assert relativistic_generator_loss(FAKE, REAL).item() == pytest.approx(expected)
    assert relativistic_critic_loss(REAL, REAL).item() == pytest.approx(math.log(2))


def test_a_relativistic_loss_is_of_pairs_and_of_differences_alone():
    assert relativistic_critic_loss(REAL + 7, FAKE + 7).item() == pytest.approx(
        relativistic_critic_loss(REAL, FAKE).item()
    )
    assert relativistic_critic_loss(REAL, FAKE.flip(0)) != relativistic_critic_loss(REAL, FAKE)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize(("real", "fake"), [(1e4, -1e4), (-1e4, 1e4), (1e4, 1e4), (-1e4, -1e4)])
def test_scores_however_large_give_finite_losses_and_slopes(name, real, fake):
    scores = torch.tensor([real, fake], requires_grad=True)
    loss, parts = LOSSES[name], scores.split(1)
    generator = loss.generator(*parts) if loss.relativistic else loss.generator(parts[1])
    for value in (loss.critic(*parts), generator):
        (gradient,) = torch.autograd.grad(value, scores)
        assert value.isfinite()
        assert gradient.isfinite().all()
