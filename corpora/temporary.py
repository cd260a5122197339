"""Temporary files and folders: they vanish when closed, and a full disk is an error of one line."""

import contextlib
import io
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, cast

from corpora.errors import UnwritableError

__all__ = ["temporary_file", "temporary_folder"]


def temporary_file() -> BinaryIO:
    """Return a file without a name, to write and read, that vanishes when it is closed.

    Raises:
        UnwritableError: The disk has no room for it; now, or later, when it is written.
    """
    with _name_the_folder(), tempfile.TemporaryFile(buffering=0) as file:
        raw = _TemporaryFile(os.dup(file.fileno()), "r+b")
        return cast(BinaryIO, io.BufferedRandom(raw))


@contextlib.contextmanager
def temporary_folder() -> Iterator[Path]:
    """Give a folder that vanishes at the end, with all that is in it.

    Raises:
        UnwritableError: It cannot be made.
    """
    with _name_the_folder():
        folder = tempfile.TemporaryDirectory()
    with folder as name:
        yield Path(name)


class _TemporaryFile(io.FileIO):
    disk_is_full = False

    def write(self, data: Any) -> int:  # noqa: ANN401 - whatever holds bytes
        if self.disk_is_full:  # the error was raised; closing writes the buffer once more
            return memoryview(data).nbytes
        try:
            with _name_the_folder():
                return super().write(data)
        except UnwritableError:
            self.disk_is_full = True
            raise


@contextlib.contextmanager
def _name_the_folder() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        folder = f" in {tempfile.tempdir}" if tempfile.tempdir else ""
        raise UnwritableError(
            f"cannot write a temporary file{folder} ({error.strerror}); set TMPDIR to a folder "
            "with more room"
        ) from error
