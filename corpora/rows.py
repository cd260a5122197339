"""Lines become rows: long lines cut, dropped or split, and each row given its side."""

from collections.abc import Callable, Iterator, Sequence
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from corpora.counts import Counts
from corpora.encoders import Encoder
from corpora.encoders.byte import ByteEncoder
from corpora.encoders.char import code_points
from corpora.lengths import pieces
from corpora.settings import Settings
from corpora.split import assign
from corpora.tidy import Tidy

__all__ = ["read_rows", "training_lines", "units"]

CELLS = 1 << 21  # ids handled at once
PREFIX = 32  # characters of a line that give it its side, where T counts subwords


def training_lines(text: Tidy, settings: Settings, *, divide: bool) -> Iterator[list[str]]:
    """Yield the lines of the training part, all an encoder may learn from."""
    for lines, side, _ in read_rows(text, settings, divide=divide):
        yield list(compress(lines, (side == 0).tolist())) if side.any() else lines


def read_rows(
    text: Tidy, settings: Settings, *, divide: bool, encoder: Encoder | None = None
) -> Iterator[tuple[list[str], NDArray[np.uint8], Counts]]:
    """Yield the text of rows (they are cut when they are encoded), their sides, and counts.

    Characters and bytes can be measured at once, pieces only by their `encoder`. For pieces,
    `split` therefore breaks at T characters, which are at most T pieces whatever is learnt.
    """
    measure: Callable[[list[str]], NDArray[np.int64]] | None = None
    size: Callable[[str], int] = len
    if settings.encoder == "byte":
        measure, size = ByteEncoder().lengths, _size_in_bytes
    elif settings.encoder == "char" or settings.long == "split":
        measure = _size_of_all
    elif encoder is not None:
        measure = encoder.lengths
    for lines in text.lines():
        counts = Counts()
        if measure is not None:
            over = measure(lines) > text.length
            lines, counts = _long_lines(lines, over, text.length, settings.long, size)
        for some in _batches(lines, text.length):
            side = np.zeros(len(some), np.uint8)
            if divide:
                side = assign(units(settings.encoder, some, text.length))
            yield some, side, counts
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
    lines: list[str], over: NDArray[np.bool_], length: int, long: str, size: Callable[[str], int]
) -> tuple[list[str], Counts]:
    """Return the lines as the policy `long` has them, with the lines over T counted."""
    number = int(np.count_nonzero(over))
    if not number or long == "cut":
        return lines, Counts(long=number)
    if long == "drop":
        return list(compress(lines, (~over).tolist())), Counts(long=number, dropped=number)
    rows: list[str] = []
    for line, broken in zip(lines, over.tolist(), strict=True):
        if broken:
            rows.extend(piece for piece in pieces(line, length, size) if not piece.isspace())
        else:
            rows.append(line)
    return rows, Counts(long=number)


def _batches(lines: list[str], length: int) -> Iterator[list[str]]:
    """Yield so many lines at once that their rows have about CELLS ids."""
    many = max(CELLS // length, 1)
    if len(lines) <= many:
        yield lines
        return
    for start in range(0, len(lines), many):
        yield lines[start : start + many]


def _size_of_all(lines: Sequence[str]) -> NDArray[np.int64]:
    return np.fromiter(map(len, lines), np.int64, len(lines))


def _size_in_bytes(piece: str) -> int:
    return len(piece.encode("utf-8", "replace"))
