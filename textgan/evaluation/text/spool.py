"""Rows of a text of any size, in a temporary file that is deleted with its object.

Memory holds one piece at a time, whatever the number of rows. A piece is written in the smallest
integer type that holds it, without the last columns that are all 0: text of one byte per character
takes one byte for each character of the longest line.
"""

import os
import weakref
from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.temporary import temporary_file

__all__ = ["Spool"]

Codes = NDArray[np.unsignedinteger[Any]]


class Spool:
    """Rows that are appended once and read any number of times, in pieces or at chosen places."""

    def __init__(self, width: int) -> None:
        self.width = width
        self._file = temporary_file()
        weakref.finalize(self, self._file.close)
        self._types: list[np.dtype[Any]] = []  # of each piece
        self._widths: list[int] = []  # of each piece, in columns
        self._ends = [0]  # rows up to the end of each piece

    def __len__(self) -> int:
        return self._ends[-1]

    @property
    def used(self) -> int:
        """The number of columns up to the last that is not all 0, at least 1."""
        return max(self._widths, default=1)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The smallest type that holds all rows."""
        return max(self._types, key=lambda kind: kind.itemsize, default=np.dtype(np.uint8))

    def append(self, rows: NDArray[np.integer[Any]]) -> None:
        """Add `rows` (N, at most width) at the end."""
        if not len(rows):
            return
        used = np.flatnonzero(rows.any(axis=0))
        rows = rows[:, : max(1, int(used[-1]) + 1 if len(used) else 1)]
        small = np.ascontiguousarray(rows, dtype=np.min_scalar_type(int(rows.max())))
        self._file.write(small.data)
        self._file.flush()
        self._types.append(small.dtype)
        self._widths.append(small.shape[1])
        self._ends.append(len(self) + len(rows))

    def __iter__(self) -> Iterator[Codes]:
        """Yield all rows in the pieces in which they were appended, without last columns of 0."""
        for _, piece in self.pieces():
            yield piece

    def pieces(self) -> Iterator[tuple[int, Codes]]:
        """Yield each piece with the number of its first row."""
        offset = 0
        for i, kind in enumerate(self._types):
            start, end = self._ends[i], self._ends[i + 1]
            size = (end - start) * self._widths[i] * kind.itemsize
            # pread: several readers may share the file, each at another place.
            piece = np.frombuffer(os.pread(self._file.fileno(), size, offset), kind)
            yield start, piece.reshape(-1, self._widths[i])
            offset += size

    def rows_at(self, places: NDArray[np.integer[Any]]) -> Iterator[Codes]:
        """Yield the rows at `places`, which ascend, those of a piece at a time."""
        for start, piece in self.pieces():
            low, high = np.searchsorted(places, (start, start + len(piece)))
            if low < high:
                yield piece[places[low:high] - start]
