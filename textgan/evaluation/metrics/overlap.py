"""How much two sets of n-gram counts have in common: cosine distance, precision, recall.

`p` counts the samples' n-grams and `q` the reference's. Only the n-grams of the smaller set are
looked up in the larger, which may be memory-mapped.

All three depend on how much text was counted: compare them with those of as much real text.
"""

import numpy as np

from textgan.evaluation.metrics.ngram_distance import ngram_distance
from textgan.evaluation.ngrams.counts import NgramCounts, shared

__all__ = ["COSINE", "PRECISION", "RECALL", "cosine", "precision", "recall"]


def cosine(p: NgramCounts, q: NgramCounts) -> float:
    """Return 1 − p·q / (‖p‖ ‖q‖) of the count vectors: 0 in proportion, 1 nothing in common.

    Salton & McGill 1983, the vector space model. The most frequent n-grams decide it.

    Raises:
        ValueError: the two differ in n or in vocabulary size, or one of them is empty.
    """
    product = 0.0
    for p_counts, q_counts in shared(p, q):
        product += float(p_counts.astype(np.float64) @ q_counts.astype(np.float64))
    return max(0.0, 1 - product / (p.norm * q.norm))


def precision(p: NgramCounts, q: NgramCounts) -> float:
    """Return the share of the n-grams of `p`, as often as they come, that occur in `q`.

    One minus it is the share of n-grams never seen in the reference.

    Raises:
        ValueError: the two differ in n or in vocabulary size, or one of them is empty.
    """
    return sum(int(p_counts.sum()) for p_counts, _ in shared(p, q)) / p.total


def recall(p: NgramCounts, q: NgramCounts) -> float:
    """Return the share of the n-grams of `q`, as often as they come, that occur in `p`.

    It falls where the samples leave a part of the reference out.

    Raises:
        ValueError: the two differ in n or in vocabulary size, or one of them is empty.
    """
    return precision(q, p)


COSINE = ngram_distance(
    cosine,
    "cosine",
    padded=False,
    name="cosine",
    title="cosine distance of {n}-grams",
    unit="",
    better="lower",
    form="z.4f",
    compared=False,
    blind_to="rare n-grams: the most frequent ones decide it",
)

PRECISION = ngram_distance(
    precision,
    "precision",
    padded=False,
    name="precision",
    title="{n}-gram precision",
    unit="share",
    better="real",
    form=".1%",
    compared=False,
    blind_to="collapse, frequencies, and at low n nearly everything",
)

RECALL = ngram_distance(
    recall,
    "recall",
    padded=False,
    name="recall",
    title="{n}-gram recall",
    unit="share",
    better="real",
    form=".1%",
    compared=False,
    blind_to="quality, and frequencies in the samples",
)
