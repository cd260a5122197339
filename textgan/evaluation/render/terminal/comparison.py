"""A comparison on a terminal, the answer first: who is nearer to real text, and by what."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from rich.console import Console
from rich.text import Text

from textgan.evaluation.render.comparison import (
    answer,
    conclusions,
    differences,
    figures,
    letter,
    overview,
    signatures_of,
)
from textgan.evaluation.render.paragraph import print_paragraph
from textgan.evaluation.render.signatures import print_signatures
from textgan.evaluation.render.tables import Table, print_table
from textgan.evaluation.render.visible import visible
from textgan.evaluation.report.comparison import Comparison

__all__ = ["show"]

NAME, COLUMN = 38, 10  # characters of a row's name with real text's figure, and of a system's


def show(
    comparison: Comparison, console: Console, *, tables: bool = False, signatures: bool = False
) -> None:
    """Print who is nearer to real text, the main figures and a signature.

    Args:
        comparison: what is shown.
        console: where.
        tables: whether all figures, differences and conclusions are printed.
        signatures: whether all signatures are printed.
    """
    heading = f"{len(comparison.systems)} systems against {visible(comparison.against)}"
    sizes = f"{comparison.m:,} lines of each against {comparison.reference_size:,}"
    print_paragraph(f"{heading}: {sizes}", console, "bold")
    for place, system in enumerate(comparison.systems):
        console.print(Text(f"  {letter(place)}  {visible(system.name)}"), soft_wrap=True)
    print_paragraph("\n".join(answer(comparison)), console)
    console.print()
    _print_parts(comparison, console, overview)
    if tables:
        _print_parts(comparison, console, figures)
        print_table(differences(comparison), console)
        console.print(Text("Conclusions", style="bold"))
        print_paragraph("\n".join(conclusions(comparison)), console)
        console.print()
    print_signatures(signatures_of(comparison), console, full=signatures, tables=tables)


def _print_parts(
    comparison: Comparison, console: Console, table: Callable[[Comparison, Sequence[int]], Table]
) -> None:
    """Print a table with a column for each system: as many in each part as the console is wide."""
    columns = max(1, (console.width - NAME) // COLUMN)
    places = range(len(comparison.systems))
    starts = range(0, len(places), columns)
    for start in starts:
        part = table(comparison, places[start : start + columns])
        title = part.title if start == starts[0] else ""
        note = part.note if start == starts[-1] else ""
        print_table(replace(part, title=title, note=note), console)
