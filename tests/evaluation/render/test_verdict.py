import random
from dataclasses import replace

from tests.evaluation.render.reports import graded
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.render.headline import words
from textgan.evaluation.render.sentences import distance
from textgan.evaluation.render.verdict import answer, next_step, verdict
from textgan.evaluation.report.report import Curves

TRAINING = [f"{a}{b}{c}{d}" for a in "abcd" for b in "efgh" for c in "ijkl" for d in "mnop"]
FRESH = [line[::-1] for line in TRAINING]


# The sentences


def test_without_a_headline_the_distance_is_the_answer():
    assert answer(graded(0.2, 3.5, m=99)) == [distance(graded(0.2, 3.5, m=99))]
    assert "at least 100 lines" in next_step(graded(0.1, 3.0, m=99))


def test_warnings_follow_the_headline_in_the_answer():
    report = graded(0.2, 3.5, warnings=["collapse"])
    *first, last = answer(report)
    assert first == [word.sentence() for word in words(report)]
    assert last == "Warning collapse."


def test_the_verdict_has_all_figures_and_a_page_leaves_warnings_out():
    report = graded(0.2, 3.5, warnings=["collapse"])
    for word in words(report):
        assert word.sentence(full=True) in verdict(report)
    assert "Warning collapse." in verdict(report)
    assert "Warning" not in verdict(report, warnings=False)


# What to do next


def with_curve(report, *jsds):
    steps = tuple(100 * i for i in range(1, len(jsds) + 1))
    return replace(report, curves=Curves(steps=steps, values={"jsd4": jsds}))


def test_a_run_that_still_improves_is_to_be_trained_longer():
    improving = with_curve(graded(0.2, 3.5), 0.4, 0.3, 0.2)
    assert f"--resume {improving.evaluated} --steps 600" in next_step(improving)
    assert "--resume 'my runs/1' --steps 600" in next_step(improving, "my runs/1")
    assert "--preset best" in next_step(with_curve(graded(0.2, 3.5), 0.4, 0.2, 0.3))
    nearly = (*[0.4] * 18, 0.2, 0.21, 0.22)  # the lowest is that of step 1,900 of 2,100
    assert "--resume" in next_step(with_curve(graded(0.2, 3.5), *nearly))
    assert "--preset best" in next_step(with_curve(graded(0.2, 3.5), *nearly, 0.22))
    assert "--seed" in next_step(with_curve(graded(0.2, 3.5, warnings=["collapse"]), 0.4))


def test_what_is_next_depends_on_headline_and_warnings():
    assert "textgan compare" in next_step(graded(0.1, 3.0))
    assert "--tables" in next_step(graded(0.1, 3.0, warnings=["collapse"]))
    assert "--tables" in next_step(graded(0.1, 3.2))
    copied = graded(0.1, 3.0, copied=0.9)
    assert "--tables" in next_step(copied)
    assert "--novel" in next_step(graded(0.1, 3.0, warnings=["copies"]))
    assert "--tables" in next_step(graded(0.2, 3.5))


# Warnings


def test_repeats_and_copies_are_warned_of_first():
    repeats = verdict(evaluate(["meia"] * 50, TRAINING, FRESH, length=4, orders=(4,)))
    assert repeats.startswith("Collapsed, or close to it: 2.0% of the samples are distinct")
    copies = verdict(evaluate(TRAINING[:50], TRAINING, FRESH, length=4, orders=(4,)))
    assert "Memorization: 100.0% of the samples occur in the training text, " in copies
    assert "Collapsed" not in copies
    half = verdict(evaluate([*FRESH[:46], *["meia"] * 4], TRAINING, FRESH, length=4, orders=(4,)))
    assert half.startswith("One line is 8.0% of the samples (the commonest training line: 2.")
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
    assert "Little diversity: the samples are likelier than real text" in narrow
