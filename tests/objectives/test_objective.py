"""What each objective is made of, and what its penalty and its constraint do."""

import dataclasses
import math

import pytest
import torch

from textgan.networks.build import build_critic
from textgan.objectives import Objective
from textgan.registry import OBJECTIVES


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
    real, fake, _ = batch()
    loss = objective.generator_loss(slope_two(fake), slope_two(real))
    assert loss.item() == pytest.approx(generator, abs=1e-6)


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


@pytest.mark.parametrize(
    ("penalty", "price"),
    [("none", 0.0), ("gp", 1.0), ("lp", 1.0), ("fd", 1.0), ("r1r2", 4.0)],
)
def test_any_penalty_is_added_to_any_loss_with_its_weight(tiny, penalty, price):
    settings = dataclasses.replace(tiny, objective="lsgan", penalty=penalty, penalty_weight=3.0)
    loss = Objective.from_config(settings).critic_loss(slope_two, *batch())
    assert loss.total.item() == pytest.approx(0.5 + 3 * price, abs=2e-3)


@pytest.mark.parametrize(
    ("name", "penalty"), [("wgan-gp", 0.25), ("wgan-lp", 0.0), ("wgan-fd", 0.25)]
)
def test_a_slope_below_1_is_free_where_the_penalty_is_one_sided(tiny, name, penalty):
    settings = dataclasses.replace(tiny, objective=name)
    real, fake, mix = torch.ones(2, 3, 4), torch.zeros(2, 3, 4), torch.rand(2, 2)
    loss = Objective.from_config(settings).critic_loss(lambda x: x[:, 0, 0] / 2, real, fake, mix)
    assert loss.penalty.item() == pytest.approx(penalty, abs=1e-4)  # (1/2 − 1)², or max(0, −1/2)²
    assert loss.slope.item() == pytest.approx(0.5, abs=1e-4)


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


def test_only_wgan_clips(tiny):
    for name in OBJECTIVES.built_in:
        objective = Objective.from_config(dataclasses.replace(tiny, objective=name, clip=0.01))
        network = torch.nn.Linear(4, 4)
        torch.nn.init.constant_(network.weight, 3.0)
        objective.constrain(network)
        assert network.weight.unique().item() == pytest.approx(0.01 if name == "wgan" else 3.0)


@pytest.mark.parametrize("name", OBJECTIVES.built_in)
def test_only_a_relativistic_generator_depends_on_the_scores_of_real_text(tiny, name):
    objective = Objective.from_config(dataclasses.replace(tiny, objective=name))
    fake, real = torch.tensor([1.0, 2.0]), torch.tensor([3.0, 5.0])
    losses = {objective.generator_loss(fake, scores).item() for scores in (real, real + 1)}
    assert len(losses) == (2 if objective.loss.relativistic else 1)
    if not objective.loss.relativistic:
        assert objective.generator_loss(fake).item() in losses
