"""Windows of n symbols in rows of ids, with the row of each.

A text is one array of rows, or any iterable of such arrays: pieces. Id 0 is padding by convention,
and the first of it ends a line.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.packing import Keys, distinct, pack, starts

__all__ = [
    "PADDING",
    "LineNgrams",
    "Pieces",
    "Rows",
    "by_line",
    "check_rows",
    "ends",
    "padded",
    "pieces",
    "windows",
]

PADDING = 0

Rows = NDArray[np.integer[Any]]  # (N, T) ids
Pieces = Rows | Iterable[Rows]  # all at once, or in pieces

BLOCK_WINDOWS = 1 << 19  # windows counted at a time; fewer make scores a third slower


def pieces(text: Pieces, vocabulary_size: int, symbols: int | None = None) -> Iterator[Rows]:
    """Yield the rows of `text` in pieces of at most `symbols` symbols, but at least a row.

    Empty pieces are left out. A memory-mapped array is read piece by piece.

    Raises:
        ValueError: a piece is not (N, T) ids in [0, vocabulary_size).
    """
    for rows in [text] if isinstance(text, np.ndarray) else text:
        check_rows(rows)
        if not rows.size:
            continue
        for part in external.slices(len(rows), max(1, (symbols or BLOCK_WINDOWS) // rows.shape[1])):
            piece = rows[part]
            low, high = int(piece.min()), int(piece.max())
            if low < 0 or high >= vocabulary_size:
                raise ValueError(f"found ids {low} to {high}, expected 0 to {vocabulary_size - 1}")
            yield piece
        external.release(rows)


def check_rows(rows: Rows) -> None:
    """Raise ValueError unless `rows` are (N, T) integers."""
    if rows.ndim != 2 or rows.dtype.kind not in "iu":
        raise ValueError(f"found {rows.dtype} ids of shape {rows.shape}, expected integer (N, T)")


def padded(rows: Rows, n: int, width: int | None) -> tuple[Rows, int]:
    """Return `rows` (N, T) as if padded by 0 up to `width`, for the windows of n symbols.

    They get at most n columns of padding. Further windows hold padding alone; the second value is
    their number in each row.
    """
    missing = 0 if width is None else max(0, width - rows.shape[1])
    if not missing:
        return rows, 0
    columns = min(missing, n)
    return np.pad(rows, ((0, 0), (0, columns))), missing - columns


def ends(rows: Rows, end: int = PADDING) -> NDArray[np.intp]:
    """Return how many symbols each of `rows` (N, T) has before its first `end`: (N,)."""
    check_rows(rows)
    N, T = rows.shape
    closed = np.ones((N, T + 1), dtype=bool)
    np.equal(rows, end, out=closed[:, :T])
    return np.asarray(closed.argmax(axis=1))


def windows(
    rows: Rows, n: int, vocabulary_size: int, end: int | None = None
) -> tuple[Keys, NDArray[np.intp]]:
    """Return the key of each window of n symbols (M, W), and its row (M,), ascending.

    Args:
        rows: (N, T) ids.
        n: symbols of a window.
        vocabulary_size: V, one more than the largest id; keys of one V can be compared.
        end: the id whose first place ends a line, so that only the windows before it count; with
            None all N·(T − n + 1) do, padding included.
    """
    check_rows(rows)
    N, T = rows.shape
    width = max(0, T - n + 1)
    keys = pack([rows[:, k : k + width] for k in range(n)], vocabulary_size)
    if end is None:
        return keys, np.repeat(np.arange(N), width)
    inside = np.arange(n, n + width) <= ends(rows, end)[:, None]  # (N, width)
    return keys[inside.ravel()], np.repeat(np.arange(N), inside.sum(axis=1))


@dataclass(frozen=True)
class LineNgrams:
    """The n-grams of each of N lines: one entry for every n-gram that a line has.

    Attributes:
        keys: the distinct n-grams, (K, W), ascending.
        ngram: which of them each entry is, (E,), ascending.
        line: and of which line, (E,).
        count: how often the line has it, (E,), above 0.
        windows: the windows of each line, (N,).
    """

    keys: Keys
    ngram: NDArray[np.intp]
    line: NDArray[np.intp]
    count: NDArray[np.int64]
    windows: NDArray[np.intp]


def by_line(rows: Rows, n: int, vocabulary_size: int, end: int | None = None) -> LineNgrams:
    """Return the n-grams of each of `rows` (N, T); the arguments are those of `windows`."""
    N = len(rows)
    keys, line = windows(rows, n, vocabulary_size, end)
    bits = N.bit_length()
    # Most n-grams fit one word with their line, which sorts much faster than by their places.
    fit = vocabulary_size**n << bits <= 1 << 64
    if fit:
        numbers = keys[:, 0].astype(np.uint64)
    else:
        first, inverse = distinct(keys)
        numbers = inverse.astype(np.uint64)
    pairs = np.sort(numbers << np.uint64(bits) | line.astype(np.uint64))
    entry = starts(pairs[:, None])
    numbers = pairs[entry] >> np.uint64(bits)
    ngram = starts(numbers[:, None])
    return LineNgrams(
        keys=numbers[ngram, None] if fit else keys[first].astype(np.uint64),
        ngram=np.repeat(np.arange(len(ngram)), np.diff(ngram, append=len(entry))),
        line=(pairs[entry] & np.uint64((1 << bits) - 1)).astype(np.intp),
        count=np.diff(entry, append=len(pairs)).astype(np.int64),
        windows=np.bincount(line, minlength=N),
    )
