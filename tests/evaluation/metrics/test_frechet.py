import numpy as np
import pytest
from scipy.linalg import sqrtm

from textgan.evaluation.metrics.frechet import Gaussian, frechet, half_sample_error
from textgan.evaluation.metrics.line_features import NgramFeatures


def gaussian(mean, covariance):
    return Gaussian(100, np.asarray(mean, dtype=float), np.asarray(covariance, dtype=float))


def test_independent_features_add_up_one_by_one():
    # Σ (μ₁ − μ₂)² + Σ (s₁ − s₂)²
    s, t = np.array([1.0, 2.0, 0.0, 5.0]), np.array([3.0, 2.0, 0.5, 1.0])
    shift = np.array([0.5, -1.0, 0.0, 2.0])
    expected = (shift**2).sum() + ((s - t) ** 2).sum()
    assert expected == 5.25 + 20.25
    found = frechet(gaussian(shift, np.diag(s**2)), gaussian(np.zeros(4), np.diag(t**2)))
    assert found == pytest.approx(expected, abs=1e-12)


def test_a_shift_counts_its_square():
    features = np.random.default_rng(0).normal(size=(50, 6))
    a, b = Gaussian.fit([features]), Gaussian.fit([features + 3])
    assert frechet(a, b) == pytest.approx(6 * 9, abs=1e-9)


@pytest.mark.parametrize("m", [40, 5])  # full rank, and fewer lines than features
def test_scipys_matrix_root_gives_the_same(m):
    rng = np.random.default_rng(1)
    mix = rng.normal(size=(8, 8))
    a, b = (Gaussian.fit([rng.normal(size=(m, 8)) @ mix + i]) for i in range(2))
    # tr (Σ₁Σ₂)^½ by another way: a tiny ridge, since sqrtm takes no singular matrix.
    ridge = 1e-9 * np.eye(8)
    root = sqrtm((a.covariance + ridge) @ (b.covariance + ridge))
    shift = a.mean - b.mean
    expected = shift @ shift + np.trace(a.covariance + b.covariance - 2 * np.real(root))
    assert frechet(a, b) == pytest.approx(expected, rel=1e-4)
    assert frechet(a, b) == pytest.approx(frechet(b, a), rel=1e-12)


@pytest.mark.parametrize("m", [300, 7])
def test_equal_sets_are_zero_apart_and_no_distance_is_negative(m):
    counts = np.random.default_rng(2).poisson(0.3, size=(m, 60)).astype(float)
    counts[:, 10:20] = 0  # features that no line has
    a = Gaussian.fit([counts])
    assert 0 <= frechet(a, Gaussian.fit([counts[::-1]])) < 1e-12
    assert 0 <= frechet(a, Gaussian.fit([counts + 1e-9])) < 1e-12


def test_a_gaussian_fitted_piece_by_piece_is_that_of_all():
    features = np.random.default_rng(3).normal(loc=1e6, size=(101, 5))
    found = Gaussian.fit([features[:3], features[3:3], features[3:60], features[60:]])
    assert found.size == 101
    assert found.mean == pytest.approx(features.mean(axis=0), rel=1e-12)
    assert found.covariance == pytest.approx(np.cov(features.T), abs=1e-8)


def test_finite_samples_lie_apart_as_the_expansion_says():
    # Σ = 1 in r dimensions: (1/m + 1/n)(r + r(r − 1)/4 + r/2)
    r, m, n = 12, 2_000, 1_000
    rng = np.random.default_rng(4)
    found = [
        frechet(Gaussian.fit([rng.normal(size=(m, r))]), Gaussian.fit([rng.normal(size=(n, r))]))
        for _ in range(60)
    ]
    expected = (1 / m + 1 / n) * (r + r * (r - 1) / 4 + r / 2)
    assert np.mean(found) == pytest.approx(expected, rel=0.05)


def test_text_is_nearer_to_its_like():
    rng = np.random.default_rng(6)
    shares = np.array([0.4, 0.3, 0.2, 0.1])
    a, b, c = (rng.choice([1, 2, 3, 4], (400, 10), p=p) for p in (shares, shares, shares[::-1]))
    features = NgramFeatures.fit([a], 5)
    near, far = (frechet(Gaussian.fit([features(a)]), Gaussian.fit([features(x)])) for x in (b, c))
    assert near < far / 5


def test_too_few_lines_and_other_features_are_refused():
    with pytest.raises(ValueError, match="found 1 lines, expected at least 2"):
        Gaussian.fit([np.zeros((1, 3))])
    with pytest.raises(ValueError, match="found 3 and 4 features"):
        frechet(gaussian(np.zeros(3), np.eye(3)), gaussian(np.zeros(4), np.eye(4)))


def test_halves_find_the_standard_error_of_a_mean():
    # Of m lines of variance 4 the mean has a variance of 4/m; its halves differ with 4 times that.
    m = 400
    features = np.random.default_rng(0).normal(scale=2, size=(m, 1))
    squares = [
        half_sample_error(features, lambda part: part.mean(), seed) ** 2 for seed in range(100)
    ]
    assert np.mean(squares) == pytest.approx(features.var(ddof=1) / m, rel=0.12)
