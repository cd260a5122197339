"""GANs of points and short runs of text: scores with known values, and records of all parts."""

import math

import numpy as np
import pytest

from corpora.errors import InputError
from textgan.config.settings import Config
from textgan.diagnostics.experiment import Work
from textgan.diagnostics.experiments.correlation import CORRELATION, course_of
from textgan.diagnostics.experiments.mlp import MLP
from textgan.diagnostics.experiments.robustness import (
    OBJECTIVES,
    ROBUSTNESS,
    random_architecture,
    random_toy,
)
from textgan.diagnostics.toy_gan import ToyGan, score_modes
from textgan.diagnostics.toys import EIGHT, GRID, draw
from textgan.diagnostics.training_runs import SMALL
from textgan.runs import read_config
from textgan.training import step
from textgan.training.divergence import DivergenceError


def test_real_points_cover_all_modes():
    score = score_modes(draw("8 Gaussians", 0, 1, count=4000), EIGHT)
    assert (score.covered, score.near) == (8, 1)
    assert score.jsd == pytest.approx(0, abs=0.002)


def test_a_collapsed_generator_covers_one_mode():
    score = score_modes(np.repeat(EIGHT[:1], 100, axis=0), EIGHT)
    assert (score.covered, score.near) == (1, 1)
    # of δ against 8 equal shares: m is 9/16 at the mode and 1/16 at the others
    expected = (math.log2(16 / 9) + math.log2((1 / 8) / (9 / 16)) / 8 + 7 / 8) / 2
    assert score.jsd == pytest.approx(expected)


def test_points_between_the_modes_belong_to_none():
    between = (GRID[:-1] + GRID[1:]) / 2
    assert score_modes(between, GRID).near == 0
    assert score_modes(GRID + 0.15, GRID).near == 1


def test_points_that_are_not_finite_belong_to_no_mode():
    score = score_modes(np.full((10, 2), np.nan), EIGHT)
    assert (score.covered, score.near, score.jsd) == (0, 0, 1)


def test_a_gan_of_points_moves_towards_the_modes():
    settings = {
        "objective": "wgan-gp", "optimizer": "adam", "beta1": 0.5, "beta2": 0.9,
        "generator_rate": 2e-3, "critic_rate": 2e-3, "penalty_weight": 0.1, "batch_size": 64,
    }  # fmt: skip

    def radius_error(gan):
        return np.abs(np.linalg.norm(gan.samples(500), axis=1) - 2 / 1.414).mean()

    gan = ToyGan("8 Gaussians", settings, 0, units=32)
    before = radius_error(gan)
    for _ in range(150):
        gan.train()
    assert radius_error(gan) < before / 2
    again = ToyGan("8 Gaussians", settings, 0, units=32)
    for _ in range(3):
        again.train()
    assert not np.array_equal(again.samples(5), gan.samples(5))


def test_random_architectures_are_functions_of_the_seed_and_can_be_built():
    drawn = [random_architecture(seed) for seed in range(20)]
    assert drawn == [random_architecture(seed) for seed in range(20)]
    assert len({str(sorted(settings.items())) for settings in drawn}) == 20
    for settings in drawn:
        for objective in OBJECTIVES:
            Config.build({**settings, "corpus": "x", "objective": objective})
    toys = {tuple(random_toy(seed).values()) for seed in range(64)}
    assert len(toys) == 64  # every one of them
    assert random_toy(64) == random_toy(0)


def test_half_of_the_points_near_the_modes_have_the_threshold_of_the_toy():
    half = np.concatenate([EIGHT, np.full((8, 2), 50.0)])
    assert score_modes(half, EIGHT).jsd == pytest.approx(ROBUSTNESS.quick["threshold"], abs=0.002)


def test_robustness_on_the_toy_counts_what_reaches_the_threshold():
    changes = {"repeats": 2, "steps": 2, "place": "toy"}
    record = ROBUSTNESS({**changes, "threshold": 1.0})
    assert set(record.measured["reached"].values()) == {2}
    record = ROBUSTNESS({**changes, "threshold": 0.0})
    assert set(record.measured["reached"].values()) == {0}
    low, high = record.measured["intervals"]["wgan-gp"]
    assert (low, high) == pytest.approx((0, 0.6576), abs=1e-3)  # Wilson, 0 of 2
    with pytest.raises(InputError, match="found place 'moon', expected one of text, toy"):
        ROBUSTNESS({"place": "moon"})


def test_robustness_on_text_goes_on_from_the_runs_it_finds(tmp_path, corpus_file):
    changes = {"repeats": 1, "seed": 3, "minutes": 0.001, "corpus": str(corpus_file)}
    first = ROBUSTNESS(changes, work=Work(folder=tmp_path))
    states = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("state.json")}
    assert len(states) == len(OBJECTIVES)
    assert {read_config(path.parent).ngram_matching for path in states} == {0}
    again = ROBUSTNESS(changes, work=Work(folder=tmp_path))
    assert again.measured == first.measured
    assert all(path.stat().st_mtime_ns == time for path, time in states.items())


def test_the_loss_of_a_discriminator_is_read_as_js():
    lines = [
        {"step": 1, "critic_loss": 0.0, "scores": {"wasserstein_train": 3.0, "jsd4": 0.9}},
        {"step": 2, "critic_loss": 1.0, "scores": {"wasserstein_train": 2.0, "jsd4": 0.5}},
        {"step": 3, "critic_loss": 0.5, "scores": {"wasserstein_train": 1.0, "jsd4": 0.2}},
    ]
    estimate, js = course_of("wgan-gp", lines), course_of("gan", lines)
    assert estimate.loss == [3, 2, 1]
    assert estimate.rank == 1
    assert js.loss == pytest.approx([math.log(2), math.log(2) - 0.5, math.log(2) - 0.25])
    assert js.rank == pytest.approx(0.5)


@pytest.mark.parametrize("objective", ["gan", "wgan-gp"])
def test_runs_of_experiments_do_not_match_ngrams(objective):
    config = Config.build({**SMALL, "corpus": "x", "objective": objective})
    assert config.ngram_matching == 0


def test_correlation_records_a_rank_for_each_seed(corpus_file):
    record = CORRELATION({"corpus": str(corpus_file), "repeats": 1, "steps": 6, "scores": 3})
    assert [len(of) for of in record.measured["ranks"].values()] == [1, 1]
    assert record.measured["courses"]["gan"][0]["steps"] == [2, 4, 6]


def test_mlp_scores_every_objective_on_both_places(corpus_file):
    record = MLP({
        "corpus": str(corpus_file), "repeats": 1, "toy_steps": 2, "toy_units": 8, "steps": 2,
        "units": 16, "toy_batch": 8,
    })  # fmt: skip
    for place in ("toy", "text"):
        assert list(record.measured[place]) == ["gan-minimax", "gan", "wgan-gp"]
    assert len(record.findings) == 3


def test_a_run_that_diverged_before_its_scores_has_the_worst(corpus_file, monkeypatch):
    def diverge(*_):
        raise DivergenceError("step 1: the loss is not finite", step=1, tensor=None)

    monkeypatch.setattr(step, "check_loss", diverge)
    record = MLP({
        "corpus": str(corpus_file), "repeats": 1, "toy_steps": 1, "toy_units": 8, "steps": 2,
        "units": 16, "toy_batch": 8,
    })  # fmt: skip
    assert record.measured["text"]["wgan-gp"] == [{"jsd": 1.0, "unique": 0.0}]
    assert "Runs on text that diverged: 1 (gan-minimax), 1 (gan), 1 (wgan-gp)" in record.conclusion
    assert not record.findings[1].seen
