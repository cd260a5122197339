"""What makes settings impossible: types, choices, bounds, and settings that would be ignored."""

import dataclasses
import difflib
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, get_args

from corpora.errors import InputError
from textgan.config.codes import parse_codes
from textgan.config.compatibility import refusal
from textgan.config.field import Setting, settings_of

if TYPE_CHECKING:
    from textgan.config.settings import Config

__all__ = ["check", "check_known", "check_type", "refuse_without_effect", "where_it_has_effect"]


def check(config: "Config") -> None:
    """Raise InputError unless each setting is possible, and all of them go together."""
    settings = settings_of(config)
    for field in dataclasses.fields(config):
        value = getattr(config, field.name)
        check_type(field.name, value, field.type)
        if value is not None:
            _check_value(field.name, value, settings[field.name])
    parse_codes(config.codes)
    reason = refusal(config)
    if reason is not None:
        raise InputError(reason)


def check_type(name: str, value: object, expected: Any) -> None:  # noqa: ANN401 - a type or a union
    """Raise InputError unless a value has the type of its setting; a float may be whole."""
    types = get_args(expected) or (expected,)
    fits = isinstance(value, types) or (float in types and isinstance(value, int))
    if not fits or (isinstance(value, bool) and bool not in types):
        names = " or ".join("nothing" if k is type(None) else k.__name__ for k in types)
        raise InputError(f"{name} is {value!r}; it must be of type {names}")


def _check_value(name: str, value: Any, setting: Setting) -> None:  # noqa: ANN401 - of any type
    if setting.has_choices and not setting.allows(value):
        more = ""
        if setting.kind is not None:
            more = f", or install a plug-in that registers this {setting.kind} (docs/plugins.md)"
        raise InputError(f"{name} is {value!r}; choose one of: {', '.join(setting.names())}{more}")
    if not isinstance(value, str) and not setting.contains(value):
        raise InputError(f"{name} is {value}; it must be {setting.bounds()}")


def check_known(names: Iterable[str], config: type["Config"]) -> None:
    """Raise InputError for a name that is no setting, and where `corpus` is missing."""
    known = list(settings_of(config))
    for name in names:
        if name not in known:
            suggestions = difflib.get_close_matches(name, known, n=1)
            hint = (
                f"; did you mean {suggestions[0]!r}?"
                if suggestions
                else f"; known: {', '.join(known)}"
            )
            raise InputError(f"unknown setting {name!r}{hint}")
    if "corpus" not in names:
        raise InputError("no corpus given; name a text file or a bundled corpus")


def refuse_without_effect(changed: Mapping[str, Any], config: "Config") -> None:
    """Raise InputError for a changed setting that would be ignored: it would mislead."""
    settings = settings_of(config)
    in_use = {**config.to_dict(), **dataclasses.asdict(config.pieces)}
    for name, value in changed.items():
        setting = settings[name]
        for other in (*setting.only, *setting.unless):
            value_in_use = in_use[other]
            if not setting.has_effect(other, value_in_use):
                choices = where_it_has_effect(settings, name, other)
                raise InputError(
                    f"{name} has no effect where {other} is {value_in_use!r}; leave it out or "
                    f"{_remedy(other, value_in_use, choices)}"
                )
        if setting.needs is not None and value and not in_use[setting.needs]:
            raise InputError(
                f"{name} has no effect without {setting.needs}; leave it out or give "
                f"{setting.needs}"
            )


def where_it_has_effect(settings: Mapping[str, Setting], name: str, other: str) -> tuple[str, ...]:
    """Return the values of another setting under which the setting `name` has an effect."""
    return tuple(
        choice for choice in settings[other].names() if settings[name].has_effect(other, choice)
    )


def _remedy(other: str, value: str, choices: tuple[str, ...]) -> str:
    """Return how to have one of `choices` in place of `value`."""
    if other != "columns":
        return f"choose {other} {' or '.join(choices)}"
    if "text" in choices:  # which no flag says
        return f"leave out --{value}"
    return f"add {' or '.join(f'--{choice}' for choice in choices)}"
