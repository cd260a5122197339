import re
import subprocess
import sys
from dataclasses import replace

import pytest

from tests.evaluation.render.reports import HOSTILE, full_report, graded
from tests.evaluation.render.terminal.printed import printed
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.render.headline import SCALE, words
from textgan.evaluation.render.terminal.report import show
from textgan.evaluation.render.titles import is_jsd, order, shown, title
from textgan.evaluation.render.verdict import answer, details
from textgan.evaluation.report.report import Curves

TRAINING = [f"{a}{b}{c}{d}" for a in "abcd" for b in "efgh" for c in "ijkl" for d in "mnop"]


@pytest.fixture(scope="module")
def measured():
    """A report with all that takes longer."""
    return evaluate(TRAINING[::3], TRAINING, TRAINING[::5], length=4, full=True)


def test_the_answer_comes_first(report):
    heading, *lines = printed(show, report, 200).splitlines()
    assert heading == "names.txt against training.txt: 300 lines against 1,000"
    assert lines[:4] == [*answer(report), SCALE]
    assert [line.split(":")[0] for line in lines[:3]] == ["Fidelity", "Diversity", "Originality"]
    assert lines[4].startswith("Next: ")


@pytest.mark.parametrize("width", [30, 80])
def test_no_line_of_a_sentence_ends_in_a_space(width, report):
    lines = printed(show, report, width=width, tables=True).split("\n\n")[0].splitlines()
    assert len(lines) > 6
    assert [line.rstrip() for line in lines] == lines


def test_what_is_next_names_the_run():
    improving = replace(
        graded(0.2, 3.5), curves=Curves(steps=(100, 200, 300), values={"jsd4": (0.4, 0.3, 0.2)})
    )
    assert "--resume runs/7 --steps 600" in " ".join(printed(show, improving, run="runs/7").split())


def test_tables_and_signatures_come_on_request(report):
    short = printed(show, report)
    assert "Baselines" not in short
    assert "all tables: --tables" in short
    text = printed(show, report, tables=True)
    for sentence in (*(word.sentence(full=True) for word in words(report)), *details(report)):
        assert sentence in " ".join(text.split())
    for heading in (
        "Samples", "Baselines that need no GAN", "Likelihood, diversity and memorization",
        "Jensen-Shannon divergence of n-grams, bits",
    ):  # fmt: skip
        assert f"\n{heading}\n" in text
    assert "all tables: --tables" not in text


def test_a_warning_follows_the_headline():
    report = replace(graded(0.2, 3.5), warnings=full_report().warnings)
    lines = printed(show, report, 200).splitlines()
    assert lines[3].startswith("Originality: ")
    assert lines[4].startswith("Memorization: ")


def test_every_number_is_printed_with_its_signature(measured):
    text = printed(show, measured, 200, tables=True, signatures=True)
    assert "jsd|n:1,2,3,4|unit:char|smoothing:none|padding:counted|form:NFC|T:4|m:86|" in text
    for name, row in measured.measures.items():
        if order(name) in (None, 4) or is_jsd(name):
            for figure in (row.at_real_size, row.real, row.excess):
                assert shown(name, figure) in text, name
        if order(name) is None:
            assert row.signature in text
            assert row.real_signature in text
    for baseline in measured.baselines:
        assert baseline in text
    assert measured.nearest[0].edits == 0
    assert f"  0 edits from training: {measured.nearest[0].sample} ~ " in text


def test_on_80_columns_no_title_is_broken(measured):
    text = printed(show, measured, 80, tables=True)
    for name, row in measured.measures.items():
        if order(name) in (None, 4) and row.interval is not None and "jsd" not in name:
            assert title(name) in text, name
    assert "…" not in text


@pytest.mark.parametrize("width", [60, 40, 20])
def test_on_a_narrow_terminal_every_figure_is_there_in_full(width, measured):
    wide = printed(show, measured, 200, tables=True).split()
    narrow = printed(show, measured, width, tables=True).split()
    figures = {word for word in wide if re.fullmatch(r"-?[\d.]+%?", word)}
    assert len(figures) > 80
    assert figures <= set(narrow)
    assert "…" not in "".join(narrow)


def test_codes_have_a_line_each(conditioned):
    text = printed(show, conditioned, 200)
    assert "code 0: 75.0% recovered (50.0% by chance), 25.0% of the lines changed\n" in text
    many = replace(conditioned, codes=conditioned.codes * 3)
    assert "(4 more: --tables)" in printed(show, many, 200)


def test_what_is_unknown_is_called_so():
    text = printed(show, evaluate(["ab"], ["abc"], [], length=4), tables=True)
    assert "unknown" in text
    assert "None" not in text


def test_markup_and_escape_sequences_are_text():
    lines = ["[red]x[/red]", "\x1b[31mred", "[/nothing]", "a\rb\x07"]
    report = evaluate(lines, ["ab"], [], length=32, evaluated="[bold]f", against="\x1b]0;t\x07")
    text = printed(show, report, 200, tables=True)
    for piece in ("[red]x[/red]", "␛[31mred", "[/nothing]", "a␍b␇", "[bold]f", "␛]0;t␇"):
        assert piece in text
    text += printed(show, full_report(), 200, tables=True)
    assert HOSTILE[0] in text
    assert not set("\x1b\r\x07") & set(text)


def test_evaluating_lines_loads_neither_torch_nor_rich():
    code = (
        "import sys; from textgan.evaluation.evaluate import evaluate;"
        "evaluate(['ab'], ['ab', 'cd']);"
        "assert not {'torch', 'rich'} & set(sys.modules), sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
