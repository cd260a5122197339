"""What each objective is made of, and what its penalty and its constraint do."""

import dataclasses
import math

import pytest
import torch

from textgan.networks.registry import build_critic
from textgan.objectives import Objective
from textgan.objectives.constraints import clip_weights
from textgan.objectives.penalties import difference_slope
from textgan.registry import OBJECTIVES, PENALTIES


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
    ("name", "penalty"), [("wgan-gp", 1.0), ("wgan-lp", 1.0), ("wgan-fd", 1.0)]
)
def test_the_critic_loss_is_estimate_and_weighted_penalty(tiny, name, penalty):
    settings = dataclasses.replace(tiny, objective=name, penalty_weight=7.0)
    loss = Objective.from_config(settings).critic_loss(slope_two, *batch())
    assert loss.wasserstein.item() == pytest.approx(2.0)
    assert loss.penalty.item() == pytest.approx(penalty, abs=1e-4)
    assert loss.total.item() == pytest.approx(-2.0 + 7.0 * penalty, abs=1e-3)


# The critic and the generator of each objective at D(x) = 2, D(G(z)) = 0, slope 2 everywhere
LOG_2 = math.log(2)
BY_HAND = {
    "wgan-gp": (-2 + 10 * (2 - 1) ** 2, 0.0),
    "wgan-lp": (-2 + 10 * (2 - 1) ** 2, 0.0),
    "wgan-fd": (-2 + 10 * (2 - 1) ** 2, 0.0),
    "wgan": (-2, 0.0),
    "gan-minimax": (math.log1p(math.exp(-2)) + LOG_2, -LOG_2),
    "gan": (math.log1p(math.exp(-2)) + LOG_2, LOG_2),
    "lsgan": ((2 - 1) ** 2 / 2 + 0, (0 - 1) ** 2 / 2),
    "sngan": (0 + 1, 0.0),
    "rpgan": (math.log1p(math.exp(-2)) + 0.5 * 2**2, math.log1p(math.exp(2))),
}


@pytest.mark.parametrize("name", OBJECTIVES.built_in)
def test_every_objective_by_hand(tiny, name):
    objective = Objective.from_config(dataclasses.replace(tiny, objective=name))
    loss = objective.critic_loss(slope_two, *batch())
    critic, generator = BY_HAND[name]
    assert loss.total.item() == pytest.approx(critic, abs=2e-3)
    assert loss.wasserstein.item() == 2
    scores = [slope_two(text) for text in batch()[:2]]
    assert objective.generator_loss(*scores).item() == pytest.approx(generator, abs=1e-6)


@pytest.mark.parametrize("name", OBJECTIVES.built_in)
def test_the_critic_s_loss_says_nothing_to_the_generator(tiny, name):
    real, fake, mix = batch()
    fake.requires_grad_()
    weight = torch.ones(1, requires_grad=True)
    objective = Objective.from_config(dataclasses.replace(tiny, objective=name))
    objective.critic_loss(lambda x: weight * slope_two(x), real, fake, mix).total.backward()
    assert fake.grad is None
    assert weight.grad is not None


@pytest.mark.parametrize("name", ["gan-minimax", "gan", "lsgan", "sngan", "wgan"])
def test_an_objective_without_a_penalty_measures_no_slope(tiny, name):
    objective = Objective.from_config(dataclasses.replace(tiny, objective=name))
    loss = objective.critic_loss(slope_two, *batch())
    assert loss.slope is None
    assert loss.penalty.item() == 0


def test_a_zero_centred_penalty_is_of_the_slopes_at_both_texts_and_nowhere_between(tiny):
    objective = Objective.from_config(dataclasses.replace(tiny, objective="rpgan"))
    real, fake = torch.zeros(2, 3, 4), torch.zeros(2, 3, 4)
    real[:, 0, 0], fake[:, 0, 0] = torch.tensor([1.0, 2.0]), torch.tensor([3.0, -1.0])
    mix = torch.full((2, 2), 0.5)
    # ∂(x²/2)/∂x = x: R1 = (1 + 4)/2, R2 = (9 + 1)/2, half their sum 3.75
    loss = objective.critic_loss(lambda x: x[:, 0, 0] ** 2 / 2, real, fake, mix)
    assert loss.penalty.item() == pytest.approx(3.75)
    assert loss.slope.item() == pytest.approx((1 + 2 + 3 + 1) / 4)


@pytest.mark.parametrize(
    ("penalty", "price"),
    [("none", 0.0), ("gp", 1.0), ("lp", 1.0), ("fd", 1.0), ("r1r2", 4.0)],
)
def test_any_penalty_is_added_to_any_loss_with_its_weight(tiny, penalty, price):
    settings = dataclasses.replace(tiny, objective="lsgan", penalty=penalty, penalty_weight=3.0)
    loss = Objective.from_config(settings).critic_loss(slope_two, *batch())
    assert loss.total.item() == pytest.approx(0.5 + 3 * price, abs=2e-3)


def test_the_two_points_of_a_chord_are_independent_draws(tiny):
    settings = dataclasses.replace(tiny, objective="wgan-fd", fd_points="chord")
    objective = Objective.from_config(settings)
    seen = []

    def critic(x):
        seen.append(x)
        return slope_two(x)

    real = torch.arange(8.0)[:, None, None].expand(8, 3, 4)
    fake = -real
    mix = torch.rand(2, 8, generator=torch.Generator().manual_seed(0))
    objective.slopes(critic, objective.penalty, real, fake, mix)
    first, second = seen[0].chunk(2)
    torch.testing.assert_close(
        first[:, 0, 0], mix[0] * real[:, 0, 0] + (1 - mix[0]) * fake[:, 0, 0]
    )
    assert not torch.isclose(first, second).all(dim=2).all(dim=1).any()


def test_only_wgan_clips(tiny):
    for name in set(OBJECTIVES.built_in) - {"wgan"}:
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


@pytest.mark.parametrize("curriculum", ["none", "length", "critics"])
def test_clipping_leaves_q_free_which_has_no_part_in_the_score(tiny, curriculum):
    settings = dataclasses.replace(
        tiny, objective="wgan", codes="10,c2", curriculum=curriculum, clip=1e-3
    )
    critic = build_critic(settings, 7, length=8, labels=0)
    before = [p.clone() for p in critic.recover_codes.parameters()]
    Objective.from_config(settings).constrain(critic)
    after = list(critic.recover_codes.parameters())
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
    bounded = [p for name, p in critic.named_parameters() if not name.startswith("recover_codes")]
    assert max(p.abs().max() for p in bounded) <= 1e-3 < max(p.abs().max() for p in after)


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
    Objective.from_config(settings).slopes(critic, PENALTIES["fd"], real, fake, mix)
    x, g = real[:, 0, 0].roll(1), fake[:, 0, 0].roll(2)  # not the first pairs, nor each other's
    torch.testing.assert_close(seen[0][8:, 0, 0], mix[1] * x + (1 - mix[1]) * g)


def test_the_step_of_a_difference_is_the_setting(tiny):
    settings = dataclasses.replace(tiny, objective="wgan-fd", fd_step=0.25)
    points = torch.rand(4, 3, 4, generator=torch.Generator().manual_seed(0))

    def cubic(x):  # its difference depends on h
        return (x**3).sum((1, 2))

    objective = Objective.from_config(settings)
    found = objective.slopes(cubic, objective.penalty, points, points, torch.zeros(2, 4))
    torch.testing.assert_close(found, difference_slope(cubic, points, 0.25))
    assert not torch.allclose(found, difference_slope(cubic, points, 0.05))


def test_under_batch_normalisation_real_text_is_scored_in_a_batch_of_its_own(tiny):
    settings = dataclasses.replace(tiny, objective="gan", normalisation="batch")
    torch.manual_seed(0)
    critic = build_critic(settings, 5, length=8, labels=0)
    real, fakes = torch.rand(4, 8, 5), (torch.rand(4, 8, 5), torch.zeros(4, 8, 5))
    aims, seen = Objective.from_config(settings), []
    for fake in fakes:
        loss = aims.critic_loss(critic, real, fake, torch.rand(2, 4))
        seen.append(loss.wasserstein + critic(fake).mean())
    torch.testing.assert_close(seen[0], seen[1])  # both are the mean score of real text


@pytest.mark.parametrize(
    ("name", "penalty"), [("wgan-gp", 1.0), ("wgan-lp", 0.0), ("wgan-fd", 1.0)]
)
def test_lipschitz_is_the_slope_that_a_penalty_asks_for(tiny, name, penalty):
    # slope 2 where 3 is asked for: (2 − 3)², or nothing where the penalty is one-sided
    settings = dataclasses.replace(tiny, objective=name, lipschitz=3.0)
    loss = Objective.from_config(settings).critic_loss(slope_two, *batch())
    assert loss.penalty.item() == pytest.approx(penalty, abs=1e-4)
