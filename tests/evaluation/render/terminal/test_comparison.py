from dataclasses import replace

import pytest

from tests.evaluation.render.terminal.printed import printed
from textgan.evaluation.render.comparison import answer, conclusions, letter
from textgan.evaluation.render.terminal.comparison import show
from textgan.evaluation.render.titles import shown


def test_the_answer_comes_first(comparison):
    lines = printed(show, comparison, 200).splitlines()
    assert lines[:4] == [
        "2 systems against training.txt: 300 lines of each against 1,000",
        "  A  real.txt",
        "  B  false.txt",
        *answer(comparison),
    ]
    assert "17 more: --signatures" in lines[-1]


def test_every_number_is_printed_with_its_signature(comparison):
    text = printed(show, comparison, tables=True, signatures=True)
    for system in comparison.systems:
        for measure in system.measures.values():
            assert measure.signature.split("|ref")[0].split("|n:")[0] in text
        for name in ("jsd4", "jsd6"):
            assert f"{system.measures[name].samples:.4f}" in text
            assert f"{system.measures[name].excess:z.4f}" in text
        assert f"{system.measures['forward'].samples:.3f}" in text
    for d in comparison.differences:
        if not d.measure.startswith("jsd"):
            assert d.signature in text
            assert f"{d.value:z.3f}" in text
    tables = text.split("\nSignatures")[0]
    assert max(map(len, tables.splitlines())) <= 80
    assert " ".join(conclusions(comparison)) in " ".join(tables.split())


@pytest.mark.parametrize("width", [60, 40])
def test_on_a_narrow_terminal_every_figure_is_there_in_full(comparison, width):
    text = printed(show, comparison, width, tables=True)
    assert "…" not in text
    for name, measure in comparison.systems[1].measures.items():
        for figure in (measure.samples, measure.real, measure.excess):
            assert shown(name, figure) in text or figure is measure.excess
    for d in comparison.differences:
        low, high = (shown(d.measure, end) for end in d.interval)
        assert f"{low} to {high}" in " ".join(text.split())


def test_many_systems_fit_a_terminal_in_parts(many):
    text = printed(show, many, tables=True)
    assert max(map(len, text.splitlines()[:-2])) <= 80
    for i in range(6):
        assert f"  {letter(i)}  copy {i}\n" in text
        assert f" {many.systems[i].measures['reverse'].excess:z.3f} " in text


def test_names_are_text_and_nothing_else(comparison):
    named = zip(comparison.systems, ("[red]a", "\x1b[31mb"), strict=True)
    systems = tuple(replace(system, name=name) for system, name in named)
    hostile = replace(comparison, systems=systems, against="\x07[bold]")
    text = printed(show, hostile)
    for name in ("  A  [red]a\n", "  B  ␛[31mb\n", "against ␇[bold]: 300 lines"):
        assert name in text
    assert not set("\x1b\x07") & set(text)
