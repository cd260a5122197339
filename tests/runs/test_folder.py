"""Run folders: found by name, appear whole or not at all, never lost."""

import os
import sys
from pathlib import Path

import pytest

from corpora.errors import InputError
from corpora.files import atomic_folder
from textgan.config.settings import Config
from textgan.runs import folder as runs


def made(folder, name, *, trained_at):
    run = folder / name
    (run / "checkpoints").mkdir(parents=True)
    runs.write_config(run, Config(corpus="x"))
    runs.write_json(run / "state.json", {"step": 1, "seconds": 1.0, "status": "finished"})
    os.utime(run / "state.json", (trained_at, trained_at))
    runs.checkpoint(run, "best").touch()
    return run


def test_the_latest_run_is_the_one_trained_last_whatever_its_name(tmp_path):
    made(tmp_path, "mine", trained_at=50)
    newest = made(tmp_path, "0002-a-wgan", trained_at=90)
    made(tmp_path, "0010-a-wgan", trained_at=70)
    (tmp_path / "0011-begun").mkdir()
    runs.write_config(tmp_path / "0011-begun", Config(corpus="x"))  # no checkpoint yet
    assert runs.latest(tmp_path) == newest
    assert runs.find(None, tmp_path) == newest


def test_a_run_is_found_by_path_name_and_number(tmp_path):
    run = made(tmp_path, "0003-b-wgan", trained_at=1)
    for name in (str(run), "0003-b-wgan", "3", "0003"):
        assert runs.find(name, tmp_path) == run
    for name in ("4", "²", "b-wgan", str(tmp_path)):
        with pytest.raises(InputError):
            runs.find(name, tmp_path)


def test_a_run_is_named_by_its_folder_wherever_one_stands(tmp_path, monkeypatch):
    run = made(tmp_path, "0003-b-wgan", trained_at=1)
    monkeypatch.chdir(run / "checkpoints")
    assert runs.find("..", tmp_path).name == "0003-b-wgan"
    monkeypatch.chdir(run)
    for name in (".", "./", "checkpoints/.."):
        assert runs.find(name, tmp_path).name == "0003-b-wgan"


def test_what_is_missing_is_answered_with_the_latest_runs_or_as_a_file(tmp_path):
    for name, trained_at in (("0001-a", 50), ("0002-a", 90), ("0003-a", 70), ("0004-a", 10)):
        made(tmp_path, name, trained_at=trained_at)
    with pytest.raises(InputError, match=r"\(latest there: 0002-a, 0003-a, 0001-a\)"):
        runs.find("nosuch", tmp_path)
    with pytest.raises(InputError, match=r"^lines.txt: no such file, and no run of that name in"):
        runs.find("lines.txt", tmp_path)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all names are UTF-8")
def test_a_run_folder_has_a_name_in_utf_8_and_valid_json_whatever_its_corpus_is_called(tmp_path):
    bad = os.fsdecode(b"caf\xe9")
    with (
        pytest.raises(InputError, match="the name of a run folder is UTF-8"),
        runs.staged(tmp_path / bad),
    ):
        raise AssertionError
    assert not list(tmp_path.iterdir())
    runs.write_config(tmp_path, Config(corpus=f"{bad}.txt"))
    assert runs.read_config(tmp_path).corpus == r"caf\udce9.txt"
    assert runs.new_path(Config(corpus=f"{bad}.txt"), tmp_path).name == "0001-caf-wgan-gp"


def test_runs_are_listed_by_number_and_unfinished_folders_are_not(tmp_path):
    for name in ("0010-a", "0002-a", "mine", ".0011-a.x1"):
        made(tmp_path, name, trained_at=1)
    assert [run.name for run in runs.listed(tmp_path)] == ["0002-a", "0010-a", "mine"]
    assert runs.new_path(Config(corpus="some/text file.txt.gz"), tmp_path).name == (
        "0012-text-file-wgan-gp"
    )


def test_a_folder_appears_whole_or_not_at_all(tmp_path):
    with runs.staged(tmp_path / "run") as partial:
        (partial / "file").write_text("content")
        assert not (tmp_path / "run").exists()
    assert (tmp_path / "run" / "file").read_text() == "content"

    def fail():
        with runs.staged(tmp_path / "other") as partial:
            (partial / "file").touch()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_of_two_that_want_one_name_the_first_stays(tmp_path):
    def second():
        with runs.staged(tmp_path / "run") as partial:
            (partial / "first").touch()

    with pytest.raises(InputError, match="appeared meanwhile"), runs.staged(tmp_path / "run"):
        second()
    assert [path.name for path in tmp_path.rglob("*")] == ["run", "first"]


def test_a_run_that_was_killed_while_it_was_made_takes_no_number(tmp_path):
    with atomic_folder(tmp_path / "0001-x-wgan-gp"):
        assert runs.new_path(Config(corpus="x"), tmp_path).name == "0002-x-wgan-gp"
    (tmp_path / ".0001-x-wgan-gp.0123abcd.unfinished" / "corpus").mkdir(parents=True)
    assert runs.new_path(Config(corpus="x"), tmp_path).name == "0001-x-wgan-gp"
    assert not list(tmp_path.iterdir())


def test_a_run_in_training_is_not_replaced(tmp_path):
    run = made(tmp_path, "run", trained_at=1)

    def replace():
        with runs.staged(run, force=True) as partial:
            runs.write_config(partial, Config(corpus="y"))

    with runs.held(run), pytest.raises(InputError, match="being trained by another process"):
        replace()
    assert runs.read_config(run).corpus == "x"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    replace()
    assert runs.read_config(run).corpus == "y"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["config.json", "run"]


def test_a_run_is_not_trained_while_it_is_replaced_and_stays_if_that_fails(tmp_path):
    run = made(tmp_path, "run", trained_at=1)

    def fail():
        with runs.staged(run, force=True):
            with pytest.raises(InputError, match="being trained"), runs.held(run):
                pass
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert runs.read_config(run).corpus == "x"


@pytest.mark.parametrize("kind", [InputError, OSError])
def test_an_error_while_a_run_is_made_names_the_run_and_no_hidden_folder(kind, tmp_path):
    def fail():
        with runs.staged(tmp_path / "run") as partial:
            path = str(partial / "corpus")
            raise InputError(f"{path}: full") if kind is InputError else OSError(28, "full", path)

    with pytest.raises(kind, match=f"{tmp_path}/run/corpus"):
        fail()


def test_a_lock_is_of_the_run_that_is_there_now(tmp_path, monkeypatch):
    run = made(tmp_path, "run", trained_at=1)
    try_lock = runs.try_lock

    def late(descriptor):  # another process replaces the run between opening and locking
        monkeypatch.setattr(runs, "try_lock", try_lock)
        with runs.staged(run, force=True) as partial:
            runs.write_config(partial, Config(corpus="y"))
        return try_lock(descriptor)

    monkeypatch.setattr(runs, "try_lock", late)
    with runs.held(run), pytest.raises(InputError, match="being trained"), runs.held(run):
        pass


@pytest.mark.parametrize(
    "text", ["", "[]", "{}", '{"step": "x", "seconds": 1, "status": ""}', '{"step": 1}',
        '{"step": true, "seconds": 1, "status": ""}', '{"step": -1, "seconds": 1, "status": ""}',
        '{"step": 1, "seconds": Infinity, "status": ""}', "[" * 100_000,
        '{"step": 1, "seconds": 1, "status": "", "best": 3}',
        '{"step": 1, "seconds": 1%s, "status": ""}' % ("0" * 400),
    ],
)  # fmt: skip
def test_a_damaged_state_is_named(text, tmp_path):
    (tmp_path / "state.json").write_text(text)
    with pytest.raises(InputError, match=r"state\.json is damaged"):
        runs.read_state(tmp_path)


def test_a_run_that_cannot_be_replaced_after_all_is_there_again(tmp_path, monkeypatch):
    run = made(tmp_path, "run", trained_at=1)
    before, rename = (run / "config.json").read_bytes(), Path.rename

    def interrupted(path, target):
        if Path(target).resolve() == run.resolve() and (path / "new").exists():
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt), runs.staged(run, force=True) as partial:
        (partial / "new").touch()
    monkeypatch.undo()
    assert (run / "config.json").read_bytes() == before
    assert [path.name for path in run.parent.iterdir()] == [run.name]
