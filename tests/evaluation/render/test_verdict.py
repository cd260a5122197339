import random
from dataclasses import replace

import pytest

from tests.evaluation.render.reports import bare_report, graded
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.render.headline import neighbours
from textgan.evaluation.render.verdict import RULE, answer, grade, next_step, verdict
from textgan.evaluation.report.report import Curves

TRAINING = [f"{a}{b}{c}{d}" for a in "abcd" for b in "efgh" for c in "ijkl" for d in "mnop"]
FRESH = [line[::-1] for line in TRAINING]


# The grade


@pytest.mark.parametrize(
    ("jsd", "reverse", "expected"),
    [
        (0.1, 3.0, "good"),  # as near as the 4-gram sampler by both
        (0.11, 3.0, "typical"),
        (0.1, 3.1, "typical"),
        (0.3, 4.0, "typical"),  # as near as the 2-gram sampler
        (0.31, 3.0, "poor"),
        (0.1, 4.01, "poor"),
    ],
)
def test_the_grade_is_that_of_the_worse_of_two_figures(jsd, reverse, expected):
    assert grade(graded(jsd, reverse)) == expected
    assert answer(graded(jsd, reverse)).startswith(f"{expected.capitalize()}. ")


def test_samples_no_different_from_real_text_are_good():
    assert grade(graded(0.15, 3.0, jsd_interval=(-0.01, 0.11))) == "good"
    assert grade(graded(0.15, 3.0, jsd_interval=(0.01, 0.11))) == "typical"
    # Where floors mislead, to be level with them says nothing.
    misleading = graded(0.15, 3.0, jsd_interval=(-0.01, 0.11), warnings=["floors"])
    assert grade(misleading) == "typical"


@pytest.mark.parametrize("name", ["empty", "collapse", "repeats", "cover", "copies"])
def test_a_serious_warning_makes_the_best_figures_poor(name):
    report = graded(0.1, 3.0, warnings=[name])
    assert grade(report) == "poor"
    assert answer(report) == f"Poor. Warning {name}."


def test_few_samples_and_unknown_samplers_have_no_grade():
    assert grade(graded(0.1, 3.0, m=99)) is None
    assert "at least 100 lines" in next_step(graded(0.1, 3.0, m=99))
    assert grade(replace(bare_report(), m=1000)) is None
    assert "." not in answer(replace(bare_report(), m=1000)).split(" ", 1)[0]


def test_a_measure_that_finds_no_fault_in_2_grams_grades_nothing():
    report = graded(0.5, 3.0)
    low = replace(report.measures["jsd4"], real=0.3)  # no nearer than the 2-gram sampler
    assert grade(replace(report, measures={**report.measures, "jsd4": low})) == "good"
    renamed = {"jsd2": report.measures["jsd4"], "reverse": report.measures["reverse"]}
    assert grade(replace(report, measures=renamed)) == "good"


def test_the_figure_that_decides_is_the_one_in_the_answer():
    assert "JSD-4 is 0.200 bits" in answer(graded(0.2, 3.5))
    by_reverse = answer(graded(0.1, 4.5))
    assert by_reverse == (
        "Poor. Reverse likelihood is 4.500 bits a symbol (real text: 2.900), further from real "
        "text than a 2-gram sampler (4.000)."
    )
    assert "JSD-4" in verdict(graded(0.1, 4.5))  # which has every sentence


def test_the_rule_names_its_samplers():
    assert "4-gram" in RULE
    assert "2-gram" in RULE


def test_real_text_is_good_and_letters_alone_are_poor():
    rng = random.Random(0)
    syllables = [c + v for c in "bdfgklmnprst" for v in "aeiou"]

    def lines(size):
        return ["".join(rng.choices(syllables, k=3)) for _ in range(size)]

    training, held_out = lines(1_000), lines(300)
    assert grade(evaluate(lines(300), training, held_out, length=6)) == "good"
    letters = ["".join(rng.choices("bdfgklmnprstaeiou", k=6)) for _ in range(300)]
    assert grade(evaluate(letters, training, held_out, length=6)) == "poor"
    report = evaluate(letters[::2] + lines(150), training, held_out, length=6)
    jsd, between = report.measures["jsd4"], neighbours(report)
    assert jsd.baselines[between.nearer] <= jsd.samples < jsd.baselines[between.further]
    assert f" {between.further} ({jsd.baselines[between.further]:.3f})" in verdict(report)
    assert "It is between a" in verdict(report)


# What to do next


def with_curve(report, *jsds):
    steps = tuple(100 * i for i in range(1, len(jsds) + 1))
    return replace(report, curves=Curves(steps=steps, values={"jsd4": jsds}))


def test_a_run_that_still_improves_is_to_be_trained_longer():
    assert "--resume RUN --steps 600" in next_step(with_curve(graded(0.2, 3.5), 0.4, 0.3, 0.2))
    assert "--preset best" in next_step(with_curve(graded(0.2, 3.5), 0.4, 0.2, 0.3))
    assert "--seed" in next_step(with_curve(graded(0.2, 3.5, warnings=["collapse"]), 0.4))


def test_what_is_next_depends_on_grade_and_warnings():
    assert "textgan compare" in next_step(graded(0.1, 3.0))
    assert "--novel" in next_step(graded(0.1, 3.0, warnings=["copies"]))
    assert "--tables" in next_step(graded(0.2, 3.5))


# Warnings


def test_repeats_and_copies_are_warned_of_first():
    repeats = verdict(evaluate(["meia"] * 50, TRAINING, FRESH, length=4, orders=(4,)))
    assert repeats.startswith("Poor. Collapsed, or close to it: 2.0% of the samples are distinct")
    copies = verdict(evaluate(TRAINING[:50], TRAINING, FRESH, length=4, orders=(4,)))
    assert "Memorization: 100.0% of the samples occur in the training text, " in copies
    assert "Collapsed" not in copies
    half = verdict(evaluate([*FRESH[:46], *["meia"] * 4], TRAINING, FRESH, length=4, orders=(4,)))
    assert half.startswith("Poor. One line is 8.0% of the samples (the commonest training line: 2.")
    calm = verdict(evaluate(FRESH[:50], TRAINING, FRESH, length=4, orders=(4,)))
    for warning in ("Collapsed", "Memorization", "One line"):
        assert warning not in calm


def test_little_diversity_is_seen_behind_distinct_lines():
    rng = random.Random(0)
    syllables = [c + v for c in "bdfgklmnprst" for v in "aeiou"]
    weights = [1000] * 6 + [200] * 54

    def lines(count, kinds):
        return ["".join(rng.choices(syllables[:kinds], weights[:kinds], k=4)) for _ in range(count)]

    training, held_out = lines(1_000, 60), lines(300, 60)
    narrow = verdict(evaluate(lines(300, 6), training, held_out, length=8))
    assert narrow.startswith("Poor. Little diversity: the samples are likelier than real text")
