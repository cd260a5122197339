"""`stats.jsonl`: one JSON object a line, appended during training."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corpora.errors import InputError
from corpora.files import NO_FOLLOW, atomic_text, check_regular, name_in_errors, open_regular
from corpora.json_files import MAX_EXACT_INTEGER, parse_object

__all__ = ["Log", "read_log"]

MAX_LINE_BYTES = 1 << 20


class Log:
    """Appends measurements; each line is on disk when `write` returns.

    Args:
        path: Path of `stats.jsonl`.
        step: The step that a run resumes from. `kept` are the lines up to it that are not
            provisional; the run will write the others again.
    """

    def __init__(self, path: Path, step: int = 0) -> None:
        self.path = path
        self.kept = [
            line
            for line in (read_log(path) if os.path.lexists(path) else [])
            if line["step"] <= step and not line.get("provisional")
        ]

    def cut(self) -> None:
        """Remove all lines but those of `kept` from the file."""
        with atomic_text(check_regular(self.path)) as file:
            file.writelines(map(_line, self.kept))

    def write(self, values: Mapping[str, Any]) -> None:
        """Append one line.

        Raises:
            OSError: The log cannot be written, for example because it is a link; `filename` is its
                path.
        """
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | NO_FOLLOW
        with name_in_errors(self.path), os.fdopen(os.open(self.path, flags, 0o666), "wb") as file:
            file.write(_line(values).encode())


def read_log(path: Path) -> list[dict[str, Any]]:
    """Return all lines of a log, without a last line that a crash cut short.

    Each has the numbers `step` and `seconds`. Its `scores`, if any, are an object with the number
    `choice`.

    Raises:
        InputError: Any other line is damaged, or the file is a link or no regular file.
    """
    lines: list[dict[str, Any]] = []
    damaged, number = None, 0
    try:
        with open_regular(path) as file:
            while line := file.readline(MAX_LINE_BYTES + 1):
                if damaged is not None:  # the damaged line was not the last
                    raise InputError(
                        f"{path}, line {number} is damaged ({damaged}); restore the file"
                    ) from damaged
                number += 1
                try:
                    lines.append(_parsed(line))
                except ValueError as error:
                    damaged = error
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    return lines


def _parsed(line: bytes) -> dict[str, Any]:
    if len(line) > MAX_LINE_BYTES:
        raise ValueError(f"over {MAX_LINE_BYTES:,} bytes")
    values = parse_object(line)
    _check_numbers(values, "step", "seconds")
    if "scores" in values:
        if not isinstance(values["scores"], dict):
            raise ValueError("scores are no object")
        _check_numbers(values["scores"], "choice")
    return values


def _check_numbers(values: Mapping[str, Any], *names: str) -> None:
    for name in names:
        value: Any = values.get(name)
        if type(value) not in (int, float) or not abs(value) <= MAX_EXACT_INTEGER:
            raise ValueError(f"{name} is {value!r:.80}")


def _line(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, allow_nan=False) + "\n"
