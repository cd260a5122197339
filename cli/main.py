"""The `textgan` command: a table of commands, each loaded only when it is called."""

import importlib
import io
import sys

import click

from corpora.errors import InputError
from textgan.evaluation.render.visible import visible

__all__ = ["main"]

# name -> module of cli that holds a click command of the same name
COMMANDS = (
    "train", "sample", "translate", "evaluate", "compare", "score", "inspect", "corrupt", "runs",
)  # fmt: skip


class LazyGroup(click.Group):
    """Finds a command's module by name when it is called, so that `--help` imports no torch."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, or None for a name that is not in the table."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(f"cli.{cmd_name}"), cmd_name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="textgan")
def textgan() -> None:
    """Train, sample and judge pure text GANs on any plain-text file."""


def main() -> None:
    """Run the command line; user errors are one line and exit code 1, usage errors 2."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # what a terminal cannot show must not stop us
            stream.reconfigure(errors="backslashreplace")
    try:
        textgan(standalone_mode=True)
    except InputError as error:
        click.echo(f"textgan: {visible(str(error))}", err=True)  # it may quote a text
        sys.exit(1)
    except OSError as error:  # a full disk, a folder taken away: the machine's, not a bug
        where = visible(str(error.filename or "standard output"))
        click.echo(f"textgan: {where}: {error.strerror}", err=True)
        sys.exit(1)
    except MemoryError as error:
        click.echo(f"textgan: out of memory ({error}); give smaller numbers", err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
