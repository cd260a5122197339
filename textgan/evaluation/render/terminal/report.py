"""A report on a terminal: what matters most comes last, where the reader's eye is.

Samples and baselines are first, then the tables of measures; the verdict and a signature end it.
"""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.text import Text

from corpora.counts import counted
from textgan.evaluation.metrics.registry import describe
from textgan.evaluation.render.conditions import sections
from textgan.evaluation.render.real import above_baselines
from textgan.evaluation.render.signatures import print_signatures
from textgan.evaluation.render.tables import Table, print_table
from textgan.evaluation.render.verdict import headline, verdict
from textgan.evaluation.render.visible import visible
from textgan.evaluation.report.measure import Measure
from textgan.evaluation.report.report import Report
from textgan.evaluation.report.signature import combine

__all__ = ["distances", "figures", "interval", "level", "show", "signatures_of"]

UNKNOWN = "unknown"
EXAMPLES = 5


def show(report: Report, console: Console, *, signatures: bool = False) -> None:
    """Print samples, the tables, the verdict, and a signature; with `signatures` all of them."""
    names = f"{visible(report.evaluated)} against {visible(report.against)}"
    console.print(Text(names, style="bold"))
    console.print()
    _samples(report, console)
    for section in sections(report):
        print_table(section, console)
    for table in (_baselines(report), figures(report), distances(report)):
        if table.rows:
            print_table(table, console)
    console.print(Text("Verdict", style="bold"))
    console.print(Text(verdict(report)))
    console.print()
    print_signatures(signatures_of(report), console, every=signatures)


def distances(report: Report) -> Table:
    """Return the JSD of each order with its floor."""
    apart = any(row.at_real_size not in (None, row.samples) for row in report.measures.values())
    rows = []
    for name, row in report.measures.items():
        kind, n = describe(name)
        if kind is not describe("jsd")[0]:
            continue
        text = report.measures.get(f"text-{name}")
        figures = [row.samples, *([row.at_real_size] if apart else []), row.real, row.excess]
        unpadded = UNKNOWN if text is None else kind.show(text.excess)
        rows.append((str(n), *map(kind.show, figures), interval(row, name), unpadded))
    sizes = f"{counted(report.m, 'line')} against {report.reference_size:,}, cut at {report.length}"
    floor = _floor_source(report, apart=apart)
    return Table(
        title="Jensen-Shannon divergence of n-grams, bits",
        heads=(
            *("n", "JSD", *([_like(report)] if apart else [])),
            *("floor", "excess", "95% interval", "unpadded"),
        ),
        rows=tuple(rows),
        note=f"{sizes}; {floor}; unpadded: the excess without padding",
    )


def _like(report: Report) -> str:
    """Return the heading of figures that are compared with the floor."""
    fewer = report.real_m is not None and report.real_m < report.m
    return f"of {counted(report.real_m or 0, 'line')}" if fewer else "comparable"


def _floor_source(report: Report, *, apart: bool) -> str:
    if report.real_m is None:
        return "no held-out text, so no floor"
    size = counted(report.real_m, "held-out line")
    if report.real_m < report.m:
        size += " (there are no more)"
    if report.held_out_drawn:
        floor = f"floor: {size}, drawn from the corpus, against the rest of it"
    else:
        floor = f"floor: {size} against the training text"
    if not apart:
        return floor
    return (
        f"{floor}; {_like(report)}: as many samples against the same text; excess: that minus floor"
    )


def figures(report: Report) -> Table:
    """Return the measures but for JSD."""
    note = (
        "real text: as many real lines in place of the samples; forward: samples under a model of "
        "training text, reverse: held-out text under a model of the samples, both in bits a symbol"
    )
    if report.transport is not None:
        note += "; earth mover's distance in edits a line, nearest line in edits a character"
    rows = []
    for name, row in _one_order(report):
        kind, n = describe(name)
        shown = map(kind.show, (level(row), row.real, row.excess))
        rows.append((kind.title.format(n=n), *shown, interval(row, name)))
    return Table(
        title="Likelihood, diversity and memorization",
        heads=("", "samples", "real text", "excess", "95% interval"),
        rows=tuple(rows),
        note=note,
    )


def _one_order(report: Report) -> Iterable[tuple[str, Measure]]:
    """Yield the measures but for JSD, those of several orders at one of them."""
    shown = describe(headline(report) or "jsd4")[1]
    for name, row in report.measures.items():
        _, n = describe(name)
        if "jsd" not in name and (n in (None, shown) or "bleu" in name):
            yield name, row


def _baselines(report: Report) -> Table:
    jsd = headline(report)
    highest = [name for name in report.measures if name.startswith("jsd")][-1:]
    names = [*([jsd] if jsd else []), *(name for name in highest if name != jsd)]
    names += ["forward", "reverse", "unique", "copied", "found"]
    shown = [name for name in names if name in report.measures]
    measures = [(describe(name)[0], report.measures[name]) for name in shown]
    rows = [(heading, *cells) for heading, cells in above_baselines(report, shown)]
    rows += [
        (baseline, *(kind.show(row.baselines.get(baseline)) for kind, row in measures))
        for baseline in report.baselines
    ]
    said = "" if report.real_m in (None, report.m) else " unless the row says otherwise"
    return Table(
        title="Baselines that need no GAN",
        heads=(
            "",
            *(f"JSD-{describe(name)[1]}" if name.startswith("jsd") else name for name in shown),
        ),
        rows=tuple(rows) if report.baselines else (),
        strong=frozenset({(0, 0)}),
        note=f"{counted(report.m, 'line')} of each{said}; training lines are drawn with "
        "replacement; n-gram samplers draw each symbol by its share after the n − 1 before it in "
        "the training text",
    )


def _samples(report: Report, console: Console) -> None:
    line, times = report.repeated
    console.print(Text("Samples", style="bold"))
    joint = " " if report.unit == "word" else ""
    for example in report.examples[:EXAMPLES]:
        console.print(Text("  " + visible(joint.join(example.symbols))), soft_wrap=True)
    if times > 1:
        console.print(Text(f"  commonest, {times:,} times: {visible(line)}"), soft_wrap=True)
    for near in (report.nearest or ())[:EXAMPLES]:
        far = f"{counted(near.edits, 'edit')} from training"
        text = f"  {far}: {visible(near.sample)} ~ {visible(near.training)}"
        console.print(Text(text), soft_wrap=True)
    console.print()


def signatures_of(report: Report) -> list[str]:
    """Return the signatures of each kind of measure; values that differ within it by commas."""
    return [*_measured(report), *(one for part in sections(report) for one in part.signatures)]


def _measured(report: Report) -> Iterator[str]:
    groups: dict[str, list[Measure]] = {}
    for name, row in report.measures.items():
        groups.setdefault(name.rstrip("0123456789"), []).append(row)
    for rows in groups.values():
        for signatures in ([row.signature for row in rows], [row.real_signature for row in rows]):
            known = [signature for signature in signatures if signature is not None]
            if known:
                yield combine(known)


def level(row: Measure) -> float | None:
    """Return the figure that the excess is taken from."""
    return row.samples if row.at_real_size is None else row.at_real_size


def interval(row: Measure, name: str) -> str:
    """Return the interval of the excess, rounded; "" where there is none."""
    if row.interval is None:
        return ""
    show = describe(name)[0].show
    return f"{show(row.interval[0])} to {show(row.interval[1])}"
