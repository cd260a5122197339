"""Sorted counts of any size, kept in temporary files beyond a memory budget.

Counts beyond the budget are written as sorted runs. The runs are then merged a block at a time:
a block of each is read, and all keys not above the lowest of their last keys are added up and
returned, since nothing unread is below it. The result is mapped from its file, not read.

All files are temporary and nameless: the system frees them when they are closed and no longer
mapped, however the program ends. They are in the folder that `tempfile` chooses (`TMPDIR`).
"""

import mmap
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from typing import Any, BinaryIO, Self

import numpy as np
from numpy.typing import DTypeLike, NDArray

from corpora.errors import InputError
from corpora.temporary import temporary_file
from textgan.evaluation.ngrams.packing import Keys, tally

__all__ = ["BUDGET", "Runs", "check_room", "join", "release", "slices", "stack", "zeros"]

BUDGET = 16 << 20  # bytes of keys and counts in memory while they are merged
RESULT_BYTES = 4 << 20  # in memory; a larger result is mapped, and a report has some hundred
BLOCK_KEYS = 1 << 18  # keys read or written at a time
CELLS = 1 << 20  # entries of wide rows copied at a time


def check_room(size: int, what: str) -> None:
    """Raise InputError unless the folder of temporary files has room for `size` bytes.

    Args:
        size: bytes to be written.
        what: their description with the arithmetic, for the message.
    """
    folder = tempfile.gettempdir()
    free = shutil.disk_usage(folder).free
    if size > free:
        raise InputError(
            f"{what} need {size / 1e9:,.1f} GB in {folder}, which has {free / 1e9:,.1f} GB free; "
            "cut lines at a smaller T, take fewer samples, or set TMPDIR to a larger disk"
        )


def slices(size: int, block: int | None = None) -> Iterator[slice]:
    """Yield the slices that cut an array of `size` entries into blocks of at most `block`."""
    step = block or BLOCK_KEYS
    for start in range(0, size, step):
        yield slice(start, min(start + step, size))


def join(blocks: Iterable[tuple[NDArray[Any], ...]]) -> tuple[NDArray[Any], ...]:
    """Return the columns of all `blocks`, each put end to end; at least one block is needed.

    Columns beyond RESULT_BYTES together, or BUDGET if that is less, are memory-mapped, read-only.
    All blocks of a column have the same dtype.
    """
    pending: list[tuple[NDArray[Any], ...]] = []
    weight, size = 0, 0
    with ExitStack() as stack:
        files: list[BinaryIO] = []

        def write() -> None:
            for block in pending:
                for file, column in zip(files, block, strict=True):
                    file.write(np.ascontiguousarray(column).data)
            pending.clear()

        for block in blocks:
            pending.append(block)
            size += len(block[0])
            weight += sum(column.nbytes for column in block)
            columns = block
            if weight > min(RESULT_BYTES, BUDGET):
                files = files or [stack.enter_context(temporary_file()) for _ in block]
                write()
        if not files:
            if len(pending) == 1:
                return pending[0]
            return tuple(map(np.concatenate, zip(*pending, strict=True)))
        write()
        for file in files:
            file.flush()
        return tuple(
            np.memmap(file, column.dtype, "r", shape=(size, *column.shape[1:]))
            for file, column in zip(files, columns, strict=True)
        )


def zeros(size: int, dtype: DTypeLike) -> NDArray[Any]:
    """Return `size` zeros to write to, mapped from a file beyond RESULT_BYTES."""
    dtype = np.dtype(dtype)
    if size * dtype.itemsize <= RESULT_BYTES:
        return np.zeros(size, dtype)
    with temporary_file() as file:
        file.truncate(size * dtype.itemsize)
        return np.memmap(file, dtype, "r+", shape=(size,))


def stack(pieces: Iterable[NDArray[Any]], width: int, dtype: np.dtype[Any]) -> NDArray[Any]:
    """Return all `pieces` (·, at most width) as one array (N, width), padded by 0.

    Mapped from a file, read-only, unless it is small.
    """

    def blocks() -> Iterator[tuple[NDArray[Any]]]:
        yield (np.empty((0, width), dtype=dtype),)
        for piece in pieces:
            for part in slices(len(piece), max(1, CELLS // width)):
                rows = np.zeros((len(piece[part]), width), dtype=dtype)
                rows[:, : piece.shape[1]] = piece[part]
                yield (rows,)
            release(piece)

    return join(blocks())[0]


def release(array: NDArray[Any]) -> None:
    """Free the pages of a mapped array that were read; they are read again when needed.

    The system frees them only when memory is short, and counts them as used by this process until
    then.
    """
    pages = getattr(array, "_mmap", None)  # of numpy.memmap
    if isinstance(pages, mmap.mmap) and hasattr(mmap, "MADV_DONTNEED"):
        pages.madvise(mmap.MADV_DONTNEED)


class Runs:
    """Runs of counts, each sorted by key, in one temporary file; a context manager."""

    def __init__(self) -> None:
        self._stack = ExitStack()
        self._file: BinaryIO | None = None
        self._ends = [0]  # rows of the file up to the end of each run
        self._width = 0  # words of a key, and its count

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def __len__(self) -> int:
        return len(self._ends) - 1

    def add(self, keys: Keys, counts: NDArray[np.int64]) -> None:
        """Write one run: `keys` (K, W), distinct and ascending, and their `counts` (K,)."""
        if self._file is None:
            self._file = self._stack.enter_context(temporary_file())
            self._width = keys.shape[1] + 1
        for part in slices(len(keys)):
            run = np.column_stack([keys[part], counts[part].astype(np.uint64)])
            self._file.write(run.data)
        self._ends.append(self._ends[-1] + len(keys))

    def merged(self) -> Iterator[tuple[Keys, NDArray[np.int64]]]:
        """Yield the distinct keys of all runs, ascending, with their counts added up, in blocks."""
        unread = list(zip(self._ends[:-1], self._ends[1:], strict=True))
        blocks = [np.empty((0, self._width), dtype=np.uint64) for _ in unread]
        size = max(1, BLOCK_KEYS // len(unread))
        while True:
            for i, (start, stop) in enumerate(unread):
                # Filled up together they end near each other, and much of each is ready.
                end = min(start + size - len(blocks[i]), stop)
                if start < end:
                    blocks[i] = np.concatenate([blocks[i], self._read(start, end)])
                    unread[i] = (end, stop)
            more = [
                tuple(block[-1, :-1].tolist())
                for block, (start, stop) in zip(blocks, unread, strict=True)
                if start < stop
            ]
            if more:
                lowest = min(more)
                sizes = [_not_above(block[:, :-1], lowest) for block in blocks]
            else:
                sizes = [len(block) for block in blocks]
            if not any(sizes):
                return
            ready = np.concatenate([b[:k] for b, k in zip(blocks, sizes, strict=True)])
            blocks = [block[k:] for block, k in zip(blocks, sizes, strict=True)]
            yield tally(ready[:, :-1], weights=ready[:, -1].astype(np.int64))

    def _read(self, start: int, stop: int) -> NDArray[np.uint64]:
        assert self._file is not None  # merged() of no runs reads nothing
        self._file.seek(start * self._width * 8)
        block = self._file.read((stop - start) * self._width * 8)
        return np.frombuffer(block, dtype=np.uint64).reshape(-1, self._width)


def _not_above(keys: Keys, limit: tuple[int, ...]) -> int:
    """Return how many of sorted `keys` (K, W) are not above `limit`."""
    bound = np.array(limit, dtype=np.uint64)
    within = keys[:, -1] <= bound[-1]
    for w in reversed(range(keys.shape[1] - 1)):
        within = (keys[:, w] < bound[w]) | ((keys[:, w] == bound[w]) & within)
    return int(within.sum())
