from dataclasses import replace

import pytest

from tests.evaluation.render.conftest import HELD_OUT, TRAINING, names
from textgan.evaluation.compare import compare
from textgan.evaluation.render.comparison import (
    answer,
    conclusions,
    differences,
    figures,
    overview,
    signatures_of,
)
from textgan.evaluation.render.headline import in_short

REAL, FALSE = names(4, 300), names(3, 300, letters=0.95)


@pytest.fixture(scope="module")
def same():
    """Two draws of real text."""
    return compare([("a", REAL), ("b", names(7, 300))], TRAINING, HELD_OUT, length=8)


def turned(comparison):
    """The same systems in the other order."""
    differences = [
        replace(d, value=-d.value, better=1 - d.better, interval=tuple(-end for end in d.interval))
        for d in comparison.differences
    ]
    return replace(comparison, systems=comparison.systems[::-1], differences=tuple(differences))


def test_the_answer_says_who_is_nearer_and_by_what(comparison):
    by = {d.measure: abs(d.value) for d in comparison.differences}
    assert answer(comparison) == [
        f"A is nearer to real text than B by JSD-4 ({by['jsd4']:.4f}), JSD-6 ({by['jsd6']:.4f}), "
        f"forward likelihood ({by['forward']:.3f}), reverse likelihood ({by['reverse']:.3f}) and "
        f"AUC of a classifier ({by['detection']:.3f})."
    ]
    assert answer(turned(comparison))[0].startswith("B is nearer to real text than A by JSD-4 (")


def test_the_answer_says_what_cannot_be_distinguished(same, comparison):
    assert answer(same) == [
        "A and B do not differ significantly by JSD-4, JSD-6, forward likelihood, reverse "
        "likelihood and AUC of a classifier."
    ]
    some = [replace(d, significant=d.measure != "jsd6") for d in comparison.differences]
    (sentence,) = answer(replace(comparison, differences=tuple(some)))
    assert sentence.endswith("; no significant difference by JSD-6.")


def test_the_answer_names_what_the_other_does_better(comparison):
    some = [replace(d, better=1) if d.measure == "forward" else d for d in comparison.differences]
    (sentence,) = answer(replace(comparison, differences=tuple(some)))
    assert sentence.startswith("A is nearer to real text than B by JSD-4")
    assert ", B by forward likelihood (" in sentence


def test_of_many_systems_the_answer_is_about_the_best(many):
    assert len(answer(many)) == 5
    assert all(" A" in sentence or sentence.startswith("A") for sentence in answer(many))


def test_the_overview_has_a_row_for_each_measure(comparison):
    table = overview(comparison, [0, 1])
    assert table.heads == ("", "A", "B", "real text")
    measure = comparison.systems[1].measures["reverse"]
    (row,) = [row for row in table.rows if row[0] == "reverse likelihood"]
    assert row[2:] == (f"{measure.samples:.3f}", f"{measure.real:.3f}")


def test_the_overview_begins_with_the_headline_of_each_system(comparison):
    table = overview(comparison, [1, 0])
    assert [row[0] for row in table.rows[:3]] == ["fidelity", "diversity", "originality"]
    for place, system in enumerate((comparison.systems[1], comparison.systems[0]), 1):
        assert table.rows[0][place] == in_short(system.headline.fidelity)
    without = replace(
        comparison, systems=tuple(replace(s, headline=None) for s in comparison.systems)
    )
    assert overview(without, [0]).rows[0][0] == "JSD-4"
    assert not overview(without, [0]).note


def test_conclusions_say_which_differences_are_significant(comparison, same):
    real, false = (system.measures["jsd4"].samples for system in comparison.systems)
    assert conclusions(comparison)[0] == (
        f"JSD-4 (lowest is best): A ({real:.4f}), B ({false:.4f}); significant: A below B."
    )
    other = conclusions(turned(comparison))
    assert all(line.endswith("significant: B below A.") for line in other)
    assert all(line.endswith("no significant difference.") for line in conclusions(same))
    measures = ["JSD-4", "JSD-6", "Forward likelihood", "Reverse likelihood", "AUC of a classifier"]
    assert [line.split(" (")[0] for line in conclusions(same)] == measures
    assert "(nearest to real text is best)" in conclusions(same)[2]


def test_of_many_systems_the_differences_from_the_best_are_shown(many):
    assert len(many.differences) == 5 * 15
    assert len(differences(many).rows) == 5 * 5
    assert "from the best alone; adjusted p: by Holm, over 15 pairs" in differences(many).note


def test_distances_of_other_numbers_of_lines_have_a_row_of_their_own():
    fewer = compare([("a", REAL), ("b", FALSE)], TRAINING, HELD_OUT[:20], length=8)
    first, second = (system.measures["jsd4"] for system in fewer.systems)
    rows = {row[0]: row[1:] for row in figures(fewer).rows[:2]}
    assert rows["JSD of 4-grams"] == (f"{first.samples:.4f}", f"{second.samples:.4f}", "")
    assert rows["  of 20 lines"] == (
        f"{first.at_real_size:.4f}", f"{second.at_real_size:.4f}", f"{first.real:.4f}",
    )  # fmt: skip
    assert overview(fewer, [0, 1]).rows[0][3] == ""


def test_signatures_of_a_kind_are_one(comparison):
    signatures = signatures_of(comparison)
    assert signatures[0].startswith("jsd|n:4,6|")
    for d in comparison.differences:
        if not d.measure.startswith("jsd"):
            assert d.signature in signatures
