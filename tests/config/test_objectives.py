"""What each objective is made of, and the published numbers that it brings."""

import dataclasses

import pytest

from corpora.errors import InputError
from textgan.config.field import settings_of
from textgan.config.objectives import Pieces, default_weight
from textgan.config.settings import Config
from textgan.registry import OBJECTIVES, PENALTIES

PIECES = {  # loss, penalty, its weight, constraint, normalisation
    "wgan-gp": ("wasserstein", "gp", 10.0, "none", "none"),
    "wgan-lp": ("wasserstein", "lp", 10.0, "none", "none"),
    "wgan-fd": ("wasserstein", "fd", 10.0, "none", "none"),
    "wgan": ("wasserstein", "none", 0.0, "clip", "none"),
    "gan-minimax": ("minimax", "none", 0.0, "none", "none"),
    "gan": ("non-saturating", "none", 0.0, "none", "none"),
    "lsgan": ("least-squares", "none", 0.0, "none", "none"),
    "sngan": ("hinge", "none", 0.0, "none", "spectral"),
    "rpgan": ("relativistic", "r1r2", 0.5, "none", "none"),
}


@pytest.mark.parametrize("objective", OBJECTIVES.built_in)
def test_an_objective_is_made_of_its_pieces(objective):
    assert Config(corpus="x", objective=objective).pieces == Pieces(*PIECES[objective])


@pytest.mark.parametrize("objective", OBJECTIVES.built_in)
@pytest.mark.parametrize("piece", ["loss", "penalty", "constraint", "normalisation"])
def test_each_piece_can_be_exchanged_and_the_others_stay(objective, piece):
    own = Config(corpus="x", objective=objective).pieces
    allowed = []
    for choice in settings_of(Config)[piece].names(built_in=True):
        try:
            pieces = Config.from_dict({"corpus": "x", "objective": objective, piece: choice}).pieces
        except InputError:
            continue
        allowed.append(choice)
        weight = default_weight(choice) if piece == "penalty" else own.penalty_weight
        changed = {piece: choice, "penalty_weight": weight}
        assert pieces == dataclasses.replace(own, **changed)
    assert getattr(own, piece) in allowed


def test_a_weight_that_is_given_is_that_of_whatever_penalty():
    for penalty in PENALTIES.built_in:
        config = Config(corpus="x", penalty=penalty, penalty_weight=0.3)
        assert config.pieces.penalty_weight == 0.3


def test_none_takes_away_what_the_objective_has_of_its_own():
    assert (
        Config(corpus="x", objective="sngan", normalisation="none").pieces.normalisation == "none"
    )
    assert Config(corpus="x", objective="rpgan", penalty="none").pieces.penalty == "none"


def test_the_wgan_objective_brings_its_published_numbers():
    config = Config.build({"corpus": "x", "objective": "wgan"})
    assert (config.optimizer, config.critic_steps, config.decay_steps) == ("rmsprop", 5, 0)
    assert (config.generator_rate, config.critic_rate, config.clip) == (5e-5, 5e-5, 0.01)


@pytest.mark.parametrize(
    ("objective", "rate", "betas", "critic_steps"),
    [
        ("gan", 2e-4, (0.5, 0.999), 1),  # Goodfellow et al. 2014; Radford et al. 2016
        ("gan-minimax", 2e-4, (0.5, 0.999), 1),
        ("lsgan", 1e-3, (0.5, 0.999), 1),  # Mao et al. 2017, section 4.1
        ("sngan", 2e-4, (0.0, 0.9), 5),  # Miyato et al. 2018, published code
        ("rpgan", 2e-4, (0.0, 0.99), 1),  # Huang et al. 2024
    ],
)
def test_other_objectives_bring_their_published_numbers(objective, rate, betas, critic_steps):
    config = Config.build({"corpus": "x", "objective": objective})
    assert (config.optimizer, config.critic_steps, config.decay_steps) == ("adam", critic_steps, 0)
    assert (config.generator_rate, config.critic_rate) == (rate, rate)
    assert (config.beta1, config.beta2) == betas
