"""Standard streams that may be closed, full, or a pipe whose reader has gone.

Standard error receives messages only: what cannot be written there is dropped, and training goes
on. Standard output is the result: the first write that fails ends the command, with one line or,
where a pipe's reader has gone, as SIGPIPE does. All later output is dropped, so that the
interpreter does not report the error again at its exit.
"""

import contextlib
import errno
import io
import os
import select
import sys
from typing import Any, TextIO

from cli.signals import Stopped

__all__ = ["prepare"]

SIGPIPE = 13  # signal.SIGPIPE, which Windows lacks


def prepare() -> None:
    """Replace the interpreter's own standard output and error; others stay, as those of tests.

    A closed descriptor is opened on the null device, so that no file gets its number. In place of
    standard output the null device is read-only: writing fails. `sys.stdin` stays None where it
    was closed.
    """
    for number, mode in enumerate((os.O_RDONLY, os.O_RDONLY, os.O_WRONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, mode)  # gets the lowest number that is free: this one
    if sys.stdout is sys.__stdout__:
        sys.stdout = _text(_Output(1, "w", closefd=False), sys.stdout)
    if sys.stderr is sys.__stderr__:
        sys.stderr = _text(_Log(2, "w", closefd=False), sys.stderr)


def _text(raw: io.FileIO, replaced: TextIO | None) -> io.TextIOWrapper:
    if isinstance(replaced, io.TextIOWrapper):
        replaced.flush()
    return io.TextIOWrapper(
        io.BufferedWriter(raw),
        encoding=replaced.encoding if replaced else "utf-8",
        errors="backslashreplace",  # what a terminal cannot show must not end the command
        line_buffering=isinstance(raw, _Log) or raw.isatty(),
    )


class _Log(io.FileIO):
    """Standard error: what cannot be written is dropped."""

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - a buffer
        written = None
        with contextlib.suppress(OSError):  # no reader, no room, no terminal
            written = super().write(data)
        return len(data) if written is None else written


class _Output(io.FileIO):
    """Standard output: names itself in an OSError, and raises only one."""

    def write(self, data: Any, /) -> int:  # noqa: ANN401 - a buffer
        try:
            while (written := super().write(data)) is None:  # of a terminal that does not block
                select.select([], [self], [])
            return written
        except OSError as error:
            os.dup2(os.open(os.devnull, os.O_WRONLY), self.fileno())
            if isinstance(error, BrokenPipeError):
                raise Stopped(SIGPIPE) from None
            reason = "it is closed" if error.errno == errno.EBADF else error.strerror
            raise OSError(error.errno, reason, "standard output") from None
