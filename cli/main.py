"""The `textgan` command: a table of commands, each loaded only when it is called."""

import difflib
import importlib
import sys
import warnings
from typing import TextIO

import click

from cli import signals
from cli.streams import prepare
from corpora.errors import InputError, PluginWarning
from textgan.evaluation.render.visible import visible
from textgan.hardware.waiting import multiply_on_one_thread, sleep_while_waiting

__all__ = ["main"]

# name, also of the module of cli that holds the click command, -> first sentence of its help
COMMANDS = {
    "train": "Train a GAN on a CORPUS.",
    "sample": "Write lines of text from a RUN.",
    "translate": "Translate each line of FILE with a run on pairs.",
    "evaluate": "Evaluate a RUN, or a FILE against a CORPUS.",
    "compare": "Compare RUNs and FILEs with each other.",
    "score": "Score each line of FILE by its likelihood.",
    "inspect": "Describe CORPUS, and how training would read it.",
    "corrupt": "Write each line of CORPUS as corrupted<TAB>original, to train on with --pairs.",
    "runs": "List runs with their best scores.",
    "diagnose": "Repeat an experiment on the theory of GANs, or check a RUN.",
    "export": "Export a RUN without its text: to a folder, to one HTML page, or to both.",
}


class LazyGroup(click.Group):
    """Finds a command's module by name when it is called, so that help and start are fast."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the commands in the order in which a newcomer meets them."""
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the table of commands; no command is loaded for it."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Return the command, or None for a name that is not in the table."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(f"cli.{cmd_name}"), cmd_name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that is named; UsageError for another name, with the nearest."""
        near = difflib.get_close_matches(args[0], COMMANDS, n=1)
        if near and args[0] not in COMMANDS:
            raise click.UsageError(f"no command {args[0]!r}; did you mean {near[0]}?", ctx)
        return super().resolve_command(ctx, args)


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="textgan")
def textgan() -> None:
    """Train, sample and evaluate character-level Wasserstein GANs on any plain-text file."""


def main() -> None:
    """Run the command line and exit: with 2 for usage, 1 for input, 128 + n for signal n."""
    sleep_while_waiting()  # before a command loads torch
    multiply_on_one_thread()  # and numpy
    prepare()
    warnings.showwarning = _show_warning
    with signals.handled():
        status = _status()
    sys.exit(status)


def _status() -> int | str | None:
    """Return the exit status, and say what went wrong."""
    try:
        try:
            result = textgan(prog_name="textgan", standalone_mode=False)
            return result if isinstance(result, int) else 0  # of --help and the like
        except SystemExit as error:  # of a limit that was crossed
            return error.code
        finally:
            sys.stdout.flush()
    except signals.Stopped as error:
        return 128 + error.number
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        context = getattr(error, "ctx", None)
        hint = f" (try '{context.command_path} --help')" if context else ""
        return _say(f"{' '.join(error.format_message().split())}{hint}", error.exit_code)
    except InputError as error:
        return _say(str(error))
    except OSError as error:  # a full disk, a folder taken away: no bug
        where = f"{error.filename}: " if error.filename else ""
        return _say(f"{where}{error.strerror or error}")
    except MemoryError as error:
        return _say(f"out of memory ({error}); use a smaller model, batch or text")


def _show_warning(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    """Show a plug-in's failure in one line, other warnings as Python does."""
    if issubclass(category, PluginWarning):
        click.echo(f"textgan: warning: {visible(str(message))}", err=True)
    else:
        text = warnings.formatwarning(message, category, filename, lineno, line)
        click.echo(text, err=True, nl=False)


def _say(message: str, status: int = 1) -> int:
    click.echo(f"textgan: {visible(message)}", err=True)  # it may quote a text
    number = signals.stopped()
    return status if number is None else 128 + number


if __name__ == "__main__":
    main()
