"""A run folder appears complete or not at all, and no run is lost."""

import os
import sys
from pathlib import Path

import pytest

from corpora.errors import InputError
from corpora.files import atomic_folder
from textgan import runs
from textgan.config.settings import Config


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere all names are UTF-8")
def test_a_run_folder_has_a_name_in_utf_8_and_valid_json_whatever_its_corpus_is_called(tmp_path):
    bad = os.fsdecode(b"caf\xe9")
    with (
        pytest.raises(InputError, match="the name of a run folder is UTF-8"),
        runs.new_run_folder(tmp_path / bad),
    ):
        raise AssertionError
    assert not list(tmp_path.iterdir())
    runs.write_config(tmp_path, Config(corpus=f"{bad}.txt"))
    assert runs.read_config(tmp_path).corpus == r"caf\udce9.txt"
    assert runs.new_path(Config(corpus=f"{bad}.txt"), tmp_path).name == "0001-caf-wgan-gp"


def test_a_run_is_not_made_at_a_link_in_a_circle(tmp_path):
    path = tmp_path / "loop"
    path.symlink_to(path)
    with pytest.raises(InputError, match="leads back to itself"), runs.new_run_folder(path):
        raise AssertionError


def test_a_folder_appears_whole_or_not_at_all(tmp_path):
    with runs.new_run_folder(tmp_path / "run") as unfinished:
        (unfinished / "file").write_text("content")
        assert not (tmp_path / "run").exists()
    assert (tmp_path / "run" / "file").read_text() == "content"

    def fail():
        with runs.new_run_folder(tmp_path / "other") as unfinished:
            (unfinished / "file").touch()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert [path.name for path in tmp_path.iterdir()] == ["run"]


def test_of_two_that_want_one_name_the_first_stays(tmp_path):
    def second():
        with runs.new_run_folder(tmp_path / "run") as unfinished:
            (unfinished / "first").touch()

    with (
        pytest.raises(InputError, match="appeared meanwhile"),
        runs.new_run_folder(tmp_path / "run"),
    ):
        second()
    assert [path.name for path in tmp_path.rglob("*")] == ["run", "first"]


def test_a_run_that_was_killed_while_it_was_made_takes_no_number(tmp_path):
    with atomic_folder(tmp_path / "0001-x-wgan-gp"):
        assert runs.new_path(Config(corpus="x"), tmp_path).name == "0002-x-wgan-gp"
    (tmp_path / ".0001-x-wgan-gp.0123abcd.unfinished" / "corpus").mkdir(parents=True)
    assert runs.new_path(Config(corpus="x"), tmp_path).name == "0001-x-wgan-gp"
    assert not list(tmp_path.iterdir())


def test_a_run_in_training_is_not_replaced(make_run, tmp_path):
    run = make_run(tmp_path, "run")

    def replace():
        with runs.new_run_folder(run, force=True) as unfinished:
            runs.write_config(unfinished, Config(corpus="y"))

    with runs.locked(run), pytest.raises(InputError, match="being trained by another process"):
        replace()
    assert runs.read_config(run).corpus == "x"
    assert [path.name for path in tmp_path.iterdir()] == ["run"]
    replace()
    assert runs.read_config(run).corpus == "y"
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["config.json", "run"]


def test_a_run_is_not_trained_while_it_is_replaced_and_stays_if_that_fails(make_run, tmp_path):
    run = make_run(tmp_path, "run")

    def fail():
        with runs.new_run_folder(run, force=True):
            with pytest.raises(InputError, match="being trained"), runs.locked(run):
                pass
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert runs.read_config(run).corpus == "x"


@pytest.mark.parametrize("kind", [InputError, OSError])
def test_an_error_while_a_run_is_made_names_the_run_and_no_hidden_folder(kind, tmp_path):
    def fail():
        with runs.new_run_folder(tmp_path / "run") as unfinished:
            path = str(unfinished / "corpus")
            raise InputError(f"{path}: full") if kind is InputError else OSError(28, "full", path)

    with pytest.raises(kind, match=f"{tmp_path}/run/corpus"):
        fail()


def test_a_run_that_cannot_be_replaced_after_all_is_there_again(make_run, tmp_path, monkeypatch):
    run = make_run(tmp_path, "run")
    before, rename = (run / "config.json").read_bytes(), Path.rename

    def interrupted(path, target):
        if Path(target).resolve() == run.resolve() and (path / "new").exists():
            raise KeyboardInterrupt
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", interrupted)
    with pytest.raises(KeyboardInterrupt), runs.new_run_folder(run, force=True) as unfinished:
        (unfinished / "new").touch()
    monkeypatch.undo()
    assert (run / "config.json").read_bytes() == before
    assert [path.name for path in run.parent.iterdir()] == [run.name]
