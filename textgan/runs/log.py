"""`stats.jsonl`: one JSON object a line, appended as training goes on."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corpora.errors import InputError
from corpora.files import NO_FOLLOW, atomic_text, check_regular, name_in_errors, open_regular
from corpora.json_files import MAX_EXACT_INTEGER, parse_object

__all__ = ["Log", "read_log"]

LONGEST = 1 << 20  # bytes of a line


class Log:
    """Appends measurements; each line is on disk when `write` returns.

    Args:
        path: Of `stats.jsonl`.
        step: That a run goes on from. Lines of later steps are not among `kept`, nor provisional
            ones: it will write them again.
    """

    def __init__(self, path: Path, step: int = 0) -> None:
        self.path = path
        self.kept = [
            line
            for line in (read_log(path) if os.path.lexists(path) else [])
            if line["step"] <= step and not line.get("provisional")
        ]

    def cut(self) -> None:
        """Leave the lines that are kept, and no others, on disk."""
        with atomic_text(check_regular(self.path)) as file:
            file.writelines(map(_line, self.kept))

    def write(self, values: Mapping[str, Any]) -> None:
        """Append one line.

        Raises:
            OSError: It cannot be written, as where the log is a link; its `filename` is the log.
        """
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | NO_FOLLOW
        with name_in_errors(self.path), os.fdopen(os.open(self.path, flags, 0o666), "wb") as file:
            file.write(_line(values).encode())


def read_log(path: Path) -> list[dict[str, Any]]:
    """Return all lines of a log; a last line that a crash cut short is left out.

    Every line has numbers as `step` and `seconds`. `scores`, where there are any, are an object
    with the number `choice`.

    Raises:
        InputError: Any other line is damaged, or the file is a link or no regular file.
    """
    found: list[dict[str, Any]] = []
    damaged, number = None, 0
    try:
        with open_regular(path) as file:
            while line := file.readline(LONGEST + 1):
                if damaged is not None:  # and was not the last
                    raise InputError(
                        f"{path}, line {number} is damaged ({damaged}); restore the file"
                    ) from damaged
                number += 1
                try:
                    found.append(_parsed(line))
                except ValueError as error:
                    damaged = error
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    return found


def _parsed(line: bytes) -> dict[str, Any]:
    if len(line) > LONGEST:
        raise ValueError(f"over {LONGEST:,} bytes")
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
