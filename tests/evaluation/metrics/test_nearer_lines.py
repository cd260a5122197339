import random

import numpy as np
import pytest

from tests.evaluation.metrics.test_edit_distance import levenshtein
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics import nearer_lines
from textgan.evaluation.metrics.nearer_lines import compare_distances, least_hashes

QUICK = {"orders": (1,), "model": Setting(order=1), "length": 12, "full": True}


def words(seed, count):
    """Lines of random letters, all distinct in all probability."""
    rng = random.Random(seed)
    return ["".join(rng.choices("abcdefgh", k=rng.randint(6, 10))) for _ in range(count)]


def test_a_sample_counts_for_the_text_that_it_is_nearer_to():
    training, held_out = ["abcd", "xyz"], ["abce", "uvw"]
    samples = ["abcd", "abce", "abcf", "xyzz"]  # 0 : 1, 1 : 0, 1 : 1, 1 : 4
    found = compare_distances(samples, training, held_out, 0)
    assert found.training.tolist() == [True, False, True, True]
    assert found.held_out.tolist() == [False, True, True, False]
    assert found.share == (1 + 0 + 0.5 + 1) / 4


def test_the_nearest_are_those_of_wagner_and_fischer():
    samples, training, held_out = words(0, 20), words(1, 30), words(2, 30)
    found = compare_distances(samples, training, held_out, 0)
    for sample, nearest in zip(samples, found.nearest, strict=True):
        edits = np.array([levenshtein(sample, line) for line in training + held_out])
        assert nearest.tolist() == (edits == edits.min()).tolist()


def test_copies_of_training_lines_are_nearer_to_them():
    training, held_out = words(1, 200), words(2, 200)
    found = compare_distances(training[:100], training, held_out, 0)
    assert found.share == 1
    assert found.interval[1] == 1
    assert found.interval[0] > 0.9
    assert found.p == 1 / 1001
    turned = compare_distances(training[:100], held_out, training, 0)
    assert (turned.share, turned.p) == (0, 1)


def test_new_lines_are_as_often_nearer_to_the_one_as_to_the_other(monkeypatch):
    monkeypatch.setattr(nearer_lines, "DIVISIONS", 200)
    found = [
        compare_distances(words(3 * i, 60), words(3 * i + 1, 90), words(3 * i + 2, 90), i)
        for i in range(30)
    ]
    assert np.mean([each.share for each in found]) == pytest.approx(0.5, abs=0.03)
    held = [each.interval[0] <= 0.5 <= each.interval[1] for each in found]
    assert 25 <= sum(held) <= 30  # 28.5 expected, and fewer than 25 once in 400
    assert all(each.interval[1] - each.interval[0] < 0.3 for each in found)


def test_half_copies_are_three_quarters_nearer():
    training, held_out = words(1, 300), words(2, 300)
    found = compare_distances(training[:100] + words(0, 100), training, held_out, 0)
    assert found.share == pytest.approx(0.75, abs=0.05)
    assert found.interval[0] > 0.5


def test_divisions_at_random_are_around_a_half_and_vary_as_the_shares_of_new_lines():
    found = compare_distances(words(0, 100), words(1, 150), words(2, 150), 0)
    at_random = found.at_random
    assert at_random.mean() == pytest.approx(0.5, abs=0.01)
    low, high = found.interval
    assert high - low == pytest.approx(2 * 1.96 * np.std(at_random), rel=0.05)
    shares = [
        compare_distances(words(3 * i, 100), words(3 * i + 1, 150), words(3 * i + 2, 150), 0).share
        for i in range(60)
    ]
    assert np.std(at_random) == pytest.approx(np.std(shares), rel=0.35)


def test_one_sample_a_hundred_times_is_one_piece_of_evidence():
    training, held_out = words(1, 100), words(2, 100)
    found = compare_distances([training[0]] * 100, training, held_out, 0)
    assert found.share == 1
    assert found.interval[0] < 0.5
    assert 0.3 < found.p < 0.7


def test_texts_of_unequal_size_are_refused():
    for samples, a, b in (([], 2, 2), (["a"], 2, 3), (["a"], 0, 0)):
        with pytest.raises(ValueError, match=f"found {len(samples)} samples, {a} training lines"):
            compare_distances(samples, words(0, a), words(1, b), 0)


def test_lines_of_least_hash_are_distinct_and_equally_likely():
    lines = ["often"] * 500 + [str(i) for i in range(9)]
    assert sorted(least_hashes(lines, 20, 0)) == sorted(set(lines))
    assert len(least_hashes([str(i) for i in range(9000)], 100, 0)) == 100
    chosen = [least_hashes(lines, 2, seed) for seed in range(400)]
    times = np.unique([line for pair in chosen for line in pair], return_counts=True)[1]
    assert len(times) == 10
    assert times == pytest.approx([80] * 10, abs=40)  # ±4.5 standard deviations
    assert least_hashes(lines[::-1], 2, 0) == chosen[0]


def test_a_report_has_the_share_and_says_it_in_words():
    training, held_out = words(1, 400), words(2, 100)
    report = evaluate(training[:60], training, held_out, **QUICK)
    measure, counts = report.measures["memorization"], report.memorization
    assert (counts.samples, counts.lines) == (60, 100)
    assert measure.samples == 0.5 + (counts.training - counts.held_out) / 120
    assert (measure.real, measure.excess) == (0.5, measure.samples - 0.5)
    assert measure.interval[0] < measure.excess < measure.interval[1]
    assert "|settings:distinct=100,divisions=1000|" in measure.signature
    assert "|held-out:100@" in measure.signature
    assert "|interval:wilson+divisions|" in measure.real_signature
    # A quarter of the training lines are compared with, so that it is lower than 1.
    assert 0.5 < measure.samples < 0.9


def test_there_is_no_share_without_lines_that_the_model_has_not_seen():
    for held_out in (None, words(2, 19)):
        report = evaluate(words(0, 60), words(1, 400), held_out, **QUICK)
        assert "memorization" not in report.measures
        assert report.memorization is None


def test_texts_that_share_lines_are_drawn_by_lines():
    training, held_out = words(1, 100), words(1, 40)
    report = evaluate(words(0, 60), training, held_out, **QUICK)
    assert "|settings:lines=40,divisions=1000|" in report.measures["memorization"].signature
