"""What is wrong with a text is said in sentences, the worst first, with settings that suit it."""

from dataclasses import replace

import pytest

from corpora.inspection import Findings, inspect
from corpora.inspection.advice import problems, suggestions
from corpora.inspection.findings import Character
from corpora.settings import Settings


@pytest.fixture(scope="module")
def healthy() -> Findings:
    return inspect([f"a line of some text, number {n}" for n in range(2000)])


def test_a_healthy_text_has_neither_problems_nor_suggestions(healthy):
    assert problems(healthy) == suggestions(healthy) == []


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"kept": 999}, "only 999 lines: a model soon memorizes them"),
        ({"distinct_lines": 1900}, "100 lines (5.0%) are copies of others"),
        ({"distinct_rows": 1000}, "1,000 rows (50.0%) are copies once cut at 32"),
        ({"over_length": 0.06}, "6.0% of the lines are longer than T and are cut"),
        ({"unknown": 0.02}, "2% of the text is outside the vocabulary, so unknown"),
        ({"labels": {"a": 1_800, "b": 7}}, "1 of 2 labels have under 100 rows to train on; 'b'"),
        ({"refused": "the file is empty"}, "training would refuse this text: the file is empty"),
        ({"looks": ("looks like CSV", "do this")}, "looks like CSV"),
    ],
)
def test_each_problem_is_named_with_its_numbers(healthy, changes, problem):
    assert any(line.startswith(problem) for line in problems(replace(healthy, **changes)))


def test_the_refusal_comes_first(healthy):
    ill = replace(healthy, refused="one row", kept=1, looks=("looks like CSV", "do this"))
    assert problems(ill)[0] == "training would refuse this text: one row"
    assert suggestions(ill)[0] == "do this"


def test_a_length_is_suggested_in_steps_of_8_up_to_128(healthy):
    for longest, suggestion in (
        (33, "--length 40,"),
        (121, "--length 128,"),
        (129, "--long split"),
    ):
        lengths = {**healthy.lengths, "95%": longest}
        lines = suggestions(replace(healthy, over_length=0.5, lengths=lengths))
        assert lines[0].startswith(suggestion)
    pairs = Settings(columns="pairs")
    lines = suggestions(replace(healthy, over_length=0.5, settings=pairs, lengths=lengths))
    assert lines == []  # the pieces of a pair would not belong together


def test_invisible_characters_come_with_a_command_that_removes_them(healthy):
    hidden = [
        Character(shown="", code="U+00A0", name="NO-BREAK SPACE", count=50),
        Character(shown="", code="U+200B", name="ZERO WIDTH SPACE", count=9),
    ]
    ill = replace(healthy, hidden=hidden, counts=replace(healthy.counts, invisible=59))
    assert "U+00A0 NO-BREAK SPACE in 50, U+200B ZERO WIDTH SPACE in 9" in problems(ill)[0]
    command = r"perl -CSD -pe 's/[\x{A0}]/ /g; s/[\x{200B}]//g' FILE > clean.txt"
    assert suggestions(ill) == [f"unless they are intended, remove them: {command}"]
