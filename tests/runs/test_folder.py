"""Run folders: found by path, name, number or time."""

import pytest

from corpora.errors import InputError
from textgan import runs
from textgan.config.settings import Config


def test_the_latest_run_is_the_one_trained_last_whatever_its_name(make_run, tmp_path):
    make_run(tmp_path, "mine", trained_at=50)
    newest = make_run(tmp_path, "0002-a-wgan", trained_at=90)
    make_run(tmp_path, "0010-a-wgan", trained_at=70)
    (tmp_path / "0011-begun").mkdir()
    runs.write_config(tmp_path / "0011-begun", Config(corpus="x"))  # no checkpoint yet
    assert runs.latest(tmp_path) == newest
    assert runs.find(None, tmp_path) == newest


def test_a_run_is_found_by_path_name_and_number(make_run, tmp_path):
    run = make_run(tmp_path, "0003-b-wgan")
    for name in (str(run), "0003-b-wgan", "3", "0003"):
        assert runs.find(name, tmp_path) == run
    for name in ("4", "²", "b-wgan", str(tmp_path), "3" * 5000):
        with pytest.raises(InputError):
            runs.find(name, tmp_path)


def test_a_run_is_named_by_its_folder_wherever_one_stands(make_run, tmp_path, monkeypatch):
    run = make_run(tmp_path, "0003-b-wgan")
    monkeypatch.chdir(run / "checkpoints")
    assert runs.find("..", tmp_path).name == "0003-b-wgan"
    monkeypatch.chdir(run)
    for name in (".", "./", "checkpoints/.."):
        assert runs.find(name, tmp_path).name == "0003-b-wgan"


def test_what_is_missing_is_answered_with_the_latest_runs_or_as_a_file(make_run, tmp_path):
    for name, trained_at in (("0001-a", 50), ("0002-a", 90), ("0003-a", 70), ("0004-a", 10)):
        make_run(tmp_path, name, trained_at=trained_at)
    with pytest.raises(InputError, match=r"\(latest there: 0002-a, 0003-a, 0001-a\)"):
        runs.find("nosuch", tmp_path)
    with pytest.raises(InputError, match=r"^lines.txt: no such file, and no run of that name in"):
        runs.find("lines.txt", tmp_path)


def test_encoded_texts_are_searched_in_the_newest_run_first(make_run, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for folder, name in (("a", "0002-x"), ("a", "0010-x"), ("b", "mine"), ("b", ".0011-x.x1")):
        make_run(tmp_path / folder, name)
    (tmp_path / "a" / "no-run").mkdir()
    found = runs.corpora_in("a", "none", tmp_path / "a", "b", init=tmp_path / "c" / "run")
    names = [path.absolute().relative_to(tmp_path).as_posix() for path in found]
    assert sorted(names) == ["a/0002-x/corpus", "a/0010-x/corpus", "b/mine/corpus", "c/run/corpus"]
    assert names[0] == "c/run/corpus"
    assert names.index("a/0010-x/corpus") < names.index("a/0002-x/corpus")


def test_a_folder_that_cannot_be_listed_has_no_encoded_text(as_nobody):
    (as_nobody / "closed").mkdir()
    (as_nobody / "closed").chmod(0)
    assert runs.corpora_in(as_nobody / "closed") == []


def test_runs_are_listed_by_number_and_unfinished_folders_are_not(make_run, tmp_path):
    for name in ("0010-a", "0002-a", "mine", ".0011-a.x1"):
        make_run(tmp_path, name)
    assert [run.name for run in runs.listed(tmp_path)] == ["0002-a", "0010-a", "mine"]
    assert runs.new_path(Config(corpus="some/text file.txt.gz"), tmp_path).name == (
        "0012-text-file-wgan-gp"
    )
