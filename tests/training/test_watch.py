"""What a run is told about itself is of the texts that it names."""

import dataclasses

import numpy as np
import pytest
import torch

import corpora
from textgan.evaluation.divergence import JsdReference
from textgan.training.step import Models
from textgan.training.watch import Watcher, spread


@pytest.fixture(scope="module")
def corpus(tiny, tmp_path_factory):
    return corpora.encode(tiny.corpus, tmp_path_factory.mktemp("encoded") / "corpus", length=12)


@pytest.fixture
def models(tiny, corpus):
    emittable = torch.from_numpy(corpus.encoder.emittable)
    return Models.build(tiny, 12, emittable, torch.device("cpu"))


class Length(torch.nn.Module):
    """D(x) = the share of a line that is not padding."""

    def __init__(self):
        super().__init__()
        self.weight = torch.nn.Parameter(torch.zeros(1))

    def forward(self, text):
        return 1 - text[:, :, 0].mean(1)


def test_estimates_and_scores_are_of_the_texts_they_name(tiny, corpus, models):
    models.critic = Length()
    watcher = Watcher(tiny, corpus)
    ids = corpus.valid[:1].repeat(4, axis=0)
    watcher._sample = lambda _: ids
    scores = watcher(models, 7)
    share = [(rows != 0).mean() for rows in (corpus.train, corpus.valid, ids)]
    assert scores.wasserstein == pytest.approx(share[0] - share[2], abs=1e-5)
    assert scores.wasserstein_held_out == pytest.approx(share[1] - share[2], abs=1e-5)
    assert scores.unique == 1 / 4
    size = corpus.encoder.size
    assert scores.choice == JsdReference(corpus.valid, size, [4])(ids)[4]
    assert scores.jsd[4] == JsdReference(corpus.train, size, [4])(ids)[4]
    wanted = JsdReference(corpus.train, size, range(1, 5)).floor(corpus.valid, tiny.samples, 0)
    assert scores.floor == wanted


def test_the_averaged_generator_is_watched_on_lines_of_their_own(tiny, corpus, models, monkeypatch):
    monkeypatch.setattr("textgan.training.watch.AT_ONCE", 16)
    with torch.no_grad():
        for weight in models.generator.parameters():
            weight.zero_()
    ids = Watcher(dataclasses.replace(tiny, samples=40), corpus)._sample(models)
    assert len(ids) == 40
    assert not (ids == ids[0]).all()
    assert not (ids[:16] == ids[16:32]).all()


def test_spread_rows_reach_from_the_first_to_the_last():
    rows = np.arange(10)[:, None]
    assert spread(rows, 4)[:, 0].tolist() == [0, 3, 6, 9]
    assert spread(rows, 10) is rows
