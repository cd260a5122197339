import io
import random
import subprocess
import sys

import pytest
from rich.console import Console

from textgan.evaluation.judge import evaluate
from textgan.evaluation.measures import describe
from textgan.evaluation.render.terminal import show
from textgan.evaluation.render.verdict import verdict
from textgan.evaluation.render.visible import visible


def shown(report, width=200):
    out = io.StringIO()
    show(report, Console(file=out, width=width, force_terminal=False))
    return out.getvalue()


TRAINING = [f"{a}{b}{c}{d}" for a in "abcd" for b in "efgh" for c in "ijkl" for d in "mnop"]


def test_every_number_is_shown_with_its_signature():
    report = evaluate(TRAINING[::3], TRAINING, TRAINING[::5], length=4, full=True)
    text = shown(report)
    assert "jsd|n:1,2,3,4|unit:char|smoothing:none|padding:counted|form:NFC|T:4|m:86|" in text
    for name, row in report.measures.items():
        kind, n = describe(name)
        if n in (None, 4) or kind is describe("jsd")[0]:
            for figure in (row.at_real_size, row.real, row.excess):
                assert kind.show(figure) in text, name
        if n is None:
            assert row.signature in text
            assert row.real_signature in text
    for baseline in report.baselines:
        assert baseline in text
    assert f"{report.nearest[0].edits} edits from training: {report.nearest[0].sample} ~ " in text


def test_a_report_is_read_on_a_terminal_of_80_columns():
    report = evaluate(TRAINING[::3], TRAINING, TRAINING[::5], length=4, full=True)
    tables = shown(report, width=80).partition("Signatures")[0]
    for name, row in report.measures.items():
        kind, n = describe(name)
        if n in (None, 4) and row.interval is not None:
            title = kind.title.format(n=n)
            if kind is not describe("jsd")[0] and kind is not describe("text-jsd")[0]:
                assert title in tables, title  # not broken over lines
    assert "…" not in tables


def test_what_is_unknown_is_called_so():
    text = shown(evaluate(["ab"], ["abc"], [], length=4))
    assert "unknown" in text
    assert "None" not in text
    assert "no held-out text, so no floor" in text


def test_a_floor_of_fewer_lines_is_said():
    text = shown(evaluate(TRAINING, TRAINING, TRAINING[:7], length=4))
    assert "of 7 lines: as many samples" in " ".join(text.split())
    assert "floor: 7 held-out lines (there are no more" in text


def test_markup_and_escape_sequences_are_text():
    lines = ["[red]x[/red]", "\x1b[31mred", "[/nothing]", "a\rb\x07"]
    report = evaluate(
        lines, ["ab"], [], length=32, judged="[bold]f", against="\x1b]0;t\x07"
    )  # fmt: skip
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
    real = verdict(evaluate(half[1], half[0] + half[1], half[1], length=4))
    assert "as 128 lines of held-out text show" in real
    assert "no difference can be told" in real
    far = verdict(evaluate(["zzzz", "yyyy"], TRAINING, half[1], length=4))
    assert "JSD-4 is 1.000 bits" in far
    assert "above what 2 lines" in far


def test_the_verdict_and_the_table_show_one_jsd_and_say_of_how_many_lines():
    report = evaluate(TRAINING, TRAINING, TRAINING[:7], length=4)
    row = report.measures["jsd4"]
    assert row.at_real_size > row.samples + 0.1
    assert (
        f"JSD-4 is {row.samples:.3f} bits; of 7 lines it is {row.at_real_size:.3f}, as 7 lines of "
        f"held-out text show ({row.real:.3f})"
    ) in verdict(report)
    drawn = evaluate(TRAINING[:40], TRAINING, length=4)
    row = drawn.measures["jsd4"]
    assert f"JSD-4 is {row.samples:.3f} bits; against the text without held-out" in verdict(drawn)


def test_the_verdict_tells_of_empty_samples():
    report = evaluate([*TRAINING, ""], TRAINING, TRAINING[:9], length=4)
    assert f" 1 of the {len(TRAINING) + 1} samples is empty." in verdict(report)
    many = verdict(evaluate([""] * 9 + ["ab"], TRAINING, TRAINING[:9], length=4))
    assert many.startswith("90.0% of the samples are empty lines (training lines: 0.0%).")
    assert "empty" not in verdict(evaluate(TRAINING, TRAINING, TRAINING[:9], length=4))


def test_the_verdict_names_the_samplers_that_the_samples_lie_between():
    rng = random.Random(0)
    syllables = [c + v for c in "bdfgklmnprst" for v in "aeiou"]

    def lines(size):
        return ["".join(rng.choices(syllables, k=4)) for _ in range(size)]

    training, held_out = lines(3_000), lines(500)
    letters = ["".join(rng.choices("bdfgklmnprstaeiou", k=8)) for _ in range(500)]
    report = evaluate(letters[::2] + lines(250), training, held_out, length=8)
    jsd = report.measures["jsd4"]
    text = verdict(report)
    worse = [n for n, value in jsd.baselines.items() if value > jsd.samples and "gram" in n]
    assert f" {worse[0]} ({jsd.baselines[worse[0]]:.3f})" in text
    assert "That is between a" in text
    assert "between" not in verdict(evaluate(held_out, training, held_out, length=8))
    noise = verdict(evaluate(["\x01" * 8] * 9 + ["zq"], training, held_out, length=8))
    assert "No n-gram sampler is further from real text." in noise


def test_the_verdict_raises_the_alarm_for_repeats_and_for_copies():
    fresh = [line[::-1] for line in TRAINING]
    repeats = verdict(evaluate(["meia"] * 50, TRAINING, fresh, length=4))
    assert repeats.startswith("Collapsed, or close to it: 2.0% of the samples are distinct")
    copies = verdict(evaluate(TRAINING[:50], TRAINING, fresh, length=4))
    assert "Learnt by heart: 100.0% of the samples stand in the training text, " in copies
    assert "Collapsed" not in copies
    half = verdict(evaluate([*fresh[:46], *["meia"] * 4], TRAINING, fresh, length=4))
    assert half.startswith("One line is 8.0% of the samples (the commonest training line: 2.0%).")
    calm = verdict(evaluate(fresh[:50], TRAINING, fresh, length=4))
    for alarm in ("Collapsed", "Learnt by heart", "One line"):
        assert alarm not in calm


def test_the_verdict_sees_a_lack_of_variety_behind_distinct_lines():
    rng = random.Random(0)
    syllables = [c + v for c in "bdfgklmnprst" for v in "aeiou"]
    weights = [1000] * 6 + [200] * 54

    def lines(count, kinds):
        return ["".join(rng.choices(syllables[:kinds], weights[:kinds], k=4)) for _ in range(count)]

    training, held_out = lines(2_000, 60), lines(300, 60)
    narrow = verdict(evaluate(lines(300, 6), training, held_out, length=8))
    assert "Little variety: the samples are likelier than real text" in narrow
    assert "Little variety" not in verdict(evaluate(lines(300, 60), training, held_out, length=8))


def test_judging_lines_loads_neither_torch_nor_rich():
    code = (
        "import sys; from textgan.evaluation.judge import evaluate; evaluate(['ab'], ['ab', 'cd']);"
        "assert not {'torch', 'rich'} & set(sys.modules), sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_real_text_of_fewer_lines_has_a_row_of_its_own_beside_the_baselines():
    report = evaluate(TRAINING, TRAINING, TRAINING[:7], length=4)
    cells = [line.split() for line in shown(report).splitlines()]
    table = cells[next(i for i, row in enumerate(cells) if row[:2] == ["JSD-4", "forward"]) :]
    row = report.measures["jsd4"]
    real, of_seven, real_of_seven = (
        next(row for row in table if row[: len(start.split())] == start.split())
        for start in ("real text", "7 samples", "7 real")
    )
    assert len(real) == 2 + 5  # forward to found, and no JSD
    assert of_seven == ["7", "samples", f"{row.at_real_size:.4f}"]
    assert real_of_seven == ["7", "real", f"{row.real:.4f}"]
    alone = shown(evaluate(TRAINING[:7], TRAINING, TRAINING[:7], length=4))
    assert "7 samples" not in alone
    assert "…" not in shown(report)
