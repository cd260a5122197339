"""Losses with values by hand, and what each objective is made of."""

import dataclasses

import pytest
import torch

from textgan.objectives import Objective
from textgan.objectives.constraints import clip_weights
from textgan.objectives.losses import (
    wasserstein_critic_loss,
    wasserstein_estimate,
    wasserstein_generator_loss,
)
from textgan.objectives.penalties import difference_slope

REAL, FAKE = torch.tensor([3.0, 5.0]), torch.tensor([1.0, 2.0])


def test_wasserstein_losses_by_hand():
    # E D(x) = 4, E D(G(z)) = 1.5
    assert wasserstein_estimate(REAL, FAKE).item() == 2.5
    assert wasserstein_critic_loss(REAL, FAKE).item() == -2.5
    assert wasserstein_generator_loss(FAKE).item() == -1.5


def slope_two(x):
    """A linear critic of slope 2 that reads the first symbol of the first position."""
    return 2 * x[:, 0, 0]


def batch():
    real = torch.zeros(2, 3, 4)
    real[:, :, 0] = 1  # D = 2
    fake = torch.zeros(2, 3, 4)
    fake[:, :, 1] = 1  # D = 0
    return real, fake, torch.tensor([[0.5, 0.25], [0.1, 0.9]])


@pytest.mark.parametrize(
    ("name", "penalty"), [("wgan-gp", 1.0), ("wgan-lp", 1.0), ("wgan-fd", 1.0), ("wgan", 0.0)]
)
def test_the_critic_loss_is_estimate_and_weighted_penalty(tiny, name, penalty):
    settings = dataclasses.replace(tiny, objective=name, penalty_weight=7.0)
    loss = Objective.from_config(settings).critic_loss(slope_two, *batch())
    assert loss.wasserstein.item() == pytest.approx(2.0)
    assert loss.penalty.item() == pytest.approx(penalty, abs=1e-4)
    assert loss.total.item() == pytest.approx(-2.0 + 7.0 * penalty, abs=1e-3)


def test_the_two_points_of_a_chord_are_independent_draws(tiny):
    settings = dataclasses.replace(tiny, objective="wgan-fd", fd_points="chord")
    objective = Objective.from_config(settings)
    assert objective.measure == "chord"
    seen = []

    def critic(x):
        seen.append(x)
        return slope_two(x)

    real = torch.arange(8.0)[:, None, None].expand(8, 3, 4)
    fake = -real
    mix = torch.rand(2, 8, generator=torch.Generator().manual_seed(0))
    objective.slopes(critic, real, fake, mix)
    first, second = seen[0].chunk(2)
    torch.testing.assert_close(
        first[:, 0, 0], mix[0] * real[:, 0, 0] + (1 - mix[0]) * fake[:, 0, 0]
    )
    assert not torch.isclose(first, second).all(dim=2).all(dim=1).any()


def test_only_wgan_clips(tiny):
    for name in ("wgan-gp", "wgan-lp", "wgan-fd"):
        assert Objective.from_config(dataclasses.replace(tiny, objective=name)).clip is None
    network = torch.nn.Linear(4, 4)
    with torch.no_grad():
        network.weight.fill_(3.0)
        network.bias.copy_(torch.tensor([-3.0, -0.01, 0.005, 0.02]))
    Objective.from_config(dataclasses.replace(tiny, objective="wgan", clip=0.01)).constrain(network)
    assert network.weight.unique().tolist() == pytest.approx([0.01])
    assert network.bias.tolist() == pytest.approx([-0.01, -0.01, 0.005, 0.01])


def test_clipping_reaches_every_parameter():
    network = torch.nn.Sequential(torch.nn.Conv1d(2, 3, 5), torch.nn.Linear(3, 1))
    clip_weights(network, 1e-3)
    assert all(p.abs().max() <= 1e-3 for p in network.parameters())


@pytest.mark.parametrize(
    ("name", "penalty"), [("wgan-gp", 0.25), ("wgan-lp", 0.0), ("wgan-fd", 0.25)]
)
def test_a_slope_below_1_is_free_where_the_penalty_is_one_sided(tiny, name, penalty):
    settings = dataclasses.replace(tiny, objective=name)
    real, fake, mix = torch.ones(2, 3, 4), torch.zeros(2, 3, 4), torch.rand(2, 2)
    loss = Objective.from_config(settings).critic_loss(lambda x: x[:, 0, 0] / 2, real, fake, mix)
    assert loss.penalty.item() == pytest.approx(penalty, abs=1e-4)  # (1/2 − 1)², or max(0, −1/2)²
    assert loss.slope.item() == pytest.approx(0.5, abs=1e-4)


def test_the_reported_slope_is_the_mean(tiny):
    real, fake, mix = torch.zeros(2, 3, 4), torch.zeros(2, 3, 4), torch.zeros(2, 2)
    real[1] = fake[1] = 1.0  # ∂(x²/2)/∂x = x: slopes 0 and 1
    loss = Objective.from_config(tiny).critic_loss(lambda x: x[:, 0, 0] ** 2 / 2, real, fake, mix)
    assert loss.slope.item() == pytest.approx(0.5)


def test_the_second_point_of_a_chord_has_its_own_factor_and_its_own_partners(tiny):
    settings = dataclasses.replace(tiny, objective="wgan-fd", fd_points="chord")
    seen = []

    def critic(x):
        seen.append(x)
        return x[:, 0, 0]

    real = torch.arange(8.0)[:, None, None].expand(8, 3, 4)
    fake = 100 + real**2
    mix = torch.rand(2, 8, generator=torch.Generator().manual_seed(0))
    Objective.from_config(settings).slopes(critic, real, fake, mix)
    x, g = real[:, 0, 0].roll(1), fake[:, 0, 0].roll(2)  # not the first pairs, nor each other's
    torch.testing.assert_close(seen[0][8:, 0, 0], mix[1] * x + (1 - mix[1]) * g)


def test_the_step_of_a_difference_is_the_setting(tiny):
    settings = dataclasses.replace(tiny, objective="wgan-fd", fd_step=0.25)
    points = torch.rand(4, 3, 4, generator=torch.Generator().manual_seed(0))

    def cubic(x):  # its difference depends on h
        return (x**3).sum((1, 2))

    found = Objective.from_config(settings).slopes(cubic, points, points, torch.zeros(2, 4))
    torch.testing.assert_close(found, difference_slope(cubic, points, 0.25))
    assert not torch.allclose(found, difference_slope(cubic, points, 0.05))
