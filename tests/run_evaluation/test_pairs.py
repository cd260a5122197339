"""Translations of held-out pairs, with a generator that copies or translates perfectly."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from torch import nn

from corpora.errors import InputError
from textgan.evaluation.metrics.character_error_rate import restoration
from textgan.run_evaluation.pairs import evaluate_pairs


def test_a_generator_that_copies_has_the_error_rate_of_copying(make_sampler, encoded):
    corpus = encoded["pairs"]
    report = evaluate_pairs(make_sampler(corpus, lambda source: source), corpus, 10_000, 0, "run")
    sources = corpus.encoder.decode_rows(corpus.condition("test"))
    assert report.restoration == restoration(sources, sources, corpus.lines("test"), length=8)
    assert (report.part, report.pairs) == ("test", len(corpus.test))
    assert report.examples[0].output == report.examples[0].source != report.examples[0].target


def test_each_output_is_compared_with_the_target_of_its_own_source(make_sampler, encoded):
    corpus = encoded["pairs"]
    pairs = {
        tuple(source): target
        for source, target in zip(corpus.condition("test").tolist(), corpus.test, strict=True)
    }

    def translate(source):
        rows = np.stack([pairs[tuple(row)] for row in source.argmax(dim=2).tolist()])
        return nn.functional.one_hot(torch.from_numpy(rows).long(), corpus.encoder.size)

    report = evaluate_pairs(make_sampler(corpus, translate), corpus, 20, 0, "run")
    assert (report.restoration.lines, report.restoration.error_rate) == (20, 0)
    assert report.restoration.copying > 0
    other = evaluate_pairs(make_sampler(corpus, translate), corpus, 20, 1, "run")
    assert other.restoration.signature != report.restoration.signature
    assert len(report.examples) == 10


def test_without_test_text_validation_text_is_translated_and_without_any_nothing(
    make_sampler, encoded
):
    corpus = encoded["pairs"]
    bare = replace(corpus, test=corpus.test[:0])
    report = evaluate_pairs(make_sampler(corpus, lambda source: source), bare, 10_000, 0, "run")
    assert (report.part, report.pairs) == ("valid", len(corpus.valid))
    nothing = replace(bare, valid=corpus.valid[:0])
    with pytest.raises(InputError, match="run: its text is too small to have held pairs out"):
        evaluate_pairs(make_sampler(corpus, lambda source: source), nothing, 10, 0, "run")
