"""One process at a time trains or replaces a run."""

import pytest

from corpora.errors import InputError
from textgan import runs
from textgan.config.settings import Config
from textgan.runs import lock


def test_a_locked_run_is_refused_until_it_is_unlocked(tmp_path):
    with (
        runs.locked(tmp_path),
        pytest.raises(InputError, match="being trained"),
        runs.locked(tmp_path),
    ):
        pass
    with runs.locked(tmp_path):
        pass
    with (
        pytest.raises(InputError, match=r"cannot open .*; name a run folder"),
        runs.locked(tmp_path / "no"),
    ):
        pass


def test_a_lock_is_of_the_run_that_is_there_now(make_run, tmp_path, monkeypatch):
    run = make_run(tmp_path, "run")
    try_lock = lock.try_lock

    def late(descriptor):  # another process replaces the run between opening and locking
        monkeypatch.setattr(lock, "try_lock", try_lock)
        with runs.new_run_folder(run, force=True) as unfinished:
            runs.write_config(unfinished, Config(corpus="y"))
        return try_lock(descriptor)

    monkeypatch.setattr(lock, "try_lock", late)
    with runs.locked(run), pytest.raises(InputError, match="being trained"), runs.locked(run):
        pass
