"""Files of a folder that may come from elsewhere: read through no link, and never without bound."""

import contextlib
import json
import math
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from corpora.errors import InputError
from corpora.files import PLAIN

__all__ = ["check_folder", "check_plain", "open_plain", "parse_object", "read_object"]

DIGITS = 25  # of a whole number, with its sign: 2^64 has 20
LARGEST = 16 << 20  # bytes of a JSON file: settings, a state, a vocabulary


def check_folder(path: Path) -> Path:
    """Return `path`, the folder of a run; InputError where it is a link, which leads elsewhere."""
    if path.is_symlink():
        raise InputError(f"{path} is a link; expected a folder: put a copy of it there")
    return path


def check_plain(path: Path) -> Path:
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
def open_plain(path: Path) -> Iterator[BinaryIO]:
    """Give the bytes of a regular file, opened through no link and without waiting for a pipe.

    Raises:
        InputError: It is a link, a pipe, a device or a folder.
        OSError: It is missing or cannot be read.
    """
    check_plain(path)
    descriptor = os.open(path, os.O_RDONLY | PLAIN)
    with os.fdopen(descriptor, "rb") as file:
        yield file


def read_object(path: Path) -> dict[str, Any]:
    """Return the JSON object in a file.

    Raises:
        ValueError: It is too large or holds something else; says what.
        InputError: It is no regular file.
        OSError: It is missing or cannot be read.
    """
    with open_plain(path) as file:
        text = file.read(LARGEST + 1)
    if len(text) > LARGEST:
        raise ValueError(f"over {LARGEST >> 20} MB")
    return parse_object(text)


def parse_object(text: str | bytes) -> dict[str, Any]:
    """Return the JSON object in a text, of numbers that fit a float; ValueError otherwise."""
    if isinstance(text, bytes):
        text = text.decode("utf-8")
    try:
        values = json.loads(
            text, parse_constant=_finite, parse_float=_finite, parse_int=_whole_number
        )
    except RecursionError:
        raise ValueError("nested too deep") from None
    if not isinstance(values, dict):
        raise ValueError(f"found a JSON {type(values).__name__}, expected an object")
    return values


def _whole_number(text: str) -> int:
    if len(text) > DIGITS:
        raise ValueError(f"a number of {len(text)} digits")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no number")
    return number
