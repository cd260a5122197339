"""A run on pairs on a terminal: how near its outputs come to their targets."""

from rich.console import Console
from rich.text import Text

from textgan.evaluation.metrics.character_error_rate import Restoration, TranslationReport
from textgan.evaluation.metrics.registry import describe
from textgan.evaluation.render.conditions import between
from textgan.evaluation.render.signatures import print_signatures
from textgan.evaluation.render.tables import Table, print_table
from textgan.evaluation.render.visible import visible

__all__ = ["figures", "show", "summary"]

PARTS = {"test": "test", "valid": "validation"}


def show(translation: TranslationReport, console: Console, *, signatures: bool = False) -> None:
    """Print some outputs, what all are worth, and the signature of the numbers."""
    found = translation.restoration
    console.print(Text(visible(translation.evaluated), style="bold"), soft_wrap=True)
    console.print()
    console.print(Text("Source -> output (target), wrong ones first", style="bold"))
    for one in translation.examples:
        line = f"  {visible(one.source)} -> {visible(one.output)} ({visible(one.target)})"
        console.print(Text(line), soft_wrap=True)
    console.print()
    print_table(figures(translation), console)
    console.print(Text("Verdict", style="bold"))
    console.print(Text(summary(found)))
    console.print()
    print_signatures([found.signature], console, every=signatures)


def summary(found: Restoration) -> str:
    """Return in a sentence whether the outputs are nearer to the targets than the sources are."""
    show = describe("cer")[0].show
    rates = f"of {show(found.error_rate)}, and copies of the sources one of {show(found.copying)}"
    ends = found.difference_interval
    if ends is None or ends[0] <= 0 <= ends[1]:
        told = "no significant difference"
    elif ends[1] < 0:
        told = "the outputs are nearer to the targets"
    else:
        told = "the outputs are further from the targets"
    return f"The outputs have a character error rate {rates}: {told}."


def figures(translation: TranslationReport) -> Table:
    """Return the numbers of the outputs, beside those of copying the sources."""
    found, part = translation.restoration, PARTS[translation.part]
    rows = []
    for name, outputs, copying, ends in (
        ("cer", found.error_rate, found.copying, None),
        ("cer-difference", found.difference, None, found.difference_interval),
        ("cer-ratio", found.ratio, None, found.ratio_interval),
        ("exact", found.exact.share, found.exact_copying.share, found.exact.interval),
    ):
        kind, _ = describe(name)
        beside = "" if copying is None else kind.show(copying)
        rows.append((kind.title, kind.show(outputs), beside, between(name, ends)))
    of = "" if found.lines == translation.pairs else f" of {translation.pairs:,}"
    return Table(
        title="Outputs, and copies of the sources as a baseline",
        heads=("", "outputs", "copying", "95% interval"),
        rows=tuple(rows),
        note=_note(found, f"{found.lines:,}{of} {part} pairs"),
    )


def _note(found: Restoration, pairs: str) -> str:
    places = found.places
    note = f"{pairs}, {found.characters:,} characters of targets"
    if not places.lines:
        return f"{note}; in none are all three texts equally long"
    return (
        f"{note}; in the {places.lines:,} whose three texts are equally long {places.mended:,} of "
        f"{places.mended + places.left:,} wrong characters are mended, {places.left:,} left, "
        f"{places.introduced:,} introduced"
    )
