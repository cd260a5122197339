"""Codes of samples, with a generator and a critic that write and read a code by a rule."""

from math import log, log2

import numpy as np
import pytest
import torch

from textgan.config.codes import Codes
from textgan.objectives.regularizers import code_loss
from textgan.run_evaluation.codes import evaluate_codes, posteriors
from textgan.sampling.seeds import line_seeds

KINDS = Codes((4,), 2)
GAUSSIANS = torch.tensor([0.3, -0.4, -0.2, 0.1])  # means, then log σ
LETTERS = "aeio"  # all of them occur in the text


def letters(corpus):
    """The ids of four letters, (4,)."""
    return corpus.encoder.encode_rows(list(LETTERS), corpus.length)[:, 0]


def coded(make_sampler, corpus, *, sure=20.0, written=True):
    """The first letter is the value of code 0, if `written`; no text depends on codes 1, 2."""
    letter_ids = torch.from_numpy(letters(corpus).astype(np.int64))

    def write(latent):
        rows = torch.full((len(latent), corpus.length), corpus.encoder.pad)
        value = latent[:, 3:7].argmax(dim=1)
        rows[:, 0] = letter_ids[value] if written else letter_ids[0]
        return rows

    def read(text):
        logits = sure * text[:, 0, letter_ids]  # (B, 4)
        return torch.cat([logits, GAUSSIANS.expand(len(text), 4)], dim=1)

    return make_sampler(corpus, write, reader=read, codes=KINDS)


def test_a_code_that_is_written_is_recovered_and_one_that_is_not_is_not(make_sampler, encoded):
    written, ignored, other = evaluate_codes(coded(make_sampler, encoded["text"]), 600, 0, 8)
    assert (written.name, written.values, written.lines) == ("code 0", 4, 600)
    assert written.information == pytest.approx(2, abs=1e-6)
    assert (written.recovered.share, written.changed.pairs, written.changed.edits) == (1, 1, 1)
    assert (ignored.name, ignored.values, ignored.correlation) == ("code 1", None, None)
    assert (other.name, other.values) == ("code 2", None)
    assert ignored.information < 0
    assert (ignored.changed.pairs, ignored.changed.values) == (0, 5)
    silent, *_ = evaluate_codes(coded(make_sampler, encoded["text"], written=False), 600, 0, 8)
    assert silent.recovered.share == pytest.approx(1 / 4, abs=0.06)
    assert silent.changed.any.right == 0


def test_information_is_entropy_less_the_loss_that_training_has(make_sampler, encoded):
    sampler = coded(make_sampler, encoded["text"], sure=1.5)
    codes, recovered = posteriors(sampler, line_seeds(7, 0, 300))
    loss = code_loss(torch.from_numpy(recovered), torch.from_numpy(codes), KINDS)
    reports = evaluate_codes(sampler, 300, 7, 8)
    bits = sum(report.information for report in reports)
    assert bits == pytest.approx(log2(4) + 2 - float(loss) / log(2))


def test_posteriors_are_those_of_the_lines_that_the_seeds_give(make_sampler, encoded):
    corpus = encoded["text"]
    sampler = coded(make_sampler, corpus, sure=1.0)
    seeds = line_seeds(3, 0, 300)
    codes, recovered = posteriors(sampler, seeds)
    lines = list(sampler.lines(300, 3))
    assert [LETTERS[i] for i in codes[:, :4].argmax(axis=1)] == lines
    assert [LETTERS[i] for i in recovered[:, :4].argmax(axis=1)] == lines


def test_a_code_of_many_values_is_swept_over_ten_of_them(make_sampler, encoded):
    corpus = encoded["text"]

    def write(latent):
        return torch.full((len(latent), corpus.length), corpus.encoder.pad)

    sampler = make_sampler(
        corpus, write, reader=lambda text: torch.zeros(len(text), 50), codes=Codes((50,), 0)
    )
    (report,) = evaluate_codes(sampler, 10, 0, 8)
    assert (report.changed.values, report.changed.lines) == (10, 10)
    assert report.information == pytest.approx(0)
