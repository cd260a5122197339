"""Lines become rows: long lines cut, dropped or split, and each row given its part."""

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import compress, zip_longest
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpora.cleaning import CleanText
from corpora.columns import LineBlock
from corpora.counts import Counts
from corpora.encoders import Encoder
from corpora.encoders.byte import ByteEncoder
from corpora.encoders.char import code_points
from corpora.length_policy import pieces
from corpora.settings import Settings
from corpora.sizes import sizes_of
from corpora.split import assign

__all__ = ["Rows", "read_rows", "split_units", "training_labels", "training_lines"]

CELLS = 1 << 21  # ids handled at once
PREFIX = 32  # characters of a line that decide its part, where T counts subwords


class Rows(NamedTuple):
    """Text of rows (they are cut when they are encoded), the part of each, and counts."""

    block: LineBlock
    part: NDArray[np.uint8]  # (N,), indices into `split.PARTS`
    counts: Counts


def training_lines(text: CleanText, settings: Settings, *, divide: bool) -> Iterator[list[str]]:
    """Yield the texts of the training part: an encoder may learn from no others."""
    for block, part, _ in read_rows(text, settings, divide=divide, stage="learning symbols"):
        yield from (block.select(part == 0) if part.any() else block).texts


def training_labels(
    text: CleanText, settings: Settings, *, divide: bool, encoder: Encoder
) -> tuple[str, ...] | None:
    """Return the labels of the training part in sorted order; None where lines have none."""
    if settings.columns != "labels":
        return None
    labels: set[str] = set()
    for block, part, _ in read_rows(
        text, settings, divide=divide, encoder=encoder, stage="reading labels"
    ):
        labels.update(compress(block.condition, (part == 0).tolist()))
    return tuple(sorted(labels))


def read_rows(
    text: CleanText,
    settings: Settings,
    *,
    divide: bool,
    encoder: Encoder | None = None,
    labels: Collection[str] | None = None,
    stage: str = "encoding",
) -> Iterator[Rows]:
    """Yield rows with their parts.

    A pair is too long if either text is, and its part is that of its source. Characters and bytes
    are measured without an encoder, pieces only with it. For pieces, `split` therefore breaks
    lines at T characters, which are at most T pieces whatever is learnt.

    Args:
        text: The lines.
        settings: How they become rows.
        divide: Whether rows are held out; else all are in the training part.
        encoder: It measures lines in pieces; without one, no line of pieces is too long.
        labels: Rows with other labels are left out and counted.
        stage: What the progress report calls this pass.
    """
    measure: Callable[[list[str]], NDArray[np.int64]] | None = None
    size: Callable[[str], int] = len
    if settings.encoder == "byte":
        measure, size = ByteEncoder().lengths, _size_in_bytes
    elif settings.encoder == "char" or settings.long == "split":
        measure = sizes_of
    elif encoder is not None:
        measure = encoder.lengths
    for block in text.blocks(stage):
        counts = Counts()
        if measure is not None:
            too_long = np.any([measure(texts) > text.length for texts in block.texts], axis=0)
            block, counts = _apply_policy(block, too_long, text.length, settings.long, size)
        if labels is not None:
            block, unseen = _with_labels(block, frozenset(labels))
            counts += unseen
        for batch in block.batches(max(CELLS // text.length, 1)):
            part = np.zeros(len(batch.lines), np.uint8)
            if divide:
                part = assign(split_units(settings.encoder, batch.split_texts, text.length))
            yield Rows(batch, part, counts)
            counts = Counts()


def split_units(
    encoder: str, lines: Sequence[str], length: int
) -> NDArray[np.uint32] | NDArray[np.uint16]:
    """Return what rows consist of before there is a vocabulary, (N, T): characters or bytes.

    For subwords, whose T may be as small as 4, at least 32 characters: prefixes of 4 would put
    most lines into one part.
    """
    if encoder == "byte":
        return ByteEncoder().encode_rows(lines, length)
    return code_points(lines, max(length, PREFIX) if encoder == "subword" else length)


def _apply_policy(
    block: LineBlock,
    too_long: NDArray[np.bool_],
    length: int,
    policy: str,
    size: Callable[[str], int],
) -> tuple[LineBlock, Counts]:
    """Return the lines cut (later, by the encoder), dropped or split, and how many were too long.

    Every piece of a line that is split keeps the label of the line.
    """
    number = int(np.count_nonzero(too_long))
    if not number or policy == "cut":
        return block, Counts(long=number)
    if policy == "drop":
        return block.select(~too_long), Counts(long=number, dropped=number)
    rows: list[str] = []
    condition: list[str] = []
    for line, label, is_long in zip_longest(block.lines, block.condition, too_long.tolist()):
        before = len(rows)
        if is_long:
            rows.extend(piece for piece in pieces(line, length, size) if not piece.isspace())
        else:
            rows.append(line)
        if block.condition:
            condition += [label] * (len(rows) - before)
    return LineBlock(block.columns, rows, condition), Counts(long=number)


def _with_labels(block: LineBlock, labels: frozenset[str]) -> tuple[LineBlock, Counts]:
    """Return the lines with these labels, and the number of the others."""
    is_known = np.array([label in labels for label in block.condition], bool)
    return block.select(is_known), Counts(unseen_label=int(np.count_nonzero(~is_known)))


def _size_in_bytes(piece: str) -> int:
    return len(piece.encode("utf-8", "replace"))
