"""The flags of `train`, made from the fields of `textgan.config.settings.Config`.

A new field there is a new flag here: nothing in this module changes.
"""

import dataclasses
import types
from collections.abc import Callable
from typing import Any, TypeVar, get_args

import click

from cli.values import Names
from textgan.config.field import Setting, settings_of
from textgan.config.settings import Config

__all__ = ["GroupedCommand", "group", "setting_option", "settings_options"]

F = TypeVar("F", bound=Callable[..., Any])
SETTINGS = settings_of(Config)
FIELDS = {field.name: field for field in dataclasses.fields(Config)}


class GroupedCommand(click.Command):
    """Shows its options under the headings that `group` gave them."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write one list of options a heading, in the order of first use."""
        groups: dict[str, list[tuple[str, str]]] = {}
        for parameter in self.get_params(ctx):
            record = parameter.get_help_record(ctx)
            if record is not None and isinstance(parameter, click.Option):
                heading = getattr(parameter, "heading", "Start")
                groups.setdefault(heading, []).append(record)
        for heading, records in groups.items():
            with formatter.section(heading):
                formatter.write_dl(records)


class _HeadedOption(click.Option):
    def __init__(self, *args: Any, heading: str, **attributes: Any) -> None:  # noqa: ANN401
        super().__init__(*args, **attributes)
        self.heading = heading


def group(heading: str, *declarations: str, **attributes: Any) -> Callable[[F], F]:  # noqa: ANN401
    """Return a click option that is listed under `heading`."""
    return click.option(*declarations, cls=_HeadedOption, heading=heading, **attributes)


def settings_options(command: F) -> F:
    """Add a flag for every setting that has one; those not typed come as None."""
    for name, setting in reversed(SETTINGS.items()):
        if setting.flag:
            command = group(
                setting.group, *_declared(name), type=_type(name), default=None,
                help=_help(name, setting),
            )(command)  # fmt: skip
    return command


def setting_option(name: str) -> Callable[[F], F]:
    """Return the flag of one setting for another command, with the default shown."""
    setting, default = SETTINGS[name], FIELDS[name].default
    text = setting.help if default is not None else _help(name, setting)
    return click.option(
        *_declared(name), type=_type(name), default=default, show_default=default is not None,
        help=text,
    )  # fmt: skip


def _declared(name: str) -> tuple[str, ...]:
    flag = name.replace("_", "-")
    return (f"--{flag}/--no-{flag}" if _kind(name) is bool else f"--{flag}",)


def _kind(name: str) -> Any:  # noqa: ANN401 - a type
    """Return the type of a setting, None left out."""
    annotation: Any = FIELDS[name].type
    return next(k for k in get_args(annotation) or (annotation,) if k is not types.NoneType)


def _type(name: str) -> Any:  # noqa: ANN401 - what click takes as a type
    setting = SETTINGS[name]
    return Names(setting.names, setting.allows) if setting.has_choices else _kind(name)


def _help(name: str, setting: Setting) -> str:
    default = FIELDS[name].default
    if _kind(name) is bool:
        default = "on" if default else "off"
    if setting.when_none:
        return f"{setting.help} [default: {setting.when_none}]"
    return setting.help if default in (None, "") else f"{setting.help} [quick: {default}]"
