"""Rows of a text of any size, kept in a temporary file that vanishes with its owner.

Memory holds one piece at a time, whatever the number of rows. Each piece is written in the smallest
type that holds it, so that text of one byte a character takes T bytes a line.
"""

import os
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.files import temporary_file

__all__ = ["Spool"]

Codes = NDArray[np.unsignedinteger[Any]]


class Spool:
    """Appended to once, read any number of times, in pieces or at chosen places."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._file = temporary_file()
        weakref.finalize(self, self._file.close)
        self._types: list[np.dtype[Any]] = []  # of each piece
        self._ends = [0]  # rows up to the end of each piece

    def __len__(self) -> int:
        return self._ends[-1]

    def append(self, rows: Codes) -> None:
        """Add `rows` (N, width) at the end; InputError where there is no room for them."""
        if not len(rows):
            return
        small = np.ascontiguousarray(rows, dtype=np.min_scalar_type(int(rows.max())))
        self._file.write(small.data)
        self._file.flush()
        self._types.append(small.dtype)
        self._ends.append(len(self) + len(rows))

    def __iter__(self) -> Iterator[Codes]:
        """Yield all rows, a piece at a time, as they were appended."""
        for _, piece in self.pieces():
            yield piece

    def pieces(self) -> Iterator[tuple[int, Codes]]:
        """Yield each piece with the number of its first row."""
        offset = 0
        for i, kind in enumerate(self._types):
            start, end = self._ends[i], self._ends[i + 1]
            size = (end - start) * self.width * kind.itemsize
            # Read at a place, not from where another reader may have left the file.
            piece = np.frombuffer(os.pread(self._file.fileno(), size, offset), kind)
            yield start, piece.reshape(-1, self.width)
            offset += size

    def take(self, places: NDArray[np.integer[Any]]) -> Codes:
        """Return the rows at `places`, which ascend."""
        taken = np.empty((len(places), self.width), dtype=np.uint32)
        for start, piece in self.pieces():
            low, high = np.searchsorted(places, (start, start + len(piece)))
            taken[low:high] = piece[places[low:high] - start]
        return taken
