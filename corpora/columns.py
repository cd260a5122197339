"""What a line holds: text, or a label or a source and then, behind a TAB, the text.

    text      all of the line becomes a row
    labels    label<TAB>text      the text becomes a row; further TABs belong to it
    pairs     source<TAB>target   the target becomes a row, beside that of its source

A label is stripped of blanks at both ends; texts stay as they stand.
"""

from collections.abc import Iterator
from itertools import compress
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpora.counts import Counts, counted, share

__all__ = [
    "COLUMNS",
    "MOST_LABELS",
    "Stretch",
    "part",
    "parted",
    "sentences",
    "shown",
    "too_many",
    "unparted",
]

COLUMNS = ("text", "labels", "pairs")
SHAPES = {"labels": "label<TAB>text", "pairs": "source<TAB>target"}
MOST_LABELS = 1_000  # more are likely to be names, numbers or texts


class Stretch(NamedTuple):
    """Some lines in columns: `lines` become rows, `given[i]` is the label or source of line i.

    Nothing is given with plain text: `given` is empty.
    """

    columns: str
    lines: list[str]
    given: list[str]

    @property
    def texts(self) -> list[list[str]]:
        """What is encoded: the lines, and the sources if there are any."""
        return [self.lines, self.given] if self.columns == "pairs" else [self.lines]

    @property
    def deciding(self) -> list[str]:
        """What gives rows their side: sources, so that equal ones stand on one, or the lines."""
        return self.given if self.columns == "pairs" else self.lines

    def cut(self, reach: int | None) -> "Stretch":
        """Return the stretch with no text longer than `reach` characters."""
        if reach is None:
            return self
        given = [line[:reach] for line in self.given] if self.columns == "pairs" else self.given
        return Stretch(self.columns, [line[:reach] for line in self.lines], given)

    def where(self, mask: NDArray[np.bool_]) -> "Stretch":
        """Return the lines for which the mask (N,) is set, with what is given with them."""
        kept = mask.tolist()
        return Stretch(
            self.columns, list(compress(self.lines, kept)), list(compress(self.given, kept))
        )

    def batches(self, many: int) -> Iterator["Stretch"]:
        """Yield stretches of at most `many` lines, at least one."""
        if len(self.lines) <= many:
            yield self
            return
        for start in range(0, len(self.lines), many):
            end = start + many
            yield Stretch(self.columns, self.lines[start:end], self.given[start:end])

    def joined(self) -> list[str]:
        """Return whole lines, of which `parted` makes this stretch again."""
        if self.columns == "text":
            return self.lines
        return list(map("\t".join, zip(self.given, self.lines, strict=True)))


def parted(columns: str, lines: list[str]) -> Stretch:
    """Return lines that are known to have their columns as a stretch."""
    if columns == "text":
        return Stretch(columns, lines, [])
    halves = [line.split("\t", 1) for line in lines]
    return Stretch(columns, [text for _, text in halves], [given for given, _ in halves])


def part(columns: str, lines: list[str]) -> tuple[Stretch, Counts]:
    r"""Return the lines that have both of their columns, and counts of those that have not.

    >>> stretch, counts = part("labels", ["city\tRome", "Oslo", " \tNice"])
    >>> stretch.given, stretch.lines, counts.unparted, counts.lacking
    (['city'], ['Rome'], 1, 1)
    """
    if columns == "text":
        return parted(columns, lines), Counts()
    if columns == "labels":
        tabbed = [line for line in lines if "\t" in line]
    else:
        tabbed = [line for line in lines if line.count("\t") == 1]
    stretch = parted(columns, tabbed)
    if columns == "labels":
        stretch = stretch._replace(given=[label.strip() for label in stretch.given])
    whole = [bool(a.strip() and b.strip()) for a, b in zip(*stretch[1:], strict=True)]
    return stretch.where(np.array(whole, bool)), Counts(
        unparted=len(lines) - len(tabbed), lacking=whole.count(False)
    )


def unparted(columns: str, counts: Counts, example: str) -> str | None:
    """Return why no line can be used, or None if some can; `example` is the first line."""
    if columns == "text" or counts.parted:
        return None
    found = f"none of {counts.lines - counts.blank:,} lines has two columns"
    return (
        f"{found} (the first is {shown(example)}); expected {SHAPES[columns]}: write a TAB "
        f"between the two, or leave out --{columns} to take the lines as plain text"
    )


def too_many(labels: set[str], lines: int) -> str | None:
    """Return why the labels met in so many lines cannot be labels, or None if they can."""
    if len(labels) <= MOST_LABELS:
        return None
    return (
        f"{len(labels):,} different labels in the first {lines:,} lines, such as "
        f"{shown(min(labels))}; expected {SHAPES['labels']} with at most {MOST_LABELS:,} labels: "
        "put the columns the other way round if the text comes first, or take out line numbers"
    )


def sentences(columns: str, counts: Counts) -> list[str]:
    """Return a sentence for each reason for which lines in two columns were left out."""
    said, lines = [], counts.lines - counts.blank
    if counts.unparted:
        tab = "a TAB" if columns == "labels" else "exactly one TAB"
        said.append(_left_out(counts.unparted, lines, f"without {tab}"))
    if counts.lacking:
        what = "an empty label or no text" if columns == "labels" else "a blank side"
        said.append(_left_out(counts.lacking, lines, f"with {what}"))
    if counts.untrained:
        rows = counts.rows + counts.untrained
        portion = share(counts.untrained, rows)
        said.append(
            f"{counted(counts.untrained, 'row')} {portion} left out: "
            "of labels that are not in the training part"
        )
    return said


def _left_out(number: int, lines: int, what: str) -> str:
    return f"{counted(number, 'line')} {share(number, lines)} left out: {what}"


def shown(text: str) -> str:
    """Return the beginning of a text in quotes, its control characters visible."""
    return repr(text if len(text) <= 40 else f"{text[:40]}…")
