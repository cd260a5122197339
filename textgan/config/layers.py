"""In which order settings come: preset, objective, kind of line, file, command line."""

import dataclasses
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from corpora.errors import InputError
from textgan.config.objectives import other_settings
from textgan.config.presets import COLUMN_SETTINGS, PRESETS
from textgan.config.validation import check_type

if TYPE_CHECKING:
    from textgan.config.settings import Config

__all__ = ["has_all_settings", "layered"]


def layered(
    config: type["Config"], overrides: Mapping[str, Any], preset: str, settings: Mapping[str, Any]
) -> dict[str, Any]:
    """Return the values of preset, objective, columns, `settings`, `overrides`, the last one first.

    A layer that has `steps` or `minutes` removes the stop of the layers below. A file that names
    all settings leaves none to the preset.
    """
    if preset not in PRESETS:
        raise InputError(f"preset is {preset!r}; choose one of: {', '.join(PRESETS)}")
    values = dict(PRESETS[preset])
    named = {"objective": config.objective, "columns": config.columns}
    for layer in (values, settings, overrides):
        named |= {name: layer[name] for name in named if name in layer}
    for name, value in named.items():
        check_type(name, value, str)
    columns = COLUMN_SETTINGS.get(named["columns"], {})
    for layer in (other_settings(named["objective"]), columns, settings, overrides):
        if layer.get("steps") is not None or layer.get("minutes") is not None:
            values["steps"] = values["minutes"] = None
        values.update(layer)
    return values


def has_all_settings(settings: Mapping[str, Any], config: type["Config"]) -> bool:
    """Return whether `settings` has every setting, as those of a run have."""
    names = {field.name for field in dataclasses.fields(config)}
    return settings.keys() >= names - {"corpus"}
