"""Where results go: standard output or a file, for text that is data."""

import contextlib
import io
import os
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from corpora.errors import InputError
from corpora.files import output_text, without_links
from textgan.evaluation.render.visible import visible

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "check_out",
    "check_writable",
    "console",
    "output",
    "refuse_same_file",
    "say",
    "standard_output",
]

MIN_COLUMNS, MIN_LINES = 20, 5  # a terminal that claims less does not know its size


def console(*, stderr: bool = False) -> "Console":
    """Return the console on which tables are printed, as wide as the terminal.

    COLUMNS=0, which some editors and containers set, is ignored.
    """
    from rich.console import Console

    environment = dict(os.environ)
    for name, least in (("COLUMNS", MIN_COLUMNS), ("LINES", MIN_LINES)):
        value = environment.get(name, "")
        if value.isdigit() and int(value) < least:
            del environment[name]
    return Console(highlight=False, stderr=stderr, _environ=environment)


def say(where: "Console", text: str) -> None:
    """Print a sentence: broken between words on a terminal, elsewhere on one line.

    A path that is wider than the terminal stays whole, so that it can be copied.
    """
    from rich.text import Text

    lines = [text]
    if where.is_terminal:
        lines = textwrap.wrap(
            text,
            where.width,
            subsequent_indent="  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
    for line in lines:
        where.print(Text(line), soft_wrap=True)


@contextlib.contextmanager
def standard_output() -> Iterator[tuple[TextIO, Callable[[str], str]]]:
    """Give stdout as UTF-8, and how a line is written to it.

    A terminal would obey control characters: there they are made visible.
    """
    terminal = sys.stdout.isatty()  # on which a line appears as soon as it is made
    file = io.TextIOWrapper(
        sys.stdout.buffer, encoding="utf-8", newline="\n", line_buffering=terminal
    )
    try:
        yield file, visible if terminal else str
        file.flush()
    finally:
        with contextlib.suppress(BrokenPipeError):
            file.detach()


def check_out(path: Path | None, force: bool) -> None:
    """Refuse to replace a file at `--out` without `--force`, and `--force` without `--out`."""
    if force and path is None:
        raise click.UsageError("--force replaces the file at --out: name it")
    if path is not None and path.is_file() and not force:
        raise InputError(f"{path} exists; name another file, or add --force to replace it")
    if path is not None and str(path) != "-":
        check_writable(path)


def check_writable(path: Path) -> None:
    """Refuse a file that cannot be written, before the work whose result it will have."""
    if path.is_dir():
        raise InputError(f"{path} is a directory; name a file in it")
    if path.exists() and not path.is_file():  # a device or a pipe
        allowed = _allowed(path, os.W_OK)
    elif not (folder := without_links(path).parent).is_dir():
        raise InputError(f"{path}: no such folder; make it, or name a file elsewhere")
    else:  # in which a temporary file is made first
        allowed = _allowed(folder, os.W_OK | os.X_OK)
    if not allowed:
        raise InputError(f"no permission to write {path}; name another file")


def _allowed(path: Path, mode: int) -> bool:
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


def refuse_same_file(read: str | Path, out: Path | None) -> None:
    """Refuse to write to the file that is read, whatever its name, with --force or without."""
    with contextlib.suppress(OSError, ValueError):  # one of them is no file
        if out is not None and out.is_file() and out.samefile(read):
            raise InputError(f"{out} is the file that is read; name another file with --out")


@contextlib.contextmanager
def output(path: Path | None) -> Iterator[tuple[TextIO, Callable[[str], str]]]:
    """Give stdout, or a file that appears as a whole at the end, and how a line is written."""
    if path is None or str(path) == "-":
        with standard_output() as stream:
            yield stream
        return
    with output_text(path) as file:
        yield file, str
