"""The `textgan` command itself: what becomes of errors."""

import inspect
import subprocess
import sys

import pytest

import cli.main
from cli.main import COMMANDS
from corpora.errors import InputError


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (InputError("no label 'x'; it has \x1b[2J\nb …"), "no label 'x'; it has ␛[2J␊b …"),
        (OSError(28, "No space left on device", "a\x1bb"), "a␛b: No space left on device"),
    ],
)
def test_an_error_is_one_line_in_which_nothing_acts_on_the_terminal(
    monkeypatch, capsys, error, said
):
    def fails(**_):
        raise error

    monkeypatch.setattr(cli.main, "textgan", fails)
    with pytest.raises(SystemExit) as left:
        cli.main.main()
    assert left.value.code == 1
    assert capsys.readouterr().err == f"textgan: {said}\n"


@pytest.mark.parametrize("name", COMMANDS)
def test_the_table_of_commands_has_the_first_sentence_of_each(name):
    command = cli.main.textgan.get_command(None, name)
    assert inspect.cleandoc(command.help).split("\n\n")[0].replace("\n", " ") == COMMANDS[name]


def test_help_lists_every_command_and_loads_none():
    code = (
        "import sys; from cli.main import textgan; textgan(['--help'], standalone_mode=False);"
        "assert not {'numpy', 'cli.train', 'cli.evaluate'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert all(f"  {name} " in done.stdout for name in COMMANDS)


def test_an_error_after_a_signal_leaves_with_128_and_the_number_of_the_signal(monkeypatch):
    def fails(**_):
        raise InputError("x")

    monkeypatch.setattr(cli.main, "textgan", fails)
    monkeypatch.setattr(cli.main.signals, "stopped", lambda: 15)
    with pytest.raises(SystemExit) as left:
        cli.main.main()
    assert left.value.code == 128 + 15
