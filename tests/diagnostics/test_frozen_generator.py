"""The gradient of a frozen generator: of linear critics it is known."""

import math

import numpy as np
import pytest
import torch
from torch import nn

from textgan.diagnostics.experiments.unstable import UNSTABLE, rise
from textgan.diagnostics.experiments.vanishing import VANISHING, fall, spread
from textgan.diagnostics.frozen_curves import each_age
from textgan.diagnostics.frozen_generator import Curves, Frozen, Line, gradient_of, marks

TINY = {
    "repeats": 1, "ages": (1, 2), "distances": (2.0,), "updates": 60, "units": 16, "batch": 8,
    "measured": 3,
}  # fmt: skip


class Linear(nn.Module):
    """D(x) = s · x₁."""

    def __init__(self, slope):
        super().__init__()
        self.slope = slope

    def forward(self, points):
        return self.slope * points[:, 0, 0]


def frozen(theta, heights=None):
    def noise(number):
        return torch.rand(16, 1, generator=torch.Generator().manual_seed(number % 1000))

    return Frozen(place="lines", age="", generator=Line(theta), critic=None, real=None, noise=noise)


def test_of_a_linear_critic_each_gradient_is_its_formula():
    theta, slope = 0.5, -3.0
    fake = 1 / (1 + math.exp(-slope * theta))  # σ(D(g))
    for loss, expected in (
        ("minimax", slope * fake), ("non-saturating", slope * (1 - fake)), ("wasserstein", slope),
    ):  # fmt: skip
        gradient = gradient_of(frozen(theta), Linear(slope), loss, 4)
        assert gradient.norm == pytest.approx(abs(expected), rel=1e-5)
        assert gradient.variance == pytest.approx(0, abs=1e-10)


def test_the_variance_is_the_unbiased_one_between_batches():
    class Height(nn.Module):
        def forward(self, points):
            return points[:, 0, 0] * points[:, 0, 1]  # its slope in θ is the height

    thing = frozen(1.0)
    means = [thing.noise((1 << 40) + k).mean().item() for k in range(5)]
    gradient = gradient_of(thing, Height(), "wasserstein", 5)
    assert gradient.variance == pytest.approx(np.var(means, ddof=1), rel=1e-4)
    assert gradient.norm == pytest.approx(np.mean(means), rel=1e-5)


def test_marks_begin_at_0_and_end_at_the_last_update():
    for updates in (1, 3, 64, 1000):
        at = marks(updates)
        assert (at[0], at[-1]) == (0, updates)
        assert at == sorted(set(at))


def test_numbers_are_of_medians_over_seeds():
    norms = np.array([[10.0, 5, 1], [20, 4, 2], [1000, 1, 4]])
    curves = Curves(norms, norms[:, ::-1])
    assert fall(curves) == 20 / 2
    assert spread(curves) == 4 / 2  # the start is left out
    assert rise(curves) == 20 / 2


def test_ages_are_named():
    assert (
        each_age("-fold", [250.4, 1.5], ["5 steps", "9 steps"])
        == "250-fold (5 steps), 1.5-fold (9 steps)"
    )


@pytest.mark.parametrize("experiment", [VANISHING, UNSTABLE])
def test_a_record_has_curves_of_every_age_and_loss(experiment, corpus_file):
    record = experiment({**TINY, "corpus": str(corpus_file)})
    norms = record.measured["norms"]
    assert list(norms) == ["text, 1 step", "text, 2 steps", "lines, θ = 2"]
    for of in norms.values():
        assert list(of) == ["minimax", "non-saturating", "wasserstein"]
        assert len(of["minimax"][0]) == len(record.measured["updates"])
    minimax = norms["lines, θ = 2"]["minimax"][0]
    assert minimax[-1] < max(minimax)
