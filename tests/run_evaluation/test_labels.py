"""Labels of samples, with a generator whose lines have known labels."""

import numpy as np
import torch

from textgan.run_evaluation.labels import MAX_TRAINING_LINES, evaluate_labels
from textgan.sampling.seeds import line_seeds


def real_lines(make_sampler, corpus, right=True):
    """A generator that gives a real line of its label, or of the next label."""
    labels, count = corpus.condition("train"), len(corpus.labels)
    rows_of = [np.flatnonzero(labels == label) for label in range(count)]

    def rule(latent):
        wanted = latent[:, -count:].argmax(dim=1).numpy()
        places = (latent[:, 0].abs().numpy() * 1e4).astype(int)
        wanted = wanted if right else (wanted + 1) % count
        rows = [rows_of[i][n % len(rows_of[i])] for i, n in zip(wanted, places, strict=True)]
        return corpus.train[rows]

    return make_sampler(corpus, rule, conditional=True)


def test_each_label_gets_its_share_of_the_samples_but_at_least_20(make_sampler, encoded):
    corpus = encoded["labels"]
    report = evaluate_labels(real_lines(make_sampler, corpus), corpus, 100, 0, corpus.length)
    rows = corpus.rows_of_labels("train")
    assert round(100 * rows["rare"] / len(corpus.train)) < 20
    expected = {name: max(20, round(100 * n / len(corpus.train))) for name, n in rows.items()}
    assert {score.name: score.lines for score in report.labels} == expected
    assert report.samples.lines == sum(expected.values())
    assert {score.name: score.training for score in report.labels} == rows
    assert report.real.lines == len(corpus.test)


def test_real_lines_keep_their_labels_and_those_of_other_labels_do_not(make_sampler, encoded):
    corpus = encoded["labels"]
    report = evaluate_labels(real_lines(make_sampler, corpus), corpus, 300, 0, corpus.length)
    assert report.samples.share > 0.95
    swapped = evaluate_labels(
        real_lines(make_sampler, corpus, right=False), corpus, 300, 0, corpus.length
    )
    assert swapped.samples.share < 0.05


def test_no_two_labels_share_their_noise(make_sampler, encoded):
    corpus, noise = encoded["labels"], []

    def rule(latent):
        noise.append(latent[:, :3])
        return corpus.train[: len(latent)]

    sampler = make_sampler(corpus, rule, conditional=True)
    report = evaluate_labels(sampler, corpus, 100, 0, corpus.length)
    seen = torch.cat(noise)
    assert len(seen) == len(seen.unique(dim=0)) == report.samples.lines
    first = sampler.latent(line_seeds(0, 0, 100))[:, :3]  # those of the rest of a report
    assert not (seen[:, None] == first[None]).all(dim=2).any()


def test_a_large_text_is_drawn_from(make_sampler, encoded, monkeypatch):
    corpus = encoded["labels"]
    assert len(corpus.train) < MAX_TRAINING_LINES
    monkeypatch.setattr("textgan.run_evaluation.labels.MAX_TRAINING_LINES", 50)
    monkeypatch.setattr("textgan.run_evaluation.labels.MAX_HELD_OUT_LINES", 9)
    report = evaluate_labels(real_lines(make_sampler, corpus), corpus, 100, 0, corpus.length)
    assert sum(score.training for score in report.labels) == 50
    assert report.real.lines == 9
