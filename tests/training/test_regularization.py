"""Regularizers: what each adds to a loss, with its weight, and what it brings about."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from textgan.config.presets import COLUMN_SETTINGS
from textgan.inputs.noise import Purpose
from textgan.objectives import ngram_matching
from textgan.objectives.regularizers import (
    code_loss,
    distance_to_target,
    feature_distance,
    symbol_divergence,
)
from textgan.training.regularization import as_text, symbol_perplexity, symbol_shares


def generator_update(subject):
    """Real and generated text and latents of the generator's update of step 1."""
    real = subject.real.batch(1, subject.config.critic_steps)
    inputs = subject.draw_inputs(1, 0, Purpose.GENERATOR_NOISE, real.condition)
    return real.text, inputs.latent, subject.models.generator(*inputs)


# A regularizer's weight -> the settings it needs, and the term by hand
TERMS = {
    "feature_matching": (
        {},
        lambda subject, text, _, fake: feature_distance(
            *(subject.models.critic.features(rows).mean(0) for rows in (text, fake))
        ),
    ),
    "symbol_matching": (
        {"output": "softmax"},
        lambda subject, text, _, fake: symbol_divergence(
            symbol_shares(subject.corpus), fake.mean((0, 1))
        ),
    ),
    "code_weight": (
        {"codes": "3,c1"},
        lambda subject, text, latent, fake: code_loss(
            subject.models.critic.recover(fake),
            subject.latents.codes_of(latent),
            subject.latents.codes,
        ),
    ),
    "pair_weight": (
        {"columns": "pairs", **COLUMN_SETTINGS["pairs"]},
        lambda subject, text, _, fake: distance_to_target(text, fake),
    ),
}


@pytest.mark.parametrize("name", TERMS)
def test_a_regularizer_costs_the_generator_its_weight(name, tiny, encoded, make_trainer):
    needed, term = TERMS[name]
    light, heavy = (
        make_trainer(
            dataclasses.replace(tiny, **needed | {name: weight}),
            encoded[needed.get("columns", "text")],
        )
        for weight in (1.0, 301.0)
    )
    with torch.no_grad():
        expected = 300 * term(light, *generator_update(light)).item()
    difference = heavy.update_generator(1) - light.update_generator(1)
    assert difference == pytest.approx(expected, rel=1e-3)
    assert expected > 0.01


def test_ngram_matching_costs_the_generator_its_weight(tiny, encoded, make_trainer, monkeypatch):
    """Of every second line, where there are too many for all."""
    light, heavy = (
        make_trainer(dataclasses.replace(tiny, ngram_matching=weight), encoded["text"])
        for weight in (1.0, 31.0)
    )
    for subject in (light, heavy):
        subject.regularizers.remember(subject.generate(1, [subject.real.batch(1, 0)]))
    _, _, fake = generator_update(light)
    monkeypatch.setattr(ngram_matching, "ENTRIES", fake.numel() - 1)
    chosen = fake[::2].detach()
    slopes = light.models.ngrams.slopes(chosen.argmax(2))
    expected = 30 * ((slopes * chosen).sum() / chosen[..., 0].numel()).item()
    difference = heavy.update_generator(1) - light.update_generator(1)
    assert difference == pytest.approx(expected, rel=1e-3)
    assert abs(expected) > 0.01


def test_the_text_of_a_steps_critic_updates_is_remembered(tiny, encoded, make_trainer):
    config = dataclasses.replace(tiny, ngram_matching=1.0, critic_steps=2)
    subject = make_trainer(config, encoded["text"])
    texts = [fake.text.argmax(2) for fake in subject.generate(1, [subject.real.batch(1, 0)] * 2)]
    remembered = []
    subject.models.ngrams.remember = remembered.append
    subject.step(1)
    assert torch.equal(*remembered, torch.cat(texts))


@pytest.mark.parametrize("weight", [0.0, 2.0])
def test_a_weight_of_0_takes_a_regularizer_away(weight, tiny, encoded, make_trainer):
    plain = make_trainer(tiny, encoded["text"])
    regularized = make_trainer(dataclasses.replace(tiny, feature_matching=weight), encoded["text"])
    assert (plain.step(1) == regularized.step(1)) == (weight == 0)


def test_codes_cost_the_critic_their_weight(tiny, encoded, make_trainer):
    light, heavy = (
        make_trainer(dataclasses.replace(tiny, codes="3,c1", code_weight=weight), encoded["text"])
        for weight in (1.0, 3.0)
    )
    real = light.real.batch(1, 0)
    (fake,) = light.generate(1, [real])
    with torch.no_grad():
        recovered = light.models.critic.recover(as_text(fake.text, light.corpus.encoder.pad))
        codes = light.latents.codes_of(fake.latent)
        expected = 2 * code_loss(recovered, codes, light.latents.codes).item()
    losses = [subject.update_critic(1, 0, real, fake).loss for subject in (light, heavy)]
    assert losses[1] - losses[0] == pytest.approx(expected, rel=1e-4)


def test_the_codes_to_recover_are_those_that_text_was_made_from(
    tiny, encoded, make_trainer, monkeypatch
):
    config = dataclasses.replace(tiny, columns="labels", codes="3,c1")
    subject = make_trainer(config, encoded["labels"])
    fed, expected = [], []
    subject.models.generator.register_forward_pre_hook(lambda _, inputs: fed.append(inputs[0]))
    monkeypatch.setattr(
        "textgan.training.regularization.code_loss",
        lambda recovered, codes, _: expected.append(codes) or recovered.square().mean(),
    )
    subject.step(1)
    for codes, latent in zip(expected, [*fed[0].chunk(2), fed[1]], strict=True):
        assert torch.equal(codes, subject.latents.codes_of(latent))


def test_codes_are_recovered_from_rows_without_instance_noise(
    tiny, encoded, make_trainer, monkeypatch
):
    config = dataclasses.replace(tiny, codes="3,c1", instance_noise=0.5)
    subject = make_trainer(config, encoded["text"])
    made, read = [], []
    subject.models.generator.register_forward_hook(lambda *call: made.append(call[2]))
    codes_of = subject.models.critic.codes_of

    def reads(features):
        read.append(features)
        return codes_of(features)

    monkeypatch.setattr(subject.models.critic, "codes_of", reads)
    features = subject.models.critic.features
    subject.update_generator(1)
    ((rows,), (found,)) = made, read
    torch.testing.assert_close(found, features(rows))


def test_a_critic_update_shows_q_text_and_no_rows_between(tiny, encoded, make_trainer, monkeypatch):
    subject = make_trainer(dataclasses.replace(tiny, codes="3"), encoded["text"])
    real, seen = subject.real.batch(1, 0), []
    (fake,) = subject.generate(1, [real])
    recover = subject.models.critic.recover
    monkeypatch.setattr(
        subject.models.critic, "recover", lambda text: seen.append(text) or recover(text)
    )
    subject.update_critic(1, 0, real, fake)
    assert len(seen) == 1
    assert torch.equal(seen[0], as_text(fake.text, encoded["text"].encoder.pad))


def test_rows_stand_for_their_likeliest_symbols_up_to_the_first_padding():
    rows = torch.tensor([[[0.2, 0.5, 0.3], [0.6, 0.3, 0.1], [0.1, 0.2, 0.7]]])
    expected = torch.tensor([[[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]])
    torch.testing.assert_close(as_text(rows, pad=2), expected)
    expected[0, 2] = torch.tensor([1.0, 0.0, 0.0])  # a text ends at its first padding
    torch.testing.assert_close(as_text(rows, pad=0), expected)


def test_shares_of_symbols_are_counted_in_the_rows_and_leave_out_what_is_never_written(monkeypatch):
    encoder = SimpleNamespace(size=4, emittable=np.array([True, True, False, True]))
    corpus = SimpleNamespace(encoder=encoder, train=np.array([[0, 1, 1], [2, 3, 1]]))
    torch.testing.assert_close(symbol_shares(corpus), torch.tensor([1, 3, 0, 1]) / 5)
    monkeypatch.setattr("textgan.training.regularization.BLOCK_SYMBOLS", 1)  # a row at a time
    torch.testing.assert_close(symbol_shares(corpus), torch.tensor([1, 3, 0, 1]) / 5)


def test_perplexity_is_of_the_symbols_that_are_written_without_padding(monkeypatch):
    encoder = SimpleNamespace(size=6, emittable=np.array([1, 0, 1, 1, 1, 1], bool), pad=0)
    rows = [[2, 3, 4, 5], [2, 2, 2, 2], [5, 1, 1, 0], [4, 3, 0, 0]]
    corpus = SimpleNamespace(encoder=encoder, train=np.array(rows))
    shares = np.array([5, 2, 2, 2]) / 11
    assert symbol_perplexity(corpus) == pytest.approx(np.prod(shares**-shares))
    monkeypatch.setattr("textgan.training.regularization.PERPLEXITY_ROWS", 2)
    shares = np.array([1, 1, 1, 2]) / 5  # of every second row
    assert symbol_perplexity(corpus) == pytest.approx(np.prod(shares**-shares))
    corpus.train = np.zeros((3, 4), int)
    assert symbol_perplexity(corpus) == 1


def distance_of_features(subject):
    real = subject.real.batch(99, 0)
    (fake,) = subject.generate(99, [real])
    features = [subject.models.critic.features(text).mean(0) for text in (real.text, fake.text)]
    return feature_distance(*features).item()


def test_feature_matching_brings_the_features_of_both_texts_together(tiny, encoded, make_trainer):
    config = dataclasses.replace(
        tiny, feature_matching=1e3, batch_size=32, optimizer="adam", generator_rate=2e-3
    )
    subject = make_trainer(config, encoded["text"])
    subject.models.set_schedule(config, 1)
    before = distance_of_features(subject)
    for step in range(1, 21):
        subject.update_generator(step)
    assert distance_of_features(subject) < before / 3


def test_a_generator_of_pairs_comes_nearer_to_its_targets(tiny, encoded, make_trainer):
    config = dataclasses.replace(
        tiny, columns="pairs", **COLUMN_SETTINGS["pairs"], batch_size=16, pair_weight=1e3
    )
    subject = make_trainer(config, encoded["pairs"])
    subject.models.set_schedule(config, 1)
    distances = []
    for step in range(1, 21):
        if step in (1, 20):
            real = subject.real.batch(step, 0)
            (fake,) = subject.generate(step, [real])
            distances.append(distance_to_target(real.text, fake.text).item())
        subject.update_generator(step)
    assert distances[0] > 0.9
    assert distances[-1] < 0.6


def test_codes_come_to_be_recovered(tiny, encoded, make_trainer):
    config = dataclasses.replace(
        tiny, codes="3", batch_size=16, code_weight=20.0, critic_steps=1, critic_blocks=1
    )
    subject = make_trainer(config, encoded["text"])
    for step in range(1, 41):
        subject.step(step)
    latent = subject.latents.draw(5, rows=np.arange(300), device=subject.device)
    with torch.no_grad():
        recovered = subject.models.critic.recover(subject.models.generator(latent))
    right = recovered.argmax(1) == subject.latents.codes_of(latent).argmax(1)
    assert right.float().mean() > 0.6  # by chance a third
