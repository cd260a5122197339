"""The text of docs/settings.md, made from the settings themselves.

To write the page again: python -m textgan.config.settings_page > docs/settings.md
"""

import dataclasses
import sys
from collections.abc import Iterable
from typing import Any, get_args

from textgan.config.field import Setting, settings_of
from textgan.config.objectives import other_settings
from textgan.config.presets import PRESETS
from textgan.config.settings import Config
from textgan.config.validation import where_it_has_effect
from textgan.registry import OBJECTIVES

__all__ = ["settings_page"]

INTRODUCTION = """# Settings

This page lists all settings of a run. Each setting is a flag of `textgan train`: `--batch-size`
sets `batch_size`. There are three exceptions:

| setting | how `textgan train` sets it |
| --- | --- |
| `corpus` | the argument CORPUS, without a flag |
| `columns` | `--labels` or `--pairs` |
| `generator_width`, `critic_width` | their own flags, or `--width N` for both |

From Python the settings are the fields of `textgan.Config`. A run keeps them in its `config.json`.

The defaults are those of the preset `quick`. A row is a line of the corpus as T symbols. The
equations are on the page of [objectives](objectives.md). [Plug-ins](plugins.md) add choices.

A value comes from the first of these sources that has it:

1. the command line;
2. the file of `--config`;
3. `--pairs`, which sets the generator to `unet`, the critic to `patch` and `ngram_matching` to 0;
4. the objective;
5. the preset.

A setting that would have no effect is refused. The command
`python -m textgan.config.settings_page` writes this page from the settings.
"""


def settings_page() -> str:
    """Return docs/settings.md: all settings by group, then what presets and objectives set."""
    settings, parts = settings_of(Config), [INTRODUCTION]
    for group in dict.fromkeys(setting.group for setting in settings.values()):
        rows = [
            (
                f"`{name}`",
                _default(name),
                _values(name),
                setting.help.replace("<", "&lt;"),
                _effect(settings, name),
                setting.source,
            )
            for name, setting in settings.items()
            if setting.group == group
        ]
        heads = ("setting", "default", "values", "what it sets", "has an effect where", "source")
        parts.append(f"## {group}\n\n{_table(heads, rows)}")
    presets = {name: values for name, values in PRESETS.items() if values}
    objectives = {name: other_settings(name) for name in OBJECTIVES.built_in}
    objectives = {name: values for name, values in objectives.items() if values}
    parts.append(f"## What presets set\n\n{_compared(presets)}")
    parts.append(
        "## What objectives set\n\nThis table leaves out loss, penalty, constraint and "
        "normalisation. They are on [the page of objectives](objectives.md#objectives).\n\n"
        f"{_compared(objectives)}"
    )
    return "\n".join(parts)


def _default(name: str) -> str:
    setting, field = settings_of(Config)[name], _field(name)
    if field.default is dataclasses.MISSING:
        return "none: it must be named"
    if field.default is None:
        return setting.when_none or "none"
    return _shown(field.default)


def _values(name: str) -> str:
    setting, field = settings_of(Config)[name], _field(name)
    if setting.has_choices:
        return ", ".join(f"`{choice}`" for choice in setting.names(built_in=True))
    kind = next(k for k in get_args(field.type) or (field.type,) if k is not type(None))
    words = {int: "whole number", float: "number", bool: "`true`, `false`", str: "text"}[kind]
    return f"{words} {setting.bounds()}".strip()


def _effect(settings: dict[str, Setting], name: str) -> str:
    """Return the values of other settings under which one has an effect; nothing for all."""
    setting = settings[name]
    where = [
        f"`{other}` is {', '.join(where_it_has_effect(settings, name, other))}"
        for other in (*setting.only, *setting.unless)
    ]
    if setting.needs:
        where.append(f"there is `{setting.needs}`")
    return "; ".join(where)


def _compared(layers: dict[str, dict[str, Any]]) -> str:
    """Return a table of what several layers set: a row a setting, a column a layer."""
    names = dict.fromkeys(name for values in layers.values() for name in values)
    rows = [
        (f"`{name}`", *(_shown(each[name]) if name in each else "" for each in layers.values()))
        for name in names
    ]
    return _table(("setting", *(f"`{name}`" for name in layers)), rows)


def _table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    heads = tuple(heads)
    lines = [heads, ("---",) * len(heads), *rows]
    return "".join(f"| {' | '.join(cell for cell in line)} |\n" for line in lines)


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    return "empty" if value == "" else f"`{value}`"


def _field(name: str) -> "dataclasses.Field[Any]":
    return next(field for field in dataclasses.fields(Config) if field.name == name)


if __name__ == "__main__":
    sys.stdout.write(settings_page())
