"""A report as one page of HTML: no scripts, nothing fetched, every text of a corpus escaped.

`page.html.j2` is the template; this module computes what it is filled with.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from importlib.resources import files
from pathlib import Path
from typing import Any

from markupsafe import Markup

from corpora.counts import counted
from corpora.files import write_text
from textgan import __version__
from textgan.evaluation.render.conditions import sections
from textgan.evaluation.render.headline import SCALE, words
from textgan.evaluation.render.main_measures import main
from textgan.evaluation.render.measures import has_comparable, reference_rows
from textgan.evaluation.render.plots import Plot, plots
from textgan.evaluation.render.sentences import against
from textgan.evaluation.render.shading import cells, shades
from textgan.evaluation.render.template import environment
from textgan.evaluation.render.titles import (
    direction,
    is_jsd,
    short_title,
    shown,
    signed,
    title,
    unit,
)
from textgan.evaluation.render.verdict import details, next_step, warnings_of
from textgan.evaluation.render.words import UNITS, columns
from textgan.evaluation.report.measure import Measure
from textgan.evaluation.report.report import Report

__all__ = ["page", "write"]

FIRST_LINES, LONG = 12, 12  # samples at the top; rows of a table that is not folded
COMPARED = re.compile(r"jsd[46]|(?!jsd|text-jsd|cosine)[a-z-]+4?")  # with baselines


def page(report: Report, check_up: Mapping[str, Any] | None = None) -> str:
    """Return the report as HTML, the headline first; the same report gives the same text.

    Args:
        report: What the page shows.
        check_up: Of the run that was evaluated, as `CheckUp.to_dict` returns it; None: no section.
    """
    source = files("textgan.evaluation.render").joinpath("page.html.j2")
    template = environment().from_string(source.read_text(encoding="utf-8"))
    return template.render(
        report=report,
        against=against(report),
        words=words(report),
        details=" ".join(details(report)),
        scale=SCALE,
        next_step=next_step(report),
        warnings=warnings_of(report),
        facts=_facts(report),
        main_has_two_sizes=has_comparable(report, main(report)),
        has_two_sizes=has_comparable(report, report.measures),
        has_real=any(measure.real is not None for measure in report.measures.values()),
        main=[_row(name, report.measures[name]) for name in main(report)],
        rows=[_row(name, measure) for name, measure in report.measures.items()],
        baselines=list(_baselines(report)),
        first_lines=FIRST_LINES,
        long=LONG,
        shades=shades(report),
        widest=max((columns("".join(line.symbols)) for line in report.examples), default=1) + 2,
        examples=[list(cells(example, report)) for example in report.examples],
        nearest=[
            (*_differences(pair.sample, pair.training), pair.edits) for pair in report.nearest or ()
        ],
        parts=_parts(report),
        sections=list(sections(report)),
        check_up=check_up,
        version=__version__,
    )


def write(report: Report, path: Path, check_up: Mapping[str, Any] | None = None) -> None:
    """Write the page; the file is whole or not there."""
    write_text(path, page(report, check_up))


def _parts(report: Report) -> dict[str, list[tuple[Plot, Markup]]]:
    """Return the pictures by the part of the page where they belong."""
    parts: dict[str, list[tuple[Plot, Markup]]] = {}
    for plot in plots(report):
        svg = Markup(plot.svg)  # drawn and escaped by this package
        part = "first" if report.examples and not parts else plot.part
        parts.setdefault(part, []).append((plot, svg))
    return parts


def _facts(report: Report) -> list[tuple[str, str]]:
    units = UNITS.get(report.unit, report.unit)
    held_out = counted(report.held_out, "line")
    if not report.held_out:
        held_out = "none"
    elif report.held_out_drawn:
        held_out += ", drawn from the reference"
    return [
        ("samples", counted(report.m, "line")),
        ("reference", counted(report.reference_size, "line")),
        ("held-out text", held_out),
        ("unit", units),
        ("T, where lines are cut", f"{report.length:,}"),
        ("V, symbols and the end of a line", f"{report.vocabulary_size:,}"),
        ("seed", str(report.seed)),
    ]


# Tables


@dataclass(frozen=True)
class Row:
    """A row of the table of measures, rounded."""

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
    ends = measure.interval
    return Row(
        title=title(name),
        note=", ".join(part for part in (unit(name), WAYS[direction(name)]) if part),
        samples=_minus(shown(name, measure.samples)),
        at_real_size=_minus(shown(name, measure.at_real_size)),
        real=_minus(shown(name, measure.real)),
        excess=_minus(signed(name, measure.excess)),
        interval="" if ends is None else _between(name, *ends),
        signature=measure.signature,
        real_signature=measure.real_signature,
    )


def _minus(figure: str) -> str:
    return figure.replace("-", "−")


def _between(name: str, low: float, high: float) -> str:
    return _minus(f"{signed(name, low).removesuffix(' pp')} to {signed(name, high)}")


def _baselines(report: Report) -> Iterator[dict[str, Any]]:
    """Yield tables of samples, real text and baselines: the main measures, then the others."""
    compared = [
        name for name, row in report.measures.items() if row.baselines and COMPARED.fullmatch(name)
    ]
    first = {*main(report), *filter(is_jsd, compared)}
    for names in ([n for n in compared if n in first], [n for n in compared if n not in first]):
        if names:
            yield _baseline_table(report, {name: report.measures[name] for name in names})


def _baseline_table(report: Report, measures: Mapping[str, Measure]) -> dict[str, Any]:
    best = {name: _best(name, measure) for name, measure in measures.items()}
    rows: list[tuple[str, list[tuple[str, bool]]]] = []
    for i, (text, figures) in enumerate(reference_rows(report, list(measures))):
        row = []
        for figure, (name, measure) in zip(figures, measures.items(), strict=True):
            value = None if i else measure.samples
            row.append((_minus(figure), value is not None and value == best[name]))
        rows.append((text, row))
    for text in report.baselines:
        row = []
        for name, measure in measures.items():
            value = measure.baselines.get(text)
            figure = "" if value is None else _minus(shown(name, value))
            row.append((figure, value is not None and value == best[name]))
        rows.append((text, row))
    heads = [
        (
            title(name),
            short_title(name) if is_jsd(name) else name,
            unit(name),
            WAYS[direction(name)],
        )
        for name in measures
    ]
    return {"heads": heads, "rows": rows}


def _best(name: str, measure: Measure) -> float | None:
    """Return the best value among samples and baselines; None without real text to be near to."""
    values = [
        value for value in (measure.samples, *measure.baselines.values()) if value is not None
    ]
    if direction(name) == "lower":
        return min(values)
    if direction(name) == "higher":
        return max(values)
    real = measure.real
    return None if real is None else min(values, key=lambda value: abs(value - real))


# Pairs of lines

Pieces = list[tuple[str, bool]]


def _differences(sample: str, training: str) -> tuple[Pieces, Pieces]:
    """Return both lines in pieces, and of each piece whether the other line lacks it.

    >>> _differences("cart", "cat")
    ([('ca', False), ('r', True), ('t', False)], [('ca', False), ('t', False)])
    """
    pieces: tuple[Pieces, Pieces] = [], []
    matcher = SequenceMatcher(None, sample, training, autojunk=False)
    for operation, start, end, other_start, other_end in matcher.get_opcodes():
        if end > start:
            pieces[0].append((sample[start:end], operation != "equal"))
        if other_end > other_start:
            pieces[1].append((training[other_start:other_end], operation != "equal"))
    return pieces
