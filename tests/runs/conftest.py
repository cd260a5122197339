"""A run folder without networks."""

import os

import pytest

from textgan import runs
from textgan.config.settings import Config


@pytest.fixture
def make_run():
    """A function that makes a run folder, trained at a given time."""

    def make(folder, name, *, trained_at=1):
        run = folder / name
        (run / "checkpoints").mkdir(parents=True)
        runs.write_config(run, Config(corpus="x"))
        runs.write_state(run, {"step": 1, "seconds": 1.0, "status": "finished"})
        os.utime(run / "state.json", (trained_at, trained_at))
        runs.checkpoint(run, "best").touch()
        return run

    return make
