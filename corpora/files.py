"""Atomic writes: a file or folder appears whole under its name or not at all, through no link."""

import contextlib
import io
import os
import re
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, TextIO, cast

from corpora.errors import UnwritableError

if sys.platform != "win32":
    import fcntl

__all__ = [
    "PLAIN",
    "atomic",
    "atomic_folder",
    "atomic_text",
    "is_at",
    "lock",
    "named_text",
    "naming",
    "open_folder",
    "remove_unfinished",
    "temporary_file",
    "temporary_folder",
]

# With which a file is opened through no link, and no pipe is waited for. Windows has neither.
PLAIN = sum(getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
SUFFIX = ".unfinished"
TEMPORARY = re.compile(r"\.(.+)\.[0-9a-f]{8}\.unfinished", re.DOTALL)
LONGEST = 200  # bytes of the name that its temporary file repeats; a name has 255 at most


@contextlib.contextmanager
def atomic(path: Path) -> Iterator[BinaryIO]:
    """Give a file to write that becomes `path` at the end, unless an exception passes.

    Until then it stands beside `path` under a fresh hidden name that nobody can foresee, made
    with `O_EXCL | O_NOFOLLOW`, so that no link that somebody planted is followed. A link at `path`
    itself is replaced, not followed. Its writer holds a lock on it: what a killed process left is
    known by that, and the next write to `path` removes it.

    Raises:
        OSError: The file cannot be written; its `filename` is `path`.
    """
    remove_unfinished(path.parent, path.name)
    with naming(path):
        temporary, file = _create(path)
    try:
        with naming(path), file:  # closing it writes what is left, and may fail as well
            yield file
            file.flush()
            os.fsync(file.fileno())
            if sys.platform == "win32":  # where no open file can be renamed
                file.close()
            temporary.replace(path)  # still locked: nobody takes it for a leftover
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
            with contextlib.suppress(OSError, ValueError):  # what could not be written was told
                text.detach()


@contextlib.contextmanager
def named_text(path: Path) -> Iterator[TextIO]:
    """Give a text to write to a path that the user named: `atomic_text` where it is a file.

    A link is followed to its file. A device or a pipe is written to, never replaced.

    Raises:
        OSError: The file cannot be written; its `filename` is `path`.
    """
    target = path.resolve()
    try:
        if path.exists() and not path.is_file():
            with naming(path), path.open("w", encoding="utf-8", newline="\n") as file:
                yield file
        else:
            with atomic_text(target) as file:
                yield file
    except OSError as error:
        if error.filename == str(target):
            error.filename = str(path)  # as the user knows it
        raise


@contextlib.contextmanager
def atomic_folder(path: Path) -> Iterator[Path]:
    """Give a folder to fill under a fresh hidden name beside `path`, locked as `atomic` locks.

    Whoever fills it renames it, or moves what is in it; what is left at the end is removed.

    Raises:
        OSError: The folder cannot be made; its `filename` is `path`.
    """
    remove_unfinished(path.parent, path.name)
    while True:
        temporary = _temporary(path)
        with naming(path):
            try:
                temporary.mkdir()
            except FileExistsError:
                continue
            try:
                descriptor = open_folder(temporary)
            except FileNotFoundError:
                continue  # removed as a leftover, before its lock
        if lock(descriptor) and is_at(descriptor, temporary):
            break
        os.close(descriptor)
    try:
        yield temporary
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
        os.close(descriptor)


def remove_unfinished(folder: Path, name: str | None = None) -> None:
    """Remove what killed writers left in `folder`: of `name`, or of every name.

    The living hold locks. Where the file system has none, nothing is removed.
    """
    if sys.platform == "win32":
        return
    with contextlib.suppress(OSError):  # no such folder, or none that may be read
        for left in folder.iterdir():
            match = TEMPORARY.fullmatch(left.name)
            if match is None or (name is not None and match[1] != _shortened(name)):
                continue
            with contextlib.suppress(OSError):
                descriptor = os.open(left, os.O_RDONLY | PLAIN)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    if left.is_dir():
                        shutil.rmtree(left)
                    else:
                        left.unlink()
                finally:
                    os.close(descriptor)


def open_folder(path: Path) -> int:
    """Return the descriptor of a folder, for `lock`; on Windows, which has none, another."""
    if sys.platform == "win32":
        return os.open(os.devnull, os.O_RDONLY)
    return os.open(path, os.O_RDONLY | os.O_DIRECTORY)


def lock(descriptor: int) -> bool:
    """Lock an open file or folder until it is closed; return False if another holds it.

    Windows and some network file systems have no such locks: there nothing is kept.
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
def naming(path: Path) -> Iterator[None]:
    """Name `path` in an OSError that names no file, as of a full disk, or a temporary one."""
    try:
        yield
    except OSError as error:
        name = Path(os.fsdecode(error.filename)).name if isinstance(error.filename, str) else ""
        if error.filename is None or TEMPORARY.fullmatch(name):
            error.filename = str(path)
            error.filename2 = None
        raise  # with a name of its own: of another file, which was to be read


class _Temporary(io.FileIO):
    full = False

    def write(self, data: Any) -> int:  # noqa: ANN401 - whatever holds bytes
        if self.full:  # told already: closing it tries again what is buffered
            return memoryview(data).nbytes
        try:
            with _without_room():
                return super().write(data)
        except UnwritableError:
            self.full = True
            raise


def temporary_file() -> BinaryIO:
    """Return a nameless file, to write and read, that vanishes when it is closed.

    Raises:
        UnwritableError: There is no room for it; now, or later, when it is written.
    """
    with _without_room(), tempfile.TemporaryFile(buffering=0) as file:
        raw = _Temporary(os.dup(file.fileno()), "r+b")
        return cast(BinaryIO, io.BufferedRandom(raw))


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give a folder that vanishes, with all that is in it, at the end.

    Raises:
        UnwritableError: It cannot be made.
    """
    with _without_room():
        folder = tempfile.TemporaryDirectory()
    with folder as name:
        yield Path(name)


@contextlib.contextmanager
def _without_room() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        folder = f" in {tempfile.tempdir}" if tempfile.tempdir else ""
        raise UnwritableError(
            f"cannot write a temporary file{folder} ({error.strerror}); set TMPDIR to a folder "
            "with more room"
        ) from error


def _shortened(name: str) -> str:
    return os.fsdecode(os.fsencode(name)[:LONGEST])


def _temporary(path: Path) -> Path:
    return path.with_name(f".{_shortened(path.name)}.{secrets.token_hex(4)}{SUFFIX}")


def _create(path: Path) -> tuple[Path, BinaryIO]:
    while True:
        temporary = _temporary(path)
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | PLAIN
        with contextlib.suppress(FileExistsError):
            file = os.fdopen(os.open(temporary, flags, 0o666), "wb")
            if lock(file.fileno()) and is_at(file.fileno(), temporary):
                return temporary, file
            file.close()  # taken for a leftover, between its creation and its lock
