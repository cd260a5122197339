"""Divergences of discrete distributions by sums, in nats."""

import numpy as np
from numpy.typing import NDArray

__all__ = ["jensen_shannon", "kullback_leibler", "on_common_support"]

Array = NDArray[np.float64]


def kullback_leibler(p: Array, q: Array) -> float:
    """Return KL(p ‖ q) = Σ p log(p / q), ∞ where q is 0 and p is not; both (N,), each of sum 1."""
    present = p > 0
    if np.any(q[present] == 0):
        return float("inf")
    return float(np.sum(p[present] * np.log(p[present] / q[present])))


def jensen_shannon(p: Array, q: Array) -> float:
    """Return JS(p, q) = ½ KL(p ‖ m) + ½ KL(q ‖ m) with m = (p + q)/2, at most log 2."""
    middle = (p + q) / 2
    return (kullback_leibler(p, middle) + kullback_leibler(q, middle)) / 2


def on_common_support(first: Array, second: Array) -> tuple[Array, Array]:
    """Return the weights of two sets of points, (N, F) and (M, F), on all distinct points of both.

    Points of one set have equal weight; equal points add up.
    """
    _, places = np.unique(np.concatenate([first, second]), axis=0, return_inverse=True)
    places = places.reshape(-1)
    size = int(places.max()) + 1
    counts = (
        np.bincount(places[: len(first)], minlength=size),
        np.bincount(places[len(first) :], minlength=size),
    )
    return counts[0] / len(first), counts[1] / len(second)
