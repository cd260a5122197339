"""Sampling: the same seed gives the same lines, however they are asked for."""

import itertools
import re
from types import SimpleNamespace

import numpy as np
import pytest
import torch

import corpora
from corpora import open_corpus
from corpora.errors import InputError
from textgan.sampling import Sampler, generate, line_seeds, select


@pytest.fixture(scope="module")
def sampler(trained):
    return Sampler.load(trained)


def test_lines_do_not_depend_on_how_many_or_on_the_batch(sampler):
    lines = list(sampler.lines(100, seed=5))
    for n, batch in itertools.product((1, 7, 100), (1, 7, 64, 100, 333)):
        assert list(sampler.lines(n, seed=5, batch_size=batch)) == lines[:n]


def test_n_lines_are_n_lines(sampler):
    for n in (-1, 0, 1, 255, 256, 257, 300):
        assert sum(1 for _ in sampler.lines(n, seed=0)) == max(n, 0)
        assert sum(1 for _ in select(sampler, n, 0)) == max(n, 0)


def test_another_seed_gives_other_lines_and_seed_0_is_a_seed(sampler):
    sets = [tuple(sampler.lines(40, seed=seed)) for seed in (0, 1, -1, 2**80)]
    assert len(set(sets)) == 4
    assert tuple(sampler.lines(40, seed=0)) == sets[0]


def test_line_seeds_are_the_same_wherever_a_batch_begins():
    seeds = line_seeds(9, 0, 50)
    assert (line_seeds(9, 20, 30) == seeds[20:]).all()
    assert (seeds >= 0).all()
    assert len(set(seeds)) == 50


def test_the_seed_of_a_line_gives_that_line_again(sampler):
    samples = list(select(sampler, 20, 4, scored=True))
    again = sampler.of_seeds([sample.seed for sample in reversed(samples)])
    assert [sample.text for sample in again] == [sample.text for sample in reversed(samples)]
    assert [s.score for s in again] == pytest.approx([s.score for s in reversed(samples)], abs=1e-5)


def test_text_ends_at_the_first_padding():
    class Fixed(torch.nn.Module):
        def logits(self, latent):
            ids = torch.tensor([[3, 0, 2, 1], [2, 2, 2, 2], [0, 1, 1, 1]])
            return torch.nn.functional.one_hot(ids, 4).float()

    ids = generate(Fixed(), torch.zeros(3, 1), pad=0)
    assert ids.tolist() == [[3, 0, 0, 0], [2, 2, 2, 2], [0, 0, 0, 0]]


def test_the_score_is_the_critic_s_of_the_hard_line(sampler):
    (sample,) = sampler.of_seeds([17])
    ids = sampler.encoder.encode_rows([sample.text], sampler.generator.length)
    rows = torch.nn.functional.one_hot(torch.from_numpy(ids.astype(np.int64)), sampler.encoder.size)
    assert sampler.critic(rows.float()).item() == pytest.approx(sample.score, abs=1e-5)


def test_filters_leave_out_and_change_nothing(sampler):
    everything = list(sampler.lines(3000, seed=1))
    unique = [s.text for s in select(sampler, 50, 1, unique=True)]
    assert unique == list(dict.fromkeys(everything))[:50]
    letter = everything[0][0]
    matched = [s.text for s in select(sampler, 20, 1, match=re.compile(re.escape(letter)))]
    assert matched == [line for line in everything if letter in line][:20]


def test_novel_lines_are_not_in_the_training_text(sampler, trained, monkeypatch):
    corpus = open_corpus(trained / "corpus")
    known = corpus.train[:3]
    fresh = np.full_like(known[:1], 2)

    def samples(self, seed, *, batch_size):
        yield np.arange(4), np.concatenate([known[:2], fresh, known[2:]])

    monkeypatch.setattr(Sampler, "samples", samples)
    found = [s.text for s in select(sampler, 1, 0, novel_to=trained)]
    assert found == corpus.encoder.decode_rows(fresh)


def test_a_filter_that_nothing_passes_ends_with_what_was_found(sampler, monkeypatch):
    monkeypatch.setattr("textgan.sampling.PATIENCE", 500)
    with pytest.raises(InputError, match="found 0 of 5 lines"):
        list(select(sampler, 5, 0, match=re.compile("no such text")))


def test_interpolation_starts_and_ends_at_its_lines(sampler):
    ends = [s.text for s in sampler.of_seeds([11, 12])]
    lines = sampler.interpolate(11, 12, 9)
    assert len(lines) == 9
    assert [lines[0], lines[-1]] == ends
    assert sampler.interpolate(11, 11, 3) == [ends[0]] * 3
    with pytest.raises(InputError, match="at least 2"):
        sampler.interpolate(11, 12, 1)


def test_interpolated_noise_keeps_to_the_sphere(sampler, monkeypatch):
    seen = []
    monkeypatch.setattr(Sampler, "ids", lambda self, latent: seen.append(latent) or [])
    monkeypatch.setattr(Sampler, "latent", lambda self, seeds: torch.eye(2, 8) * 3)
    monkeypatch.setattr(type(sampler.encoder), "decode_rows", lambda self, ids: [])
    sampler.interpolate(0, 1, 3)
    half = 3 / 2**0.5  # halfway on the circle, not on the chord
    torch.testing.assert_close(seen[0][1, :2], torch.tensor([half, half]))
    torch.testing.assert_close(seen[0].norm(dim=1), torch.full((3,), 3.0))


def test_the_two_checkpoints_are_told_apart(trained):
    best, last = Sampler.load(trained, "best"), Sampler.load(trained, "last")
    assert not torch.equal(
        next(best.generator.parameters()), next(last.generator.parameters())
    )  # best is of step 4, last of step 6


def test_the_generator_never_writes_what_is_no_text(sampler):
    ids = np.concatenate([ids for _, ids in itertools.islice(sampler.samples(0), 8)])
    assert sampler.encoder.unknown not in ids


def test_patience_counts_tries_in_a_row(monkeypatch):
    monkeypatch.setattr("textgan.sampling.PATIENCE", 5)
    encoder = SimpleNamespace(decode_rows=lambda ids: ["no" if i % 5 else "yes" for i in ids[:, 0]])
    batches = [(np.arange(10), np.arange(k, k + 10)[:, None]) for k in (0, 10)]
    sampler = SimpleNamespace(samples=lambda seed, batch_size: iter(batches), encoder=encoder)
    assert len(list(select(sampler, 4, 0, match=re.compile("yes")))) == 4  # four misses between
    with pytest.raises(InputError, match="found 0 of 1 lines, then none in 5 tries"):
        list(select(sampler, 1, 0, match=re.compile("never")))


def test_a_copy_in_another_spelling_of_subwords_is_no_novelty(tmp_path, monkeypatch):
    lines = [f"the {a} of the {b}" for a in ("house", "horse", "nurse") for b in "abcdefghijklmn"]
    corpus = corpora.encode(lines, tmp_path / "corpus", encoder="subword", length=24)
    text = corpus.encoder.decode_rows(corpus.train[:1])[0]
    spelt = np.concatenate([corpus.encoder.encode_rows([c], 1) for c in text], axis=1)
    ids = np.zeros((1, 24), dtype=spelt.dtype)
    ids[:, : spelt.shape[1]] = spelt
    assert corpus.encoder.decode_rows(ids) == [text]
    assert not (ids == corpus.train).all(axis=1).any()
    monkeypatch.setattr("textgan.sampling.PATIENCE", 1)
    sampler = SimpleNamespace(
        samples=lambda *_, **__: iter([(np.arange(1), ids)]), encoder=corpus.encoder
    )
    with pytest.raises(InputError, match="found 0 of 1"):
        list(select(sampler, 1, 0, novel_to=tmp_path))
