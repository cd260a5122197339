"""Which options were typed, and which are refused."""

import click
import pytest
from click.testing import CliRunner

from cli.typed import refuse_given, typed
from corpora.errors import InputError


def test_options_are_typed_where_they_are_on_the_command_line_be_it_with_the_default():
    @click.command()
    @click.option("--size", default=3)
    @click.option("--on/--off", default=True)
    @click.option("--name", default="a", envvar="TEXTGAN_TEST_NAME")
    def command(**_):
        click.echo(sorted(typed()))

    def run(*arguments):
        return CliRunner().invoke(command, arguments, env={"TEXTGAN_TEST_NAME": "b"}).stdout

    assert run() == "[]\n"
    assert run("--size", "3", "--on") == "['on', 'size']\n"


def test_the_first_option_with_a_value_is_refused():
    refuse_given({"--a": None}, "goes with x")
    with pytest.raises(InputError, match=r"^--b goes with x: leave it out$"):
        refuse_given({"--a": None, "--b": 0, "--c": 1}, "goes with x: leave it out")
