"""A report as tables on a terminal."""

from collections.abc import Iterable

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.table import Table
from rich.text import Text

from textgan.evaluation.measures import describe
from textgan.evaluation.render.asked import Section, sections
from textgan.evaluation.render.real import above_baselines
from textgan.evaluation.render.verdict import headline, verdict
from textgan.evaluation.render.visible import visible
from textgan.evaluation.report import Measure, Report
from textgan.evaluation.signature import combine

__all__ = ["show"]

UNKNOWN = "unknown"
EXAMPLES = 5


def show(report: Report, console: Console) -> None:
    """Print the verdict, the tables, some samples and the signature of every number."""
    names = f"{visible(report.judged)} against {visible(report.against)}"
    console.print(Text(names, style="bold"))
    console.print(Text(verdict(report)))
    console.print()
    _distances(report, console)
    _others(report, console)
    _baselines(report, console)
    for section in sections(report):
        _section(section, console)
    _samples(report, console)
    _signatures(report, console)


def _distances(report: Report, console: Console) -> None:
    apart = any(row.at_real_size not in (None, row.samples) for row in report.measures.values())
    table = _table("n")
    for heading in (
        *("JSD", *([_like(report)] if apart else [])),
        *("floor", "excess", "95% interval", "unpadded"),
    ):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, row in report.measures.items():
        kind, n = describe(name)
        if kind is not describe("jsd")[0]:
            continue
        text = report.measures.get(f"text-{name}")
        figures = [row.samples, *([row.at_real_size] if apart else []), row.real, row.excess]
        table.add_row(
            str(n),
            *map(kind.show, figures),
            _interval(row, name),
            UNKNOWN if text is None else kind.show(text.excess),
        )
    sizes = f"{report.m:,} lines against {report.reference_size:,}, cut at {report.length}"
    note = f"{sizes}; {_floor_source(report)}; unpadded: the excess without padding"
    _print_table(console, "Jensen-Shannon divergence of n-grams, bits", table, note)


def _like(report: Report) -> str:
    """Return the heading of figures that are compared with the floor."""
    fewer = report.real_m is not None and report.real_m < report.m
    return f"of {report.real_m:,} lines" if fewer else "like for like"


def _floor_source(report: Report) -> str:
    if report.real_m is None:
        return "no held-out text, so no floor"
    size = f"{report.real_m:,} held-out lines"
    if report.real_m < report.m:
        size += " (there are no more)"
    if report.held_out_drawn:
        floor = f"floor: {size}, drawn from the corpus, against the rest of it"
    else:
        floor = f"floor: {size} against the training text"
    return (
        f"{floor}; {_like(report)}: as many samples against the same text, excess: that less floor"
    )


def _others(report: Report, console: Console) -> None:
    table = _table("")
    for heading in ("samples", "real text", "excess", "95% interval"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, row in _one_order(report):
        kind, n = describe(name)
        table.add_row(
            kind.title.format(n=n),
            *map(kind.show, (_level(row), row.real, row.excess)),
            _interval(row, name),
        )
    note = (
        "real text: as many real lines in the samples' place; forward: a model of training text "
        "reads the samples, reverse: a model of the samples reads held-out text, both in bits a "
        "symbol"
    )
    if report.transport is not None:
        note += "; earth mover's distance in edits a line, nearest line in edits a character"
    _print_table(console, "Likelihood, variety and copies", table, note)


def _one_order(report: Report) -> Iterable[tuple[str, Measure]]:
    """Yield the measures but for JSD, those of several orders at one of them."""
    shown = describe(headline(report) or "jsd4")[1]
    for name, row in report.measures.items():
        _, n = describe(name)
        if "jsd" not in name and (n in (None, shown) or "bleu" in name):
            yield name, row


def _baselines(report: Report, console: Console) -> None:
    if not report.baselines:
        return
    jsd = headline(report)
    highest = [name for name in report.measures if name.startswith("jsd")][-1:]
    names = [*([jsd] if jsd else []), *(name for name in highest if name != jsd)]
    names += ["forward", "reverse", "unique", "copied", "found"]
    shown = [name for name in names if name in report.measures]
    table = _table("")
    for name in shown:
        heading = f"JSD-{describe(name)[1]}" if name.startswith("jsd") else name
        table.add_column(heading, justify="right", no_wrap=True)
    said = "" if report.real_m in (None, report.m) else " unless it says otherwise"
    for i, (heading, cells) in enumerate(above_baselines(report, shown)):
        table.add_row(Text(heading, style="" if i else "bold"), *cells)
    for baseline in report.baselines:
        table.add_row(
            Text(visible(baseline)),
            *(
                describe(name)[0].show(report.measures[name].baselines.get(baseline))
                for name in shown
            ),
        )
    _print_table(
        console,
        "Beside what anyone could hand in",
        table,
        f"{report.m:,} lines of each{said}; training lines are drawn with replacement; n-gram "
        "samplers draw each symbol by its share after the n − 1 before it in the training text",
    )


def _section(section: Section, console: Console) -> None:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for i, heading in enumerate(section.heads):
        table.add_column(heading, justify="left" if i < section.names else "right")
    for row in section.rows:
        table.add_row(*(Text(visible(cell)) for cell in row))
    console.print(Text(section.title, style="bold"))
    if section.summary:
        console.print(Text(section.summary))
    console.print(table)
    console.print(Text(section.note, style="dim"))
    console.print()


def _samples(report: Report, console: Console) -> None:
    line, times = report.repeated
    console.print(Text("Samples", style="bold"))
    joint = " " if report.unit == "word" else ""
    for example in report.examples[:EXAMPLES]:
        console.print(Text("  " + visible(joint.join(example.symbols))), soft_wrap=True)
    if times > 1:
        console.print(Text(f"  commonest, {times:,} times: {visible(line)}"), soft_wrap=True)
    for near in (report.nearest or ())[:EXAMPLES]:
        text = (
            f"  {near.edits} edits from training: {visible(near.sample)} ~ {visible(near.training)}"
        )
        console.print(Text(text), soft_wrap=True)
    console.print()


def _signatures(report: Report, console: Console) -> None:
    """Print the signatures of each kind of measure; values that differ within it by commas."""
    console.print(Text("Signatures", style="bold"))
    groups: dict[str, list[Measure]] = {}
    for name, row in report.measures.items():
        groups.setdefault(name.rstrip("0123456789"), []).append(row)
    for rows in groups.values():
        for signatures in ([row.signature for row in rows], [row.real_signature for row in rows]):
            known = [signature for signature in signatures if signature is not None]
            if known:
                console.print(Text(f"  {combine(known)}", style="dim"), soft_wrap=True)
    for section in sections(report):
        for signature in section.signatures:
            console.print(Text(f"  {signature}", style="dim"), soft_wrap=True)


def _table(first: str) -> Table:
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, no_wrap=True)
    return table


def _level(row: Measure) -> float | None:
    """Return the figure that the excess is taken from."""
    return row.samples if row.at_real_size is None else row.at_real_size


def _interval(row: Measure, name: str) -> str:
    if row.interval is None:
        return ""
    show = describe(name)[0].show
    return f"{show(row.interval[0])} to {show(row.interval[1])}"


def _print_table(console: Console, title: str, table: Table, note: str) -> None:
    console.print(Text(title, style="bold"))
    console.print(table)
    console.print(Text(note, style="dim"))
    console.print()
