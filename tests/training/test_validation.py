"""Scores are of the texts that they name."""

import dataclasses

import numpy as np
import pytest
import torch
from rapidfuzz.distance import Levenshtein

from textgan.config.presets import COLUMN_SETTINGS
from textgan.evaluation.metrics.jsd import JsdReference
from textgan.inputs.condition import UNCONDITIONAL, Condition
from textgan.inputs.latents import Latents
from textgan.inputs.noise import one_hot
from textgan.sampling.batch import Batch as SampledBatch
from textgan.sampling.sampler import Sampler
from textgan.training.batches import Batch
from textgan.training.models import Models
from textgan.training.schedules import visible_length
from textgan.training.validation import (
    NOISE_SEED,
    SAMPLES_BATCH,
    Lines,
    Validator,
    evenly_spaced,
    first_rows,
    slopes_between,
)


@pytest.fixture
def corpus(encoded):
    return encoded["text"]


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
    monkeypatch.setattr(Sampler, "batches", lambda *_, **__: iter([SampledBatch(None, ids, None)]))
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


def test_the_floor_of_a_small_validation_text_compares_with_as_many_samples(tiny, corpus, models):
    few = dataclasses.replace(corpus, valid=corpus.valid[:5])
    scores = Validator(tiny, few)(models, 7)
    sampler = Sampler(models.average, models.critic, corpus.encoder, Latents.from_config(tiny, 0))
    batch = next(sampler.batches(NOISE_SEED + tiny.seed, batch_size=SAMPLES_BATCH))
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


def test_the_slope_is_that_between_the_lines_at_points_drawn_evenly():
    length, device = 8, torch.device("cpu")

    def batch(symbol, condition):
        return Batch(np.full((1000, length), symbol), condition, 3, device)

    for visible in (length, length // 2):  # padding in a part of the text
        condition = Condition(visible_length=visible)
        slopes = slopes_between(Square(), batch(1, condition), batch(0, condition))
        share = visible / length
        expected = 6 * (0.5 * share) * (share / length) ** 0.5  # the mean share of x̂ is ½
        assert slopes.shape == (1000,)
        assert slopes.mean().item() == pytest.approx(expected, rel=0.05)
    again, before = (
        slopes_between(Square(), batch(1, UNCONDITIONAL), batch(0, UNCONDITIONAL)) for _ in range(2)
    )
    assert torch.equal(again, before)


def test_what_a_curriculum_hides_from_the_critic_is_hidden_here_too(
    tiny, corpus, models, monkeypatch
):
    models.critic = Length()
    config = dataclasses.replace(tiny, curriculum="length", curriculum_steps=100)
    ids = corpus.valid[:1].repeat(4, axis=0)
    monkeypatch.setattr(Sampler, "batches", lambda *_, **__: iter([SampledBatch(None, ids, None)]))
    for step in (30, 200):
        scores = Validator(config, corpus)(models, step)
        seen = visible_length(step, corpus.length, 100)
        share = [(rows[:, :seen] != 0).sum() / rows.size for rows in (corpus.train, ids)]
        assert scores.wasserstein == pytest.approx(share[0] - share[1], abs=1e-5)


def test_samples_are_of_the_averaged_generator_each_line_its_own(tiny, corpus, models, monkeypatch):
    monkeypatch.setattr("textgan.training.validation.SAMPLES_BATCH", 16)
    with torch.no_grad():
        for weight in models.generator.parameters():
            weight.zero_()
    validator = Validator(dataclasses.replace(tiny, samples=40), corpus)
    sampler = Sampler(models.average, models.critic, corpus.encoder, validator.latents)
    (ids, labels), _ = validator._sampled(sampler)
    assert labels is None
    assert len(ids) == 40
    assert not (ids == ids[0]).all()
    assert not (ids[:16] == ids[16:32]).all()


def test_evenly_spaced_rows_reach_from_the_first_to_the_last():
    rows = np.arange(10)[:, None]
    assert evenly_spaced(rows, 4)[:, 0].tolist() == [0, 3, 6, 9]
    assert evenly_spaced(rows, 10) is rows
    ids, labels = Lines(rows, np.arange(10)).evenly_spaced(4)
    assert ids[:, 0].tolist() == labels.tolist()


@pytest.mark.parametrize("columns", ["text", "labels", "pairs"])
def test_scores_do_not_depend_on_how_much_text_is_one_hot_at_a_time(
    columns, tiny, encoded, monkeypatch
):
    corpus = encoded[columns]
    validator, models = validator_and_models(dataclasses.replace(tiny, samples=30), corpus)
    whole = validator(models, 1).to_dict()
    entries = corpus.length * corpus.encoder.size
    monkeypatch.setattr("textgan.inputs.row_blocks.BLOCK_ENTRIES", 9 * entries)
    made = []
    for module in ("training.batches", "networks.critics.conditional"):
        monkeypatch.setattr(
            f"textgan.{module}.one_hot", lambda *given: made.append(one_hot(*given)) or made[-1]
        )
    assert validator(models, 1).to_dict() == pytest.approx(whole, abs=1e-5)
    assert max(len(text) for text in made) == 8
    assert min(len(text) for text in made) <= 2  # a slope needs several texts of the size


@pytest.mark.parametrize("count", [1, 3, 100])
def test_the_first_rows_of_each_label_are_those_of_a_stable_sort(count, monkeypatch):
    labels = np.random.default_rng(count).integers(0, 5, 200).astype(np.uint8)
    labels[labels == 3] = 2  # a label without rows
    order = np.argsort(labels, kind="stable")
    expected = [order[labels[order] == label][:count].tolist() for label in range(5)]
    for block in (7, 1000):
        monkeypatch.setattr("textgan.evaluation.ngrams.external_sort.BLOCK_KEYS", block)
        places, begin = first_rows(labels, count)
        assert [part.tolist() for part in np.split(places, begin[1:])] == expected


class OfCondition(torch.nn.Module):
    """D(x, y) = y of labels, and the share of the source that is not padding of pairs."""

    input_gradient = None

    def forward(self, text, labels=None):
        padding = text[:, :, 0].mean(1)
        return 1 - padding if labels is None else labels + 0 * padding


def validator_and_models(tiny, corpus):
    shape = COLUMN_SETTINGS.get(corpus.columns, {})
    config = dataclasses.replace(tiny, columns=corpus.columns, **shape)
    models = Models.build(config, corpus, torch.device("cpu"))
    return Validator(config, corpus), models


def test_lines_are_scored_with_the_labels_that_they_have(tiny, encoded):
    corpus = encoded["labels"]
    validator, models = validator_and_models(tiny, corpus)
    models.critic = OfCondition()
    scores = validator(models, 1)
    sampler = Sampler(
        models.average,
        models.critic,
        corpus.encoder,
        validator.latents,
        training_labels=corpus.condition("train"),
    )
    (_, drawn), _ = validator._sampled(sampler)
    mean = {part: corpus.condition(part).mean() for part in ("train", "valid")}
    assert scores.wasserstein == pytest.approx(mean["train"] - drawn.mean(), abs=1e-5)
    assert scores.wasserstein_held_out == pytest.approx(mean["valid"] - drawn.mean(), abs=1e-5)


def test_pairs_are_chosen_by_the_characters_that_held_out_text_gets_wrong(tiny, encoded):
    corpus = encoded["pairs"]
    validator, models = validator_and_models(tiny, corpus)
    models.critic = OfCondition()
    scores = validator(models, 1)
    sampler = Sampler(models.average, models.critic, corpus.encoder, validator.latents)
    restored = corpus.encoder.decode_rows(
        sampler.translate(evenly_spaced(corpus.condition("valid"), tiny.samples))
    )
    assert list(scores.lines) == restored
    targets = evenly_spaced(np.array(corpus.lines("valid")), tiny.samples)
    wrong = sum(Levenshtein.distance(*pair) for pair in zip(restored, targets, strict=True))
    assert scores.choice == pytest.approx(wrong / sum(map(len, targets)))
    assert scores.wasserstein == pytest.approx(0, abs=1e-5)  # of the same sources
    assert scores.wasserstein_held_out == pytest.approx(0, abs=1e-5)


@pytest.mark.parametrize("most", [3, 1024])
def test_slopes_are_between_lines_of_one_label(most, tiny, encoded, monkeypatch):
    monkeypatch.setattr("textgan.training.validation.SCORED_ROWS", most)
    monkeypatch.setattr("textgan.training.validation.REFERENCE_ROWS", 5)  # of all rows
    corpus = encoded["labels"]
    validator, models = validator_and_models(tiny, corpus)
    labels = corpus.condition("train")
    sampler = Sampler(
        models.average, models.critic, corpus.encoder, validator.latents, training_labels=labels
    )
    samples, _ = validator._sampled(sampler)
    real, fake = validator._matched(samples)
    assert len(real.ids) == len(fake.ids) == min(most, tiny.samples)
    assert np.array_equal(real.condition, fake.condition)
    label_of = dict(zip(map(bytes, corpus.train), labels.tolist(), strict=True))
    assert [label_of[bytes(row)] for row in real.ids] == real.condition.tolist()
    label_of = dict(zip(map(bytes, samples.ids), samples.condition.tolist(), strict=True))
    assert [label_of[bytes(row)] for row in fake.ids] == fake.condition.tolist()


@pytest.mark.parametrize("most", [3, 1024])
def test_slopes_of_pairs_are_between_targets_and_translations_of_one_source(
    most, tiny, encoded, monkeypatch
):
    monkeypatch.setattr("textgan.training.validation.SCORED_ROWS", most)
    monkeypatch.setattr("textgan.training.validation.REFERENCE_ROWS", 5)  # of all rows
    corpus, compared = encoded["pairs"], []
    validator, models = validator_and_models(tiny, corpus)
    monkeypatch.setattr(
        "textgan.training.validation.slopes_between",
        lambda _, *ends: compared.extend(ends) or torch.zeros(1),
    )
    validator(models, 1)
    real, fake = compared
    assert len(real.text) == min(most, 5)
    assert torch.equal(real.condition.sources, fake.condition.sources)
    sources, targets, translations = (
        rows.argmax(2).numpy().astype(corpus.train.dtype)
        for rows in (real.condition.sources, real.text, fake.text)
    )
    source_of = dict(zip(map(bytes, corpus.train), corpus.condition("train"), strict=True))
    for source, target in zip(sources, targets, strict=True):
        assert np.array_equal(source_of[bytes(target)], source)
    sampler = Sampler(models.average, models.critic, corpus.encoder, validator.latents)
    assert np.array_equal(translations, sampler.translate(sources))


def test_validation_leaves_the_models_as_they_are_and_in_training(tiny, encoded):
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
