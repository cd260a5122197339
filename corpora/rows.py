"""Lines become rows: long lines cut, dropped or split, and each row given its side."""

from collections.abc import Callable, Collection, Iterator, Sequence
from itertools import compress, zip_longest
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from corpora.cleaning import Tidy
from corpora.columns import Stretch
from corpora.counts import Counts
from corpora.encoders import Encoder
from corpora.encoders.byte import ByteEncoder
from corpora.encoders.char import code_points
from corpora.length_policy import pieces
from corpora.settings import Settings
from corpora.split import assign

__all__ = ["Rows", "read_rows", "training_labels", "training_lines", "units"]

CELLS = 1 << 21  # ids handled at once
PREFIX = 32  # characters of a line that give it its side, where T counts subwords


class Rows(NamedTuple):
    """Text of rows (they are cut when they are encoded), the side of each, (N,), and counts."""

    stretch: Stretch
    side: NDArray[np.uint8]
    counts: Counts


def training_lines(text: Tidy, settings: Settings, *, divide: bool) -> Iterator[list[str]]:
    """Yield the texts of the training part, all an encoder may learn from."""
    for stretch, side, _ in read_rows(text, settings, divide=divide, what="learning symbols"):
        yield from (stretch.where(side == 0) if side.any() else stretch).texts


def training_labels(
    text: Tidy, settings: Settings, *, divide: bool, encoder: Encoder
) -> tuple[str, ...] | None:
    """Return the labels of the training part in sorted order; None where lines have none."""
    if settings.columns != "labels":
        return None
    labels: set[str] = set()
    for stretch, side, _ in read_rows(
        text, settings, divide=divide, encoder=encoder, what="reading labels"
    ):
        labels.update(compress(stretch.given, (side == 0).tolist()))
    return tuple(sorted(labels))


def read_rows(
    text: Tidy,
    settings: Settings,
    *,
    divide: bool,
    encoder: Encoder | None = None,
    labels: Collection[str] | None = None,
    what: str = "encoding",
) -> Iterator[Rows]:
    """Yield rows with their sides; where there are `labels`, those of others are left out.

    Characters and bytes can be measured at once, pieces only by their `encoder`. For pieces,
    `split` therefore breaks at T characters, which are at most T pieces whatever is learnt.
    A pair is too long if either side is, and its side is that of its source. `what` they are read
    for is said to whoever follows the progress.
    """
    measure: Callable[[list[str]], NDArray[np.int64]] | None = None
    size: Callable[[str], int] = len
    if settings.encoder == "byte":
        measure, size = ByteEncoder().lengths, _size_in_bytes
    elif settings.encoder == "char" or settings.long == "split":
        measure = _size_of_all
    elif encoder is not None:
        measure = encoder.lengths
    for stretch in text.stretches(what):
        counts = Counts()
        if measure is not None:
            over = np.any([measure(texts) > text.length for texts in stretch.texts], axis=0)
            stretch, counts = _long_lines(stretch, over, text.length, settings.long, size)
        if labels is not None:
            stretch, untrained = _of(frozenset(labels), stretch)
            counts += untrained
        for some in stretch.batches(max(CELLS // text.length, 1)):
            side = np.zeros(len(some.lines), np.uint8)
            if divide:
                side = assign(units(settings.encoder, some.deciding, text.length))
            yield Rows(some, side, counts)
            counts = Counts()


def units(
    encoder: str, lines: Sequence[str], length: int
) -> NDArray[np.uint32] | NDArray[np.uint16]:
    """Return what rows are made of before there is a vocabulary, (N, T): characters or bytes.

    For subwords, whose T may be as small as 4, at least 32 characters: prefixes that short would
    put most lines on one side.
    """
    if encoder == "byte":
        return ByteEncoder().encode_rows(lines, length)
    return code_points(lines, max(length, PREFIX) if encoder == "subword" else length)


def _long_lines(
    stretch: Stretch, over: NDArray[np.bool_], length: int, long: str, size: Callable[[str], int]
) -> tuple[Stretch, Counts]:
    """Return the lines as the policy `long` has them, with the lines over T counted.

    Every piece of a line that is split keeps the label of the line.
    """
    number = int(np.count_nonzero(over))
    if not number or long == "cut":
        return stretch, Counts(long=number)
    if long == "drop":
        return stretch.where(~over), Counts(long=number, dropped=number)
    rows: list[str] = []
    given: list[str] = []
    for line, label, broken in zip_longest(stretch.lines, stretch.given, over.tolist()):
        before = len(rows)
        if broken:
            rows.extend(piece for piece in pieces(line, length, size) if not piece.isspace())
        else:
            rows.append(line)
        if stretch.given:
            given += [label] * (len(rows) - before)
    return Stretch(stretch.columns, rows, given), Counts(long=number)


def _of(labels: frozenset[str], stretch: Stretch) -> tuple[Stretch, Counts]:
    """Return the lines of these labels, with the others counted."""
    known = np.array([label in labels for label in stretch.given], bool)
    return stretch.where(known), Counts(untrained=int(np.count_nonzero(~known)))


def _size_of_all(lines: Sequence[str]) -> NDArray[np.int64]:
    return np.fromiter(map(len, lines), np.int64, len(lines))


def _size_in_bytes(piece: str) -> int:
    return len(piece.encode("utf-8", "replace"))
