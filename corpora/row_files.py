"""Rows on disk: `.npy` files that are written front to back and read as memory maps."""

import math
import os
import re
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO

import numpy as np
from numpy.lib import format as npy
from numpy.typing import NDArray

from corpora.errors import InputError
from corpora.files import open_regular

__all__ = ["RowWriter", "open_rows"]

CELLS = 1 << 20  # ids read together
MAGIC = npy.magic(1, 0)
HEADER = re.compile(
    r"\{'descr': '([<|][ui][1248])', 'fortran_order': False, 'shape': (\([\d, ]*\)), \} *\n"
)


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


def open_rows(
    path: Path,
    shape: tuple[int, ...],
    dtype: np.dtype[Any],
    size: int,
    *,
    header: str = "header.json",
    remedy: str = "encode the corpus again",
) -> NDArray[Any]:
    """Return rows of this shape as a read-only memory map; InputError if it is not just that.

    Every id is read once and must be below `size`: an edited file would fail later, less clearly.
    `header`, the file that the shape is from, and `remedy` are for messages.
    """
    expected = f"{shape} {dtype}"
    try:
        with open_regular(path) as file:
            start, contents = _read_header(file)
            if contents != expected:
                raise InputError(
                    f"{path}: found {contents:.80}, expected {expected} by {header}; {remedy}"
                )
            bytes_of_rows = math.prod(shape) * dtype.itemsize
            if os.fstat(file.fileno()).st_size != start + bytes_of_rows:
                raise ValueError
            if not bytes_of_rows:  # nothing to map: memory maps cannot be empty
                return np.empty(shape, dtype)
            rows = np.memmap(file, dtype, "r", start, shape)
            unsigned = f"u{dtype.itemsize}"  # in which a negative number is a large one
            highest = max(int(block.view(unsigned).max()) for block in _blocks(file, rows))
    except FileNotFoundError:
        raise InputError(f"{path} is missing; {remedy}") from None
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); check the disk") from None
    except ValueError:
        raise InputError(f"{path}: truncated or not a .npy file; {remedy}") from None
    if highest >= size:
        raise InputError(
            f"{path}: found id {highest}, expected ids below {size}: it was edited; {remedy}"
        )
    return rows


def _read_header(file: BinaryIO) -> tuple[int, str]:
    """Return where the rows of a .npy file begin, and their shape and type as text.

    numpy evaluates the header as Python, and for damaged ones raises many kinds of errors; here
    a regular expression reads it.

    Raises:
        ValueError: This is no such file, or not of the form that `RowWriter` writes.
    """
    head = file.read(len(MAGIC) + 2)
    if head[:-2] != MAGIC:
        raise ValueError
    text = file.read(int.from_bytes(head[-2:], "little"))
    match = HEADER.fullmatch(text.decode("ascii"))
    if match is None:
        raise ValueError
    return len(head) + len(text), f"{match[2]} {np.dtype(match[1])}"


def _blocks(file: BinaryIO, rows: np.memmap[Any, Any]) -> Iterator[NDArray[Any]]:
    """Yield the ids of a memory map, CELLS at a time, read from its file.

    Pages of the map itself would stay in memory once they were read.
    """
    file.seek(rows.offset)
    for start in range(0, rows.size, CELLS):
        yield np.fromfile(file, rows.dtype, min(CELLS, rows.size - start))
