"""A report, comparison or translation in short: as plain text, and as HTML for a notebook."""

from collections.abc import Sequence
from dataclasses import dataclass
from io import StringIO

from markupsafe import Markup, escape
from rich.console import Console
from rich.text import Text

from textgan.evaluation.metrics.character_error_rate import TranslationReport
from textgan.evaluation.render import comparison, measures, translation
from textgan.evaluation.render.paragraph import print_paragraph
from textgan.evaluation.render.signatures import digest
from textgan.evaluation.render.tables import Table, print_table, to_html
from textgan.evaluation.render.verdict import verdict
from textgan.evaluation.render.visible import visible
from textgan.evaluation.report.comparison import Comparison
from textgan.evaluation.report.report import Report
from textgan.evaluation.report.representation import Renderable

__all__ = ["document", "fragment", "text"]

WIDTH = 80  # columns of plain text


@dataclass(frozen=True)
class Brief:
    """A heading, sentences, tables, and the signatures of the numbers."""

    title: str
    sentences: tuple[str, ...]
    tables: tuple[Table, ...]
    signatures: Sequence[str]


def text(shown: Renderable) -> str:
    """Return heading, sentences and first table in 80 columns, and the first signature."""
    brief, out = _brief(shown), StringIO()
    console = Console(file=out, width=WIDTH, force_terminal=False, color_system=None)
    for line in (brief.title, *brief.sentences):
        print_paragraph(visible(line), console)
    console.print()
    print_table(brief.tables[0], console)
    signature = f"{brief.signatures[0]} (sha256 of all: {digest(brief.signatures)})"
    console.print(Text(signature), soft_wrap=True)
    return "\n".join(line.rstrip() for line in out.getvalue().rstrip().splitlines())


def fragment(shown: Renderable) -> str:
    """Return heading, sentences and tables as HTML that takes the style of what is around it."""
    brief = _brief(shown)
    lines = "\n".join(Markup("<p>{}</p>").format(visible(line)) for line in brief.sentences)
    signatures = Markup("<br>\n").join(map(visible, brief.signatures))
    return (
        f"<h2>{escape(visible(brief.title))}</h2>\n{lines}\n{to_html(brief.tables)}\n"
        f"<details><summary>Signatures</summary><small>{signatures}</small></details>\n"
    )


def document(shown: Renderable) -> str:
    """Return a page: of a report that with pictures, of others the fragment alone."""
    if isinstance(shown, Report):
        from textgan.evaluation.render.html import page  # loads what draws

        return page(shown)
    title = escape(visible(_brief(shown).title))
    return (
        f'<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>{title}</title>\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<style>{STYLE}</style></head>\n<body>\n{fragment(shown)}</body>\n</html>\n"
    )


STYLE = (
    "body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 "
    "1rem; overflow-x: auto; } table { border-collapse: collapse; font-variant-numeric: "
    "tabular-nums; } th, td { padding: .3rem .7rem; text-align: right; border-bottom: 1px solid "
    "#dcdad4; white-space: pre; } th:first-child { text-align: left; } small { color: #66666b; }"
)


def _brief(shown: Renderable) -> Brief:
    if isinstance(shown, Report):
        title = f"{shown.evaluated} against {shown.against}"
        tables = (measures.main_measures(shown), measures.distances(shown))
        return Brief(title, (verdict(shown),), tables, measures.signatures_of(shown))
    if isinstance(shown, Comparison):
        systems = tuple(
            f"{comparison.letter(place)}: {system.name}"
            for place, system in enumerate(shown.systems)
        )
        title = f"{len(systems)} systems against {shown.against}"
        sentences = (*systems, *comparison.answer(shown), *comparison.conclusions(shown))
        tables = (comparison.figures(shown), comparison.differences(shown))
        return Brief(title, sentences, tables, comparison.signatures_of(shown))
    if not isinstance(shown, TranslationReport):
        raise TypeError(f"found a {type(shown).__name__}, expected a report or a comparison")
    outputs = shown.restoration
    table = translation.figures(shown)
    return Brief(shown.evaluated, (translation.answer(outputs),), (table,), [outputs.signature])
