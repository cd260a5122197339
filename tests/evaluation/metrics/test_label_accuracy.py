import json
from dataclasses import asdict, replace
from math import sqrt

import numpy as np
import pytest

from tests.evaluation.rows import labelled_words
from textgan.evaluation.metrics.jsd import jsd
from textgan.evaluation.metrics.label_accuracy import (
    MAX_CONFUSED,
    Labelled,
    _ratio,
    per_label_report,
)
from textgan.evaluation.ngrams.counts import count
from textgan.evaluation.statistics.proportions import Accuracy
from textgan.evaluation.statistics.seeding import choose
from textgan.evaluation.text.lines import Text
from textgan.evaluation.text.vocabulary import Vocabulary

T = 8


def accuracy(*rows):
    lines, right = sum(map(sum, rows)), sum(row[i] for i, row in enumerate(rows))
    return Accuracy(
        lines=lines, right=right, share=right / lines, interval=(0, 1), confusion=tuple(rows)
    )


def test_real_text_is_weighed_by_the_labels_asked_for():
    # Asked for: 30 of the first, 10 of the second. Real: 9 of 10 and 5 of 10 right.
    as_asked, ratio, _ = ratio_of(accuracy((24, 6), (8, 2)), accuracy((9, 1), (5, 5)))
    assert as_asked == pytest.approx((30 * 0.9 + 10 * 0.5) / 40)
    assert ratio == pytest.approx((26 / 40) / 0.8)


def test_labels_without_real_lines_are_left_out_of_the_ratio():
    as_asked, ratio, _ = ratio_of(accuracy((24, 6), (10, 0)), accuracy((9, 1), (0, 0)))
    assert as_asked == 0.9
    assert ratio == pytest.approx(0.8 / 0.9)
    assert ratio_of(accuracy((24, 6), (0, 0)), accuracy((0, 0), (0, 5))) == (None, None, None)
    assert ratio_of(accuracy((1, 0), (0, 0)), accuracy((0, 5), (0, 0))) == (0.0, None, None)
    assert ratio_of(accuracy((0, 1), (0, 0)), accuracy((5, 5), (0, 0))) == (0.5, 0.0, None)


def test_the_interval_of_the_ratio_by_hand():
    # One label, 30 of 40 and 60 of 80: s̃ = 32/44 and 62/84.
    _, ratio, (low, high) = ratio_of(accuracy((30, 10), (0, 0)), accuracy((60, 20), (0, 0)))
    parts = [32 / 44 * 12 / 44 / 44 / 0.75**2, 62 / 84 * 22 / 84 / 84 / 0.75**2]
    assert ratio == 1
    assert np.log([low, high]) == pytest.approx([-1.96 * sqrt(sum(parts)), 1.96 * sqrt(sum(parts))])


def test_the_interval_holds_one_19_times_in_20_where_both_are_alike():
    rng = np.random.default_rng(0)
    chance, asked, real = np.array([0.9, 0.6, 0.3]), (200, 40, 60), (50, 100, 30)

    def drawn(sizes):
        right = rng.binomial(sizes, chance)
        rows = np.diag(right)
        rows[:, 0] += sizes - right
        rows[0] = right[0], sizes[0] - right[0], 0
        return accuracy(*map(tuple, rows.tolist()))

    intervals = [ratio_of(drawn(asked), drawn(real))[2] for _ in range(1_000)]
    assert np.mean([low <= 1 <= high for low, high in intervals]) == pytest.approx(0.95, abs=0.03)


def ratio_of(ours, real):
    return _ratio(ours, real, len(ours.confusion))


@pytest.fixture(scope="module")
def parts():
    return [Labelled(*labelled_words(seed, m)) for seed, m in ((0, 600), (1, 240), (2, 150))]


def own(part, label):
    return [line for line, its in zip(part.lines, part.labels, strict=True) if its == label]


def test_real_text_in_the_place_of_samples_has_ratio_one_and_no_excess(parts):
    training, samples, held_out = parts
    report = per_label_report("abc", training, samples, held_out, length=T)
    assert report.samples.share == report.real.share == report.real_as_asked == report.ratio == 1
    low, high = report.ratio_interval
    assert low < 1 < high
    for label, score in enumerate(report.labels):
        assert score.name == "abc"[label]
        assert score.lines == len(own(samples, label)) == score.samples.lines
        assert score.training == len(own(training, label))
        assert score.held_out == len(own(held_out, label)) == score.real.lines
        low, high = score.jsd.interval
        assert low < 0 < high


def test_distances_of_a_label_are_from_its_own_training_lines(parts):
    training, samples, held_out = parts
    report = per_label_report("abc", training, samples, held_out, length=T, seed=5)
    texts = [Text(part.lines, T) for part in parts]
    vocabulary = Vocabulary(texts)
    V = len(vocabulary)
    for label, score in enumerate(report.labels):
        q, p, r = (vocabulary.rows(Text(own(part, label), T)).array() for part in parts)
        m = min(len(p), len(r))
        reference = count(q, 4, V)
        assert score.jsd.samples == jsd(count(p, 4, V), reference)
        assert score.jsd.real == jsd(count(r[choose(len(r), m, 5, "floor")], 4, V), reference)
        level = jsd(count(p[choose(len(p), m, 5, "excess")], 4, V), reference)
        assert score.jsd.at_real_size == level
        assert score.unique.samples == len(set(own(samples, label))) / len(p)


def test_samples_of_another_label_are_found_out(parts):
    training, samples, held_out = parts
    swapped = replace(samples, labels=[(label + 1) % 3 for label in samples.labels])
    report = per_label_report("abc", training, swapped, held_out, length=T)
    assert (report.samples.share, report.ratio, report.ratio_interval) == (0, 0, None)
    assert all(score.jsd.excess > 0 for score in report.labels)


def test_collapse_within_a_label_shows_in_its_distinct_lines(parts):
    training, _, held_out = parts
    samples = Labelled(["addd"] * 40 + own(held_out, 1), [0] * 40 + [1] * len(own(held_out, 1)))
    a, b, c = per_label_report("abc", training, samples, held_out, length=T).labels
    assert a.unique.samples == 1 / 40
    assert a.unique.excess < -0.5
    assert abs(b.unique.excess) < 0.1
    assert (c.lines, c.samples, c.jsd, c.unique) == (0, None, None, None)


def test_a_label_of_fewer_than_20_held_out_lines_has_no_floor(parts):
    training, samples, held_out = parts
    some = [*range(19)], [*range(20)]
    few = Labelled(
        [own(held_out, label)[i] for label in (0, 1) for i in some[label]], [0] * 19 + [1] * 20
    )
    a, b, c = per_label_report("abc", training, samples, few, length=T).labels
    assert (a.jsd.real, a.jsd.excess, a.jsd.interval) == (None, None, None)
    assert a.real.lines == 19
    assert b.jsd.real is not None
    assert c.real is None


def test_without_held_out_text_nothing_is_said_of_real_text(parts):
    report = per_label_report("abc", parts[0], parts[1], length=T)
    assert report.samples.share == 1
    assert (report.real, report.real_as_asked, report.ratio, report.ratio_interval) == (None,) * 4
    assert report.real_signature is None


def test_lines_shorter_than_four_characters_are_compared_by_shorter_ngrams(parts):
    training, samples, held_out = parts
    a = per_label_report("abc", training, samples, held_out, length=2).labels[0]
    assert "|n:2|" in a.jsd.signature


def test_who_is_taken_for_whom_is_kept_of_few_labels_alone(parts):
    names = [f"label {i}" for i in range(MAX_CONFUSED + 1)]
    few = per_label_report(names[:-1], *parts, length=T)
    assert few.samples.confusion[0][0] == few.labels[0].samples.right
    many = per_label_report(names, *parts, length=T)
    assert (many.samples.confusion, many.real.confusion) == (None, None)
    assert many.labels[0] == replace(few.labels[0], name=many.labels[0].name)


def test_the_report_is_plain_and_signed(parts):
    training, samples, held_out = parts
    report = per_label_report("abc", training, samples, held_out, length=T)
    plain = json.loads(json.dumps(asdict(report)))
    assert plain["samples"]["confusion"][0][0] == report.samples.confusion[0][0]
    assert plain["labels"][2]["jsd"]["samples"] == report.labels[2].jsd.samples
    assert report.signature.startswith(
        "label-accuracy|n:4|unit:char|smoothing:modified-kneser-ney+uniform|padding:end|T:8|V:10|"
        "m:240|ref:600@"
    )
    assert "|interval:wilson|settings:labels=3,prior=training|" in report.signature
    assert "|m:150|" in report.real_signature
    assert "|held-out:150@" in report.real_signature
    assert "|settings:label=2|" in report.labels[2].jsd.signature
    other = replace(training, labels=training.labels[::-1])
    relabelled = per_label_report("abc", other, samples, held_out, length=T)
    assert relabelled.signature != report.signature
