"""Counts of n-grams that follow from other counts, without the text."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.counts import NgramCounts, merge, no_counts
from textgan.evaluation.ngrams.packing import Keys, suffixes, tally
from textgan.evaluation.ngrams.windows import PADDING

__all__ = ["shorten", "without_padding"]


def shorten(counts: NgramCounts, *, continuation: bool = False) -> NgramCounts:
    """Return the counts of the (n − 1)-grams in which the n-grams of `counts` end.

    Each counts as often as the n-grams that it ends; with `continuation` once for each distinct
    n-gram, so that the count is the number of distinct symbols before it.
    """
    n, V = counts.n, counts.vocabulary_size

    def parts() -> Iterator[NgramCounts]:
        yield no_counts(n - 1, V)
        for keys, occurrences in counts.blocks():
            weights = None if continuation else occurrences
            ends, sums = tally(suffixes(keys, n, V), V ** (n - 1), weights)
            yield NgramCounts(n=n - 1, vocabulary_size=V, keys=ends, counts=sums)

    return merge(parts())


def without_padding(counts: NgramCounts) -> NgramCounts:
    """Return the counts of the n-grams without padding, which must fill rows up to their ends.

    An n-gram that has padding then ends in it.
    """
    V = np.uint64(counts.vocabulary_size)

    def parts() -> Iterator[tuple[Keys, NDArray[np.int64]]]:
        empty = no_counts(counts.n, counts.vocabulary_size)
        yield empty.keys, empty.counts
        for keys, occurrences in counts.slices():
            symbols = keys[:, -1] % V != PADDING
            yield keys[symbols], occurrences[symbols]

    keys, occurrences = external.join(parts())
    return replace(counts, keys=keys, counts=occurrences)
