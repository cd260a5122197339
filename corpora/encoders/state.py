"""An encoder's state on disk: one JSON file, checked when it is read."""

import hashlib
from pathlib import Path
from typing import Any

from corpora.errors import InputError
from corpora.json_files import read_json, write_json

__all__ = ["FILE", "read_state", "signature", "write_state"]

FILE = "encoder.json"
FORMAT = 1


def write_state(folder: Path, state: dict[str, Any]) -> None:
    """Write the state to its file in `folder`."""
    write_json(folder / FILE, {"format": FORMAT, **state}, indent=1)


def read_state(folder: Path) -> dict[str, Any]:
    """Return the state with its format checked; InputError for a missing or damaged file."""
    path = folder / FILE
    state = read_json(path, expected="the state of an encoder", remedy="encode the corpus again")
    if state.get("format") != FORMAT:
        raise InputError(
            f"{path}: format {state.get('format')!r:.80}; this version reads {FORMAT}; encode the "
            "corpus again"
        )
    return state


def signature(name: str, size: int, content: bytes) -> str:
    """Return `name:size:hash`, equal only for encoders that give equal ids."""
    return f"{name}:{size}:{hashlib.sha256(content).hexdigest()[:6]}"
