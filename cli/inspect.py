"""`textgan inspect`: the corpus doctor, before anything is trained."""

import json

import click
from rich.markup import escape
from rich.table import Table as Grid

from cli import options
from cli.options import LABELS, PAIRS, chosen_columns
from cli.output import console, say
from cli.progress import Progress as Bar
from cli.progress import progress
from cli.settings_options import setting_option
from corpora.cleaning import Progress
from corpora.inspection.findings import Findings
from corpora.inspection.inspect import inspect as examine
from textgan.evaluation.render.tables import Table, print_table
from textgan.evaluation.render.visible import visible

__all__ = ["inspect"]

PARTS = 10_000  # of the length of a bar


@click.command()
@click.argument("corpus")
@setting_option("encoder")
@setting_option("length")
@setting_option("long")
@setting_option("max_vocabulary")
@click.option("--labels", is_flag=True, help=LABELS)
@click.option("--pairs", is_flag=True, help=PAIRS)
@options.encoding("the file")
@options.json_lines("Print the findings as JSON, unrounded.")
def inspect(
    corpus: str,
    encoder: str,
    length: int | None,
    long: str,
    max_vocabulary: int,
    labels: bool,
    pairs: bool,
    encoding: str,
    as_json: bool,
) -> None:
    """Describe CORPUS, and how training would read it.

    CORPUS is a path (.gz too), - for standard input, or the name of a bundled corpus.
    """
    with progress("reading", PARTS) as bar:
        found = examine(
            corpus,
            encoder=encoder,
            length=length,
            long=long,
            max_vocabulary=max_vocabulary,
            encoding=encoding,
            columns=chosen_columns(labels, pairs) or "text",
            progress=_shown_on(bar),
        )
    if as_json:
        click.echo(json.dumps(found.to_plain(), indent=1))
        return
    shown = console()
    shown.print(f"[bold]{escape(visible(found.source))}[/bold]", soft_wrap=True)
    shown.print(_facts(found))
    shown.print()
    if found.histogram:
        print_table(_lengths(found, shown.width), shown)
    if found.rarest:
        print_table(_rare(found), shown)
    for title, sentences in (
        ("What training would do", found.notes),
        ("Problems", found.problems or ["none found"]),
        ("Suggestions", found.suggestions),
    ):
        if sentences:
            shown.print(f"[bold]{title}[/bold]")
        for sentence in sentences:
            say(shown, f"  {visible(sentence)}")


def _shown_on(bar: Bar) -> Progress:
    """Return what shows each pass over the text on a bar."""

    def show(what: str, portion: float) -> None:
        if what != bar.what:
            bar.done, bar.first = 0, None
            bar.stage(what)
        if more := round(portion * PARTS) - bar.done:
            bar.advance(more)

    return show


def _facts(found: Findings) -> Grid:
    counts = found.counts
    table = Grid.grid(padding=(0, 2))
    ends = {"\\n": counts.lines - counts.crlf - counts.cr, "\\r\\n": counts.crlf, "\\r": counts.cr}
    ends["\\n"] -= counts.unended
    newlines = ", ".join(f"{escape(name)} {number:,}" for name, number in ends.items() if number)
    if counts.unended:
        newlines = f"{newlines}, last line unended".removeprefix(", ")
    likely = " or ".join(found.encodings) or "binary"
    about = "" if found.distinct_exact else "about "
    marks = f"{counts.bom:,}, removed" if counts.bom else "no"
    hidden = [f"{each.code} {each.name} in {each.count:,} lines" for each in found.hidden]
    for name, value in (
        ("bytes", f"{counts.bytes:,}"),
        ("encoding", f"read as {found.settings.encoding}, looks like {likely}"),
        ("byte order marks", marks),
        ("line ends", newlines or "none"),
        ("lines", f"{counts.lines:,}, of them {counts.blank:,} blank"),
        ("different lines", f"{about}{found.distinct_lines:,}"),
        ("different rows", f"{found.distinct_rows or 0:,} of {counts.rows:,}"),
        ("characters", f"{found.characters:,} of {found.distinct_characters:,} kinds"),
        ("invisible characters", ", ".join(hidden) or "none"),
        ("line lengths", ", ".join(f"{name} {n:,}" for name, n in found.lengths.items())),
    ):
        table.add_row(name, escape(visible(value)))
    return table


def _lengths(found: Findings, width: int) -> Table:
    longest, rows = min(30, max(8, width - 42)), []
    for low, high, number in found.histogram:
        portion = number / max(found.kept, 1)
        bar = "█" * round(longest * portion)
        rows.append(
            (f"{low:,} to {high:,}", f"{number:,}", f"{100 * portion:.1f}%", f"{bar:<{longest}}")
        )
    return Table(title="Line lengths", heads=("characters", "lines", "share", ""), rows=tuple(rows))


def _rare(found: Findings) -> Table:
    return Table(
        title=f"Rarest of {found.rare_characters:,} characters under one in 100,000",
        heads=("", "code point", "name", "times"),
        rows=tuple((one.shown, one.code, one.name, f"{one.count:,}") for one in found.rarest),
        names=3,
    )
