"""The lock of a run folder: one process at a time trains or replaces a run."""

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from corpora.errors import InputError
from corpora.files import is_at, open_folder, try_lock

__all__ = ["locked"]


@contextlib.contextmanager
def locked(run: Path) -> Iterator[None]:
    """Lock a run folder for the block; the system unlocks it when the process dies.

    Raises:
        InputError: Another process, or another loop of this one, has locked it; or it is no folder.
    """
    while True:
        try:
            folder = open_folder(run)
        except OSError as error:
            raise InputError(f"cannot open {run}: {error.strerror}; name a run folder") from error
        try:
            if not try_lock(folder):
                raise InputError(f"{run} is being trained by another process; wait for it")
            if is_at(folder, run.resolve()):  # otherwise --force replaced the run before the lock
                yield
                return
        finally:
            os.close(folder)
