"""What a run is told about itself is of the texts that it names."""

import dataclasses
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from rapidfuzz.distance import Levenshtein

import corpora
from textgan.config.presets import COLUMN_SETTINGS
from textgan.evaluation.metrics.jsd import JsdReference
from textgan.inputs.condition import UNCONDITIONAL
from textgan.inputs.latents import Latents
from textgan.sampling.batch import Batch
from textgan.sampling.sampler import Sampler
from textgan.training.schedules import visible_length
from textgan.training.step import Models
from textgan.training.validation import AT_ONCE, WATCH_SEED, Validator, mean_slope, spread


@pytest.fixture(scope="module")
def corpus(tiny, tmp_path_factory):
    return corpora.encode(tiny.corpus, tmp_path_factory.mktemp("encoded") / "corpus", length=12)


@pytest.fixture
def models(tiny, corpus):
    return Models.build(tiny, corpus, torch.device("cpu"))


class Length(torch.nn.Module):
    """D(x) = the share of a line that is not padding."""

    input_gradient = None

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def forward(self, text, _labels=None):
        return 1 - text[:, :, 0].mean(1)


def test_estimates_and_scores_are_of_the_texts_they_name(tiny, corpus, models, monkeypatch):
    models.critic = Length()
    validator = Validator(tiny, corpus)
    ids = corpus.valid[:1].repeat(4, axis=0)
    monkeypatch.setattr(Sampler, "batches", lambda *_, **__: iter([Batch(None, ids, None)]))
    scores = validator(models, 7)
    share = [(rows != 0).mean() for rows in (corpus.train, corpus.valid, ids)]
    assert scores.wasserstein == pytest.approx(share[0] - share[2], abs=1e-5)
    assert scores.wasserstein_held_out == pytest.approx(share[1] - share[2], abs=1e-5)
    assert scores.unique == 1 / 4
    size = corpus.encoder.size
    assert scores.choice == JsdReference(corpus.valid, size, [4])(ids)[4]
    assert scores.jsd[4] == JsdReference(corpus.train, size, [4])(ids)[4]
    wanted = JsdReference(corpus.train, size, range(1, 5)).floor(corpus.valid, tiny.samples, 0)
    assert scores.floor == wanted
    assert scores.at_floor == scores.jsd  # of fewer lines than the floor


def test_beside_the_floor_of_a_small_validation_text_are_as_many_samples(tiny, corpus, models):
    few = dataclasses.replace(corpus, valid=corpus.valid[:5])
    scores = Validator(tiny, few)(models, 7)
    sampler = Sampler(models.average, models.critic, corpus.encoder, Latents.from_config(tiny, 0))
    batch = next(sampler.batches(WATCH_SEED + tiny.seed, batch_size=AT_ONCE))
    ids = batch.ids[: tiny.samples].astype(corpus.train.dtype)
    reference = JsdReference(corpus.train, corpus.encoder.size)
    assert scores.jsd == reference(ids)
    assert scores.at_floor == reference(ids[:5])
    logged = scores.to_dict()
    assert (logged["floor_lines"], logged["jsd4_at_floor"]) == (5, scores.at_floor[4])
    chooser = JsdReference(few.valid, corpus.encoder.size, [4])
    assert scores.choice == chooser(ids)[4]  # of all samples


def test_the_slope_of_a_critic_is_one_measure_whatever_bounds_it(tiny, corpus):
    slopes = []
    for objective in ("wgan-gp", "wgan", "lsgan"):
        config = dataclasses.replace(tiny, objective=objective)
        models = Models.build(config, corpus, torch.device("cpu"))
        slopes.append(Validator(config, corpus)(models, 1).slope)
    assert slopes[0] > 0
    assert slopes == [slopes[0]] * 3  # of one new critic


class Square(Length):
    """D(x) = w · (share of padding)², of slope 2w · share / √T."""

    def forward(self, text, _labels=None):
        return 3 * text[:, :, 0].mean(1).square()


def test_the_slope_is_that_between_the_lines_at_points_drawn_evenly(corpus, monkeypatch):
    length = corpus.length
    sampler = SimpleNamespace(encoder=corpus.encoder, device=torch.device("cpu"), critic=Square())
    sampler.condition = lambda _ids: UNCONDITIONAL
    full, empty = np.ones((4000, length), np.uint8), np.zeros((2000, length), np.uint8)
    slope = mean_slope(sampler, full, empty, None, None)
    assert slope == pytest.approx(6 * 0.5 / length**0.5, rel=0.05)  # the mean share is 1/2
    assert slope == mean_slope(sampler, full, empty, None, None)
    half = mean_slope(sampler, full, empty, None, length // 2)  # padding in half of the text
    assert half == pytest.approx(0.5 * 6 * 0.5 / length**0.5 / 2**0.5, rel=0.05)


def test_what_a_curriculum_hides_from_the_critic_is_hidden_here_too(
    tiny, corpus, models, monkeypatch
):
    models.critic = Length()
    config = dataclasses.replace(tiny, curriculum="length", curriculum_steps=100)
    ids = corpus.valid[:1].repeat(4, axis=0)
    monkeypatch.setattr(Sampler, "batches", lambda *_, **__: iter([Batch(None, ids, None)]))
    for step in (30, 200):
        scores = Validator(config, corpus)(models, step)
        seen = visible_length(step, corpus.length, 100)
        share = [(rows[:, :seen] != 0).sum() / rows.size for rows in (corpus.train, ids)]
        assert scores.wasserstein == pytest.approx(share[0] - share[1], abs=1e-5)


def test_the_averaged_generator_is_watched_on_lines_of_their_own(tiny, corpus, models, monkeypatch):
    monkeypatch.setattr("textgan.training.validation.AT_ONCE", 16)
    with torch.no_grad():
        for weight in models.generator.parameters():
            weight.zero_()
    validator = Validator(dataclasses.replace(tiny, samples=40), corpus)
    sampler = Sampler(models.average, models.critic, corpus.encoder, validator.latents)
    ids, given, _ = validator._sampled(sampler)
    assert given is None
    assert len(ids) == 40
    assert not (ids == ids[0]).all()
    assert not (ids[:16] == ids[16:32]).all()


def test_spread_rows_reach_from_the_first_to_the_last():
    rows = np.arange(10)[:, None]
    assert spread(rows, 4)[:, 0].tolist() == [0, 3, 6, 9]
    assert spread(rows, 10) is rows


class Told(torch.nn.Module):
    """D(x, y) = y of labels, and the share of the source that is not padding of pairs."""

    input_gradient = None

    def forward(self, text, labels=None):
        padding = text[:, :, 0].mean(1)
        return 1 - padding if labels is None else labels + 0 * padding


def watched(tiny, corpus):
    shape = COLUMN_SETTINGS.get(corpus.columns, {})
    config = dataclasses.replace(tiny, columns=corpus.columns, **shape)
    models = Models.build(config, corpus, torch.device("cpu"))
    return Validator(config, corpus), models


def test_lines_are_scored_with_the_labels_that_they_have(tiny, encoded):
    corpus = encoded["labels"]
    validator, models = watched(tiny, corpus)
    models.critic = Told()
    scores = validator(models, 1)
    sampler = Sampler(
        models.average, models.critic, corpus.encoder, validator.latents,
        training_labels=corpus.condition("train"),
    )  # fmt: skip
    _, drawn, _ = validator._sampled(sampler)
    mean = {part: corpus.condition(part).mean() for part in ("train", "valid")}
    assert scores.wasserstein == pytest.approx(mean["train"] - drawn.mean(), abs=1e-5)
    assert scores.wasserstein_held_out == pytest.approx(mean["valid"] - drawn.mean(), abs=1e-5)


def test_pairs_are_chosen_by_the_characters_that_held_out_text_gets_wrong(tiny, encoded):
    corpus = encoded["pairs"]
    validator, models = watched(tiny, corpus)
    models.critic = Told()
    scores = validator(models, 1)
    sampler = Sampler(models.average, models.critic, corpus.encoder, validator.latents)
    restored = corpus.encoder.decode_rows(
        sampler.translate(spread(corpus.condition("valid"), tiny.samples))
    )
    assert list(scores.lines) == restored
    wanted = spread(np.array(corpus.lines("valid")), tiny.samples)
    wrong = sum(Levenshtein.distance(*pair) for pair in zip(restored, wanted, strict=True))
    assert scores.choice == pytest.approx(wrong / sum(map(len, wanted)))
    assert scores.wasserstein == pytest.approx(0, abs=1e-5)  # of the same sources
    assert scores.wasserstein_held_out == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("most", [3, 1024])
def test_slopes_are_between_lines_that_are_given_with_the_same(most, tiny, encoded, monkeypatch):
    monkeypatch.setattr("textgan.training.validation.SCORED_ROWS", most)
    monkeypatch.setattr("textgan.training.validation.spread.__defaults__", (5,))  # of all rows
    for columns in ("labels", "pairs"):
        corpus = encoded[columns]
        validator, models = watched(tiny, corpus)
        sampler = Sampler(
            models.average, models.critic, corpus.encoder, validator.latents,
            training_labels=corpus.condition("train") if columns == "labels" else None,
        )  # fmt: skip
        pairs = columns == "pairs"
        ids, given, _ = validator._restored(sampler) if pairs else validator._sampled(sampler)
        real, fake, shared = validator._ends(sampler, ids, given)
        assert len(real) == len(fake) == len(shared)
        own = corpus.condition("train")
        known = {(bytes(row), bytes(one)) for row, one in zip(corpus.train, own, strict=True)}
        told = shared.astype(own.dtype)
        assert {(bytes(row), bytes(one)) for row, one in zip(real, told, strict=True)} <= known
        if pairs:
            assert np.array_equal(fake, sampler.translate(shared))
        else:
            labels = dict(zip(map(bytes, ids), given, strict=True))
            assert [labels[bytes(line)] for line in fake] == shared.tolist()


def test_judging_leaves_the_models_as_they_are_and_in_training(tiny, encoded):
    corpus = encoded["text"]
    config = dataclasses.replace(tiny, objective="sngan", generator="dcgan")
    models = Models.build(config, corpus, torch.device("cpu"))
    networks = (models.generator, models.critic, models.average)
    before = [{k: v.clone() for k, v in network.state_dict().items()} for network in networks]
    modes = [network.training for network in networks]
    Validator(config, corpus)(models, 1)
    for network, state, mode in zip(networks, before, modes, strict=True):
        assert network.training == mode
        for name, tensor in network.state_dict().items():
            assert torch.equal(tensor, state[name]), name
