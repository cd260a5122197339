"""What a line holds: text, or a condition (a label or a source) and then, behind a TAB, the text.

    text      the whole line becomes a row
    labels    label<TAB>text      the text becomes a row; further TABs belong to it
    pairs     source<TAB>target   the target becomes a row, the source is its condition

A label is stripped of blanks at both ends; texts stay as they are.
"""

from collections.abc import Iterator
from itertools import compress
from typing import Any, NamedTuple, TypeGuard

import numpy as np
from numpy.typing import NDArray

from corpora.counts import Counts, counted, quoted, share

__all__ = [
    "COLUMNS",
    "MAX_LABELS",
    "LineBlock",
    "are_labels",
    "label_dtype",
    "left_out_sentences",
    "no_columns_reason",
    "parse_columns",
    "split_columns",
    "too_many_labels_reason",
]

COLUMNS = ("text", "labels", "pairs")
FORMATS = {"labels": "label<TAB>text", "pairs": "source<TAB>target"}
MAX_LABELS = 1_000  # more are likely to be names, numbers or texts


def are_labels(names: object) -> TypeGuard[list[str]]:
    """Return whether a value from a file can be the labels of a text: names in sorted order."""
    return (
        isinstance(names, list)
        and len(names) <= MAX_LABELS
        and all(type(name) is str for name in names)
        and sorted(set(names)) == names
    )


def label_dtype(labels: int) -> np.dtype[Any]:
    """Return the smallest type of the numbers of so many labels."""
    return np.dtype(np.min_scalar_type(max(labels - 1, 0)))


class LineBlock(NamedTuple):
    """Lines in their columns: `lines` become rows, `condition[i]` is the label or source of line i.

    Plain text has no condition: the list is empty.
    """

    columns: str
    lines: list[str]
    condition: list[str]

    @property
    def texts(self) -> list[list[str]]:
        """What is encoded: the lines, and for pairs the sources."""
        return [self.lines, self.condition] if self.columns == "pairs" else [self.lines]

    @property
    def split_texts(self) -> list[str]:
        """The texts whose content decides the part of each row: the sources of pairs, or the lines.

        Then equal sources are in one part.
        """
        return self.condition if self.columns == "pairs" else self.lines

    def cut(self, max_characters: int | None) -> "LineBlock":
        """Return the block with no text longer than that."""
        if max_characters is None:
            return self
        condition = self.condition
        if self.columns == "pairs":
            condition = [source[:max_characters] for source in condition]
        return LineBlock(self.columns, [line[:max_characters] for line in self.lines], condition)

    def select(self, mask: NDArray[np.bool_]) -> "LineBlock":
        """Return the lines for which the mask (N,) is set, with their conditions."""
        selected = mask.tolist()
        return LineBlock(
            self.columns,
            list(compress(self.lines, selected)),
            list(compress(self.condition, selected)),
        )

    def batches(self, size: int) -> Iterator["LineBlock"]:
        """Yield blocks of at most `size` lines, at least one block."""
        if len(self.lines) <= size:
            yield self
            return
        for start in range(0, len(self.lines), size):
            end = start + size
            yield LineBlock(self.columns, self.lines[start:end], self.condition[start:end])

    def join_columns(self) -> list[str]:
        """Return whole lines, of which `split_columns` makes this block again."""
        if self.columns == "text":
            return self.lines
        return list(map("\t".join, zip(self.condition, self.lines, strict=True)))


def split_columns(columns: str, lines: list[str]) -> LineBlock:
    """Return the block of lines that are known to have their columns."""
    if columns == "text":
        return LineBlock(columns, lines, [])
    fields = [line.split("\t", 1) for line in lines]
    return LineBlock(columns, [text for _, text in fields], [condition for condition, _ in fields])


def parse_columns(columns: str, lines: list[str]) -> tuple[LineBlock, Counts]:
    r"""Return the lines that have both of their columns, and counts of the others.

    >>> block, counts = parse_columns("labels", ["city\tRome", "Oslo", " \tNice"])
    >>> block.condition, block.lines, counts.without_tab, counts.blank_column
    (['city'], ['Rome'], 1, 1)
    """
    if columns == "text":
        return split_columns(columns, lines), Counts()
    if columns == "labels":
        with_tab = [line for line in lines if "\t" in line]
    else:
        with_tab = [line for line in lines if line.count("\t") == 1]
    block = split_columns(columns, with_tab)
    if columns == "labels":
        block = block._replace(condition=[label.strip() for label in block.condition])
    filled = [
        bool(text.strip() and condition.strip())
        for text, condition in zip(block.lines, block.condition, strict=True)
    ]
    return block.select(np.array(filled, bool)), Counts(
        without_tab=len(lines) - len(with_tab), blank_column=filled.count(False)
    )


def no_columns_reason(columns: str, counts: Counts, first_line: str) -> str | None:
    """Return why no line can be used, or None if some can."""
    if columns == "text" or counts.usable:
        return None
    return (
        f"none of {counts.lines - counts.blank:,} lines has two columns (the first is "
        f"{quoted(first_line)}); expected {FORMATS[columns]}: write a TAB between the two, or "
        f"leave out --{columns} to take the lines as plain text"
    )


def too_many_labels_reason(labels: set[str], lines: int) -> str | None:
    """Return why the labels of the first `lines` lines cannot be labels, or None if they can."""
    if len(labels) <= MAX_LABELS:
        return None
    return (
        f"{len(labels):,} different labels in the first {lines:,} lines, such as "
        f"{quoted(min(labels))}; expected {FORMATS['labels']} with at most {MAX_LABELS:,} labels: "
        "put the columns the other way round if the text comes first, or take out line numbers"
    )


def left_out_sentences(columns: str, counts: Counts) -> list[str]:
    """Return a sentence for each reason for which lines in two columns were left out."""
    sentences, lines = [], counts.lines - counts.blank
    if counts.without_tab:
        tab = "a TAB" if columns == "labels" else "exactly one TAB"
        sentences.append(_left_out(counts.without_tab, lines, f"without {tab}"))
    if counts.blank_column:
        blank = "an empty label or no text" if columns == "labels" else "a blank source or target"
        sentences.append(_left_out(counts.blank_column, lines, f"with {blank}"))
    if counts.unseen_label:
        rows = counts.rows + counts.unseen_label
        sentences.append(
            f"{counted(counts.unseen_label, 'row')} {share(counts.unseen_label, rows)} left out: "
            "of labels that are not in the training part"
        )
    return sentences


def _left_out(number: int, lines: int, reason: str) -> str:
    return f"{counted(number, 'line')} {share(number, lines)} left out: {reason}"
