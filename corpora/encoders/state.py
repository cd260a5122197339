"""An encoder's state on disk: one JSON file, checked word by word when it is read."""

import hashlib
import json
import os
from pathlib import Path
from typing import Any

from corpora.errors import InputError

__all__ = ["FILE", "read_state", "signature", "write_state"]

FILE = "encoder.json"
FORMAT = 1


def write_state(folder: Path, state: dict[str, Any]) -> None:
    """Write the state under a temporary name and move it into place."""
    text = json.dumps({"format": FORMAT, **state}, ensure_ascii=False, indent=1)
    temporary = folder / f".{FILE}.{os.getpid()}"
    temporary.write_text(text + "\n", encoding="utf-8")
    temporary.replace(folder / FILE)


def read_state(folder: Path) -> dict[str, Any]:
    """Return the state with its format checked; InputError for a missing or damaged file."""
    path = folder / FILE
    try:
        state = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path}: missing; expected a folder written by textgan") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as JSON ({error}); encode again") from None
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        found = state.get("format") if isinstance(state, dict) else type(state).__name__
        raise InputError(f"{path}: format {found!r}; this version reads {FORMAT}; encode again")
    return state


def signature(name: str, size: int, content: bytes) -> str:
    """Return `name:size:hash`, equal only for encoders that give equal ids."""
    return f"{name}:{size}:{hashlib.sha256(content).hexdigest()[:6]}"
