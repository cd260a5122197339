"""Penalties on critics whose slope is known: one call each, and their derivatives."""

import pytest
import torch
import torch.nn.functional as F

from textgan.config.settings import Config
from textgan.objectives.penalties import (
    ChordPenalty,
    DifferencePenalty,
    GradientPenalty,
    ZeroCentredPenalty,
    one_sided,
    two_sided,
)
from textgan.objectives.slopes import difference_slope
from textgan.registry import PENALTIES

T, V = 6, 5
MIX = torch.rand(2, 8, generator=torch.Generator().manual_seed(0))


class Linear(torch.nn.Module):
    """D(x) = s · x₀₀: slope s everywhere."""

    def __init__(self, slope):
        super().__init__()
        self.slope = torch.nn.Parameter(torch.tensor(slope))

    def forward(self, text):
        return self.slope * text[:, 0, 0]


def rows(seed):
    return F.softmax(torch.randn(8, T, V, generator=torch.Generator().manual_seed(seed)), 2)


def two_sided_cost(s, K):
    return (s - K) ** 2


def one_sided_cost(s, K):
    return max(0.0, s - K) ** 2


@pytest.mark.parametrize("K", [1.0, 2.0])
@pytest.mark.parametrize("s", [0.0, 0.5, 1.0, 3.0])
def test_a_linear_critic_of_slope_s_has_penalty_s_minus_k_squared(s, K):
    costs = {
        GradientPenalty(K): two_sided_cost(s, K),
        GradientPenalty(K, one_sided): one_sided_cost(s, K),
        DifferencePenalty(K): two_sided_cost(s, K),
        ZeroCentredPenalty(): s**2,  # ½ (R1 + R2) = ½ (s² + s²), whatever K is
    }
    for penalty, expected in costs.items():
        value, slope = penalty(Linear(s), rows(0), rows(1), MIX)
        assert value.item() == pytest.approx(expected, abs=1e-4), penalty
        assert slope.item() == pytest.approx(s, abs=1e-4), penalty
        assert not slope.requires_grad


@pytest.mark.parametrize("s", [0.5, 1.0, 3.0])
def test_penalties_on_a_linear_critic_have_the_derivatives_of_their_parabolas(s):
    derivatives = {
        GradientPenalty(): 2 * (s - 1),
        GradientPenalty(cost=one_sided): 2 * max(0, s - 1),
        DifferencePenalty(): 2 * (s - 1),
        ZeroCentredPenalty(): 2 * s,
    }
    for penalty, derivative in derivatives.items():
        critic = Linear(s)
        penalty(critic, rows(0), rows(1), MIX).value.backward()
        assert critic.slope.grad.item() == pytest.approx(derivative, abs=1e-4), penalty


def test_costs_by_hand():
    slopes = torch.tensor([0.0, 1.0, 3.0])
    assert two_sided(slopes, 1.0).item() == pytest.approx((1 + 0 + 4) / 3)
    assert one_sided(slopes, 1.0).item() == pytest.approx((0 + 0 + 4) / 3)


def test_a_zero_centred_penalty_is_of_the_slopes_at_both_texts_and_nowhere_between():
    real, fake = torch.zeros(2, T, V), torch.zeros(2, T, V)
    real[:, 0, 0], fake[:, 0, 0] = torch.tensor([1.0, 2.0]), torch.tensor([3.0, -1.0])

    def critic(text):  # ∂(x²/2)/∂x = x
        return text[:, 0, 0] ** 2 / 2

    value, slope = ZeroCentredPenalty()(critic, real, fake, torch.full((2, 2), 0.5))
    assert value.item() == pytest.approx(((1 + 4) / 2 + (9 + 1) / 2) / 2)  # ½ (R1 + R2)
    assert slope.item() == pytest.approx((1 + 2 + 3 + 1) / 4)


def test_the_reported_slope_is_the_mean():
    points = torch.zeros(2, T, V)
    points[1] = 1.0  # ∂(x²/2)/∂x = x: slopes 0 and 1
    penalty = GradientPenalty()
    _, slope = penalty(lambda x: x[:, 0, 0] ** 2 / 2, points, points, torch.zeros(2, 2))
    assert slope.item() == pytest.approx(0.5)


def test_the_two_points_of_a_chord_are_independent_draws():
    scored = []

    def critic(text):
        scored.append(text)
        return text[:, 0, 0]

    real = torch.arange(8.0)[:, None, None].expand(8, T, V)
    fake = 100 + real**2
    ChordPenalty()(critic, real, fake, MIX)
    first, second = (points[:, 0, 0] for points in scored[0].chunk(2))
    x, g = real[:, 0, 0], fake[:, 0, 0]
    torch.testing.assert_close(first, MIX[0] * x + (1 - MIX[0]) * g)
    x, g = x.roll(1), g.roll(2)  # not the first pairs, nor each other's
    torch.testing.assert_close(second, MIX[1] * x + (1 - MIX[1]) * g)


def test_the_chord_of_a_linear_critic_has_the_slope_of_the_chord():
    real, fake = torch.zeros(8, T, V), torch.zeros(8, T, V)
    real[:, 0, 0], real[:, 0, 1] = torch.arange(8.0), torch.arange(8.0)  # at 45° to the gradient
    value, slope = ChordPenalty()(Linear(2.0), real, fake, MIX)
    assert slope.item() == pytest.approx(2**0.5, abs=1e-5)
    assert value.item() == pytest.approx((2**0.5 - 1) ** 2, abs=1e-5)


def test_the_step_of_a_difference_is_the_setting():
    def cubic(text):  # its difference depends on h
        return (text**3).sum((1, 2))

    config = Config(corpus="x", objective="wgan-fd", fd_step=0.25)
    _, slope = PENALTIES["fd"](config)(cubic, rows(0), rows(0), MIX)
    assert slope == pytest.approx(difference_slope(cubic, rows(0), 0.25).mean().item())
    assert slope != pytest.approx(difference_slope(cubic, rows(0), 0.05).mean().item())


@pytest.mark.parametrize(
    ("settings", "penalty"),
    [
        ({"objective": "wgan-gp", "lipschitz": 3.0}, GradientPenalty(3.0, two_sided)),
        ({"objective": "wgan-lp", "lipschitz": 3.0}, GradientPenalty(3.0, one_sided)),
        ({"objective": "wgan-fd", "fd_step": 0.1}, DifferencePenalty(1.0, 0.1)),
        ({"objective": "wgan-fd", "fd_points": "chord"}, ChordPenalty(1.0)),
        ({"objective": "rpgan"}, ZeroCentredPenalty()),
    ],
)
def test_the_settings_of_a_run_choose_its_penalty(settings, penalty):
    config = Config(corpus="x", **settings)
    assert PENALTIES[config.pieces.penalty](config) == penalty


@pytest.mark.parametrize("penalty", [GradientPenalty(), DifferencePenalty()])
def test_a_penalty_at_one_point_mixes_by_the_first_factors(penalty):
    real, fake = torch.full((8, T, V), 1.0), torch.full((8, T, V), 3.0)
    mix = torch.stack([torch.zeros(8), torch.ones(8)])  # the first: all of it generated text
    _, slope = penalty(lambda x: x[:, 0, 0] ** 2 / 2, real, fake, mix)
    assert slope.item() == pytest.approx(3.0, abs=1e-4)
