"""JSON files: written as a whole, and checked when they are read, wherever they come from."""

import json
import math
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from corpora.errors import InputError
from corpora.files import atomic_text, check_regular, open_regular, read_at_most
from corpora.sources import is_device

__all__ = ["MAX_EXACT_INTEGER", "parse_object", "read_json", "write_json"]

MAX_EXACT_INTEGER = 1 << 53  # up to which a float holds every whole number (IEEE 754, 64 bits)
MAX_DIGITS = 25  # of a whole number, with its sign: 2^64 has 20
MAX_BYTES = 16 << 20  # of a file: settings, a state, a vocabulary, a report


def write_json(
    path: Path, values: Mapping[str, Any], *, indent: int = 2, ensure_ascii: bool = False
) -> None:
    """Write a JSON object to a file that appears as a whole.

    Raises:
        InputError: `path` is a link or no regular file.
        ValueError: A number is not finite.
        OSError: It cannot be written; its `filename` is `path`.
    """
    text = json.dumps(values, indent=indent, ensure_ascii=ensure_ascii, allow_nan=False)
    with atomic_text(check_regular(path)) as file:
        file.write(f"{text}\n")


def read_json(
    path: Path,
    *,
    expected: str,
    remedy: str,
    named_by_user: bool = False,
    max_bytes: int = MAX_BYTES,
) -> dict[str, Any]:
    """Return the JSON object in a file: of finite numbers, not too large, not nested too deep.

    Args:
        path: The file.
        expected: What it should be, for messages: "the header of an encoded corpus".
        remedy: What the user can do, for messages: "encode the corpus again".
        named_by_user: Whether the user named this file. Then a link is followed and a pipe is
            read. A file that is found in a folder must be a regular one: the folder may come from
            elsewhere, and nothing outside it is read.
        max_bytes: The largest file that is read.

    Raises:
        InputError: The file is missing, cannot be read, or holds anything else.
    """
    try:
        with _open_named(path) if named_by_user else open_regular(path) as file:
            content = read_at_most(file, max_bytes + 1)
    except FileNotFoundError:
        raise InputError(f"{path} is missing; expected {expected}: {remedy}") from None
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; {remedy}") from error
    try:
        if len(content) > max_bytes:
            raise ValueError(f"over {max_bytes:,} bytes")
        return parse_object(content)
    except ValueError as error:
        raise InputError(f"{path} is damaged ({error}); expected {expected}: {remedy}") from None


def parse_object(text: str | bytes) -> dict[str, Any]:
    """Return the JSON object in a text; ValueError for anything else, which it names.

    Numbers are finite and whole numbers have at most MAX_DIGITS digits: longer ones take Python
    quadratic time.
    """
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


@contextmanager
def _open_named(path: Path) -> Iterator[BinaryIO]:
    with path.open("rb") as file:
        if is_device(file):
            raise InputError(f"{path} is a device; expected a JSON file")
        yield file


def _whole_number(text: str) -> int:
    if len(text) > MAX_DIGITS:
        raise ValueError(f"a number of {len(text)} digits")
    return int(text)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is no number")
    return number
