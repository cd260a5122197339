"""Samples symbol by symbol: each shaded by how unlikely it is under a model of training text."""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from math import log2

from textgan.evaluation.render.words import END
from textgan.evaluation.report.report import Example, Report

__all__ = ["Cell", "cells", "shades"]

SHADES = 4  # between a sure symbol and one no likelier than a guess


@dataclass(frozen=True)
class Cell:
    """A symbol with the marks that combine with it, and how unlikely it is."""

    text: str
    title: str
    shade: int
    space: bool


def _guess(report: Report) -> float:
    """Return the bits of a symbol drawn uniformly from all."""
    return log2(max(report.vocabulary_size, 2))


def shades(report: Report) -> list[tuple[int, str]]:
    """Return each shade and the bits that it stands for."""
    steps = [_guess(report) * i / SHADES for i in range(1, SHADES + 1)]
    named = [(0, f"below {steps[0]:.1f} bits")]
    named += [(i, f"{steps[i - 1]:.1f} to {steps[i]:.1f}") for i in range(1, SHADES)]
    return [
        *named,
        (SHADES, f"{steps[-1]:.1f} and more: no likelier than a symbol drawn uniformly"),
    ]


def cells(example: Example, report: Report) -> Iterator[Cell]:
    """Yield the symbols of an example; a symbol with its marks together, by the least likely."""
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
    """Return whether `symbol` combines with the symbol before it."""
    if len(symbol) != 1 or not before:
        return False
    return (
        before[-1] == "\u200d"
        or symbol in "\u200c\u200d"
        or unicodedata.category(symbol) in {"Mn", "Me", "Mc"}
        or "\U0001f3fb" <= symbol <= "\U0001f3ff"
    )
