"""Atomic writes: a file appears whole under its name or not at all, and through no planted link."""

import contextlib
import fcntl
import io
import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, TextIO

__all__ = ["atomic", "atomic_text", "named_text", "remove_unfinished"]

SUFFIX = ".unfinished"
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
    remove_unfinished(path)
    with _naming(path):
        temporary, file = _create(path)
    try:
        with _naming(path), file:  # closing it writes what is left, and may fail as well
            yield file
            file.flush()
            os.fsync(file.fileno())
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
            with _naming(path), path.open("w", encoding="utf-8", newline="\n") as file:
                yield file
        else:
            with atomic_text(target) as file:
                yield file
    except OSError as error:
        if error.filename == str(target):
            error.filename = str(path)  # as the user knows it
        raise


def remove_unfinished(path: Path) -> None:
    """Remove the temporary files of `path` whose writer is gone."""
    with contextlib.suppress(OSError):  # no such folder, or none that may be read
        for left in path.parent.iterdir():
            if not (left.name.startswith(_prefix(path)) and left.name.endswith(SUFFIX)):
                continue
            with contextlib.suppress(OSError):  # locked: its writer is alive
                descriptor = os.open(left, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    left.unlink()
                finally:
                    os.close(descriptor)


def _prefix(path: Path) -> str:
    name = os.fsdecode(os.fsencode(path.name)[:LONGEST])
    return f".{name}."


def _create(path: Path) -> tuple[Path, BinaryIO]:
    while True:
        temporary = path.with_name(f"{_prefix(path)}{secrets.token_hex(4)}{SUFFIX}")
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
        with contextlib.suppress(FileExistsError):
            file = os.fdopen(os.open(temporary, flags, 0o666), "wb")
            fcntl.flock(file, fcntl.LOCK_EX)
            if os.fstat(file.fileno()).st_nlink:
                return temporary, file
            file.close()  # removed as a leftover, between its creation and its lock


@contextlib.contextmanager
def _naming(path: Path) -> Iterator[None]:
    """Name `path` in an OSError that names no file, as of a full disk, or the temporary one."""
    try:
        yield
    except OSError as error:
        if error.filename is None or str(error.filename).endswith(SUFFIX):
            error.filename = str(path)
        raise  # with a name of its own: of another file, which was to be read
