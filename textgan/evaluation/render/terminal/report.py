"""A report on a terminal, the answer first: on one screen, and with all its tables on request."""

from rich.console import Console
from rich.text import Text

from corpora.counts import counted
from textgan.evaluation.render.conditions import code_summaries, sections
from textgan.evaluation.render.headline import SCALE, words
from textgan.evaluation.render.measures import (
    baselines,
    distances,
    figures,
    overview,
    signatures_of,
)
from textgan.evaluation.render.paragraph import print_paragraph
from textgan.evaluation.render.sentences import against
from textgan.evaluation.render.signatures import print_signatures
from textgan.evaluation.render.tables import print_table
from textgan.evaluation.render.verdict import answer, details, next_step, warnings_of
from textgan.evaluation.render.visible import visible
from textgan.evaluation.report.report import Report

__all__ = ["show"]

EXAMPLES = 5


def show(
    report: Report,
    console: Console,
    *,
    tables: bool = False,
    signatures: bool = False,
    run: str | None = None,
) -> None:
    """Print the headline, the figures that it rests on, and a signature: 24 lines of 80 columns.

    Args:
        report: what is shown.
        console: where.
        tables: whether all sentences, samples and all tables are printed.
        signatures: whether all signatures are printed.
        run: what names the run on a command line; None: its name.
    """
    print_paragraph(_heading(report), console, "bold")
    _verdict(report, console, run, full=tables)
    print_table(overview(report), console)
    if tables:
        _samples(report, console)
        for table in (*sections(report), baselines(report), figures(report), distances(report)):
            if table.rows:
                print_table(table, console)
    print_signatures(signatures_of(report), console, full=signatures, tables=tables)


def _heading(report: Report) -> str:
    """Return what was evaluated, against which text, and on how many lines of each."""
    return (
        f"{visible(report.evaluated)} against {visible(against(report))}: "
        f"{counted(report.m, 'line')} against {report.reference_size:,}"
    )


def _verdict(report: Report, console: Console, run: str | None, *, full: bool) -> None:
    named = words(report)
    for word in named:
        text = Text(word.sentence(full=full))
        text.stylize("bold", 0, len(word.name) + 1)
        print_paragraph(text, console)
    others = answer(report)[len(named) :]
    if full:
        others = [*(text for _, text in warnings_of(report)), " ".join(details(report))]
    for sentence in filter(None, others):
        print_paragraph(sentence, console)
    if named:
        print_paragraph(SCALE, console, "dim")
    print_paragraph(f"Next: {next_step(report, run)}", console)
    for line in code_summaries(report):
        print_paragraph(visible(line), console)
    console.print()


def _samples(report: Report, console: Console) -> None:
    line, times = report.repeated
    console.print(Text("Samples", style="bold"))
    separator = " " if report.unit == "word" else ""
    for example in report.examples[:EXAMPLES]:
        text = visible(separator.join(example.symbols))
        console.print(Text(f"  {text}"), soft_wrap=True)
    if times > 1:
        console.print(Text(f"  commonest, {times:,} times: {visible(line)}"), soft_wrap=True)
    for pair in (report.nearest or ())[:EXAMPLES]:
        edits = f"{counted(pair.edits, 'edit')} from training"
        text = f"  {edits}: {visible(pair.sample)} ~ {visible(pair.training)}"
        console.print(Text(text), soft_wrap=True)
    console.print()
