"""Clipping and layers: shares of weights near the limit, and slopes of gradients."""

import numpy as np
import pytest
import torch

from textgan.diagnostics.critic_training import (
    CriticTraining,
    initialise_he,
    initialise_uniform,
    seeded,
)
from textgan.diagnostics.experiments.clipping import CLIPPING, scaled_weights
from textgan.diagnostics.experiments.layers import LAYERS, gradient_norms, slope_by_depth
from textgan.diagnostics.streams import toy_stream
from textgan.diagnostics.weights import in_units, near_limit
from textgan.networks.critics.mlp import MlpCritic


def critic(initialise, blocks=2, width=8):
    def build():
        made = MlpCritic(length=1, vocabulary=2, width=width, blocks=blocks)
        initialise(made)
        return made

    return seeded(build, 0)


def test_weights_within_5_percent_of_the_limit_are_counted():
    assert near_limit(np.array([0.01, -0.0096, 0.0094, 0.0]), 0.01) == 0.5
    scaled = in_units([np.array([1.0, -0.96, 0.5]), np.array([7.0])], [1.0, 7.0])
    assert near_limit(scaled) == 0.75


def test_under_the_penalty_weights_are_in_units_of_the_largest_of_their_layer():
    made = critic(initialise_he)
    with torch.no_grad():
        made.hidden[0].weight.copy_(torch.tensor([[2.0, 4.0]]).expand_as(made.hidden[0].weight))
    first = made.hidden[0].weight.numel()
    assert scaled_weights(made, None)[:first].tolist() == [0.5, 1.0] * (first // 2)
    assert scaled_weights(made, 8.0)[:first].tolist() == [0.25, 0.5] * (first // 2)
    assert np.abs(scaled_weights(made, None)).max() == 1


def test_of_uniform_weights_5_percent_are_near_the_limit():
    made = critic(lambda network: initialise_uniform(network, 0.01), width=32)
    weights = torch.cat([layer.weight.flatten() for layer in made.hidden]).detach().numpy()
    assert near_limit(weights, 0.01) == pytest.approx(0.05, abs=0.005)
    assert not made.hidden[0].bias.any()


def test_training_keeps_clipped_weights_inside_and_piles_them_up():
    made = critic(lambda network: initialise_uniform(network, 0.01))
    train = CriticTraining(made, {"objective": "wgan", "critic_rate": 5e-4}, seed=0)
    stream = toy_stream("Swiss roll", 0, 32)
    for update in range(60):
        train(stream(update))
    weights = torch.cat([weight.flatten() for weight in made.parameters()]).detach().numpy()
    assert np.abs(weights).max() <= np.float32(0.01)
    assert near_limit(weights, 0.01) > 0.3


def test_an_update_lowers_the_loss_of_its_batch():
    made = critic(initialise_he)
    train = CriticTraining(made, {"objective": "wgan-gp", "critic_rate": 1e-3}, seed=0)
    pair = toy_stream("8 Gaussians", 0, 64)(0)
    losses = [train(pair).total.item() for _ in range(30)]
    assert losses[-1] < losses[0]


def test_he_weights_keep_the_gradient_level_and_halved_ones_shrink_it():
    pair = toy_stream("Swiss roll", 0, 64)(0)
    deep = critic(initialise_he, blocks=11, width=32)
    level = slope_by_depth(gradient_norms(deep, [pair]))
    assert level == pytest.approx(0, abs=0.1)
    with torch.no_grad():
        for layer in deep.hidden:
            layer.weight /= 2
    assert slope_by_depth(gradient_norms(deep, [pair])) == pytest.approx(
        level - np.log(2), abs=1e-4
    )


def test_gradients_at_the_layers_are_those_of_the_chain_rule():
    pair = toy_stream("Swiss roll", 0, 16)(0)
    made = critic(initialise_he, blocks=2)
    norms = gradient_norms(made, [pair])
    text = torch.cat([pair.real, pair.fake]).flatten(1)
    first = made.hidden[0](text)
    second = made.hidden[1](torch.relu(first))
    sign = torch.cat([-torch.ones(16), torch.ones(16)])[:, None] / 16  # of −E D(x) + E D(G(z))
    back = sign * made.score.weight * (second > 0)
    assert norms[1] == pytest.approx(back.norm().item(), rel=1e-5)
    assert norms[0] == pytest.approx(
        ((back @ made.hidden[1].weight) * (first > 0)).norm().item(), rel=1e-5
    )


def test_the_records_have_all_their_numbers(corpus_file):
    record = CLIPPING({
        "corpus": str(corpus_file), "updates": 3, "units": 16, "batch": 8, "text_width": 8,
        "text_batch": 8,
    })  # fmt: skip
    assert len(record.findings) == 4
    for rules in record.measured["histograms"].values():
        for counts in rules.values():
            assert sum(counts) == pytest.approx(1)
    record = LAYERS({
        "repeats": 1, "updates": 3, "units": 16, "batch": 8, "depth": 5, "other_units": "8",
    })  # fmt: skip
    assert list(record.measured["slopes"]) == ["c = 0.1", "c = 0.01", "c = 0.001", "penalty"]
    assert len(record.measured["norms"]["penalty"][0]) == 4
    assert list(record.measured["slopes_by_width"]["0.1"]) == ["8", "16"]
