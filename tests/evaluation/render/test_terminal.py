import io
import random
import re
import subprocess
import sys

import pytest
from rich.console import Console

from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.metrics.registry import describe
from textgan.evaluation.render.signatures import digest
from textgan.evaluation.render.terminal.report import show
from textgan.evaluation.render.verdict import verdict
from textgan.evaluation.render.visible import visible


def shown(report, width=200, *, signatures=False):
    out = io.StringIO()
    show(report, Console(file=out, width=width, force_terminal=False), signatures=signatures)
    return out.getvalue()


TRAINING = [f"{a}{b}{c}{d}" for a in "abcd" for b in "efgh" for c in "ijkl" for d in "mnop"]


@pytest.fixture(scope="module")
def whole():
    return evaluate(TRAINING[::3], TRAINING, TRAINING[::5], length=4, full=True)


def test_every_number_is_shown_with_its_signature(whole):
    report, text = whole, shown(whole, signatures=True)
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
    assert report.nearest[0].edits == 0
    assert f"  0 edits from training: {report.nearest[0].sample} ~ " in text


def test_a_report_is_read_on_a_terminal_of_80_columns(whole):
    report, tables = whole, shown(whole, width=80).partition("Signature")[0]
    for name, row in report.measures.items():
        kind, n = describe(name)
        if n in (None, 4) and row.interval is not None:
            title = kind.title.format(n=n)
            if kind is not describe("jsd")[0] and kind is not describe("text-jsd")[0]:
                assert title in tables, title  # not broken over lines
    assert "…" not in tables


def test_without_the_flag_one_signature_stands_for_all_with_a_digest_of_them():
    report = evaluate(TRAINING[::3], TRAINING, TRAINING[::5], length=4)
    every = shown(report, signatures=True).partition("\nSignatures\n")[2].splitlines()
    first, rest = shown(report).partition("\nSignature\n")[2].splitlines()
    assert first == every[0]
    assert first.startswith("  jsd|n:1,2,3,4|")
    told = digest([line.removeprefix("  ") for line in every])
    assert rest == f"  and {len(every) - 1} more: --signatures (sha256 of all: {told})"
    other = evaluate(TRAINING[::3], TRAINING, TRAINING[::5], length=4, seed=1)
    assert told not in shown(other)


def test_the_last_screen_has_the_verdict_and_the_main_tables():
    lines = [first + second for first in TRAINING[::4] for second in TRAINING[::32]]
    report = evaluate(lines[::3], lines, lines[::5], length=8)
    screen = shown(report, width=80).splitlines()[-40:]
    text = " ".join("\n".join(screen).split())
    assert verdict(report) in text
    assert "Jensen-Shannon divergence of n-grams, bits" in screen
    for n in range(1, 7):
        figure = describe("jsd1")[0].show(report.measures[f"jsd{n}"].excess)
        assert re.search(rf"^{n} .* {figure} ", "\n".join(screen), re.MULTILINE)
    assert "Likelihood, diversity and memorization" in screen


@pytest.mark.parametrize("width", [60, 40, 20])
def test_on_a_narrow_terminal_every_figure_is_there_in_full(width, whole):
    wide, narrow = shown(whole).split(), shown(whole, width).split()
    figures = {word for word in wide if re.fullmatch(r"-?[\d.]+%?", word)}
    assert len(figures) > 80
    assert figures <= set(narrow)
    assert "…" not in "".join(narrow)


def test_what_is_unknown_is_called_so():
    text = shown(evaluate(["ab"], ["abc"], [], length=4))
    assert "unknown" in text
    assert "None" not in text
    assert "no held-out text, so no floor" in text


def test_one_is_no_plural():
    text = shown(evaluate(["abcd"], ["abce", "bcde"], ["abcf"], length=4, full=True))
    for phrase in ("1 line against 2", "floor: 1 held-out line against", "1 edit from training"):
        assert phrase in text


def test_a_floor_of_fewer_lines_is_said():
    text = shown(evaluate(TRAINING, TRAINING, TRAINING[:7], length=4))
    assert "of 7 lines: as many samples" in " ".join(text.split())
    assert "floor: 7 held-out lines (there are no more" in text


def test_markup_and_escape_sequences_are_text():
    lines = ["[red]x[/red]", "\x1b[31mred", "[/nothing]", "a\rb\x07"]
    report = evaluate(
        lines, ["ab"], [], length=32, evaluated="[bold]f", against="\x1b]0;t\x07"
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
    assert "no significant difference" in real
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
    assert "Memorization: 100.0% of the samples occur in the training text, " in copies
    assert "Collapsed" not in copies
    half = verdict(evaluate([*fresh[:46], *["meia"] * 4], TRAINING, fresh, length=4))
    assert half.startswith("One line is 8.0% of the samples (the commonest training line: 2.0%).")
    calm = verdict(evaluate(fresh[:50], TRAINING, fresh, length=4))
    for alarm in ("Collapsed", "Memorization", "One line"):
        assert alarm not in calm


def test_the_verdict_sees_a_lack_of_variety_behind_distinct_lines():
    rng = random.Random(0)
    syllables = [c + v for c in "bdfgklmnprst" for v in "aeiou"]
    weights = [1000] * 6 + [200] * 54

    def lines(count, kinds):
        return ["".join(rng.choices(syllables[:kinds], weights[:kinds], k=4)) for _ in range(count)]

    training, held_out = lines(2_000, 60), lines(300, 60)
    narrow = verdict(evaluate(lines(300, 6), training, held_out, length=8))
    assert "Little diversity: the samples are likelier than real text" in narrow
    assert "Little diversity" not in verdict(evaluate(lines(300, 60), training, held_out, length=8))


def test_judging_lines_loads_neither_torch_nor_rich():
    code = (
        "import sys; from textgan.evaluation.evaluate import evaluate;"
        "evaluate(['ab'], ['ab', 'cd']);"
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
