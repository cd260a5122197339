import os

import pytest

from cli.reference import is_run, refuse_two_inputs
from corpora.errors import InputError


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "file.txt").write_text("a\n")
    (tmp_path / "folder").mkdir()
    (tmp_path / "runs" / "0001-a").mkdir(parents=True)
    return tmp_path


@pytest.mark.parametrize(
    ("target", "unknown", "expected"),
    [
        ("file.txt", True, False),
        ("-", True, False),
        ("us-baby-names", True, False),
        ("folder", True, True),
        ("folder", False, True),
        ("0001-a", True, True),
        ("0001-a", False, True),
        ("1", True, True),  # the number of a run, which is looked for later
        ("missing.txt", False, False),
    ],
)
def test_folders_names_and_numbers_are_runs(here, target, unknown, expected):
    assert is_run(target, here / "runs", unknown=unknown) is expected


@pytest.mark.skipif(os.name != "posix", reason="named pipes")
def test_a_pipe_is_a_file(here):
    os.mkfifo(here / "pipe")
    assert not is_run("pipe", here / "runs", unknown=True)


def test_standard_input_is_one_text():
    refuse_two_inputs("-", None, "a")
    with pytest.raises(InputError, match="found - more than once"):
        refuse_two_inputs("-", None, "-")
