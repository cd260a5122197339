"""`config.json` and `state.json` of a run: its settings, and how far it is trained."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeGuard

import textgan
from corpora.errors import InputError
from corpora.json_files import MAX_EXACT_INTEGER, read_json, write_json
from corpora.sources import in_utf8
from textgan.config.field import plugins_of
from textgan.config.files import BEFORE
from textgan.config.settings import Config

__all__ = ["is_step", "read_config", "read_state", "write_config", "write_state"]

FORMAT = 1


def write_config(run: Path, config: Config, **more: Any) -> None:  # noqa: ANN401 - JSON values
    """Write the settings of a run to `config.json`; `more` is what else the file will hold."""
    settings = {**config.to_dict(), "corpus": in_utf8(config.corpus)}
    version: dict[str, Any] = {"format": FORMAT, "textgan": textgan.__version__}
    if plugins := plugins_of(config):
        version["plugins"] = plugins
    write_json(run / "config.json", {**version, **more, "config": settings})


def read_config(run: Path) -> Config:
    """Return the settings of a run.

    Raises:
        InputError: `config.json` is missing, damaged, or of another format.
    """
    path = run / "config.json"
    values = _read(path)
    if values.get("format") != FORMAT:
        raise InputError(
            f"{path} has format {values.get('format')!r} (textgan {values.get('textgan')}), "
            f"expected {FORMAT}; use the version that wrote it"
        )
    if not isinstance(values.get("config"), dict):
        raise InputError(f"{path} has no settings; restore the file or train again")
    try:
        return Config.from_dict({**BEFORE, **values["config"]})
    except InputError as error:
        plugins = (
            f"; the run has pieces of {values['plugins']!s:.200}" if "plugins" in values else ""
        )
        raise InputError(f"{path}: {error}{plugins}") from error


def write_state(run: Path, state: Mapping[str, Any]) -> None:
    """Write how far a run is trained to `state.json`.

    Raises:
        InputError: A link or no regular file is in its place.
    """
    write_json(run / "state.json", state)


def read_state(run: Path) -> dict[str, Any]:
    """Return how far a run is trained: `step`, `seconds`, `status`, and `best`, its scores or None.

    Raises:
        InputError: `state.json` is missing or damaged.
    """
    path = run / "state.json"
    state = _read(path)
    seconds: Any = state.get("seconds")
    valid = {
        "step": is_step(state.get("step")),
        "seconds": type(seconds) in (int, float) and 0 <= seconds <= MAX_EXACT_INTEGER,
        "status": isinstance(state.get("status"), str),
        "best": state.get("best") is None or isinstance(state["best"], dict),
    }
    for name, is_valid in valid.items():
        if not is_valid:
            value = f"{state.get(name)!r:.80}"
            raise InputError(f"{path} is damaged ({name} is {value}); restore it or train again")
    return state


def is_step(value: object) -> TypeGuard[int]:
    """Return whether a value from a file can be the number of a step."""
    return type(value) is int and 0 <= value <= MAX_EXACT_INTEGER


def _read(path: Path) -> dict[str, Any]:
    return read_json(path, expected=f"the {path.name} of a run", remedy="restore it or train again")
