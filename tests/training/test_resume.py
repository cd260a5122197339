"""Exact resume: a run that was stopped and resumed is, byte for byte, the one that was not."""

import dataclasses
import time

import pytest

from tests.processes import start
from tests.training.kinds import PAIRS
from textgan import runs
from textgan.registry import OBJECTIVES
from textgan.training.checkpoint import restore, save_last
from textgan.training.run import open_run, prepare, train
from textgan.training.validation import Validator

KINDS = {
    **{objective: {"objective": objective} for objective in OBJECTIVES},
    "wgan": {"objective": "wgan", "optimizer": "rmsprop"},
    "chord differences": {"objective": "wgan-fd", "fd_points": "chord", "decay_steps": 7},
    "bfloat16": {"precision": "bfloat16"},
    "spectral buffers": {"objective": "sngan", "codes": "2"},
    "batch norm's buffers": {
        "objective": "gan", "generator": "dcgan", "critic": "strided", "normalisation": "batch",
    },
    "a critic ensemble": {"curriculum": "critics", "curriculum_steps": 5},
    "an ensemble of spectral critics": {
        "objective": "sngan", "curriculum": "critics", "curriculum_steps": 5, "optimizer": "adam",
    },
    "growing text": {"curriculum": "length", "curriculum_steps": 5, "critic": "strided"},
    "labels and codes": {
        "columns": "labels", "codes": "3,c2", "critic": "mlp", "critic_steps": 2,
    },
    "pairs": PAIRS,
    "pairs with all": {**PAIRS, "objective": "rpgan", "feature_matching": 1.0},
    "hard draws": {"output": "gumbel-hard", "generator": "attention", "critic": "attention"},
    "n-gram matching": {"ngram_matching": 1.0},
    "plain descent": {"optimizer": "sgd"},
    "instance noise": {"instance_noise": 0.5, "instance_noise_steps": 5, "feature_matching": 1.0},
}  # fmt: skip


def settings(tiny, name):
    return dataclasses.replace(
        tiny, **{"steps": 6, "samples": 16, "batch_size": 4, "critic_steps": 1} | KINDS[name]
    )


@pytest.mark.parametrize("name", KINDS)
def test_training_goes_on_exactly_from_a_checkpoint_whether_it_was_validated_or_not(
    name, tiny, encoded, make_trainer, tmp_path
):
    config = settings(tiny, name)
    corpus = encoded[config.columns]
    first, second = make_trainer(config, corpus), make_trainer(config, corpus)
    for step in (1, 2):
        first.step(step)
    save_last(tmp_path / "stop", first.models, 2)
    assert restore(tmp_path / "stop", second.models) == 2
    Validator(config, corpus)(first.models, 2)
    assert first.step(3) == second.step(3)
    for end, trainer in (("one", first), ("other", second)):
        save_last(tmp_path / end, trainer.models, 3)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "other").read_bytes()


@pytest.mark.parametrize("name", ["labels and codes", "pairs", "growing text"])
def test_a_resumed_run_writes_what_an_unbroken_one_writes(
    name, tiny, labelled_file, pairs_file, tmp_path, files
):
    config = settings(tiny, name)
    texts = {"text": tiny.corpus, "labels": str(labelled_file), "pairs": str(pairs_file)}
    config = dataclasses.replace(config, corpus=texts[config.columns])
    unbroken = train(config, out=tmp_path / "unbroken")
    parts = train(dataclasses.replace(config, steps=3), out=tmp_path / "parts")
    open_run(parts, steps=6)()
    assert files(parts) == files(unbroken)


@pytest.fixture(scope="module")
def unbroken(quick, tmp_path_factory):
    """A run of all steps at once; not to be changed."""
    return train(quick, out=tmp_path_factory.mktemp("unbroken") / "run")


@pytest.mark.parametrize("stop", [3, 4, 5])
def test_a_run_may_stop_before_at_and_behind_a_checkpoint(stop, quick, unbroken, tmp_path, files):
    parts = train(dataclasses.replace(quick, steps=stop), out=tmp_path / "parts")
    open_run(parts, steps=quick.steps)()
    assert files(parts) == files(unbroken)


def test_how_often_a_run_is_validated_changes_nothing_in_it(quick, unbroken, tmp_path):
    often = train(dataclasses.replace(quick, evaluate_every=1), out=tmp_path / "often")
    checkpoints = [runs.checkpoint(run, "last").read_bytes() for run in (unbroken, often)]
    assert checkpoints[0] == checkpoints[1]


def test_a_killed_run_goes_on_from_its_last_checkpoint_to_the_same_end(quick, tmp_path, files):
    config = dataclasses.replace(quick, steps=40)
    run = prepare(dataclasses.replace(config, steps=10**9), out=tmp_path / "killed")
    process = start("train", "--resume", run, stdout=tmp_path / "out", stderr=tmp_path / "errors")
    deadline = time.monotonic() + 120
    while runs.read_state(run)["step"] < 8 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.kill()
    process.join()
    reached = runs.read_state(run)["step"]
    assert reached >= 8
    end = reached + 3
    unbroken = train(dataclasses.replace(config, steps=end), out=tmp_path / "unbroken")
    open_run(run, steps=end)()
    assert files(run) == files(unbroken)


def test_the_same_seed_gives_the_same_files(tiny, trained, tmp_path, files):
    again = train(dataclasses.replace(tiny, seed=3), out=tmp_path / "again")
    assert files(again) == files(trained)
