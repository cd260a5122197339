"""The area under the ROC curve (AUC) of a score, and its standard error.

AUC is the probability that a line of one kind has a higher score than one of the other, ties
counted half: 0.5 for a score that says nothing, 1 where one threshold separates the kinds.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.statistics.normal import Variance

__all__ = ["auc", "cross_validated_variance", "overlap_factor", "placements"]

Array = NDArray[np.float64]


def placements(scores: Array, others: Array) -> Array:
    """Return for each of `scores` the share of `others` below it, those equal to it counted half.

    >>> placements(np.array([1.0, 2.0]), np.array([0.0, 1.0])).tolist()
    [0.75, 1.0]
    """
    ordered = np.sort(others)
    below = np.searchsorted(ordered, scores, "left") + np.searchsorted(ordered, scores, "right")
    return below / (2 * len(others))


def auc(scores: Array, others: Array) -> float:
    """Return the probability that one of `scores` is above one of `others`.

    >>> auc(np.array([1.0, 2.0]), np.array([0.0, 1.0]))
    0.875
    """
    return float(placements(scores, others).mean())


def cross_validated_variance(kinds: Iterable[Array], folds: int) -> Variance:
    """Return the squared standard error of an AUC that is cross-validated.

        SE² = (S²_first/m + S²_second/n) · (1 + K/(K − 1))

    S² is the variance of the placements of all lines of a kind, each among the lines of the other
    kind in its own fold (DeLong, DeLong & Clarke-Pearson 1988), to which a 0 and a 1 are added: it
    is not 0 where all lines are told apart.

    Args:
        kinds: the placements of the lines of both kinds, or of one for its share of the variance.
        folds: K, 2 or more.
    """
    variance = sum(float(np.append(kind, [0.0, 1.0]).var(ddof=1)) / len(kind) for kind in kinds)
    return Variance(variance * overlap_factor(folds))


def overlap_factor(folds: int) -> float:
    """Return 1 + K · n_test/n_train of Nadeau & Bengio 2003, of K folds: 1 + K/(K − 1).

    "Inference for the Generalization Error": classifiers of different folds have learned from the
    same lines, and the AUC of K folds varies as that of about half as many lines if the two kinds
    are one.

    >>> overlap_factor(5)
    2.25
    """
    return 1 + folds / (folds - 1)
