"""The Fréchet distance of two texts: of the Gaussians fitted to features of their lines.

    d² = ‖μ₁ − μ₂‖² + tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½)

(Dowson & Landau 1982; Heusel et al. 2017, "GANs Trained by a Two Time-Scale Update Rule", equation
6: the FID). Here the features of a line are counts, not activations of a network, so that the
number depends on no weights to be downloaded: how often each of the commonest n-grams of the
training text, or each piece of words learned from it, occurs in the line.

As with the FID, finitely many lines lie apart even where the texts do not. For m and n lines of
one Gaussian of rank r the expectation is about

    (1/m + 1/n) (tr Σ + ½ Σ_i≠j λ_i λ_j / (λ_i + λ_j) + ½ tr Σ),   λ the eigenvalues of Σ

by expansion to second order, at most (1/m + 1/n)(r + 5)/4 · tr Σ. Compare equal m only, and
compare the number with that of as much real text.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from textgan.evaluation.metrics.line_features import (
    FEATURES,
    Array,
    NgramFeatures,
    PieceFeatures,
)
from textgan.evaluation.metrics.metric import Metric, StandardError
from textgan.evaluation.metrics.workspace import Case
from textgan.evaluation.statistics.seeding import generator

__all__ = ["FRECHET", "PIECE_FRECHET", "Gaussian", "frechet", "half_sample_error"]

MIN_LINES = 4  # two halves of them have a covariance
HALVES = 10  # pairs of random halves


def frechet(a: "Gaussian", b: "Gaussian") -> float:
    """Return d², in the squared unit of the features: 0 where the two are the same, never below.

    The traces are one sum of squares, so that nothing cancels and no root is complex (Bhatia, Jain
    & Lim 2019, "On the Bures-Wasserstein distance between positive definite matrices"):

        tr(Σ₁ + Σ₂ − 2 (Σ₁Σ₂)^½) = min over rotations R of ‖Σ₁^½ − Σ₂^½ R‖_F²

    and with Σ₂^½ Σ₁^½ = U S Vᵀ the minimum is at R = U Vᵀ.
    """
    if a.mean.shape != b.mean.shape:
        raise ValueError(f"found {a.mean.size} and {b.mean.size} features, expected as many")
    shift = a.mean - b.mean
    root, other = a.root, b.root
    U, _, Vt = np.linalg.svd(other @ root)
    difference = root - other @ (U @ Vt)
    return float(shift @ shift + (difference * difference).sum())


@dataclass(frozen=True)
class Gaussian:
    """Mean (K,) and covariance (K, K) of the features of `size` lines."""

    size: int
    mean: Array
    covariance: Array

    @cached_property
    def root(self) -> Array:
        """The symmetric square root of the covariance; eigenvalues rounded below 0 are 0."""
        values, vectors = np.linalg.eigh(self.covariance)
        return np.asarray((vectors * np.sqrt(np.maximum(values, 0))) @ vectors.T)

    @classmethod
    def fit(cls, pieces: Iterable[Array]) -> "Gaussian":
        """Return the Gaussian of the features (·, K) in `pieces`, at least 2 lines in all.

        The covariance is divided by lines − 1. Each piece is centred by itself and merged with
        those before it (Chan, Golub & LeVeque 1983), so that large means cost no digits.
        """
        size, mean, scatter = 0, np.zeros(0), np.zeros((0, 0))
        for piece in pieces:
            m = len(piece)
            if not m:
                continue
            if not size:
                mean, scatter = np.zeros(piece.shape[1]), np.zeros((piece.shape[1],) * 2)
            middle = piece.mean(axis=0)
            centred = piece - middle
            step = middle - mean
            scatter = scatter + centred.T @ centred + np.outer(step, step) * (size * m / (size + m))
            mean = mean + step * (m / (size + m))
            size += m
        if size < 2:
            raise ValueError(f"found {size} lines, expected at least 2")
        return cls(size, mean, scatter / (size - 1))


def half_sample_error(features: Array, figure: Callable[[Array], float], seed: int) -> float:
    """Return the standard error of a figure by what random halves of the lines differ by.

    A Fréchet distance of m lines has about half the variance of one of m / 2, as its deviation is a
    mean over lines to first order: Var(a − b) = 2 Var(half) = 4 Var(all).
    """
    rng = generator(seed, "halves")
    half = len(features) // 2
    squares = []
    for _ in range(HALVES):
        order = rng.permutation(len(features))
        a, b = figure(features[order[:half]]), figure(features[order[half : 2 * half]])
        squares.append((a - b) ** 2)
    return float(np.sqrt(np.mean(squares) / 4))


def _ngrams(case: Case) -> NgramFeatures:
    work = case.work
    return work.cached("n-gram features", lambda: NgramFeatures.fit(work.texts.training, work.V))


def _pieces(case: Case) -> PieceFeatures:
    return case.work.cached("piece features", lambda: PieceFeatures.fit(_training_lines(case)))


def _training_lines(case: Case) -> Iterable[list[str]]:
    return case.work.texts.source.without(case.work.texts.drawn_at)


def _frechet(
    features: Callable[[Case], Array],
    training: Callable[[Case], Gaussian],
    **about: Any,  # noqa: ANN401 - the fields of a Metric
) -> Metric:
    """Return the Fréchet distance of `features` of lines from those of the training text."""
    name = about["name"]

    def reference(case: Case) -> Gaussian:
        return case.work.cached((name, "training"), lambda: training(case))

    def of_lines(case: Case) -> Array:
        return case.work.cached((name, case.lines), lambda: features(case))

    def figure(case: Case) -> float | None:
        work = case.work
        if min(len(case.lines), len(work.samples), len(work.held_out)) < MIN_LINES:
            return None
        return frechet(Gaussian.fit([of_lines(case)]), reference(case))

    def uncertainty(case: Case) -> StandardError:
        def distance(part: Array) -> float:
            return frechet(Gaussian.fit([part]), reference(case))

        return StandardError(half_sample_error(of_lines(case), distance, case.work.seed))

    return Metric(
        unit="",
        better="lower",
        form=".3f",
        family="Fréchet distances",
        figure=figure,
        uncertainty=uncertainty,
        equal_size=True,
        full=True,
        floor=True,
        interval="halves",
        **about,
    )


FRECHET = _frechet(
    lambda case: _ngrams(case)(case.rows),
    lambda case: Gaussian.fit(map(_ngrams(case), case.work.texts.training)),
    name="frechet",
    title="Fréchet distance",
    blind_to="all moments above the second, the order of n-grams within a line, and other n-grams "
    "than the 256 commonest",
    signature=lambda case: {
        "padding": "none",
        "ref": case.work.texts.part,
        "settings": f"ngrams={FEATURES},n=1-3",
    },
)


PIECE_FRECHET = _frechet(
    lambda case: _pieces(case)(case.text()),
    lambda case: Gaussian.fit(map(_pieces(case), _training_lines(case))),
    name="piece-frechet",
    title="Fréchet distance of pieces",
    blind_to="what the Fréchet distance of n-grams is blind to",
    signature=lambda case: {
        "unit": "subword",
        "padding": "none",
        "ref": case.work.texts.part,
        "settings": f"pieces={FEATURES}",
    },
)
