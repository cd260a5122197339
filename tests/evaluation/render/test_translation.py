import pytest

from tests.evaluation.render.conftest import SOURCES, TARGETS, translated
from textgan.evaluation.render.translation import answer, figures, next_step


@pytest.mark.parametrize(
    ("outputs", "start", "end"),
    [
        (TARGETS, "Better than copying: the character error rate of the outputs is 0.00%", "%."),
        (SOURCES, "No better than copying: ", "30.77%: no significant difference."),
        (["x" * 9] * 20, "Worse than copying: ", "30.77%."),
    ],
)
def test_the_answer_is_whether_outputs_are_better_than_copies(outputs, start, end):
    translation = translated(SOURCES, outputs, TARGETS)
    assert answer(translation.restoration).startswith(start)
    assert answer(translation.restoration).endswith(end)
    assert ("translate" in next_step(translation)) == (outputs is TARGETS)
    assert ("--resume 'my runs/1'" in next_step(translation, "my runs/1")) != (outputs is TARGETS)


def test_figures_stand_with_those_of_copying():
    table = figures(translated(SOURCES, ["x" * 9] * 20, TARGETS, part="valid"))
    assert table.rows[0][2] == "30.77%"
    assert table.note.startswith("20 validation pairs")
    assert table.note.endswith("in none are all three texts equally long")


def test_the_ratio_to_no_errors_is_unknown():
    assert figures(translated(TARGETS, TARGETS, TARGETS)).rows[2][1] == "unknown"
