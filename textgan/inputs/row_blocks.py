"""Rows in blocks, so that text as one-hot rows or logits, (B, T, V), is of bounded size."""

from collections.abc import Iterator

__all__ = ["BLOCK_ENTRIES", "row_blocks", "rows_at_a_time"]

BLOCK_ENTRIES = 1 << 26  # of text (B, T, V) at a time: 268 MB in float32
EVEN = 8  # networks are fastest where this divides B; see `networks.layers.layout`


def rows_at_a_time(entries: int, limit: int) -> int:
    """Return how many rows of T·V = `entries` are in a block: `limit`, or as many as fit, or one.

    >>> rows_at_a_time(32 * 514, 1024), rows_at_a_time(32 * 50_000, 1024)
    (1024, 40)
    """
    fitting = BLOCK_ENTRIES // max(entries, 1)
    if fitting >= limit:
        return limit
    return max(1, fitting // EVEN * EVEN or fitting)


def row_blocks(rows: int, entries: int, limit: int | None = None) -> Iterator[slice]:
    """Yield the blocks of so many rows of T·V = `entries`, each of at most `limit` rows.

    No rows are one empty block.
    """
    step = rows_at_a_time(entries, max(1, rows if limit is None else limit))
    for start in range(0, max(rows, 1), step):
        yield slice(start, min(start + step, rows))
