"""Instance noise: JS of densities, and JS read off a loss."""

import math

import numpy as np
import pytest
import torch
from scipy.integrate import quad
from scipy.stats import norm

from textgan.diagnostics.divergences import js_of_loss, js_of_mixtures, js_of_normals
from textgan.diagnostics.experiments import noise
from textgan.diagnostics.experiments.noise import NOISE, keep_what_differs
from textgan.objectives.losses import classifying_critic_loss

LOG_2 = math.log(2)


def test_js_of_normals_is_that_of_an_integral():
    def integrand(x):
        p, q = norm.pdf(x, 0, 0.7), norm.pdf(x, 1.2, 0.7)
        return (p * np.log(2 * p / (p + q)) + q * np.log(2 * q / (p + q))) / 2

    assert js_of_normals(1.2, 0.7) == pytest.approx(quad(integrand, -8, 9)[0], abs=1e-8)


def test_js_of_normals_goes_from_log_2_to_0_as_noise_grows():
    assert js_of_normals(1, 0.01) == pytest.approx(LOG_2)
    assert js_of_normals(1, 100) == pytest.approx(0, abs=1e-4)
    assert js_of_normals(0, 1) == pytest.approx(0, abs=1e-12)
    # for small distances JS is d²/(8σ²), to first order
    assert js_of_normals(0.01, 1) == pytest.approx(0.01**2 / 8, rel=1e-3)


def test_js_of_mixtures_is_that_of_normals_along_the_line_between():
    first, second = np.zeros((1, 3)), np.array([[0.0, 1.0, 0.0]])
    drawn = js_of_mixtures(first, second, 0.8, 20_000, seed=1)
    assert drawn == pytest.approx(js_of_normals(1, 0.8), abs=0.01)
    assert js_of_mixtures(first, first, 0.8, 100, seed=1) == pytest.approx(0, abs=1e-12)


def test_coordinates_that_all_points_share_do_not_change_js():
    points = np.array([[0.0, 1, 0, 5], [1, 1, 0, 5], [0, 1, 3, 5], [1, 1, 1, 5]])
    short = keep_what_differs(points)
    assert short.tolist() == [[0, 0], [1, 0], [0, 3], [1, 1]]
    whole, kept = (
        js_of_mixtures(each[:2], each[2:], 0.8, 20_000, seed=1) for each in (points, short)
    )
    assert whole == pytest.approx(kept, abs=0.01)


def test_the_loss_of_the_best_discriminator_reads_as_js():
    rng = np.random.default_rng(0)
    real, fake = rng.normal(0, 1, 200_000), rng.normal(1, 1, 200_000)
    real_scores, fake_scores = (  # log p/q, the best D
        torch.from_numpy(norm.logpdf(x, 0, 1) - norm.logpdf(x, 1, 1)) for x in (real, fake)
    )
    loss = classifying_critic_loss(real_scores, fake_scores).item()
    assert js_of_loss(loss) == pytest.approx(js_of_normals(1, 1), abs=0.003)


def test_a_discriminator_is_trained_to_the_js_of_lines(corpus_file):
    record = NOISE({
        "corpus": str(corpus_file), "sigmas": (1.0,), "updates": 150, "units": 16, "batch": 128,
        "rate": 0.01, "measured": 30, "text_lines": 2,
    })  # fmt: skip
    read, computed = record.measured["read"], record.measured["computed"]
    assert read["lines 1 apart"][0] == pytest.approx(computed["lines 1 apart"][0], abs=0.02)
    assert computed["lines 1 apart"][0] == pytest.approx(js_of_normals(1, 1))
    assert not record.findings[1].seen  # of one σ nothing can depend on it


def test_each_repeat_is_compared_with_the_js_of_its_seed(corpus_file, monkeypatch):
    monkeypatch.setattr(noise, "js_of_mixtures", lambda *arguments: 0.1 * arguments[-1])
    monkeypatch.setattr(noise, "js_of_normals", lambda distance, sigma: 0.0)
    monkeypatch.setattr(  # a discriminator whose loss reads as the JS of its seed
        noise, "_least_loss", lambda settings, case, sigma, seed: 2 * (LOG_2 - case.js(sigma))
    )
    record = NOISE({"corpus": str(corpus_file), "repeats": 3, "sigmas": (1.0,), "text_lines": 2})
    assert record.measured["computed_by_seed"]["2 and 2 lines of text"] == [[0.0], [0.1], [0.2]]
    assert record.findings[0].seen
    assert "0.000 (2 and 2 lines of text)" in record.findings[0].measured
