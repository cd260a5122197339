"""Divergences in nats: of discrete distributions by sums, of Gaussians and their mixtures."""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from corpora.rng import normal, uniform

__all__ = [
    "LOG_2",
    "jensen_shannon",
    "js_of_loss",
    "js_of_mixtures",
    "js_of_normals",
    "kullback_leibler",
    "on_common_support",
]

LOG_2 = math.log(2)

Array = NDArray[np.float64]
Log = Callable[[Array], Array]


def kullback_leibler(p: Array, q: Array, log: Log = np.log) -> float:
    """Return KL(p ‖ q) = Σ p log(p / q), ∞ where q is 0 and p is not; both (N,), each of sum 1.

    In nats; with `np.log2` in bits.
    """
    present = p > 0
    if np.any(q[present] == 0):
        return float("inf")
    return float(np.sum(p[present] * log(p[present] / q[present])))


def jensen_shannon(p: Array, q: Array, log: Log = np.log) -> float:
    """Return JS(p, q) = ½ KL(p ‖ m) + ½ KL(q ‖ m) with m = (p + q)/2, at most log 2."""
    middle = (p + q) / 2
    return (kullback_leibler(p, middle, log) + kullback_leibler(q, middle, log)) / 2


def js_of_loss(loss: float) -> float:
    """Return JS in nats as a discriminator's loss shows it: log 2 − loss / 2.

    It is JS if no discriminator has a lower loss (Goodfellow et al. 2014, theorem 1).
    """
    return LOG_2 - loss / 2


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


def js_of_normals(distance: float, sigma: float) -> float:
    """Return JS of N(0, σ²) and N(distance, σ²), nats, by the trapezoidal rule."""
    x = np.linspace(-10 * sigma, distance + 10 * sigma, 20_001)
    log_p, log_q = (-((x - mean) ** 2) / (2 * sigma**2) for mean in (0.0, distance))
    log_middle = np.logaddexp(log_p, log_q) - LOG_2
    inside = np.exp(log_p) * (log_p - log_middle) + np.exp(log_q) * (log_q - log_middle)
    scale = sigma * math.sqrt(2 * math.pi)  # of both densities; inside is 0 at both ends
    return float(inside.sum() * (x[1] - x[0]) / scale / 2)


def js_of_mixtures(first: Array, second: Array, sigma: float, draws: int, seed: int) -> float:
    """Return JS of two mixtures of N(·, σ²) around points (N, F) and (M, F), nats.

    The mean of log p/m over draws of p and of log q/m over draws of q, halved: its standard error
    is at most log 2 / √draws.
    """

    def log_density(x: Array, centres: Array) -> Array:
        squares = ((x[:, None] - centres) ** 2).sum(axis=2)
        total: Array = np.logaddexp.reduce(-squares / (2 * sigma**2), axis=1)
        return total - math.log(len(centres))

    total = 0.0
    for number, centres in enumerate((first, second)):
        rows = np.arange(draws)
        chosen = (uniform(seed, number, 1, rows=rows, columns=1)[:, 0] * len(centres)).astype(int)
        x = centres[chosen] + sigma * normal(seed, number, 2, rows=rows, columns=first.shape[1])
        p, q = log_density(x, first), log_density(x, second)
        drawn_from = (p, q)[number]
        total += float((drawn_from - np.logaddexp(p, q) + LOG_2).mean())
    return total / 2
