from dataclasses import replace

from tests.evaluation.render.plots.drawn import caption, svg, texts
from tests.evaluation.render.reports import HOSTILE, full_report
from textgan.evaluation.report.report import (
    Transport,
)


def test_text_stays_text_and_is_escaped():
    report = replace(
        full_report(),
        transport=Transport(moves=tuple((line, line, 0) for line in HOSTILE)),
    )
    drawn = svg(report, "transport")
    shown = texts(drawn)
    for line in (
        "<script>alert(1)</script>",
        "[red] & \"double\" 'single'",
        "␛[31mred",
        "$x_1$ \\frac{1}{2}",
        "\\u202eabc\\ud800\\uffff",
        "春眠不覺曉",
        "👩\u200d🚀",
        "_hidden",
    ):
        assert shown.count(line) == 2
    assert "<script" not in drawn


def test_the_plan_says_its_cost_and_which_moves_are_shown():
    few = Transport(moves=(("abc", "abd", 1), ("abc", "abc", 0)))
    report = replace(full_report(), transport=few)
    assert caption(report, "transport") == (
        "The 2 samples of this plan become real lines with 0.50 edits each on average, at most 1; "
        "1 is a real line already. Shown: every move, the most edits first."
    )
    many = Transport(moves=tuple((f"s{i}", f"r{i}", 100 - i) for i in range(100)))
    report = replace(full_report(), transport=many)
    assert caption(report, "transport").endswith(
        "50.50 edits each on average, at most 100; 0 are real lines already. Shown: 40 moves, "
        "evenly from the most edits to the fewest."
    )
    shown = [
        text for text in texts(svg(report, "transport")) if text[0] == "s" and text[1:].isdigit()
    ]
    assert (len(shown), shown[0], shown[-1]) == (40, "s0", "s99")
