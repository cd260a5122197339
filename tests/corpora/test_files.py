"""Atomic writes: whole or not at all, through no link, and nothing left by the dead."""

import errno
import importlib.util
import os
import subprocess
import sys
import threading
import tracemalloc
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from corpora.errors import InputError
from corpora.files import (
    atomic,
    atomic_folder,
    atomic_text,
    check_folder,
    check_regular,
    open_regular,
    output_text,
    read_at_most,
    remove_unfinished,
    without_links,
    write_text,
)

FullDisk = Callable[[], AbstractContextManager[None]]
KILLED = """
import os, signal, sys
from pathlib import Path
from corpora.files import atomic, atomic_folder
with atomic(Path(sys.argv[1])) as file, atomic_folder(Path(sys.argv[2])) as folder:
    file.write(b"half")
    file.flush()
    (folder / "half").mkdir()
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
        (first,) = tmp_path.iterdir()
    with atomic(path):
        (second,) = (left for left in tmp_path.iterdir() if left != path)
    assert first != second


def test_the_next_write_removes_what_a_killed_process_left(tmp_path: Path) -> None:
    path, folder = tmp_path / "a.txt", tmp_path / "folder"
    command = [sys.executable, "-c", KILLED, path, folder]
    done = subprocess.run(command, env=dict(os.environ), check=False)
    assert done.returncode == -9
    assert not path.exists()
    assert len(list(tmp_path.iterdir())) == 2
    with atomic(path) as file:
        file.write(b"whole")
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_is_listed_once_however_many_files_are_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed: list[Path] = []
    monkeypatch.setattr("corpora.files.remove_unfinished", listed.append)
    for name in "abc":
        with atomic(tmp_path / name), atomic_folder(tmp_path / f"{name}.d"):
            pass
    assert listed == [tmp_path]


def test_all_that_the_dead_left_is_removed_and_what_the_living_write_stays(tmp_path: Path) -> None:
    (tmp_path / ".0001-names.0123abcd.unfinished" / "corpus").mkdir(parents=True)
    (tmp_path / ".names.txt.0123abcd.unfinished").touch()
    others = [tmp_path / name for name in (".0001-names.unfinished", ".x.partial", "x.unfinished")]
    for other in others:
        other.touch()
    with atomic(tmp_path / "a"), atomic_folder(tmp_path / "b"):
        living = [path for path in tmp_path.iterdir() if path.name.startswith((".a.", ".b."))]
        remove_unfinished(tmp_path)
        assert sorted(tmp_path.iterdir()) == sorted([*others, *living])
        assert len(living) == 2


def test_a_folder_is_removed_unless_it_was_renamed(tmp_path: Path) -> None:
    with atomic_folder(tmp_path / "a") as folder:
        (folder / "x").touch()
        folder.rename(tmp_path / "a")
    assert sorted(tmp_path.rglob("*")) == [tmp_path / "a", tmp_path / "a" / "x"]

    def fail() -> None:
        with atomic_folder(tmp_path / "b") as folder:
            (folder / "x").touch()
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert list(tmp_path.iterdir()) == [tmp_path / "a"]


def test_a_living_writer_keeps_its_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with atomic(path) as file:
        remove_unfinished(tmp_path)
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


@pytest.mark.parametrize("size", [1000, 1_000_000])  # noticed when closed, and when written
def test_a_full_disk_names_the_path_and_leaves_what_was_there(
    tmp_path: Path, size: int, full_disk: FullDisk
) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")

    def write() -> None:
        with atomic_text(path) as file:
            file.write("x" * size)

    with full_disk(), pytest.raises(OSError, match="File too large") as caught:
        write()
    assert caught.value.filename == str(path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_link_that_the_user_named_is_followed_to_its_file(tmp_path: Path) -> None:
    file, link = tmp_path / "file", tmp_path / "link"
    link.symlink_to("file")
    for text in ("first", "second"):  # the first makes the file
        with output_text(link) as written:
            written.write(text)
        assert (link.is_symlink(), file.read_text()) == (True, text)


def test_a_pipe_that_the_user_named_is_written_to_and_stays(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read: list[str] = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()))
    reader.start()
    with output_text(pipe) as file:
        file.write("ä\n")
    reader.join()
    assert read == ["ä\n"]
    assert pipe.is_fifo()
    assert list(tmp_path.iterdir()) == [pipe]


def test_an_error_names_the_link_as_it_was_named(tmp_path: Path, full_disk: FullDisk) -> None:
    link = tmp_path / "link"
    link.symlink_to("file")

    def write() -> None:
        with output_text(link) as file:
            file.write("x" * 1000)

    with full_disk(), pytest.raises(InputError, match=f"cannot write {link}: File too large"):
        write()


def test_an_error_of_another_file_keeps_its_name(tmp_path: Path) -> None:
    def write() -> None:
        with output_text(tmp_path / "out") as file:
            file.write((tmp_path / "input").read_text())

    with pytest.raises(FileNotFoundError, match="input"):
        write()


def test_a_text_is_written_to_a_path_that_the_user_named(tmp_path: Path) -> None:
    write_text(tmp_path / "a.txt", "ä\n")
    assert (tmp_path / "a.txt").read_bytes() == "ä\n".encode()
    with pytest.raises(
        InputError, match=r"cannot write .+no.a\.txt: No such file.+check its folder"
    ):
        write_text(tmp_path / "no" / "a.txt", "x")


def test_no_more_is_read_or_allocated_than_there_is(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(b"0123456789" * 10_000)
    with open_regular(path) as file:
        assert read_at_most(file, 70_001) == path.read_bytes()[:70_001]
        tracemalloc.start()
        assert len(read_at_most(file, 1 << 24)) == 29_999
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 1 << 18


def test_what_leads_out_of_a_folder_is_refused(tmp_path: Path) -> None:
    file, link, pipe = tmp_path / "file", tmp_path / "link", tmp_path / "pipe"
    file.write_text("text")
    link.symlink_to(file)
    os.mkfifo(pipe)
    with open_regular(file) as opened:
        assert opened.read() == b"text"
    for path, kind in ((link, "a link"), (pipe, "no regular file"), (tmp_path, "no regular file")):
        with (
            pytest.raises(InputError, match=f"{path} is {kind}; expected a file"),
            open_regular(path),
        ):
            pass
    assert check_regular(tmp_path / "absent") == tmp_path / "absent"
    folder = tmp_path / "folder"
    folder.symlink_to(tmp_path)
    with pytest.raises(InputError, match="folder is a link; expected a folder"):
        check_folder(folder)
    assert check_folder(tmp_path) == tmp_path


def test_on_windows_which_has_no_locks_files_are_whole_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    spec = importlib.util.find_spec("corpora.files")
    assert spec is not None
    assert spec.loader is not None
    files = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "fcntl", None)  # no such module
    for name in ("O_NOFOLLOW", "O_NONBLOCK", "O_DIRECTORY"):
        monkeypatch.delattr(os, name)
    monkeypatch.setattr(sys, "platform", "win32")
    spec.loader.exec_module(files)
    with files.atomic_text(tmp_path / "text") as file, files.atomic_folder(tmp_path / "a") as made:
        file.write("whole")
        made.rename(tmp_path / "a")
    assert (tmp_path / "text").read_text() == "whole"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "text"]


def test_links_in_a_circle_are_one_clear_line(tmp_path: Path) -> None:
    path, other = tmp_path / "a", tmp_path / "b"
    path.symlink_to(other)
    other.symlink_to(path)
    with pytest.raises(InputError, match="leads back to itself"), output_text(path):
        raise AssertionError
    assert without_links(tmp_path / "c" / ".." / "d") == without_links(tmp_path) / "d"
