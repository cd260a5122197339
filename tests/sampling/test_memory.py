"""Batches that do not fit into memory are refused before they are generated."""

import pytest
import torch

from corpora.errors import InputError
from textgan.config.settings import Config
from textgan.inputs.latents import Latents
from textgan.sampling.filters import select
from textgan.sampling.memory import bytes_per_line
from textgan.sampling.sampler import Sampler
from textgan.training.models import Models


def test_more_lines_at_a_time_than_memory_holds_are_refused_with_the_arithmetic(
    sampler, monkeypatch
):
    per_line = bytes_per_line(sampler)
    assert per_line > sampler.generator.length * sampler.encoder.size * 4
    monkeypatch.setattr("textgan.sampling.memory.free_memory", lambda _device: 1_000 * per_line)
    assert len(list(select(sampler, 5, 0, batch_size=10**6))) == 5  # no more are made than wanted
    assert len(list(select(sampler, 5, 0, batch_size=1_000, unique=True))) == 5
    said = rf"1,001 lines × {per_line:,} bytes = .* GB, and .* GB are free; reduce --batch-size"
    with pytest.raises(InputError, match=said):
        list(select(sampler, 5, 0, batch_size=1_001, unique=True))
    with pytest.raises(InputError, match="reduce --batch-size"):
        list(select(sampler, 2_000, 0, batch_size=2_000))
    monkeypatch.setattr("textgan.inputs.row_blocks.BLOCK_ENTRIES", 100 * sampler.entries)
    assert len(list(select(sampler, 5, 0, batch_size=1_001, unique=True))) == 5  # 96 at a time
    monkeypatch.setattr("textgan.sampling.memory.free_memory", lambda _device: None)
    assert len(list(select(sampler, 5, 0, batch_size=1_001, unique=True))) == 5


@pytest.mark.parametrize(
    ("output", "width", "widest", "logits"),
    [
        ("softmax", 1, None, 2),  # the last layer is the widest
        ("softmax", 500, 4_000, 2),  # a hidden layer is: 8 · 500 units
        ("gumbel", 1, None, 4),
    ],
)
def test_a_line_needs_its_widest_layer_and_its_logits(output, width, widest, logits, encoded):
    corpus = encoded["text"]
    entries = corpus.length * corpus.encoder.size
    config = Config(
        corpus="x", generator="mlp", generator_width=width, generator_blocks=1, noise=4,
        output=output,
    )  # fmt: skip
    models = Models.build(config, corpus, torch.device("cpu"))
    latents = Latents.from_config(config, 0)
    sampler = Sampler(models.average, models.critic, corpus.encoder, latents)
    assert bytes_per_line(sampler) == 4 * (2 * (widest or entries) + logits * entries)


def test_a_run_whose_lines_do_not_fit_is_refused_before_any_is_generated(trained, monkeypatch):
    monkeypatch.setattr("textgan.inputs.row_blocks.BLOCK_ENTRIES", 1)
    monkeypatch.setattr("textgan.sampling.sampler.BLOCK_ENTRIES", 1)
    monkeypatch.setattr("textgan.sampling.memory.free_memory", lambda _device: 1_000)
    said = r"^1 lines × [\d,]+ bytes = 0.0 GB, and 0.0 GB are free; free some memory"
    with pytest.raises(InputError, match=said):
        Sampler.load(trained)
    monkeypatch.setattr("textgan.sampling.memory.free_memory", lambda _device: 10**9)
    assert len(list(Sampler.load(trained).lines(3, 0))) == 3
