"""All lines of a text that is to be translated, blank ones too."""

import codecs
import io
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TextIO

from corpora.counts import end_of_piece
from corpora.errors import InputError
from corpora.read_limit import ReadLimit
from corpora.reader import LONGEST, decoder_of
from corpora.sources import open_source

__all__ = ["every_line"]


def every_line(
    source: str | Path,
    *,
    encoding: str = "utf-8",
    limit: ReadLimit | None = None,
    on_long: Callable[[int], None] = lambda number: None,
) -> Iterator[str]:
    """Yield all lines of a path, `-` or a bundled corpus, blank ones too, without line ends.

    A line of more than LONGEST characters comes as several, each broken after a space if there is
    one: joined they are the line.

    Args:
        source: A path, `-` for standard input, or the name of a bundled corpus.
        encoding: Encoding of the text.
        limit: How much is read.
        on_long: Called once for each line that comes as several, with its number, from 1.

    Raises:
        InputError: The source cannot be read, or is not text in `encoding`.
    """
    decoder_of(encoding)  # refuses an unknown encoding
    if codecs.lookup(encoding).name == "utf-8":
        encoding = "utf-8-sig"  # leaves out a byte order mark
    try:
        with open_source(source, limit) as file, io.TextIOWrapper(file, encoding) as text:
            yield from _lines(text, on_long)
    except UnicodeError as error:
        raise InputError(
            f"{source}: not {encoding.removesuffix('-sig')} ({error}); name its own encoding by "
            "--encoding"
        ) from error


def _lines(text: TextIO, on_long: Callable[[int], None]) -> Iterator[str]:
    number, remainder, broken = 1, "", False
    while line := remainder + text.readline(LONGEST + 1 - len(remainder)):
        if len(line) <= LONGEST or line.endswith("\n"):
            yield line.removesuffix("\n")
            number, remainder, broken = number + 1, "", False
            continue
        if not broken:
            on_long(number)
        end = end_of_piece(line, LONGEST)
        yield line[:end]
        remainder, broken = line[end:], True
