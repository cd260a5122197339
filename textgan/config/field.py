"""What is known of one setting: its check, its flag, its help and its row in the docs follow."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from textgan.registry import registry_of

__all__ = ["Setting", "plugins_of", "setting", "settings_of"]

MANY = 10**19  # whole numbers from here on are written as powers


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One entry of the table of settings.

    Attributes:
        group: Heading under which `--help` and the docs list it.
        help: What it sets, with its symbol and unit.
        source: Where its default or its meaning is from.
        choices: Values it may have.
        kind: Registered pieces of this kind are choices as well.
        at_least: The least value.
        above: A value that it has to exceed.
        at_most: The greatest value.
        below: A value that it must not reach.
        when_none: What None stands for.
        only: Another setting -> its values under which this one has an effect.
        unless: Another setting -> its values under which this one has no effect.
        needs: A setting without which (0 or empty) this one has no effect.
        flag: Whether `textgan train` has a flag of this name.
    """

    group: str
    help: str
    source: str = ""
    choices: tuple[str, ...] = ()
    kind: str | None = None
    at_least: float | None = None
    above: float | None = None
    at_most: float | None = None
    below: float | None = None
    when_none: str = ""
    only: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unless: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needs: str | None = None
    flag: bool = True

    @property
    def has_choices(self) -> bool:
        """Whether it is one of several names."""
        return bool(self.choices) or self.kind is not None

    def allows(self, name: str) -> bool:
        """Return whether `name` is a choice; plug-ins are loaded only where it is not built in."""
        return name in self.choices or (self.kind is not None and name in registry_of(self.kind))

    def names(self, *, built_in: bool = False) -> tuple[str, ...]:
        """Return all choices, those of plug-ins among them unless only `built_in` ones."""
        if self.kind is None:
            return self.choices
        registry = registry_of(self.kind)
        return (*self.choices, *(registry.built_in if built_in else registry))

    def contains(self, number: float) -> bool:
        """Return whether a number is within the bounds; NaN never is where there are bounds."""
        return (
            (self.at_least is None or number >= self.at_least)
            and (self.above is None or number > self.above)
            and (self.at_most is None or number <= self.at_most)
            and (self.below is None or number < self.below)
        )

    def has_effect(self, other: str, value: str) -> bool:
        """Return whether it has an effect where the setting `other` has this value."""
        return value in self.only.get(other, (value,)) and value not in self.unless.get(other, ())

    def bounds(self) -> str:
        """Return the bounds in words; nothing where there are none."""
        limits = {
            "at least": self.at_least, "above": self.above, "at most": self.at_most,
            "below": self.below,
        }  # fmt: skip
        return " and ".join(
            f"{word} {limit:,}" if limit < MANY else f"{word} {limit:.0e}"
            for word, limit in limits.items()
            if limit is not None
        )


def setting(group: str, default: Any, text: str, **known: Any) -> Any:  # noqa: ANN401 - any type
    """Return a dataclass field with a default value; group, help and `known` are its `Setting`."""
    about = Setting(group=group, help=text, **known)
    return dataclasses.field(default=default, metadata={"setting": about})


def settings_of(config: object) -> dict[str, Setting]:
    """Return what is known of each setting of a dataclass, or of an instance of it, by name."""
    return {item.name: item.metadata["setting"] for item in dataclasses.fields(config)}  # type: ignore[arg-type]


def plugins_of(config: object) -> list[str]:
    """Return the plug-ins whose pieces the settings name, in sorted order."""
    plugins = {
        registry_of(setting.kind).plugins.get(getattr(config, name))
        for name, setting in settings_of(config).items()
        if setting.kind is not None
    }
    return sorted(plugin for plugin in plugins if plugin is not None)
