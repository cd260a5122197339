"""The flags of `train` and of `inspect`: each is made from a setting."""

import dataclasses

import click
import pytest
from click.testing import CliRunner

from cli.main import textgan
from cli.settings_options import setting_option
from textgan.config.field import settings_of
from textgan.config.objectives import default_weight
from textgan.config.settings import Config


def run(*arguments):
    return CliRunner().invoke(textgan, [str(a) for a in arguments])


def test_help_groups_its_options():
    shown = run("train", "--help").stdout
    for heading in (
        "Start:", "Text:", "Networks:", "Objective:", "Regularizers:", "When to stop:",
        "Scores and checkpoints:", "Hardware:",
    ):  # fmt: skip
        assert heading in shown


def test_every_setting_has_a_flag_with_a_help_text():
    options = {name: one for one in textgan.get_command(None, "train").params for name in one.opts}
    for field in dataclasses.fields(Config):
        if field.name not in ("corpus", "columns"):  # an argument; --labels and --pairs
            assert options[f"--{field.name.replace('_', '-')}"].help


def test_help_says_where_the_objective_decides_and_with_which_weight():
    options = {one.name: one for one in textgan.get_command(None, "train").params}
    for name in ("loss", "penalty", "constraint", "normalisation"):
        assert "[default: the objective's]" in options[name].help
    weights = {default_weight(name) for name in ("gp", "lp", "fd")}
    assert options["penalty_weight"].help.endswith(
        f"[default: {weights.pop():g}; {default_weight('r1r2'):g} for `r1r2`]"
    )
    assert not weights
    assert "--columns" not in run("train", "--help").stdout  # --labels and --pairs say it
    assert run("train", "x", "--columns", "labels").exit_code == 2


def test_a_flag_shows_the_choices_the_default_and_the_help_of_its_setting():
    shown = " ".join(run("train", "--help").stdout.split())
    for name, setting in settings_of(Config).items():
        if setting.flag and setting.has_choices:
            assert f"--{name.replace('_', '-')} [{'|'.join(setting.names())}]" in shown
    assert "--fd-step FLOAT h, half the distance between the two points. [quick: 0.05]" in shown
    assert "Letters and accents are composed (Unicode NFC). [quick: on]" in shown


@pytest.mark.parametrize(
    ("name", "arguments", "value"),
    [
        ("long", [], "cut"),
        ("long", ["--long", "drop"], "drop"),
        ("max_vocabulary", [], 512),
        ("length", [], None),
        ("normalise", ["--no-normalise"], False),
    ],
)
def test_the_flag_of_a_setting_in_another_command_has_its_default(name, arguments, value):
    values = {}
    command = click.command()(setting_option(name)(lambda **found: values.update(found)))
    assert CliRunner().invoke(command, arguments).exit_code == 0
    assert values == {name: value}
    assert CliRunner().invoke(command, ["--long", "wrap"]).exit_code == 2
