import io
import random
import subprocess
import sys

import pytest
from rich.console import Console

from textgan.evaluation.judge import evaluate
from textgan.evaluation.render.terminal import show
from textgan.evaluation.render.verdict import verdict
from textgan.evaluation.render.visible import visible


def shown(report, width=200):
    out = io.StringIO()
    show(report, Console(file=out, width=width, force_terminal=False))
    return out.getvalue()


TRAINING = [f"{a}{b}{c}{d}" for a in "abcd" for b in "efgh" for c in "ijkl" for d in "mnop"]


def test_every_number_is_shown_with_its_signature():
    report = evaluate(TRAINING[::3], TRAINING, TRAINING[::5], length=4)
    text = shown(report)
    assert "jsd|n:1,2,3,4|unit:char|smoothing:none|padding:counted|T:4|m:86|" in text
    for one in (report.forward, report.reverse, report.unique, report.copied):
        assert one.signature in text
        assert one.real_signature in text
    for row in report.divergences:
        for figure in (row.jsd, row.floor, row.excess):
            assert f"{figure:z.4f}" in text
    assert f"{report.forward.samples.perplexity:.2f}" in text
    assert f"{report.reverse.samples.bits_per_character:.3f}" in text


def test_what_is_unknown_is_called_so():
    text = shown(evaluate(["ab"], TRAINING, [], length=4))
    assert "unknown" in text
    assert "None" not in text
    assert "no held-out text, so no floor" in text


def test_a_floor_of_fewer_lines_is_said():
    text = shown(evaluate(TRAINING, TRAINING, TRAINING[:7], length=4))
    assert "JSD of 7" in text
    assert "floor: 7 held-out lines (there are no more" in text


def test_markup_and_escape_sequences_are_text():
    lines = ["[red]x[/red]", "\x1b[31mred", "[/nothing]", "a\rb\x07"]
    report = evaluate(lines, ["ab"], [], judged="[bold]f", against="\x1b]0;t\x07")
    text = shown(report)
    for piece in ("[red]x[/red]", "␛[31mred", "[/nothing]", "a␍b␇", "[bold]f", "␛]0;t␇"):
        assert piece in text
    assert not set("\x1b\r\x07") & set(text)


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


def test_the_verdict_tells_real_text_from_other():
    half = [TRAINING[i::2] for i in (0, 1)]
    assert "about what 128 lines" in verdict(
        evaluate(half[1], half[0] + half[1], half[1], length=4)
    )
    far = verdict(evaluate(["zzzz", "yyyy"], TRAINING, half[1], length=4))
    assert "JSD-4 is 1.000 bits" in far
    assert "above what 2 lines" in far


def test_the_verdict_raises_the_alarm_for_repeats_and_for_copies():
    fresh = [line[::-1] for line in TRAINING]
    repeats = verdict(evaluate(["meia"] * 50, TRAINING, fresh, length=4))
    assert "collapse" in repeats
    copies = verdict(evaluate(TRAINING[:50], TRAINING, fresh, length=4))
    assert "Many are copies: 100.0% stand in the training text (held-out text: 0.0%)" in copies
    assert "collapse" not in copies
    calm = verdict(evaluate(fresh[:50], TRAINING, fresh, length=4))
    assert "collapse" not in calm
    assert "copies" not in calm


def test_the_verdict_sees_a_lack_of_variety_behind_distinct_lines():
    rng = random.Random(0)
    syllables = [c + v for c in "bdfgklmnprst" for v in "aeiou"]
    weights = [1000] * 6 + [200] * 54

    def lines(count, kinds):
        return ["".join(rng.choices(syllables[:kinds], weights[:kinds], k=4)) for _ in range(count)]

    training, held_out = lines(2_000, 60), lines(300, 60)
    narrow = verdict(evaluate(lines(300, 6), training, held_out, length=8))
    assert "lack variety: likelier than real text, yet poor at predicting it" in narrow
    assert "lack variety" not in verdict(evaluate(lines(300, 60), training, held_out, length=8))


def test_judging_lines_loads_neither_torch_nor_rich():
    code = (
        "import sys; from textgan.evaluation.judge import evaluate; evaluate(['ab'], ['ab', 'cd']);"
        "assert not {'torch', 'rich'} & set(sys.modules), sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
