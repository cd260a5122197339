"""A report as one page of HTML: no scripts, nothing fetched, every text of a corpus escaped.

`page.html.j2` is the page; here is what it is filled with.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from importlib.resources import files
from math import log2
from pathlib import Path
from typing import Any

from jinja2 import Environment, StrictUndefined
from markupsafe import Markup

from corpora.files import write_text
from textgan import __version__
from textgan.evaluation.metrics.metric import Description
from textgan.evaluation.metrics.registry import describe
from textgan.evaluation.render.conditions import sections
from textgan.evaluation.render.plots import Plot, plots
from textgan.evaluation.render.plots.distances import unlike
from textgan.evaluation.render.plots.words import END, UNITS, columns, printable
from textgan.evaluation.render.real import above_baselines
from textgan.evaluation.render.verdict import main
from textgan.evaluation.report.measure import Measure
from textgan.evaluation.report.report import Example, Report

__all__ = ["page", "write"]

FIRST_LINES, LONG = 12, 12  # samples at the top; rows of a table that is not folded
SHADES = 4  # between a sure symbol and one no likelier than a guess
BESIDE = re.compile(r"jsd[46]|(?!jsd|text-jsd|cosine)[a-z-]+4?")  # what stands beside baselines


def page(report: Report, verdict: str) -> str:
    """Return the report as HTML, `verdict` first; the same report gives the same text."""
    environment = Environment(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["thousands"] = lambda number: f"{number:,}"
    template = (
        files("textgan.evaluation.render").joinpath("page.html.j2").read_text(encoding="utf-8")
    )
    return environment.from_string(template).render(
        report=report,
        verdict=[line for line in verdict.splitlines() if line.strip()],
        facts=_facts(report),
        unlike=unlike(report),
        has_real=any(measure.real is not None for measure in report.measures.values()),
        main=[_row(name, report.measures[name]) for name in main(report)],
        rows=[_row(name, measure) for name, measure in report.measures.items()],
        standings=list(_standings(report)),
        first_lines=FIRST_LINES,
        long=LONG,
        shades=_shades(report),
        widest=max((columns("".join(one.symbols)) for one in report.examples), default=1) + 2,
        examples=[list(_cells(example, report)) for example in report.examples],
        nearest=[
            (*_differences(one.sample, one.training), one.edits) for one in report.nearest or ()
        ],
        parts=_parts(report),
        sections=list(sections(report)),
        version=__version__,
    )


def write(report: Report, verdict: str, path: Path) -> None:
    """Write the page; the file is whole or not there."""
    write_text(path, page(report, verdict))


def _parts(report: Report) -> dict[str, list[tuple[Plot, Markup]]]:
    """Return the pictures by the part of the page where they belong."""
    parts: dict[str, list[tuple[Plot, Markup]]] = {}
    for plot in plots(report):
        svg = Markup(plot.svg)  # made and escaped by ourselves
        part = "first" if report.examples and not parts else plot.part
        parts.setdefault(part, []).append((plot, svg))
    return parts


def _finalize(value: object) -> object:
    """Return what the template prints for `value`: text from outside with nothing unseen in it."""
    return printable(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _facts(report: Report) -> list[tuple[str, str]]:
    units = UNITS.get(report.unit, report.unit)
    if not report.held_out:
        held_out = "none"
    elif report.held_out_drawn:
        held_out = f"{_lines(report.held_out)}, drawn from these"
    else:
        held_out = f"{_lines(report.held_out)}, given"
    return [
        ("judged", _lines(report.m)),
        ("against", _lines(report.reference_size)),
        ("held-out text", held_out),
        ("unit", units),
        ("T, where lines are cut", f"{report.length:,}"),
        ("V, distinct symbols", f"{report.vocabulary_size:,}"),
        ("seed", str(report.seed)),
    ]


def _lines(number: int) -> str:
    return "1 line" if number == 1 else f"{number:,} lines"


# Tables


@dataclass(frozen=True)
class Row:
    """One line of the main table, rounded."""

    title: str
    note: str
    samples: str
    at_real_size: str
    real: str
    excess: str
    interval: str
    signature: str
    real_signature: str | None


WAYS = {"lower": "lower is better", "higher": "higher is better", "real": "best as real text"}


def _row(name: str, measure: Measure) -> Row:
    kind, n = describe(name)
    ends = measure.interval
    return Row(
        title=kind.title.format(n=n),
        note=", ".join(part for part in (kind.unit, WAYS[kind.better]) if part),
        samples=_show(kind, measure.samples),
        at_real_size=_show(kind, measure.at_real_size),
        real=_show(kind, measure.real),
        excess=_signed(kind, measure.excess),
        interval="" if ends is None else _between(kind, *ends),
        signature=measure.signature,
        real_signature=measure.real_signature,
    )


def _show(kind: Description, value: float | None) -> str:
    return kind.show(value).replace("-", "−")


def _signed(kind: Description, value: float | None) -> str:
    """Return a difference of two values: of shares, in percentage points."""
    if value is None:
        return kind.show(value)
    return format(value, "+" + kind.form).replace("-", "−").replace("%", " pp")


def _between(kind: Description, low: float, high: float) -> str:
    return f"{_signed(kind, low).removesuffix(' pp')} to {_signed(kind, high)}"


def _standings(report: Report) -> Iterator[dict[str, Any]]:
    """Yield tables of samples, real text and baselines: the main measures, then the others."""
    chosen = [
        name for name, one in report.measures.items() if one.baselines and BESIDE.fullmatch(name)
    ]
    first = {*main(report), *(name for name in chosen if name.startswith("jsd"))}
    for names in ([n for n in chosen if n in first], [n for n in chosen if n not in first]):
        if names:
            yield _standing(report, {name: report.measures[name] for name in names})


def _standing(report: Report, chosen: Mapping[str, Measure]) -> dict[str, Any]:
    rows: list[tuple[str, list[tuple[str, bool]]]] = []
    best = {name: _best(name, measure) for name, measure in chosen.items()}
    for i, (text, figures) in enumerate(above_baselines(report, list(chosen))):
        cells = []
        for shown, (name, measure) in zip(figures, chosen.items(), strict=True):
            value = None if i else measure.samples
            cells.append((shown.replace("-", "−"), value is not None and value == best[name]))
        rows.append((text, cells))
    for text in report.baselines:
        cells = []
        for name, measure in chosen.items():
            value = measure.baselines.get(text)
            shown = "" if value is None else _show(describe(name)[0], value)
            cells.append((shown, value is not None and value == best[name]))
        rows.append((text, cells))
    heads = []
    for name in chosen:
        kind, n = describe(name)
        heads.append((kind.title.format(n=n), kind.unit, WAYS[kind.better]))
    return {"heads": heads, "rows": rows}


def _best(name: str, measure: Measure) -> float | None:
    """Return the value that is best among samples and baselines; None where none can be told."""
    kind, _ = describe(name)
    values = [
        value for value in (measure.samples, *measure.baselines.values()) if value is not None
    ]
    if kind.better == "lower":
        return min(values)
    if kind.better == "higher":
        return max(values)
    real = measure.real
    return None if real is None else min(values, key=lambda value: abs(value - real))


# Lines


@dataclass(frozen=True)
class Cell:
    """What is shown as one, a symbol and the marks that stand on it, and how unlikely it is."""

    text: str
    title: str
    shade: int
    space: bool


def _guess(report: Report) -> float:
    """Return the bits of a symbol drawn blindly from all."""
    return log2(max(report.vocabulary_size, 2))


def _shades(report: Report) -> list[tuple[int, str]]:
    """Return each shade and the bits that it stands for."""
    steps = [_guess(report) * i / SHADES for i in range(1, SHADES + 1)]
    named = [(0, f"below {steps[0]:.1f} bits")]
    named += [(i, f"{steps[i - 1]:.1f} to {steps[i]:.1f}") for i in range(1, SHADES)]
    return [
        *named,
        (SHADES, f"{steps[-1]:.1f} and more: no likelier than any symbol drawn blindly"),
    ]


def _cells(example: Example, report: Report) -> Iterator[Cell]:
    """Yield the symbols of an example; those that show as one together, by the least likely."""
    groups: list[list[tuple[str, float]]] = []
    for symbol, bits in zip(example.symbols, example.bits, strict=False):
        if groups and _joins(groups[-1][-1][0], symbol):
            groups[-1].append((symbol, bits))
        else:
            groups.append([(symbol, bits)])
    if len(example.bits) > len(example.symbols):
        groups.append([("", example.bits[-1])])
    for group in groups:
        text = "".join(symbol for symbol, _ in group)
        worst = max(bits for _, bits in group)
        yield Cell(
            text=text.replace(" ", "␣") if text else "↵",
            title=", ".join(f"{symbol or END} {bits:.2f} bits" for symbol, bits in group),
            shade=int(min(SHADES, max(0, SHADES * worst / _guess(report)))),
            space=not text.strip(" "),
        )


def _joins(before: str, symbol: str) -> bool:
    """Return whether `symbol` is drawn as one with what stands before it."""
    if len(symbol) != 1 or not before:
        return False
    return (
        before[-1] == "\u200d"
        or symbol in "\u200c\u200d"
        or unicodedata.category(symbol) in {"Mn", "Me", "Mc"}
        or "\U0001f3fb" <= symbol <= "\U0001f3ff"
    )


Pieces = list[tuple[str, bool]]


def _differences(sample: str, training: str) -> tuple[Pieces, Pieces]:
    """Return both lines in pieces, and of each piece whether the other line lacks it.

    >>> _differences("cart", "cat")
    ([('ca', False), ('r', True), ('t', False)], [('ca', False), ('t', False)])
    """
    mine: Pieces = []
    other: Pieces = []
    found = SequenceMatcher(None, sample, training, autojunk=False).get_opcodes()
    for what, start, end, other_start, other_end in found:
        if end > start:
            mine.append((sample[start:end], what != "equal"))
        if other_end > other_start:
            other.append((training[other_start:other_end], what != "equal"))
    return mine, other
