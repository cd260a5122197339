"""An encoder's state on disk: one JSON file, checked word by word when it is read."""

import hashlib
import json
from pathlib import Path
from typing import Any

from corpora.errors import InputError
from corpora.files import atomic_text
from corpora.untrusted import read_object

__all__ = ["FILE", "read_state", "signature", "write_state"]

FILE = "encoder.json"
FORMAT = 1


def write_state(folder: Path, state: dict[str, Any]) -> None:
    """Write the state, whole or not at all."""
    with atomic_text(folder / FILE) as file:
        file.write(json.dumps({"format": FORMAT, **state}, ensure_ascii=False, indent=1) + "\n")


def read_state(folder: Path) -> dict[str, Any]:
    """Return the state with its format checked; InputError for a missing or damaged file."""
    path = folder / FILE
    try:
        state = read_object(path)
    except FileNotFoundError:
        raise InputError(f"{path}: missing; expected a folder written by textgan") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as JSON ({error}); encode again") from None
    found = state.get("format")
    if found != FORMAT:
        raise InputError(f"{path}: format {found!r:.80}; this version reads {FORMAT}; encode again")
    return state


def signature(name: str, size: int, content: bytes) -> str:
    """Return `name:size:hash`, equal only for encoders that give equal ids."""
    return f"{name}:{size}:{hashlib.sha256(content).hexdigest()[:6]}"
