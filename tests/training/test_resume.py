"""Exact resume: a run that was stopped and resumed is, byte for byte, the one that was not."""

import dataclasses
import signal
import subprocess
import sys
import time

import pytest

from textgan.config.presets import COLUMN_SETTINGS, OBJECTIVES
from textgan.runs import folder as runs
from textgan.training.run import open_run, prepare, train

PAIRS = {"columns": "pairs", **COLUMN_SETTINGS["pairs"]}
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
    "labels and codes": {"columns": "labels", "codes": "3,c2", "critic": "mlp"},
    "pairs": PAIRS,
    "pairs with all": {**PAIRS, "objective": "rpgan", "feature_matching": 1.0},
    "hard draws": {"output": "gumbel-hard", "generator": "attention", "critic": "attention"},
    "plain descent": {"optimizer": "sgd"},
    "instance noise": {"instance_noise": 0.5, "instance_noise_steps": 5, "feature_matching": 1.0},
}  # fmt: skip


@pytest.fixture(scope="module", params=KINDS)
def kind(request, tiny, labelled_file, pairs_file, tmp_path_factory):
    """Settings of a run of some kind, in a text of its columns, and the run in one piece."""
    changes = KINDS[request.param]
    texts = {"text": tiny.corpus, "labels": str(labelled_file), "pairs": str(pairs_file)}
    corpus = texts[changes.get("columns", "text")]
    small = {"steps": 6, "samples": 16, "batch_size": 4, "corpus": corpus}
    config = dataclasses.replace(tiny, **small, **changes)
    return config, train(config, out=tmp_path_factory.mktemp("unbroken") / "run")


def test_a_resumed_run_writes_what_an_unbroken_one_writes(kind, tmp_path, files):
    config, unbroken = kind
    parts = train(dataclasses.replace(config, steps=3), out=tmp_path / "parts")
    open_run(parts, steps=6)()
    assert files(parts) == files(unbroken)


def test_how_often_a_run_is_validated_changes_nothing_in_it(kind, tmp_path):
    config, unbroken = kind
    often = train(dataclasses.replace(config, evaluate_every=1), out=tmp_path / "often")
    checkpoints = [runs.checkpoint(run, "last").read_bytes() for run in (unbroken, often)]
    assert checkpoints[0] == checkpoints[1]


@pytest.mark.parametrize("stop", [3, 4, 5])
def test_a_run_may_stop_before_at_and_behind_a_checkpoint(stop, tiny, tmp_path, files):
    config = dataclasses.replace(tiny, steps=9)
    unbroken = train(config, out=tmp_path / "unbroken")
    parts = train(dataclasses.replace(config, steps=stop), out=tmp_path / "parts")
    open_run(parts, steps=9)()
    assert files(parts) == files(unbroken)


def test_a_killed_run_goes_on_from_its_last_checkpoint_to_the_same_end(tiny, tmp_path, files):
    config = dataclasses.replace(tiny, steps=40)
    run = prepare(dataclasses.replace(config, steps=10**9), out=tmp_path / "killed")
    code = "import pathlib, sys; from textgan.training.run import open_run; "
    code += "open_run(pathlib.Path(sys.argv[1]))()"
    process = subprocess.Popen([sys.executable, "-c", code, str(run)])
    deadline = time.monotonic() + 120
    while runs.read_state(run)["step"] < 8 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    reached = runs.read_state(run)["step"]
    assert reached >= 8
    end = reached + 3
    unbroken = train(dataclasses.replace(config, steps=end), out=tmp_path / "unbroken")
    open_run(run, steps=end)()
    assert files(run) == files(unbroken)


def test_the_same_seed_gives_the_same_files(tiny, trained, tmp_path, files):
    again = train(dataclasses.replace(tiny, seed=3), out=tmp_path / "again")
    assert files(again) == files(trained)
