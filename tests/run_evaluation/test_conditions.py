"""What a run makes of labels, codes and sources, with networks whose answers are known."""

from dataclasses import replace
from math import log, log2

import numpy as np
import pytest
import torch
from torch import nn

from corpora.errors import InputError
from textgan.config.codes import NO_CODES, Codes
from textgan.evaluation.metrics.character_error_rate import restoration
from textgan.inputs.latents import Latents
from textgan.objectives.regularizers import code_loss
from textgan.run_evaluation.conditions import (
    LEARNT,
    codes_recovered,
    labels_kept,
    posteriors,
    sources_translated,
)
from textgan.sampling.sampler import Sampler, line_seeds

KINDS = Codes((4,), 2)
GAUSSIANS = torch.tensor([0.3, -0.4, -0.2, 0.1])  # means, then log σ
LETTERS = "aeio"  # each stands in the text


class Writer(nn.Module):
    """Makes lines by a rule: latents (B, Z') -> ids (B, T); or copies a source."""

    output = "softmax"

    def __init__(self, rule, vocabulary):
        super().__init__()
        self.rule, self.vocabulary = rule, vocabulary
        self.weight = nn.Parameter(torch.zeros(1))  # by which its device is known

    def logits(self, latent, source=None):
        if source is not None:
            return self.rule(source)
        ids = torch.tensor(self.rule(latent).tolist())
        return 0.5 * nn.functional.one_hot(ids, self.vocabulary)  # by no means sure


class Reader(nn.Module):
    """Says of the codes what a rule makes of one-hot text (B, T, V)."""

    def __init__(self, rule=None):
        super().__init__()
        self.rule = rule

    def recover(self, text):
        assert set(text.unique().tolist()) <= {0.0, 1.0}
        return self.rule(text)


def made(corpus, rule, *, reader=None, codes=NO_CODES, labels=None):
    latents = Latents(3, codes, len(corpus.labels) if labels is not None else 0)
    writer = Writer(rule, corpus.encoder.size)
    return Sampler(writer, Reader(reader), corpus.encoder, latents, labels)


def ids_of(corpus, lines):
    return corpus.encoder.encode_rows(lines, corpus.length)


def real_lines(corpus, right=True):
    """A generator that gives a line of the label asked for, or of the next label."""
    labels, count = corpus.condition("train"), len(corpus.labels)
    own = [np.flatnonzero(labels == label) for label in range(count)]

    def rule(latent):
        asked = latent[:, -count:].argmax(dim=1).numpy()
        places = (latent[:, 0].abs().numpy() * 1e4).astype(int)
        wanted = asked if right else (asked + 1) % count
        rows = [own[i][n % len(own[i])] for i, n in zip(wanted, places, strict=True)]
        return corpus.train[rows]

    return made(corpus, rule, labels=labels)


def test_each_label_gets_its_share_of_the_samples_but_at_least_20(encoded):
    corpus = encoded["labels"]
    report = labels_kept(real_lines(corpus), corpus, 100, 0, corpus.length)
    rows = corpus.rows_of_labels("train")
    assert round(100 * rows["rare"] / len(corpus.train)) < 20
    expected = {name: max(20, round(100 * n / len(corpus.train))) for name, n in rows.items()}
    assert {one.name: one.lines for one in report.labels} == expected
    assert report.samples.lines == sum(expected.values())
    assert {one.name: one.training for one in report.labels} == rows
    assert report.real.lines == len(corpus.test)


def test_real_lines_keep_their_labels_and_those_of_other_labels_do_not(encoded):
    corpus = encoded["labels"]
    report = labels_kept(real_lines(corpus), corpus, 300, 0, corpus.length)
    assert report.samples.share > 0.95
    swapped = labels_kept(real_lines(corpus, right=False), corpus, 300, 0, corpus.length)
    assert swapped.samples.share < 0.05


def test_no_two_labels_share_their_noise(encoded):
    corpus, noise = encoded["labels"], []

    def rule(latent):
        noise.append(latent[:, :3])
        return corpus.train[: len(latent)]

    sampler = made(corpus, rule, labels=corpus.condition("train"))
    report = labels_kept(sampler, corpus, 100, 0, corpus.length)
    seen = torch.cat(noise)
    assert len(seen) == len(seen.unique(dim=0)) == report.samples.lines
    first = sampler.latent(line_seeds(0, 0, 100))[:, :3]  # those of the rest of a report
    assert not (seen[:, None] == first[None]).all(dim=2).any()


def test_a_large_text_is_drawn_from(encoded, monkeypatch):
    corpus = encoded["labels"]
    assert len(corpus.train) < LEARNT
    monkeypatch.setattr("textgan.run_evaluation.conditions.LEARNT", 50)
    monkeypatch.setattr("textgan.run_evaluation.conditions.HELD_OUT", 9)
    report = labels_kept(real_lines(corpus), corpus, 100, 0, corpus.length)
    assert sum(one.training for one in report.labels) == 50
    assert report.real.lines == 9


def letters(corpus):
    """The ids of four letters, (4,)."""
    return ids_of(corpus, list(LETTERS))[:, 0]


def coded(corpus, *, sure=20.0, written=True):
    """The first letter is the value of code 0, if it is written; no text tells of codes 1 and 2."""
    own = torch.from_numpy(letters(corpus).astype(np.int64))

    def write(latent):
        rows = torch.full((len(latent), corpus.length), corpus.encoder.pad)
        value = latent[:, 3:7].argmax(dim=1)
        rows[:, 0] = own[value] if written else own[0]
        return rows

    def read(text):
        logits = sure * text[:, 0, own]  # (B, 4)
        return torch.cat([logits, GAUSSIANS.expand(len(text), 4)], dim=1)

    return made(corpus, write, reader=read, codes=KINDS)


def test_a_code_that_is_written_is_recovered_and_one_that_is_not_is_not(encoded):
    written, ignored, other = codes_recovered(coded(encoded["text"]), 600, 0, 8)
    assert (written.name, written.values, written.lines) == ("code 0", 4, 600)
    assert written.information == pytest.approx(2, abs=1e-6)
    assert (written.recovered.share, written.changed.pairs, written.changed.edits) == (1, 1, 1)
    assert (ignored.name, ignored.values, ignored.correlation) == ("code 1", None, None)
    assert (other.name, other.values) == ("code 2", None)
    assert ignored.information < 0
    assert (ignored.changed.pairs, ignored.changed.values) == (0, 5)
    silent, *_ = codes_recovered(coded(encoded["text"], written=False), 600, 0, 8)
    assert silent.recovered.share == pytest.approx(1 / 4, abs=0.06)
    assert silent.changed.any.right == 0


def test_information_is_entropy_less_the_loss_that_training_has(encoded):
    sampler = coded(encoded["text"], sure=1.5)
    codes, recovered = posteriors(sampler, line_seeds(7, 0, 300))
    loss = code_loss(torch.from_numpy(recovered), torch.from_numpy(codes), KINDS)
    found = codes_recovered(sampler, 300, 7, 8)
    bits = sum(one.information for one in found)
    assert bits == pytest.approx(log2(4) + 2 - float(loss) / log(2))


def test_posteriors_are_those_of_the_lines_that_the_seeds_give(encoded):
    corpus = encoded["text"]
    sampler = coded(corpus, sure=1.0)
    seeds = line_seeds(3, 0, 300)
    codes, recovered = posteriors(sampler, seeds)
    lines = list(sampler.lines(300, 3))
    assert [LETTERS[i] for i in codes[:, :4].argmax(axis=1)] == lines
    assert [LETTERS[i] for i in recovered[:, :4].argmax(axis=1)] == lines


def test_a_code_of_many_values_is_swept_over_ten_of_them(encoded):
    corpus = encoded["text"]

    def write(latent):
        return torch.full((len(latent), corpus.length), corpus.encoder.pad)

    sampler = made(
        corpus, write, reader=lambda text: torch.zeros(len(text), 50), codes=Codes((50,), 0)
    )
    (found,) = codes_recovered(sampler, 10, 0, 8)
    assert (found.changed.values, found.changed.lines) == (10, 10)
    assert found.information == pytest.approx(0)


def translator(corpus, rule=lambda source: source):
    return made(corpus, rule)


def test_a_generator_that_copies_has_the_error_rate_of_copying(encoded):
    corpus = encoded["pairs"]
    found = sources_translated(translator(corpus), corpus, 10_000, 0, "run")
    sources = corpus.encoder.decode_rows(corpus.condition("test"))
    assert found.restoration == restoration(sources, sources, corpus.lines("test"), length=8)
    assert (found.part, found.pairs) == ("test", len(corpus.test))
    assert found.examples[0].output == found.examples[0].source != found.examples[0].target


def test_outputs_are_beside_the_targets_of_their_own_sources(encoded):
    corpus = encoded["pairs"]
    pairs = {
        tuple(source): target
        for source, target in zip(corpus.condition("test").tolist(), corpus.test, strict=True)
    }

    def mend(source):
        rows = np.stack([pairs[tuple(row)] for row in source.argmax(dim=2).tolist()])
        return nn.functional.one_hot(torch.from_numpy(rows).long(), corpus.encoder.size)

    found = sources_translated(translator(corpus, mend), corpus, 20, 0, "run")
    assert (found.restoration.lines, found.restoration.error_rate) == (20, 0)
    assert found.restoration.copying > 0
    other = sources_translated(translator(corpus, mend), corpus, 20, 1, "run")
    assert other.restoration.signature != found.restoration.signature
    assert len(found.examples) == 10


def test_without_test_text_validation_text_is_translated_and_without_any_nothing(encoded):
    corpus = encoded["pairs"]
    bare = replace(corpus, test=corpus.test[:0])
    found = sources_translated(translator(corpus), bare, 10_000, 0, "run")
    assert (found.part, found.pairs) == ("valid", len(corpus.valid))
    nothing = replace(bare, valid=corpus.valid[:0])
    with pytest.raises(InputError, match="run: its text is too small to have held pairs out"):
        sources_translated(translator(corpus), nothing, 10, 0, "run")
