"""Real text for experiments: rows of a corpus, and as one-hot vectors."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from numpy.typing import NDArray

import corpora
from corpora import Corpus
from corpora.temporary import temporary_folder
from textgan.diagnostics.experiment import Work

__all__ = ["distinct_rows", "one_hot_rows", "opened"]


@contextmanager
def opened(source: str, work: Work) -> Iterator[Corpus]:
    """Give the encoded corpus `source`, a path or a bundled name, until the block ends."""
    with temporary_folder() as folder:
        yield corpora.encode(source, folder / "corpus", progress=work.progress)


def distinct_rows(corpus: Corpus, count: int, seed: int) -> NDArray[np.int64]:
    """Return up to `count` different training rows, (N, T), drawn without replacement."""
    places = corpora.batch_indices(
        len(corpus.train), seed=seed, step=0, update=0, batch_size=4 * count
    )
    rows = np.array(corpus.train[places], dtype=np.int64)
    _, first = np.unique(rows, axis=0, return_index=True)
    return rows[np.sort(first)][:count]  # in the order of the draws, not of the text


def one_hot_rows(ids: NDArray[np.int64], vocabulary: int) -> NDArray[np.float64]:
    """Return ids (N, T) as vectors (N, T·V) of 0 and 1."""
    return np.eye(vocabulary)[ids].reshape(len(ids), -1)
