"""Results as data: files of one JSON object a line, to which finished runs are appended."""

import contextlib
import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from corpora.errors import InputError
from corpora.files import try_lock

__all__ = ["Record", "append", "locked", "read"]

Record = dict[str, Any]


def read(path: Path) -> list[Record]:
    """Return the records of a file, none where there is no file.

    A last line without a line feed is left out: its writer was killed.

    Raises:
        InputError: Another line is no JSON object.
    """
    lines = path.read_text(encoding="utf-8").split("\n")[:-1] if path.exists() else []
    records = []
    for number, line in enumerate(lines, 1):
        try:
            records.append(dict(json.loads(line)))
        except (ValueError, TypeError) as error:
            raise InputError(
                f"{path}, line {number}: found no JSON object; remove the line, and what it was "
                "of is run again"
            ) from error
    return records


def append(path: Path, record: Mapping[str, Any]) -> None:
    """Append a record in one write; the folder is made where it is missing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    line = json.dumps(record, separators=(",", ":"), allow_nan=False) + "\n"
    with path.open("ab", buffering=0) as file:
        file.write(line.encode())


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Keep other processes that lock the file from it; cut off a last line without a line feed.

    Raises:
        InputError: Another process has it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        if not try_lock(file.fileno()):
            raise InputError(
                f"{path} is in use by another process; wait for it, or name another file with "
                "--results"
            )
        file.seek(0)
        content = file.read()
        if not content.endswith(b"\n"):
            os.ftruncate(file.fileno(), content.rfind(b"\n") + 1)
        yield
