"""The windows of n symbols in id rows, and where each row ends."""

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.ngrams.counts import Keys, Rows, pack

__all__ = ["PADDING", "check_rows", "ends", "windows"]

PADDING = 0


def windows(
    rows: Rows, n: int, vocabulary_size: int, end: int | None = None
) -> tuple[Keys, NDArray[np.intp]]:
    """Return the key of each window of n symbols (M, W), and the row it comes from (M,), ascending.

    Args:
        rows: (N, T) ids.
        n: symbols to a window.
        vocabulary_size: V, one more than the largest id; keys of one V can be compared.
        end: the id whose first place ends a line, so that only the windows before it count; with
            None all N·(T − n + 1) do, padding included.
    """
    check_rows(rows)
    N, T = rows.shape
    width = max(0, T - n + 1)
    columns = [rows[:, k : k + width] for k in range(n)]
    if end is None:
        return pack(columns, vocabulary_size), np.repeat(np.arange(N), width)
    inside = np.arange(n, n + width) <= ends(rows, end)[:, None]  # (N, width)
    keys = pack([column[inside] for column in columns], vocabulary_size)
    return keys, np.repeat(np.arange(N), inside.sum(axis=1))


def ends(rows: Rows, end: int = PADDING) -> NDArray[np.intp]:
    """Return how many symbols each of `rows` (N, T) has before its first `end`: (N,)."""
    check_rows(rows)
    N, T = rows.shape
    closed = np.ones((N, T + 1), dtype=bool)
    np.equal(rows, end, out=closed[:, :T])
    return np.asarray(closed.argmax(axis=1))


def check_rows(rows: Rows) -> None:
    """Raise ValueError unless `rows` are integer ids of shape (N, T)."""
    if rows.ndim != 2 or rows.dtype.kind not in "iu":
        raise ValueError(f"found {rows.dtype} ids of shape {rows.shape}, expected integer (N, T)")
