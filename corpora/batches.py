"""Batches as a pure function of (seed, step, critic update, global row)."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.errors import InputError
from corpora.rng import bits

__all__ = ["batch_indices", "batch_rows"]

PURPOSE = 0x726F7773  # "rows": keeps these draws apart from noise drawn with the same seed


def batch_rows(
    rows: NDArray[Any],
    *,
    seed: int,
    step: int,
    update: int,
    batch_size: int,
    first: int = 0,
    count: int | None = None,
) -> NDArray[Any]:
    """Return (count, T) of the rows (N, T), drawn evenly and with replacement: `batch_indices`."""
    return rows[
        batch_indices(
            len(rows), seed=seed, step=step, update=update, batch_size=batch_size, first=first,
            count=count,
        )
    ]  # fmt: skip


def batch_indices(
    count_of_rows: int,
    *,
    seed: int,
    step: int,
    update: int,
    batch_size: int,
    first: int = 0,
    count: int | None = None,
) -> NDArray[np.int64]:
    """Return which of N rows make up the batch, (count,), drawn evenly and with replacement.

    Row i of the batch depends on (seed, step, update, i) alone, so a resumed run needs no
    iterator state, and a worker that takes `first`, `count` gets exactly its share of the same
    batch of `batch_size` rows. With replacement, so a corpus smaller than a batch will do.
    """
    count = batch_size - first if count is None else count
    if not count_of_rows:
        raise InputError("no rows to draw a batch from; expected at least one")
    if first < 0 or count < 0 or first + count > batch_size:
        raise ValueError(f"rows {first} to {first + count} of a batch of {batch_size}")
    words = bits(seed, PURPOSE, step, update, rows=np.arange(first, first + count), columns=1)
    return (words[:, 0] % np.uint64(count_of_rows)).astype(np.int64)
