"""Settings from a JSON file."""

import dataclasses
from pathlib import Path
from typing import Any

from corpora.json_files import read_json
from textgan.config.settings import Config

__all__ = ["BEFORE", "read_settings"]

BEFORE: dict[str, Any] = {"ngram_matching": 0.0}  # of runs that were made before the setting was
MAX_BYTES = 1_000_000  # bytes; all settings are 2,000


def read_settings(path: Path) -> dict[str, Any]:
    """Return the settings of a JSON file: of a flat object as they are, of a run's file all.

    A run of an earlier version lacks the settings that came later: they have their defaults, or
    those of `BEFORE`.

    Raises:
        InputError: For a file that cannot be read, is a device, too long, or no JSON object.
    """
    values = read_json(
        path, expected="settings as in a run's config.json", remedy="give a JSON file",
        named_by_user=True, max_bytes=MAX_BYTES,
    )  # fmt: skip
    if not isinstance(values.get("config"), dict):
        return values
    fields = [field for field in dataclasses.fields(Config) if field.name != "corpus"]
    return {**{field.name: field.default for field in fields}, **BEFORE, **values["config"]}
