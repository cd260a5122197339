"""Memory of a run, estimated before it is taken: the arithmetic, and what is refused."""

import dataclasses
from types import SimpleNamespace

import pytest
import torch

from corpora.errors import InputError
from textgan.config.settings import Config
from textgan.training import memory
from textgan.training.memory import check_memory, estimate
from textgan.training.run import open_run, prepare

SHAPE = {"length": 32, "vocabulary": 100, "labels": 0}
PLAIN = {
    "generator": "resnet", "output": "softmax", "optimizer": "adam", "ngram_matching": 0.0,
}  # fmt: skip


def need(**settings):
    return estimate(Config(corpus="x", **settings), **SHAPE)


def test_networks_are_weights_state_gradients_and_copies():
    found = need(**PLAIN, generator_width=10, generator_blocks=1, noise=7)
    # to (T, C) from 7, two kernels of 10·10·5, to the symbols; all with bias terms
    weights = (7 * 320 + 320) + 2 * (500 + 10) + (10 * 100 + 100)
    assert found.generator == 4 * (3 * (2 * weights + 2 * weights) + 3 * weights)
    assert found == need(**PLAIN, generator_width=10, generator_blocks=1, noise=7, seed=3)


@pytest.mark.parametrize(
    ("settings", "critic"),
    [
        ({}, 6 * 576),  # in closed form; 2 · 32 · 6 of two convolutions, 32 · 6 of the score
        ({"objective": "wgan"}, 6 * 576),  # no penalty
        ({"normalisation": "layer"}, 12 * 2 * 576),  # by double backward
        ({"objective": "wgan", "normalisation": "layer"}, 6 * 2 * 576),
        ({"normalisation": "spectral"}, 12 * 576),
    ],
)
def test_a_batch_is_the_inputs_of_the_layers_and_its_noise(settings, critic):
    found = need(
        **{**PLAIN, **settings}, batch_size=9, noise=7, generator_width=10, generator_blocks=1,
        critic_width=6, critic_blocks=1, critic_steps=5,
    )  # fmt: skip
    generator = 7 + 2 * 32 * 10 + 32 * 10  # noise, two convolutions, to the symbols
    assert found.batch == 4 * 9 * (generator + critic)
    assert found.noise == 4 * 7 * 9 * (5 + 10)


def test_soap_has_two_squares_for_each_side_that_it_turns():
    settings = {"generator_width": 8, "critic_width": 120, "critic_blocks": 1, "output": "softmax"}
    adam, soap = need(**settings, optimizer="adam"), need(**settings)
    kernel = 120 * 600  # of its sides only 120 is turned, 5·120 is above 512
    assert soap.critic - adam.critic == 4 * 3 * 2 * (2 * 120**2 - kernel)


@pytest.mark.parametrize(
    ("part", "setting", "value"),
    [
        ("batch", "batch_size", 640), ("text", "critic_steps", 20), ("noise", "noise", 1280),
        ("samples", "samples", 512_000), ("batch", "generator_blocks", 100),
        ("batch", "critic_blocks", 60),
    ],
)  # fmt: skip
def test_what_grows_is_counted_where_it_is(part, setting, value):
    found, before = need(**{setting: value}), need()
    assert getattr(found, part) > 4 * getattr(before, part)
    assert found.total >= before.total


@pytest.mark.parametrize(
    "settings",
    [
        {"generator": "mlp", "critic": "mlp"},
        {"generator": "dcgan", "critic": "strided"},
        {"generator": "attention", "critic": "attention", "curriculum": "critics"},
        {"columns": "pairs", "generator": "unet", "critic": "patch"},
        {"objective": "sngan", "codes": "10,c2"},
        {"normalisation": "layer"},
    ],
)
def test_every_network_is_estimated_without_being_allocated(settings):
    small, large = (need(**settings, generator_width=w, critic_width=w) for w in (16, 16_000))
    for part in ("generator", "critic", "batch"):
        assert getattr(large, part) > 100 * getattr(small, part)


def test_too_large_a_run_is_refused_with_the_arithmetic_and_what_to_lower(monkeypatch):
    monkeypatch.setattr(memory, "free_memory", lambda _device: 10 * 10**9)
    corpus = SimpleNamespace(length=32, encoder=SimpleNamespace(size=100), labels=())
    with pytest.raises(InputError) as caught:
        check_memory(Config(corpus="x", batch_size=1_000_000), corpus)
    text = str(caught.value)
    assert "10.0 GB are free" in text
    assert "GB for activations of a batch, " in text
    assert text.endswith("reduce batch_size or length")
    assert "\n" not in text
    check_memory(Config(corpus="x"), corpus)


def test_workers_share_a_batch_and_have_their_own_networks():
    config = Config(corpus="x", critic_width=256)
    one, three = (estimate(config, **SHAPE, workers=n) for n in (1, 3))
    assert (three.batch, three.text, three.samples) == (one.batch, one.text, one.samples)
    networks = one.generator + one.critic - one.copies  # copies are made by the first worker alone
    assert three.generator + three.critic == 3 * networks + one.copies
    assert three.ngrams == 3 * one.ngrams
    assert three.total - one.total == 2 * (networks + one.ngrams + memory.BASE)


def test_ngram_matching_has_tables_and_slopes():
    assert need(ngram_matching=0.0).ngrams == 0
    tables = 8 * (100**2 + 100**3 + 2**22)
    assert need().ngrams == tables + 32 * 64 * 32 * 100


def test_too_many_workers_are_refused(monkeypatch):
    config = Config(corpus="x", critic_width=256, device="cpu")
    corpus = SimpleNamespace(length=32, encoder=SimpleNamespace(size=100), labels=())
    free = estimate(config, **SHAPE, workers=3).total
    monkeypatch.setattr(memory, "free_memory", lambda _device: free)
    check_memory(config, corpus, workers=3)
    with pytest.raises(InputError, match=r"^the run with 4 workers needs about .* or workers$"):
        check_memory(config, corpus, workers=4)


def test_on_cuda_each_worker_has_a_device_and_its_part_of_a_batch(monkeypatch):
    config = Config(corpus="x", batch_size=64_000, device="cuda")
    corpus = SimpleNamespace(length=32, encoder=SimpleNamespace(size=100), labels=())
    part = estimate(dataclasses.replace(config, batch_size=16_000), **SHAPE).total
    monkeypatch.setattr(memory, "choose_device", torch.device)
    monkeypatch.setattr(memory, "free_memory", lambda _device: part)
    check_memory(config, corpus, workers=4)
    with pytest.raises(InputError, match=r"^the run needs about"):
        check_memory(config, corpus, workers=3)


@pytest.mark.parametrize(
    ("settings", "named"),
    [
        ({"generator_width": 60_000}, "generator_width or generator_blocks"),
        ({"critic_width": 60_000}, "critic_width or critic_blocks"),
        ({"noise": 1_000_000, "generator_width": 500}, "generator_width or generator_blocks"),
        ({"noise": 1_000_000, "batch_size": 100_000, "generator_width": 1}, "noise or batch_size"),
        ({"batch_size": 10_000_000}, "batch_size or length"),
        ({"samples": 10_000_000}, "samples or length"),
        ({"critic_steps": 1000, "batch_size": 10_000}, "batch_size or critic_steps"),
    ],
)
def test_what_weighs_most_is_named(settings, named, monkeypatch):
    monkeypatch.setattr(memory, "free_memory", lambda _device: 10**9)
    corpus = SimpleNamespace(length=32, encoder=SimpleNamespace(size=100), labels=())
    with pytest.raises(InputError, match=f"reduce {named}$"):
        check_memory(Config(corpus="x", **settings), corpus)


def test_a_refused_run_leaves_nothing_and_reads_no_text(tiny, tmp_path):
    config = dataclasses.replace(tiny, corpus="no such file", critic_width=65_536)
    with pytest.raises(InputError, match=r"needs at least .* GB of memory"):
        prepare(config, out=tmp_path / "run")
    assert list(tmp_path.iterdir()) == []


def test_a_run_that_fits_no_longer_is_refused(tiny, tmp_path, monkeypatch):
    run = prepare(tiny, out=tmp_path / "run")
    monkeypatch.setattr(memory, "free_memory", lambda _device: 10**6)
    with pytest.raises(InputError, match=r"about \d+ MB of memory, and 1 MB are free"):
        open_run(run)


def test_where_memory_is_not_known_nothing_is_refused(monkeypatch):
    monkeypatch.setattr(memory, "free_memory", lambda _device: None)
    check_memory(Config(corpus="x", critic_width=65_536))


def test_steps_validation_and_checkpoints_alternate_so_the_largest_counts():
    found = need(**PLAIN)
    networks = found.generator + found.critic
    state = networks - found.copies  # without copies: weights, state, gradients
    step = found.batch + found.text + found.noise
    assert found.total == memory.BASE + state + max(step, found.samples, found.copies)
    few, many = need(batch_size=1, generator_width=512), need(batch_size=6400)
    assert (
        few.total == memory.BASE + few.ngrams + few.generator + few.critic
    )  # a checkpoint is the largest
    assert many.total > memory.BASE + many.batch + many.text


def test_validation_of_large_text_needs_no_more_than_a_block():
    """In all, one-hot text of 1,024 rows of 32 x 50,000 would have 6.6 GB."""
    found = estimate(Config(corpus="x", batch_size=16), length=32, vocabulary=50_000, labels=0)
    assert 2 * 4 * 2**25 < found.samples < 3 * 4 * 2**26
    assert found.total < 2 * 10**9
    rows = 4 * 4 * Config.critic_steps * 16 * 32 * 50_000
    assert found.text == rows
    assert found.batch < rows / 10  # the critic's one-hot input is counted once, as text
