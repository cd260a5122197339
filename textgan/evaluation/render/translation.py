"""A run on pairs in a sentence and a table: how near its outputs come to their targets."""

import shlex

from textgan.evaluation.metrics.character_error_rate import Restoration, TranslationReport
from textgan.evaluation.render.tables import Table
from textgan.evaluation.render.titles import interval, shown, title

__all__ = ["answer", "figures", "next_step"]

PARTS = {"test": "test", "valid": "validation"}


def answer(outputs: Restoration) -> str:
    """Return in a sentence whether the outputs are nearer to the targets than the sources are."""
    rates = f"{shown('cer', outputs.error_rate)}, of copies of the sources "
    rates += shown("cer", outputs.copying)
    grade = {-1: "Better than copying", 0: "No better than copying", 1: "Worse than copying"}
    detail = {0: ": no significant difference"}.get(_side(outputs), "")
    return f"{grade[_side(outputs)]}: the character error rate of the outputs is {rates}{detail}."


def next_step(translation: TranslationReport, run: str | None = None) -> str:
    """Return in a sentence what to do next with the run, called `run`."""
    if _side(translation.restoration) >= 0:
        name = shlex.quote(translation.evaluated if run is None else run)
        return f"train longer (textgan train --resume {name} --steps N), or on more pairs."
    return "translate lines of your own: textgan translate FILE."


def _side(outputs: Restoration) -> int:
    """Return -1 where the outputs are significantly nearer to the targets, 1 where further."""
    ends = outputs.difference_interval
    if ends is None or ends[0] <= 0 <= ends[1]:
        return 0
    return -1 if ends[1] < 0 else 1


def figures(translation: TranslationReport) -> Table:
    """Return the figures of the outputs and of copies of the sources."""
    outputs, part = translation.restoration, PARTS[translation.part]
    rows = []
    for name, figure, copying, ends in (
        ("cer", outputs.error_rate, outputs.copying, None),
        ("cer-difference", outputs.difference, None, outputs.difference_interval),
        ("cer-ratio", outputs.ratio, None, outputs.ratio_interval),
        ("exact", outputs.exact.share, outputs.exact_copying.share, outputs.exact.interval),
    ):
        baseline = "" if copying is None else shown(name, copying)
        rows.append((title(name), shown(name, figure), baseline, interval(name, ends)))
    of = "" if outputs.lines == translation.pairs else f" of {translation.pairs:,}"
    return Table(
        heads=("", "outputs", "copying", "95% interval"),
        rows=tuple(rows),
        note=_note(outputs, f"{outputs.lines:,}{of} {part} pairs"),
    )


def _note(outputs: Restoration, pairs: str) -> str:
    places = outputs.places
    note = f"{pairs}, {outputs.characters:,} characters of targets"
    if not places.lines:
        return f"{note}; in none are all three texts equally long"
    return (
        f"{note}; in the {places.lines:,} whose three texts are equally long {places.mended:,} of "
        f"{places.mended + places.left:,} wrong characters are mended, {places.left:,} left, "
        f"{places.introduced:,} introduced"
    )
