"""Rows on disk: `.npy` files that are written front to back and read as memory maps."""

import math
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from corpora.errors import InputError

__all__ = ["BLOCK", "RowWriter", "open_rows"]

BLOCK = 1 << 16  # rows looked at together


class RowWriter:
    """Appends rows (n, *shape) to a `.npy` file whose number of rows is known only at the end.

    numpy leaves room in the header for the first axis to grow, so the header is written twice.
    """

    def __init__(self, path: Path, shape: tuple[int, ...], dtype: np.dtype[Any]) -> None:
        self.count = 0
        self._shape, self._dtype = shape, dtype
        self._file = path.open("wb")
        self._write_header()
        self._start = self._file.tell()

    def append(self, rows: NDArray[Any]) -> None:
        """Write the rows after those already there."""
        self._file.write(np.ascontiguousarray(rows, self._dtype).data)
        self.count += len(rows)

    def __enter__(self) -> "RowWriter":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._file:
            if error is None:
                self._file.seek(0)
                self._write_header()
                assert self._file.tell() == self._start

    def _write_header(self) -> None:
        shape = (self.count, *self._shape)
        header = {"descr": self._dtype.str, "fortran_order": False, "shape": shape}
        npy.write_array_header_1_0(self._file, header)


def open_rows(path: Path, shape: tuple[int, ...], dtype: np.dtype[Any], size: int) -> NDArray[Any]:
    """Return rows of this shape as a read-only memory map; InputError if it is not just that.

    Every id is read once and must be below `size`: an edited file would fail later, less clearly.
    """
    try:
        if not shape[0]:  # nothing to map: memory maps cannot be empty
            rows: NDArray[Any] = np.load(path, allow_pickle=False)
        else:
            rows = np.load(path, mmap_mode="r", allow_pickle=False)
    except FileNotFoundError:
        raise InputError(f"{path}: missing; encode the corpus again") from None
    except (OSError, ValueError, EOFError):
        raise InputError(f"{path}: truncated or not a .npy file; encode the corpus again") from None
    if rows.shape != shape or rows.dtype != dtype:
        raise InputError(
            f"{path}: found {rows.shape} {rows.dtype}, expected {shape} {dtype} by "
            "header.json; encode the corpus again"
        )
    highest = max((int(block.max()) for block in blocks_of(path, rows)), default=0)
    if highest >= size:
        raise InputError(
            f"{path}: found id {highest}, expected ids below {size}: it was edited; encode the "
            "corpus again"
        )
    return rows


def blocks_of(path: Path, rows: NDArray[Any]) -> Iterator[NDArray[Any]]:
    """Yield the ids of a memory map, some rows at a time, read from its file.

    Pages of the map itself would stay in memory, and count as its peak, once they were looked at.
    """
    many = BLOCK * math.prod(rows.shape[1:])
    with path.open("rb") as file:
        file.seek(getattr(rows, "offset", 0))
        for _ in range(0, len(rows), BLOCK):
            yield np.fromfile(file, rows.dtype, many)
