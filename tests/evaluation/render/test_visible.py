import pytest

from textgan.evaluation.render.visible import visible


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("plain é 漢 🙂", "plain é 漢 🙂"),
        ("\0\t\n\x1f\x7f", "␀␉␊␟␡"),
        ("\x85\x9b", "\\u0085\\u009b"),
        ("\u202eabc\u2066\u200f", "\\u202eabc\\u2066\\u200f"),
        ("\u2028\u2029\ufeff\ud800", "\\u2028\\u2029\\ufeff\\ud800"),
        ("👩\u200d🚀 می\u200cخواهم", "👩\u200d🚀 می\u200cخواهم"),
        ("\U000e0001", "\\U000e0001"),
    ],
)
def test_nothing_invisible_passes_but_joiners(line, expected):
    assert visible(line) == expected
