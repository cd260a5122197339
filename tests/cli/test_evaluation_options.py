import click
import pytest

from cli.compare import compare
from cli.evaluate import evaluate
from cli.evaluation_options import orders, refuse_two_inputs
from corpora.errors import InputError

SHARED = {
    "--against", "--held-out", "--length", "--normalise", "--no-normalise", "--unit", "--seed",
    "--tables", "--signatures", "--json",
}  # fmt: skip


@pytest.mark.parametrize("command", [evaluate, compare])
def test_both_commands_have_the_shared_options(command: click.Command):
    flags = {flag for option in command.params for flag in option.opts + option.secondary_opts}
    assert flags >= SHARED


@pytest.mark.parametrize(
    ("text", "expected"), [("4", [4]), ("1-3", [1, 2, 3]), ("2, 4-5,2", [2, 4, 5])]
)
def test_orders_are_listed(text, expected):
    assert orders(text) == expected


@pytest.mark.parametrize("text", ["", "x", "1-", "1,,2", "5-2", "1-99999"])
def test_what_lists_no_orders_is_refused(text):
    with pytest.raises(InputError, match="found --orders"):
        orders(text)


def test_standard_input_is_one_text():
    refuse_two_inputs("-", None, "a")
    with pytest.raises(InputError, match="found - more than once"):
        refuse_two_inputs("-", None, "-")
