"""`textgan inspect`: the corpus doctor, before anything is trained."""

import json

import click
from rich.markup import escape
from rich.table import Table as Grid

from cli import completion, options
from cli.options import LABELS, PAIRS, chosen_columns
from cli.output import console, say
from cli.progress import PARTS, by_stage, progress
from cli.settings_options import setting_option
from corpora import inspection
from corpora.inspection import Findings
from textgan.evaluation.render.tables import Table, print_table
from textgan.evaluation.render.visible import visible

__all__ = ["inspect"]


@click.command()
@click.argument("corpus", shell_complete=completion.corpora)
@setting_option("encoder")
@setting_option("length")
@setting_option("long")
@setting_option("max_vocabulary")
@click.option("--labels", is_flag=True, help=LABELS)
@click.option("--pairs", is_flag=True, help=PAIRS)
@options.encoding("the file")
@options.max_bytes("CORPUS")
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
    max_bytes: int | None,
    as_json: bool,
) -> None:
    """Describe CORPUS, and how training would read it.

    CORPUS is a path (.gz too), - for standard input, or the name of a bundled corpus. Nothing is
    trained.
    """
    with progress("reading", PARTS) as bar:
        findings = inspection.inspect(
            corpus,
            encoder=encoder,
            length=length,
            long=long,
            max_vocabulary=max_vocabulary,
            encoding=encoding,
            columns=chosen_columns(labels, pairs) or "text",
            max_bytes=max_bytes,
            progress=by_stage(bar),
        )
    if as_json:
        click.echo(json.dumps(findings.to_plain(), indent=1))
        return
    terminal = console()
    terminal.print(f"[bold]{escape(visible(findings.source))}[/bold]", soft_wrap=True)
    terminal.print(_facts(findings))
    terminal.print()
    if findings.histogram:
        print_table(_lengths(findings, terminal.width), terminal)
    if findings.rarest:
        print_table(_rare(findings), terminal)
    for title, sentences in (
        ("What training would do", findings.notes),
        ("Problems", findings.problems or ["none found"]),
        ("Suggestions", findings.suggestions),
    ):
        if sentences:
            terminal.print(f"[bold]{title}[/bold]")
        for sentence in sentences:
            say(terminal, f"  {visible(sentence)}")


def _facts(findings: Findings) -> Grid:
    counts = findings.counts
    table = Grid.grid(padding=(0, 2))
    ends = {"\\n": counts.lines - counts.crlf - counts.cr, "\\r\\n": counts.crlf, "\\r": counts.cr}
    ends["\\n"] -= counts.unended
    newlines = ", ".join(f"{escape(name)} {number:,}" for name, number in ends.items() if number)
    if counts.unended:
        newlines = f"{newlines}, last line unended".removeprefix(", ")
    likely = " or ".join(findings.encodings) or "binary"
    about = "" if findings.distinct_exact else "about "
    marks = f"{counts.bom:,}, removed" if counts.bom else "no"
    invisible = [
        f"{character.code} {character.name} in {character.count:,} lines"
        for character in findings.hidden
    ]
    for name, value in (
        ("bytes", f"{counts.bytes:,}"),
        ("encoding", f"read as {findings.settings.encoding}, looks like {likely}"),
        ("byte order marks", marks),
        ("line ends", newlines or "none"),
        ("lines", f"{counts.lines:,}, of them {counts.blank:,} blank"),
        ("different lines", f"{about}{findings.distinct_lines:,}"),
        ("different rows", f"{findings.distinct_rows or 0:,} of {counts.rows:,}"),
        ("characters", f"{findings.characters:,} of {findings.distinct_characters:,} kinds"),
        ("invisible characters", ", ".join(invisible) or "none"),
        ("line lengths", ", ".join(f"{name} {n:,}" for name, n in findings.lengths.items())),
    ):
        table.add_row(name, escape(visible(value)))
    return table


def _lengths(findings: Findings, width: int) -> Table:
    longest, rows = min(30, max(8, width - 42)), []
    for low, high, number in findings.histogram:
        portion = number / max(findings.kept, 1)
        bar = "█" * round(longest * portion)
        rows.append(
            (f"{low:,} to {high:,}", f"{number:,}", f"{100 * portion:.1f}%", f"{bar:<{longest}}")
        )
    return Table(title="Line lengths", heads=("characters", "lines", "share", ""), rows=tuple(rows))


def _rare(findings: Findings) -> Table:
    return Table(
        title=f"Rarest of {findings.rare_characters:,} characters under one in 100,000",
        heads=("", "code point", "name", "times"),
        rows=tuple((c.shown, c.code, c.name, f"{c.count:,}") for c in findings.rarest),
        names=3,
    )
