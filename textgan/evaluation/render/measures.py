"""The measures of a report as tables: the few that a reader needs first, and all of them."""

from collections.abc import Iterable, Iterator, Sequence

from corpora.counts import counted
from textgan.evaluation.language_model.baselines import NAMES
from textgan.evaluation.render.conditions import sections
from textgan.evaluation.render.main_measures import main, main_jsd
from textgan.evaluation.render.tables import Table
from textgan.evaluation.render.titles import (
    depends_on_held_out_size,
    interval,
    is_jsd,
    order,
    short_title,
    shown,
    title,
)
from textgan.evaluation.report.measure import Measure, merged_signatures
from textgan.evaluation.report.report import Report

__all__ = [
    "baselines",
    "comparable",
    "distances",
    "figures",
    "has_comparable",
    "main_measures",
    "overview",
    "reference_rows",
    "signatures_of",
]

SHOWN_SAMPLERS = ("4-gram", "2-gram")  # where the headline names fewer than two
OVERVIEW = ("forward", "reverse", "unique", "copied")


def overview(report: Report) -> Table:
    """Return the main figures of samples, of real text and of the two samplers next to samples."""
    jsds = [name for name in [main_jsd(report)] if name is not None]
    names = [*jsds, *(name for name in OVERVIEW if name in report.measures)]
    samplers = _shown_samplers(report)
    two_columns = has_comparable(report, jsds)
    rows = []
    for name in names:
        row = report.measures[name]
        cells = [row.samples, comparable(row)] if two_columns else [comparable(row)]
        cells.append(row.real)
        cells += [row.baselines.get(sampler) for sampler in samplers]
        rows.append((short_title(name), *("" if x is None else shown(name, x) for x in cells)))
    if report.labels is not None:
        labels, name = report.labels, "label-accuracy"
        figures = [labels.samples.share, *([None] if two_columns else []), labels.real_as_asked]
        figures += [None] * len(samplers)
        rows.append(("label accuracy", *("" if x is None else shown(name, x) for x in figures)))
    return Table(
        heads=(
            "",
            "samples",
            *([_comparable_head(report)] if two_columns else []),
            "real text",
            *samplers,
        ),
        rows=tuple(rows),
    )


def _shown_samplers(report: Report) -> list[str]:
    """Return two samplers, the higher order first: those of the headline's first word, or usual."""
    fidelity = report.headline.fidelity if report.headline is not None else ()
    named = [level for standing in fidelity[:1] for level in (standing.better, standing.worse)]
    usual = dict.fromkeys([*named, *SHOWN_SAMPLERS])
    shown = [name for name in usual if name in report.baselines and name in NAMES][:2]
    return sorted(shown, key=NAMES.index)


def distances(report: Report) -> Table:
    """Return the JSD of each order with its floor."""
    names = [name for name in report.measures if is_jsd(name)]
    two_columns = has_comparable(report, names)
    rows = []
    for name in names:
        row = report.measures[name]
        text = report.measures.get(f"text-{name}")
        figures = [row.samples, *([row.at_real_size] if two_columns else []), row.real, row.excess]
        unpadded = shown(name, None if text is None else text.excess)
        cells = [shown(name, figure) for figure in figures]
        rows.append((str(order(name)), *cells, interval(name, row.interval), unpadded))
    sizes = f"{counted(report.m, 'line')} against {report.reference_size:,}, cut at {report.length}"
    return Table(
        title="Jensen-Shannon divergence of n-grams, bits",
        heads=(
            *("n", "JSD", *([_comparable_head(report)] if two_columns else [])),
            *("floor", "excess", "95% interval", "unpadded"),
        ),
        rows=tuple(rows),
        note=f"{sizes}; {_floor_source(report, two_columns=two_columns)}; "
        "unpadded: the excess without padding",
    )


def has_comparable(report: Report, names: Iterable[str]) -> bool:
    """Return whether a figure that is compared with real text is shown unlike that of all samples.

    Real text may have fewer lines, or be held out of the text that the samples are compared with.
    """
    rows = [(name, report.measures[name]) for name in names]
    return any(shown(name, comparable(row)) != shown(name, row.samples) for name, row in rows)


def _comparable_head(report: Report) -> str:
    """Return the heading of the figures of the samples that are compared with the floor."""
    has_fewer_real = report.real_m is not None and report.real_m < report.m
    return f"of {counted(report.real_m or 0, 'line')}" if has_fewer_real else "comparable"


def _floor_source(report: Report, *, two_columns: bool) -> str:
    if report.real_m is None:
        return "no held-out text, so no floor"
    size = counted(report.real_m, "held-out line")
    if report.real_m < report.m:
        size += " (there are no more)"
    source = "the training text"
    if report.held_out_drawn:
        size, source = f"{size}, drawn from the corpus,", "the rest of it"
    floor = f"floor: {size} against {source}"
    if not two_columns:
        return floor
    like = _comparable_head(report)
    return f"{floor}; {like}: as many samples against the same text; excess: that minus floor"


def figures(report: Report) -> Table:
    """Return the measures except JSD, those of several orders at the order of the headline."""
    note = (
        "real text: the figure of real lines in place of the samples; forward: bits per symbol of "
        "the samples under a model of training text; reverse: bits per symbol of held-out text "
        "under a model of the samples"
    )
    if report.transport is not None:
        note += "; earth mover's distance in edits per line, nearest line in edits per character"
    shown_order = order(main_jsd(report) or "jsd4")
    names = [
        name
        for name in report.measures
        if "jsd" not in name and (order(name) in (None, shown_order) or "bleu" in name)
    ]
    return _beside_real_text(report, names, "Likelihood, diversity and memorization", note)


def main_measures(report: Report) -> Table:
    """Return the measures that a reader needs first, each with its excess and interval."""
    return _beside_real_text(report, main(report))


def _beside_real_text(
    report: Report, names: Sequence[str], heading: str = "", note: str = ""
) -> Table:
    rows = []
    for name in names:
        row = report.measures[name]
        cells = [shown(name, figure) for figure in (comparable(row), row.real, row.excess)]
        rows.append((title(name), *cells, interval(name, row.interval)))
    heads = ("", "samples", "real text", "excess", "95% interval")
    return Table(title=heading, heads=heads, rows=tuple(rows), note=note)


def baselines(report: Report) -> Table:
    """Return the main measures of samples, real text and the baselines, a row for each text."""
    jsd = main_jsd(report)
    highest = [name for name in report.measures if name.startswith("jsd")][-1:]
    names = [*([jsd] if jsd else []), *(name for name in highest if name != jsd)]
    names += ["forward", "reverse", "unique", "copied", "found"]
    names = [name for name in names if name in report.measures]
    rows = [(heading, *cells) for heading, cells in reference_rows(report, names)]
    for text in report.baselines:
        values = [report.measures[name].baselines.get(text) for name in names]
        rows.append((text, *map(shown, names, values)))
    exception = "" if report.real_m in (None, report.m) else " unless the row says otherwise"
    return Table(
        title="Baselines that need no GAN",
        heads=("", *(short_title(name) if is_jsd(name) else name for name in names)),
        rows=tuple(rows) if report.baselines else (),
        strong=frozenset({(0, 0)}),
        note=f"{counted(report.m, 'line')} of each{exception}; training lines are drawn with "
        "replacement; n-gram samplers draw each symbol as often as it follows the n − 1 symbols "
        "before it in the training text",
    )


def reference_rows(report: Report, names: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return the rows above those of baselines, samples and real text, as heading and figures.

    Baselines are of as many lines as the samples. Where the held-out text has fewer, the distances
    of real text are not: they have a row that says of how many lines they are, below one of as many
    samples, and "" in the row of all other figures.

    Args:
        report: it.
        names: the measures, a column each.
    """
    measures = [(name, report.measures[name]) for name in names]
    samples = [shown(name, row.samples) for name, row in measures]
    real = [shown(name, row.real) for name, row in measures]
    if report.real_m is None or report.real_m == report.m:
        return [("samples", samples), ("real text", real)]
    distances = [depends_on_held_out_size(name) for name in names]
    at_real_size = [shown(name, row.at_real_size) for name, row in measures]
    m = f"{report.real_m:,}"  # short headings: the table is as wide as a terminal of 80 columns

    def select(of_distances: bool, cells: list[str]) -> list[str]:
        pairs = zip(cells, distances, strict=True)
        return [cell if is_distance is of_distances else "" for cell, is_distance in pairs]

    return [
        ("samples", samples),
        ("real text", select(False, real)),
        (f"{m} sample" if m == "1" else f"{m} samples", select(True, at_real_size)),
        (f"{m} real", select(True, real)),
    ]


def comparable(row: Measure) -> float | None:
    """Return the figure of the samples that the excess is taken from."""
    return row.samples if row.at_real_size is None else row.at_real_size


def signatures_of(report: Report) -> list[str]:
    """Return the signatures of each kind of measure; values that differ within it by commas."""
    return [*_signatures(report), *(line for part in sections(report) for line in part.signatures)]


def _signatures(report: Report) -> Iterator[str]:
    groups: dict[str, list[Measure]] = {}
    for name, row in report.measures.items():
        groups.setdefault(name.rstrip("0123456789"), []).append(row)
    for rows in groups.values():
        yield from merged_signatures(rows)
