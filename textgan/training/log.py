"""`stats.jsonl`: one JSON object a line, appended as training goes on."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from corpora.errors import InputError

__all__ = ["Log", "read_log"]


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
            for line in (read_log(path) if path.exists() else [])
            if line["step"] <= step and not line.get("provisional")
        ]

    def cut(self) -> None:
        """Leave the lines that are kept, and no others, on disk."""
        temporary = self.path.with_name(self.path.name + ".partial")
        temporary.write_text("".join(map(_line, self.kept)), encoding="utf-8")
        temporary.replace(self.path)

    def write(self, values: Mapping[str, Any]) -> None:
        """Append one line."""
        with self.path.open("a", encoding="utf-8") as file:
            file.write(_line(values))


def read_log(path: Path) -> list[dict[str, Any]]:
    """Return all lines of a log; a last line that a crash cut short is left out.

    Raises:
        InputError: Any other line is damaged.
    """
    lines = path.read_bytes().splitlines()
    found = []
    for number, line in enumerate(lines, 1):
        try:
            values = json.loads(line)
            values["step"] += 0  # every line has both, and they are numbers
            values["seconds"] += 0
        except (ValueError, TypeError, KeyError) as error:
            if number == len(lines):
                break
            raise InputError(f"{path}, line {number} is damaged; restore the file") from error
        found.append(values)
    return found


def _line(values: Mapping[str, Any]) -> str:
    return json.dumps(values, ensure_ascii=False, allow_nan=False) + "\n"
