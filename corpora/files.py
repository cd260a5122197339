"""Files that are written as a whole and read through no link.

A file or folder appears under its name when it is complete, or not at all. Until then it has a
hidden temporary name in the same folder, and its writer holds a lock on it. What a killed process
left has no lock: it is removed.
"""

import contextlib
import io
import os
import re
import secrets
import shutil
import stat
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import BinaryIO, TextIO

from corpora.errors import InputError

if sys.platform != "win32":
    import fcntl

__all__ = [
    "NO_FOLLOW",
    "atomic",
    "atomic_folder",
    "atomic_text",
    "check_folder",
    "check_regular",
    "is_at",
    "name_in_errors",
    "open_folder",
    "open_regular",
    "output_text",
    "read_at_most",
    "remove_unfinished",
    "try_lock",
    "without_links",
    "write_text",
]

# Flags of os.open: follow no link, wait for no pipe. Windows has neither.
NO_FOLLOW = sum(getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
TEMPORARY = re.compile(r"\..+\.[0-9a-f]{8}\.unfinished", re.DOTALL)
NAME_BYTES = 200  # of the name that its temporary name repeats; file systems allow 255


@contextlib.contextmanager
def atomic(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write that becomes `path` at the end, unless an exception passes.

    Nobody can foresee its temporary name, and it is made with `O_EXCL | O_NOFOLLOW`: a link that
    somebody put there is not followed. A link at `path` itself is replaced, not followed.

    Raises:
        OSError: The file cannot be written; its `filename` is `path`.
    """
    _remove_unfinished_once(path.parent.absolute())
    with name_in_errors(path):
        temporary, file = _create(path)
    try:
        with name_in_errors(path), file:  # closing writes the buffer, and may fail as well
            yield file
            file.flush()
            os.fsync(file.fileno())
            if sys.platform == "win32":  # where no open file can be renamed
                file.close()
            temporary.replace(path)  # still locked, so that no process takes it for a leftover
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def atomic_text(path: Path) -> Iterator[TextIO]:
    """Give `atomic` a text to write: UTF-8, lines end in a line feed."""
    with atomic(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="\n", write_through=False)
        try:
            yield text
            text.flush()
        finally:
            with contextlib.suppress(OSError, ValueError):  # the error was raised by flush
                text.detach()


@contextlib.contextmanager
def output_text(path: Path) -> Iterator[TextIO]:
    """Give a text to write to a path that the user named: `atomic_text` where it is a file.

    A link is followed to its file. A device or a pipe is written to, never replaced.

    Raises:
        InputError: It cannot be written.
    """
    target = without_links(path)
    try:
        if path.exists() and not path.is_file():
            with name_in_errors(path), path.open("w", encoding="utf-8", newline="\n") as file:
                yield file
        else:
            with atomic_text(target) as file:
                yield file
    except OSError as error:
        if error.filename not in (str(path), str(target)):
            raise  # of another file, which was to be read
        raise InputError(
            f"cannot write {path}: {error.strerror}; check its folder and the disk"
        ) from error


def write_text(path: Path, text: str) -> None:
    """Write a text to a path that the user named, as `output_text` does.

    Raises:
        InputError: It cannot be written.
    """
    with output_text(path) as file:
        file.write(text)


@contextlib.contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Give a folder to fill under a temporary name in the folder of `path`, locked as by `atomic`.

    The caller renames it, or moves what is in it; what is left at the end is removed.

    Raises:
        OSError: The folder cannot be made; its `filename` is `path`.
    """
    _remove_unfinished_once(path.parent.absolute())
    while True:
        temporary = _temporary(path)
        with name_in_errors(path):
            try:
                temporary.mkdir()
            except FileExistsError:
                continue
            try:
                descriptor = open_folder(temporary)
            except FileNotFoundError:
                continue  # removed as a leftover, before its lock
        if try_lock(descriptor) and is_at(descriptor, temporary):
            break
        os.close(descriptor)
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        os.close(descriptor)


def remove_unfinished(folder: Path) -> None:
    """Remove the files and folders in `folder` that killed processes left.

    Those of living processes are locked and stay. Without locks nothing is removed.
    """
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):  # no such folder, or no permission to read it
        for name in os.listdir(folder):  # noqa: PTH208 - a third of the time of Path.iterdir
            if TEMPORARY.fullmatch(name):
                with contextlib.suppress(OSError):
                    _remove_unless_locked(folder / name)


@cache
def _remove_unfinished_once(folder: Path) -> None:
    """Remove what killed processes left, once in this process: listing a folder takes time."""
    remove_unfinished(folder)


def _remove_unless_locked(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | NO_FOLLOW)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    finally:
        os.close(descriptor)


def open_folder(path: Path) -> int:
    """Return the descriptor of a folder, for `try_lock`; Windows has none, so of another file."""
    if sys.platform == "win32":
        return os.open(os.devnull, os.O_RDONLY)
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY)


def try_lock(descriptor: int) -> bool:
    """Lock an open file or folder until it is closed; return False if another holds the lock.

    Windows and some network file systems have no such locks: there the answer is True.
    """
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        pass
    return True


def is_at(descriptor: int, path: Path) -> bool:
    """Return whether an open file or folder is still the one at `path`; on Windows, True."""
    if sys.platform == "win32":
        return True
    try:
        return os.path.samestat(os.fstat(descriptor), path.lstat())
    except FileNotFoundError:
        return False


@contextlib.contextmanager
def name_in_errors(path: Path) -> Iterator[None]:
    """Name `path` in an OSError that names no file, as of a full disk, or a temporary one."""
    try:
        yield
    except OSError as error:
        name = Path(os.fsdecode(error.filename)).name if isinstance(error.filename, str) else ""
        if error.filename is None or TEMPORARY.fullmatch(name):
            error.filename, error.filename2 = str(path), None
        raise  # an error that names another file keeps its name


def without_links(path: Path) -> Path:
    """Return the absolute path behind all links; InputError for links that lead in a circle."""
    with contextlib.suppress(OSError, RuntimeError):  # of such a circle, up to Python 3.12
        resolved = path.resolve()
        if not resolved.is_symlink():
            return resolved
    raise InputError(f"{path} is a link that leads back to itself; remove it")


def check_folder(path: Path) -> Path:
    """Return `path`, the folder of a run; InputError where it is a link, which leads elsewhere."""
    if path.is_symlink():
        raise InputError(f"{path} is a link; expected a folder: put a copy of it there")
    return path


def check_regular(path: Path) -> Path:
    """Return `path` if it is a regular file or nothing; InputError for a link, a pipe, a device."""
    try:
        mode = path.lstat().st_mode
    except FileNotFoundError:
        return path
    if not stat.S_ISREG(mode):
        kind = "a link" if stat.S_ISLNK(mode) else "no regular file"
        raise InputError(f"{path} is {kind}; expected a file: put a copy of it there")
    return path


@contextlib.contextmanager
def open_regular(path: Path) -> Iterator[BinaryIO]:
    """Give the bytes of a regular file, opened through no link and without waiting for a pipe.

    Raises:
        InputError: It is a link, a pipe, a device or a folder.
        OSError: It is missing or cannot be read.
    """
    check_regular(path)
    descriptor = os.open(path, os.O_RDONLY | NO_FOLLOW)
    with os.fdopen(descriptor, "rb") as file:
        yield file


def read_at_most(file: BinaryIO, limit: int) -> bytes:
    """Return the next bytes of a file, `limit` at most.

    `file.read(limit)` would allocate all of them, however small the file is.
    """
    content = bytearray()
    while chunk := file.read(min(1 << 16, limit - len(content))):
        content += chunk
    return bytes(content)


def _temporary(path: Path) -> Path:
    shortened = os.fsdecode(os.fsencode(path.name)[:NAME_BYTES])
    return path.with_name(f".{shortened}.{secrets.token_hex(4)}.unfinished")


def _create(path: Path) -> tuple[Path, BinaryIO]:
    """Return the temporary name of `path` and its file, open and locked."""
    while True:
        temporary = _temporary(path)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | NO_FOLLOW
        with contextlib.suppress(FileExistsError):
            file = os.fdopen(os.open(temporary, flags, 0o666), "wb")
            if try_lock(file.fileno()) and is_at(file.fileno(), temporary):
                return temporary, file
            file.close()  # removed as a leftover, before its lock
