"""Settings from a JSON file."""

import dataclasses
import os
import stat
from pathlib import Path
from typing import Any

from corpora.errors import InputError
from corpora.json_files import parse_object
from textgan.config.settings import Config

__all__ = ["BEFORE", "read_settings"]

BEFORE: dict[str, Any] = {"ngram_matching": 0.0}  # of runs that were made before the setting was
LONGEST = 1_000_000  # bytes; all settings are 2,000


def read_settings(path: Path) -> dict[str, Any]:
    """Return the settings of a JSON file: of a flat object as they are, of a run's file all.

    A run of an earlier version lacks the settings that came later: they have their defaults, or
    those of `BEFORE`.

    Raises:
        InputError: For a file that cannot be read, is a device, too long, or no JSON object.
    """
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            if stat.S_ISCHR(mode) or stat.S_ISBLK(mode):
                raise InputError(f"{path} is a device; give a JSON file of settings")
            content = file.read(LONGEST + 1)
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}; give a JSON file") from error
    if len(content) > LONGEST:
        raise InputError(
            f"{path} is longer than {LONGEST:,} bytes, and settings are not; give a file as a "
            "run's config.json"
        )
    try:
        values = parse_object(content)
    except ValueError as error:
        raise InputError(
            f"{path} holds no settings in JSON ({error}); write it as a run's config.json"
        ) from error
    if not isinstance(values.get("config"), dict):
        return values
    fields = [field for field in dataclasses.fields(Config) if field.name != "corpus"]
    return {**{field.name: field.default for field in fields}, **BEFORE, **values["config"]}
