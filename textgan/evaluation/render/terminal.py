"""A report as tables on a terminal."""

from rich.console import Console
from rich.table import Table
from rich.text import Text

from textgan.evaluation.likelihood import Likelihood
from textgan.evaluation.render.verdict import verdict
from textgan.evaluation.render.visible import visible
from textgan.evaluation.report import Report
from textgan.evaluation.signature import combine

__all__ = ["show"]

UNKNOWN = "unknown"


def show(report: Report, console: Console) -> None:
    """Print the verdict, three tables, some samples and the signature of every number."""
    names = f"{visible(report.judged)} against {visible(report.against)}"
    console.print(Text(names, style="bold"))
    console.print(Text(verdict(report)))
    console.print()
    _divergences(report, console)
    _likelihoods(report, console)
    _shares(report, console)
    _samples(report, console)
    _signatures(report, console)


def _divergences(report: Report, console: Console) -> None:
    fewer = report.floor_m is not None and report.floor_m < report.m
    columns = ["JSD", *([f"JSD of {report.floor_m:,}"] if fewer else []), "floor", "excess"]
    table = _table("n", columns)
    for row in report.divergences:
        figures = [row.jsd, *([row.at_floor_size] if fewer else []), row.floor, row.excess]
        table.add_row(str(row.n), *(_figure(figure, "z.4f") for figure in figures))
    sizes = f"{report.m:,} lines against {report.reference_size:,}, cut at {report.length}"
    _print_table(
        console,
        "Jensen-Shannon divergence of n-grams, bits",
        table,
        f"{sizes}; {_floor_source(report)}",
    )


def _floor_source(report: Report) -> str:
    if report.floor_m is None:
        return "no held-out text, so no floor"
    size = f"{report.floor_m:,} held-out lines"
    if report.floor_m < report.m:
        size += " (there are no more; the excess is that of as many samples)"
    if report.held_out_drawn:
        return f"floor: {size}, drawn from the corpus, against the rest of it"
    return f"floor: {size} against the training text"


def _likelihoods(report: Report, console: Console) -> None:
    table = _table("", ["bits a character", "perplexity", "log₂-likelihood"])
    for name, likelihood in (
        ("forward: samples", report.forward.samples),
        ("forward: held-out text", report.forward.real),
        ("reverse: samples", report.reverse.samples),
        ("reverse: training lines", report.reverse.real),
    ):
        table.add_row(name, *_likelihood(likelihood))
    _print_table(
        console,
        "Likelihood under smoothed n-gram models",
        table,
        "forward: a model of training text reads these lines; "
        "reverse: a model of these lines reads held-out text",
    )


def _likelihood(likelihood: Likelihood | None) -> list[str]:
    if likelihood is None:
        return [UNKNOWN] * 3
    return [
        f"{likelihood.bits_per_character:.3f}",
        f"{likelihood.perplexity:.2f}",
        f"{likelihood.log2_likelihood:,.0f}",
    ]


def _shares(report: Report, console: Console) -> None:
    table = _table("", ["samples", "real text"])
    for name, share in (("unique", report.unique), ("copied", report.copied)):
        table.add_row(name, _figure(share.samples, ".1%"), _figure(share.real, ".1%"))
    where = "corpus" if report.held_out_drawn else "training text"
    _print_table(
        console,
        "Variety and copies",
        table,
        f"unique: distinct lines, and among as many training lines; copied: lines that stand in "
        f"the {where}, and held-out lines that do (none where text was split by content)",
    )


def _samples(report: Report, console: Console) -> None:
    line, times = report.repeated
    console.print(Text("Samples", style="bold"))
    for example in report.examples:
        console.print(Text("  " + visible(example)), soft_wrap=True)
    if times > 1:
        console.print(Text(f"  commonest, {times:,} times: {visible(line)}"), soft_wrap=True)
    console.print()


def _signatures(report: Report, console: Console) -> None:
    """Print the signature of each group of numbers; values that differ within it by commas."""
    rows = report.divergences
    console.print(Text("Signatures", style="bold"))
    for name, signatures in (
        ("JSD", [row.signature for row in rows]),
        ("floor", [row.floor_signature for row in rows]),
        ("excess", [row.excess_signature for row in rows]),
        ("forward: samples", [report.forward.signature]),
        ("forward: held-out text", [report.forward.real_signature]),
        ("reverse: samples", [report.reverse.signature if report.reverse.samples else None]),
        ("reverse: training lines", [report.reverse.real_signature]),
        ("unique: samples", [report.unique.signature]),
        ("unique: real text", [report.unique.real_signature]),
        ("copied: samples", [report.copied.signature]),
        ("copied: real text", [report.copied.real_signature]),
    ):
        known = [signature for signature in signatures if signature is not None]
        if known:
            console.print(Text(f"  {name}  {combine(known)}", style="dim"), soft_wrap=True)


def _table(first: str, figures: list[str]) -> Table:
    table = Table()
    table.add_column(first)
    for name in figures:
        table.add_column(name, justify="right")
    return table


def _print_table(console: Console, title: str, table: Table, note: str) -> None:
    console.print(Text(title, style="bold"))
    console.print(table)
    console.print(Text(note, style="dim"))
    console.print()


def _figure(value: float | None, form: str) -> str:
    return UNKNOWN if value is None else format(value, form)
