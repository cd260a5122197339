"""Real text of an update: rows with their own conditions, by step and update alone."""

import dataclasses

import pytest
import torch

from textgan.config.presets import COLUMN_SETTINGS
from textgan.inputs.condition import UNCONDITIONAL, Condition
from textgan.training.batches import RealText, with_visible_length
from textgan.training.distributed import ALONE, BatchShare, Workers

CPU = torch.device("cpu")


def real_text(tiny, encoded, columns="text", share=None, **settings):
    settings |= COLUMN_SETTINGS.get(columns, {})
    config = dataclasses.replace(tiny, columns=columns, **settings)
    return RealText(config, encoded[columns], share or BatchShare(ALONE, config.batch_size), CPU)


def decoded(corpus, rows):
    return corpus.encoder.decode_rows(rows.argmax(2).numpy())


def test_text_is_of_the_training_part_one_hot(tiny, encoded):
    text = real_text(tiny, encoded).batch(1, 0).text
    assert (text.sum(2) == 1).all()
    assert set(decoded(encoded["text"], text)) <= set(encoded["text"].lines("train"))


def test_each_step_and_update_has_a_batch_of_its_own_and_always_the_same(tiny, encoded):
    real = real_text(tiny, encoded)
    assert torch.equal(real.batch(2, 1).text, real.batch(2, 1).text)
    first = real.batch(1, 0).text
    assert not torch.equal(first, real.batch(1, 1).text)
    assert not torch.equal(first, real.batch(2, 0).text)
    other = real_text(tiny, encoded, seed=1)
    assert not torch.equal(first, other.batch(1, 0).text)


def test_labels_are_those_of_their_lines(tiny, encoded):
    corpus = encoded["labels"]
    batch = real_text(tiny, encoded, "labels").batch(1, 0)
    labels = dict(zip(corpus.lines("train"), corpus.condition("train").tolist(), strict=True))
    lines = decoded(corpus, batch.text)
    assert [labels[line] for line in lines] == batch.condition.labels.tolist()


def test_sources_are_those_of_their_targets(tiny, encoded):
    batch = real_text(tiny, encoded, "pairs").batch(1, 0)
    sources, targets = (
        decoded(encoded["pairs"], rows) for rows in (batch.condition.sources, batch.text)
    )
    assert [target.lower() for target in targets] == sources


def test_plain_text_has_no_condition(tiny, encoded):
    assert real_text(tiny, encoded).batch(1, 0).condition == UNCONDITIONAL


@pytest.mark.parametrize("columns", ["text", "labels"])
def test_a_curriculum_of_lengths_shows_one_position_more_each_step(columns, tiny, encoded):
    real = real_text(tiny, encoded, columns, curriculum="length", curriculum_steps=8)
    lengths = [real.batch(step, 0).condition.visible_length for step in (1, 4, 8, 99)]
    assert lengths == [1, 4, 8, 8]  # T = 8


def test_only_a_curriculum_of_lengths_changes_a_condition(tiny):
    condition = Condition(labels=torch.zeros(2))
    assert with_visible_length(condition, tiny, 1, 8) is condition
    config = dataclasses.replace(tiny, curriculum="length", curriculum_steps=8)
    visible = with_visible_length(condition, config, 1, 8)
    assert visible.visible_length == 1
    assert visible.labels is condition.labels


@pytest.mark.parametrize("columns", ["text", "labels", "pairs"])
def test_the_shares_of_workers_are_one_batch(tiny, encoded, columns):
    batch = real_text(tiny, encoded, columns).batch(3, 1)
    shares = [
        real_text(tiny, encoded, columns, BatchShare(Workers(rank, 3), tiny.batch_size)).batch(3, 1)
        for rank in range(3)
    ]
    assert torch.equal(torch.cat([share.text for share in shares]), batch.text)
    for name in {"labels": ["labels"], "pairs": ["sources"]}.get(columns, []):
        parts = [getattr(share.condition, name) for share in shares]
        assert torch.equal(torch.cat(parts), getattr(batch.condition, name))
