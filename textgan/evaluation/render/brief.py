"""A report, comparison or translation in short: as plain text, and as HTML for a notebook."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from markupsafe import Markup, escape
from rich.console import Console
from rich.text import Text

from textgan.evaluation.metrics.character_error_rate import TranslationReport
from textgan.evaluation.metrics.registry import describe
from textgan.evaluation.render.signatures import digest
from textgan.evaluation.render.tables import Table, print_table, to_html
from textgan.evaluation.render.terminal import comparison as sides
from textgan.evaluation.render.terminal import report as terminal
from textgan.evaluation.render.terminal import translation as pairs
from textgan.evaluation.render.verdict import main, verdict
from textgan.evaluation.render.visible import visible
from textgan.evaluation.report.comparison import Comparison
from textgan.evaluation.report.report import Report
from textgan.evaluation.report.representation import Renderable

__all__ = ["document", "fragment", "text"]

WIDTH = 80  # columns of plain text


@dataclass(frozen=True)
class Brief:
    """What there is to say in short: a heading, sentences, tables, and what numbers are of."""

    title: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    signatures: Sequence[str]


def text(found: Renderable) -> str:
    """Return heading, sentences and first table in 80 columns, and the first signature."""
    brief, out = _brief(found), StringIO()
    console = Console(file=out, width=WIDTH, force_terminal=False, color_system=None)
    for line in (brief.title, *brief.sentences):
        console.print(Text(visible(line)))
    console.print()
    print_table(brief.tables[0], console)
    signature = f"{brief.signatures[0]} (sha256 of all: {digest(brief.signatures)})"
    console.print(Text(signature), soft_wrap=True)
    return "\n".join(line.rstrip() for line in out.getvalue().rstrip().splitlines())


def fragment(found: Renderable) -> str:
    """Return heading, sentences and tables as HTML that takes the style of what is around it."""
    brief = _brief(found)
    lines = "\n".join(Markup("<p>{}</p>").format(visible(line)) for line in brief.sentences)
    signatures = Markup("<br>\n").join(map(visible, brief.signatures))
    return (
        f"<h2>{escape(visible(brief.title))}</h2>\n{lines}\n{to_html(brief.tables)}\n"
        f"<details><summary>Signatures</summary><small>{signatures}</small></details>\n"
    )


def document(found: Renderable) -> str:
    """Return a page: of a report that with pictures, of others the fragment alone."""
    if isinstance(found, Report):
        from textgan.evaluation.render.html import page  # loads what draws

        return page(found, verdict(found, alarms=False))
    title = escape(visible(_brief(found).title))
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{title}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{STYLE}</style></head>\n<body>\n{fragment(found)}</body>\n</html>\n"
    )


STYLE = (
    "body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 "
    "1rem; overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: "
    "tabular-nums; } th, td { padding: .3rem .7rem; text-align: right; border-bottom: 1px solid "
    "#dcdad4; white-space: pre; } th:first-child { text-align: left; } small { color: #66666b; }"
)


def _brief(found: Renderable) -> Brief:
    if isinstance(found, Report):
        title = f"{found.evaluated} against {found.against}"
        return Brief(
            title,
            (verdict(found),),
            (_main(found), terminal.distances(found)),
            terminal.signatures_of(found),
        )
    if isinstance(found, Comparison):
        systems = tuple(
            f"{sides.letter(place)}: {system.name}" for place, system in enumerate(found.systems)
        )
        title = f"{len(systems)} systems against {found.against}"
        tables = (sides.figures(found), sides.differences(found))
        return Brief(
            title, (*systems, *sides.conclusions(found)), tables, sides.signatures_of(found)
        )
    if not isinstance(found, TranslationReport):
        raise TypeError(f"found a {type(found).__name__}, expected a report or a comparison")
    sentence = pairs.summary(found.restoration)
    return Brief(
        found.evaluated, (sentence,), (pairs.figures(found),), [found.restoration.signature]
    )


def _main(report: Report) -> Table:
    """Return the measures that a reader needs first."""
    rows = []
    for name in main(report):
        (kind, n), row = describe(name), report.measures[name]
        cells = map(kind.show, (terminal.level(row), row.real, row.excess))
        rows.append((kind.title.format(n=n), *cells, terminal.interval(row, name)))
    return Table(heads=("", "samples", "real text", "excess", "95% interval"), rows=tuple(rows))
