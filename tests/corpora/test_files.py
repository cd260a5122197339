"""Atomic writes: whole or not at all, through no link, and nothing left by the dead."""

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpora.files import atomic, atomic_text, remove_unfinished

KILLED = """
import os, signal, sys
from pathlib import Path
from corpora.files import atomic
with atomic(Path(sys.argv[1])) as file:
    file.write(b"half")
    file.flush()
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_a_file_appears_whole_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with atomic_text(path) as file:
        file.write("ä\n")
        assert not path.exists()
    assert path.read_bytes() == "ä\n".encode()
    assert list(tmp_path.iterdir()) == [path]


def test_an_exception_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def write() -> None:
        with atomic_text(path) as file:
            file.write("new")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_is_replaced_and_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("mine")
    path = tmp_path / "a.txt"
    path.symlink_to(other)
    with atomic(path) as file:
        file.write(b"new")
    assert (other.read_text(), path.read_text(), path.is_symlink()) == ("mine", "new", False)


def test_temporary_names_cannot_be_foreseen(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with atomic(path):
        (one,) = tmp_path.iterdir()
    with atomic(path):
        (other,) = (left for left in tmp_path.iterdir() if left != path)
    assert one != other


def test_the_next_write_removes_what_a_killed_process_left(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    done = subprocess.run([sys.executable, "-c", KILLED, path], env=dict(os.environ), check=False)
    assert done.returncode == -9
    assert not path.exists()
    assert len(list(tmp_path.iterdir())) == 1
    with atomic(path) as file:
        file.write(b"whole")
    assert list(tmp_path.iterdir()) == [path]


def test_a_living_writer_keeps_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with atomic(path) as file:
        remove_unfinished(path)
        file.write(b"first")
    assert path.read_bytes() == b"first"


def test_two_writers_of_one_name_leave_one_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with atomic(path) as first, atomic(path) as second:
        first.write(b"1" * 9)
        second.write(b"2" * 5)
    assert path.read_bytes() == b"1" * 9  # the last to end


def test_an_error_names_the_path_that_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"

    def write() -> None:
        with atomic(path):
            raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space") as caught:
        write()
    assert caught.value.filename == str(path)

    def nowhere() -> None:
        with atomic(tmp_path / "no" / "a.txt"):
            pass

    with pytest.raises(FileNotFoundError) as missing:
        nowhere()
    assert missing.value.filename == str(tmp_path / "no" / "a.txt")


def test_a_name_as_long_as_names_may_be(tmp_path: Path) -> None:
    path = tmp_path / ("ä" * 127)
    with atomic(path) as file:
        file.write(b"x")
    assert path.read_bytes() == b"x"
