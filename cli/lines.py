"""Results written line by line: after a signal all finished lines are kept."""

import contextlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import click

from cli import signals
from cli.output import output
from cli.progress import progress

__all__ = ["write_lines"]


def write_lines(
    path: Path | None, lines: Iterable[Sequence[str]], task: str, total: int | None = None
) -> int:
    """Write lines of fields, with TABs between, to a file or stdout; return how many.

    Progress is shown on stderr, unless the lines themselves go to a terminal.

    Args:
        path: The file; None or `-`: standard output.
        lines: The fields of each line.
        task: The work, as the progress names it.
        total: Number of lines, where it is known.

    Raises:
        Stopped: A signal came. All finished lines are written, and stderr says how many a file
            has. A file without a line is not created.
    """
    number = 0
    with (
        contextlib.ExitStack() as stack,
        output(path) as (file, shown),
        progress(task, total, "lines", quiet=file.isatty()) as bar,
    ):
        for fields in signals.finished(lines):
            file.write("\t".join(map(shown, fields)) + "\n")
            number += 1
            bar.advance()
        if not number and (stopped := signals.stopped()) is not None:
            raise signals.Stopped(stopped)
        stack.enter_context(signals.deferred())  # while the file gets its name
    if (stopped := signals.stopped()) is not None:
        if path is not None and str(path) != "-":
            of_total = "" if total is None else f" of {total:,}"
            has = "line is" if number == 1 and total is None else "lines are"
            click.echo(f"textgan: stopped; {number:,}{of_total} {has} in {path}", err=True)
        raise signals.Stopped(stopped)
    return number
