"""Standard output for text that is data."""

import contextlib
import io
import sys
from collections.abc import Callable, Iterator
from typing import TextIO

from textgan.evaluation.render.visible import visible

__all__ = ["standard_output"]


@contextlib.contextmanager
def standard_output() -> Iterator[tuple[TextIO, Callable[[str], str]]]:
    """Give stdout as UTF-8, and how a line is written to it.

    A terminal would obey control characters, so there they are made visible.
    """
    file = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8", newline="\n")
    try:
        yield file, visible if sys.stdout.isatty() else str
        file.flush()
    finally:
        with contextlib.suppress(BrokenPipeError):
            file.detach()
