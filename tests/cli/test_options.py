"""Options that several commands have."""

import ast
from collections import Counter
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from cli.main import COMMANDS
from cli.options import chosen_columns, encoding, max_bytes, seed
from cli.values import Names

CLI = Path(__file__).parents[2] / "cli"
# Of one name, but with another meaning, type or text in each command
OF_EACH = {
    "--against", "--force", "--json", "--labels", "--normalise/--no-normalise", "--out", "--pairs",
    "--samples", "--seeds", "--smoothing",
}  # fmt: skip


def flags(path):
    """The flags that a module declares itself."""
    calls = [n for n in ast.walk(ast.parse(path.read_text())) if isinstance(n, ast.Call)]
    return {
        each.value
        for call in calls
        if isinstance(call.func, ast.Attribute | ast.Name)
        and getattr(call.func, "attr", getattr(call.func, "id", "")) in ("option", "group")
        for each in call.args
        if isinstance(each, ast.Constant) and str(each.value).startswith("--")
    }


def test_a_flag_that_several_commands_have_is_declared_once():
    declared = Counter(flag for name in COMMANDS for flag in flags(CLI / f"{name}.py"))
    assert {flag for flag, times in declared.items() if times > 1} <= OF_EACH
    assert not (flags(CLI / "options.py") & declared.keys()) - OF_EACH


def invoked(option, *arguments):
    values = {}
    command = click.command()(option(lambda **found: values.update(found)))
    done = CliRunner().invoke(command, arguments)
    return done, values


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("1", 1), ("500M", 500_000_000), ("20G", 20_000_000_000), ("1.5G", 1_500_000_000),
        ("500 MB", 500_000_000), ("3k", 3000), ("2T", 2 * 10**12), ("7B", 7),
    ],
)  # fmt: skip
def test_a_size_is_a_number_with_a_decimal_unit(text, size):
    assert invoked(max_bytes("FILE"), "--max-bytes", text)[1] == {"max_bytes": size}


@pytest.mark.parametrize("text", ["", "0", "-1", "M", "1e9", "5X", "1.G", "0.1", "inf", "5MiB"])
def test_what_is_no_size_is_a_usage_error(text):
    done, _ = invoked(max_bytes("FILE"), "--max-bytes", text)
    assert done.exit_code == 2
    assert f"found {text!r}, expected bytes, as in 500M or 20G" in " ".join(done.stderr.split())


def test_names_are_listed_only_where_they_are_shown():
    listed = []

    def names():
        listed.append(1)
        return ("one", "two")

    option = click.option("--kind", type=Names(names, {"one", "two"}.__contains__))
    done, values = invoked(option, "--kind", "two")
    assert (done.exit_code, values, listed) == (0, {"kind": "two"}, [])
    done, _ = invoked(option, "--kind", "three")
    assert done.exit_code == 2
    assert "'three' is not one of one, two" in done.stderr
    assert "--kind [one|two]" in invoked(option, "--help")[0].stdout


def test_a_shell_completes_names():
    kind = Names(lambda: ("wgan", "wgan-gp", "gan"))
    context = click.Context(click.Command("x"))
    items = kind.shell_complete(context, click.Option(["--x"]), "wg")
    assert [item.value for item in items] == ["wgan", "wgan-gp"]


def test_a_default_is_shown_or_comes_as_none():
    assert invoked(encoding("FILE"))[1] == {"encoding": "utf-8"}
    shown = invoked(encoding("FILE"), "--help")[0].stdout
    assert "Encoding of FILE. [default: utf-8]" in " ".join(shown.split())
    _, values = invoked(encoding("FILE", default=None))
    assert values == {"encoding": None}
    assert invoked(seed())[1] == {"seed": 0}
    assert invoked(seed("Of noise.", default=None))[1] == {"seed": None}


def test_lines_hold_labels_or_pairs_but_not_both():
    assert chosen_columns(False, False) is None
    assert chosen_columns(True, False) == "labels"
    assert chosen_columns(False, True) == "pairs"
    with pytest.raises(click.UsageError, match="leave one out"):
        chosen_columns(True, True)
