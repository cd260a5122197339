"""Medians, ranges and paired differences, worked by hand."""

import random
from math import inf

import pytest

from benchmarks.study_tables import decision, decisions, differences, sign_count, table


def run(jsd4, reverse=3.0, **other):
    figures = {"jsd6_excess": 0.5, "valid": None, "unique": 0.99, "copied_excess": 0.01}
    return {"jsd4_excess": jsd4, "reverse": reverse, **figures, **other}


BASE = {0: run(0.30), 1: run(0.10), 2: run(0.20)}


def test_differences_are_of_the_same_seed():
    variant = {2: run(0.25), 0: run(0.25), 7: run(0.0)}  # seed 1 is missing, 7 has no partner
    assert differences(variant, BASE, "jsd4_excess") == pytest.approx([-0.05, 0.05])


def test_a_variant_differs_from_itself_by_nothing():
    assert differences(BASE, BASE, "jsd4_excess") == [0.0, 0.0, 0.0]
    assert sign_count([0.0, 0.0, 0.0], "lower") == (0, 3)


def test_differences_change_sign_when_the_two_are_exchanged():
    variant = {seed: run(random.Random(seed).random()) for seed in BASE}
    one_way = differences(variant, BASE, "jsd4_excess")
    other_way = differences(BASE, variant, "jsd4_excess")
    assert one_way == [-value for value in other_way]
    assert any(one_way)


def test_what_a_seed_adds_to_both_is_in_no_difference():
    effects = {0: 5.0, 1: -2.0, 2: 0.5}
    variant = {0: run(0.25), 1: run(0.15), 2: run(0.1)}

    def moved(runs):
        return {seed: run(r["jsd4_excess"] + effects[seed]) for seed, r in runs.items()}

    expected = differences(variant, BASE, "jsd4_excess")
    assert differences(moved(variant), moved(BASE), "jsd4_excess") == pytest.approx(expected)


def test_a_variant_that_diverged_is_worse_than_any_and_a_baseline_that_did_has_no_pair():
    variant = {0: {"error": "not finite"}, 1: run(0.05), 2: run(0.1)}
    assert differences(variant, BASE, "jsd4_excess") == pytest.approx([inf, -0.05, -0.1])
    assert differences(BASE, variant, "jsd4_excess") == pytest.approx([0.05, 0.1])
    assert sign_count([inf, -0.05, -0.1], "lower") == (2, 3)
    molecules = {seed: run(0.1, valid=0.5) for seed in BASE}
    assert differences(variant, molecules, "valid") == [-inf]  # of the others it is not known
    assert sign_count([0.1, -inf, 0.2], "higher") == (2, 3)


def cells(line):
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def test_the_table_has_medians_ranges_and_differences_and_the_best_first():
    results = {
        "worse": {0: run(0.36, 3.1), 1: run(0.15, 2.9), 2: run(0.22, 3.2)},
        "base": BASE,
        "better": {0: run(0.20), 1: run(0.09), 2: run(0.21)},
        "broken": {0: {"error": "not finite"}},
        "missing": {},
    }
    about = dict.fromkeys(results, "`--x` | 10 | 1.00")
    head, _, *lines = table(results, about, "base").split("\n")
    base, better, worse, broken = map(cells, lines)
    assert [cells(line)[0] for line in lines] == ["base", "better", "worse", "broken"]
    assert {len(cells(line)) for line in [head, *lines]} == {19}
    start = ["base", "`--x`", "10", "1.00", "3", "0.2000 (0.1000 to 0.3000)"]
    assert base[:6] == start
    # −0.10, −0.01, +0.01
    assert better[5:8] == ["0.2000 (0.0900 to 0.2100)", "-0.0100 (-0.1000 to +0.0100)", "2 of 3"]
    # +0.06, +0.05, +0.02; of reverse +0.1, −0.1, +0.2
    assert worse[5:8] == ["0.2200 (0.1500 to 0.3600)", "+0.0500 (+0.0200 to +0.0600)", "0 of 3"]
    assert worse[11:14] == ["3.100 (2.900 to 3.200)", "+0.100 (-0.100 to +0.200)", "1 of 3"]
    assert worse[14] == "not measured"
    assert worse[-2:] == ["99.0% (99.0% to 99.0%)", "1.00% (1.00% to 1.00%)"]
    head, *_ = table(results, about, "base", ["reverse", "unique"]).split("\n")
    assert cells(head)[5:] == ["reverse likelihood", "difference", "better", "unique"]
    assert broken[4:8] == ["1, 1 diverged", "diverged", "+inf", "0 of 1"]


UP, DOWN = [0.1, 0.2, 0.3], [-0.1, -0.2, -0.3]


@pytest.mark.parametrize(
    ("jsd4", "reverse", "expected"),
    [
        ([DOWN, DOWN], [DOWN, DOWN], "better"),
        ([UP, UP], [UP, UP], "worse"),
        ([DOWN, DOWN], [DOWN, [-0.1, 0.1, -0.1]], "mixed"),
        ([DOWN, DOWN], [UP, UP], "mixed"),
        ([DOWN, UP], [DOWN, UP], "mixed"),
        ([DOWN], [[-0.1, 0.0, -0.1]], "mixed"),
        ([[inf, 0.1, 0.1]], [[inf, 0.1, 0.1]], "worse"),
        ([DOWN, DOWN[:2]], [DOWN, DOWN[:2]], "too few seeds"),
        ([DOWN, []], [DOWN, []], "too few seeds"),
    ],
)
def test_a_decision_wants_every_pair_of_every_corpus_by_both_measures(jsd4, reverse, expected):
    assert decision([jsd4, reverse]) == expected


def test_decisions_count_the_pairs_of_all_corpora():
    better = {seed: run(r["jsd4_excess"] - 0.01, 2.9) for seed, r in BASE.items()}
    mixed = {seed: run(r["jsd4_excess"] - 0.01, 3.1) for seed, r in BASE.items()}
    corpora = {
        "a": {"base": BASE, "good": better, "half": better},
        "b": {"base": BASE, "good": better, "half": mixed},
    }
    rows = [cells(line) for line in decisions(corpora, "base").split("\n")[2:]]
    assert rows == [["good", "6 of 6", "6 of 6", "better"], ["half", "6 of 6", "3 of 6", "mixed"]]
