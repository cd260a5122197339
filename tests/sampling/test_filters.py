"""Filters leave lines out, never change one, and say so when no more lines pass."""

import re
import tracemalloc
import unicodedata
from types import SimpleNamespace

import numpy as np
import pytest

import corpora
from corpora import open_corpus
from corpora.errors import InputError
from corpora.split import hashes
from textgan.evaluation.ngrams import external_sort as external
from textgan.sampling.batch import Batch
from textgan.sampling.filters import RunawayPatternError, select, sorted_hashes
from textgan.sampling.sampler import Sampler


def scripted(encoder, *batches):
    """A sampler that gives these ids."""
    sampler = object.__new__(Sampler)
    sampler.encoder = encoder
    batches = [Batch(np.arange(len(ids)), ids, None) for ids in batches]
    sampler.batches = lambda *_, **__: iter(batches)
    return sampler


def test_filters_leave_out_and_change_nothing(sampler):
    everything = list(sampler.lines(600, seed=1))
    unique = [s.text for s in select(sampler, 50, 1, unique=True)]
    assert unique == list(dict.fromkeys(everything))[:50]
    letter = everything[0][0]
    matched = [s.text for s in select(sampler, 20, 1, match=re.compile(re.escape(letter)))]
    assert matched == [line for line in everything if letter in line][:20]


def test_novel_lines_are_not_in_the_training_text(sampler, trained, monkeypatch):
    corpus = open_corpus(trained / "corpus")
    known = corpus.train[:3]
    fresh = np.full_like(known[:1], 2)

    def batches(self, seed, **_):
        yield Batch(np.arange(4), np.concatenate([known[:2], fresh, known[2:]]), None)

    monkeypatch.setattr(Sampler, "batches", batches)
    samples = [s.text for s in select(sampler, 1, 0, novel_to=trained)]
    assert samples == corpus.encoder.decode_rows(fresh)


def test_lines_are_not_novel_where_another_run_of_other_symbols_knows_them(
    sampler, trained, tmp_path
):
    texts = [sample.text for sample in select(sampler, 40, 0, unique=True)]
    known = ["zzzz zzzz", *texts[:20]] * 3  # its symbols have other numbers, and T is another
    corpora.encode(known, tmp_path / "corpus", length=len(max(texts, key=len)) + 3)
    theirs = set(open_corpus(tmp_path / "corpus").lines("train"))
    samples = [sample.text for sample in select(sampler, 15, 0, novel_to=tmp_path)]
    assert theirs & set(texts)
    assert not theirs & set(samples)


def test_a_filter_that_nothing_passes_ends_with_what_was_found(sampler, monkeypatch):
    monkeypatch.setattr("textgan.sampling.filters.MAX_REJECTED", 500)
    with pytest.raises(InputError, match="found 0 of 5 lines"):
        list(select(sampler, 5, 0, match=re.compile("no such text")))


def test_patience_counts_tries_in_a_row(monkeypatch):
    monkeypatch.setattr("textgan.sampling.filters.MAX_REJECTED", 5)
    encoder = SimpleNamespace(decode_rows=lambda ids: ["no" if i % 5 else "yes" for i in ids[:, 0]])
    sampler = scripted(encoder, *(np.arange(k, k + 10)[:, None] for k in (0, 10)))
    assert len(list(select(sampler, 4, 0, match=re.compile("yes")))) == 4  # four misses between
    with pytest.raises(InputError, match="found 0 of 1 lines, then none in 5 tries"):
        list(select(sampler, 1, 0, match=re.compile("never")))


def test_a_pattern_that_never_ends_is_stopped_and_what_was_found_is_told(monkeypatch):
    monkeypatch.setattr("textgan.sampling.filters.MATCH_SECONDS", 0.02)
    encoder = SimpleNamespace(decode_rows=lambda ids: ["aa", "a" * 60 + "b"])
    sampler = scripted(encoder, np.arange(2)[:, None])
    lines = select(sampler, 3, 0, match="^(a|aa)+$")
    assert next(lines).text == "aa"
    with pytest.raises(RunawayPatternError, match=r"found 1 of 3 lines.*on line 2, of 61 char"):
        next(lines)


@pytest.mark.parametrize("normalise", [True, False])
def test_copies_and_patterns_are_found_whichever_way_accents_are_written(
    tmp_path, monkeypatch, normalise
):
    lines = [unicodedata.normalize("NFD", f"{a}é{b}ü") for a in "abcdef" for b in "abcdef"]
    other = corpora.encode(lines, tmp_path / "one" / "corpus", length=8, normalise=False)
    corpora.encode(lines, tmp_path / "two" / "corpus", length=8, normalise=normalise)
    monkeypatch.setattr("textgan.sampling.filters.MAX_REJECTED", 1)
    with pytest.raises(InputError, match="found 0 of 1"):
        list(select(scripted(other.encoder, other.train[:1]), 1, 0, novel_to=tmp_path / "two"))
    for pattern in ("aé", "ae\u0301", "é.ü$"):
        samples = select(scripted(other.encoder, other.train), 1, 0, match=re.compile(pattern))
        assert [sample.text for sample in samples]


def test_a_copy_in_another_spelling_of_subwords_is_no_novelty(tmp_path, monkeypatch):
    lines = [f"the {a} of the {b}" for a in ("house", "horse", "nurse") for b in "abcdefghijklmn"]
    corpus = corpora.encode(lines, tmp_path / "corpus", encoder="subword", length=24)
    text = corpus.encoder.decode_rows(corpus.train[:1])[0]
    spelt = np.concatenate([corpus.encoder.encode_rows([c], 1) for c in text], axis=1)
    ids = np.zeros((1, 24), dtype=spelt.dtype)
    ids[:, : spelt.shape[1]] = spelt
    assert corpus.encoder.decode_rows(ids) == [text]
    assert not (ids == corpus.train).all(axis=1).any()
    monkeypatch.setattr("textgan.sampling.filters.MAX_REJECTED", 1)
    with pytest.raises(InputError, match="found 0 of 1"):
        list(select(scripted(corpus.encoder, ids), 1, 0, novel_to=tmp_path))


@pytest.fixture
def few_hashes_in_memory(monkeypatch):
    monkeypatch.setattr("textgan.sampling.filters.HASHED_ROWS", 1_000)
    monkeypatch.setattr(external, "BUDGET", 1 << 12)
    monkeypatch.setattr(external, "RESULT_BYTES", 1 << 12)
    monkeypatch.setattr(external, "BLOCK_KEYS", 1 << 9)


def test_hashes_are_distinct_and_sorted_however_few_are_in_memory(few_hashes_in_memory):
    rows = np.random.default_rng(0).integers(0, 6, (5_000, 5))
    assert sorted_hashes(rows)[:, 0].tolist() == np.unique(hashes(rows)).tolist()


def test_memory_does_not_grow_with_the_text_that_lines_are_looked_up_in(few_hashes_in_memory):
    peaks = []
    for number in (2_000, 40_000):
        rows = np.random.default_rng(0).integers(0, 200, (number, 4)).astype(np.uint8)
        tracemalloc.start()
        assert len(sorted_hashes(rows)) > number * 0.9
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] - peaks[0] < 38_000  # of 38,000 more rows the hashes have 304,000 bytes
