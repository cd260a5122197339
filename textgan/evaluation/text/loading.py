"""Lines of files, bundled corpora and iterables, in one form of Unicode.

A letter with an accent may be one character or two (NFC or NFD), which look alike and are equal to
a reader. Lines are composed (NFC) unless a run was trained on text as it stands, so that samples
and the text are compared in one form.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import numpy as np

from corpora.counts import Counts
from corpora.errors import InputError
from corpora.length_policy import LONG, choose_length
from corpora.read_limit import ReadLimit
from corpora.reader import read_lines
from corpora.sources import in_utf8, locate
from textgan.evaluation.ngrams.windows import PADDING
from textgan.evaluation.text.lines import Text

__all__ = ["Source", "composed", "lines_of", "name_of", "read", "reference"]

Source = str | Path | Iterable[str]

MAX_DAMAGED = 0.01  # share of lines that may have undecodable bytes or NULs


def read(
    source: str | Path,
    *,
    encoding: str = "utf-8",
    blank: bool = False,
    note: Callable[[Counts], None] | None = None,
    limit: ReadLimit | None = None,
) -> Iterator[str]:
    """Yield every line of `source` unchanged, blank lines only with `blank`.

    Nothing is stripped, normalised or deduplicated. `source` is a path, `-` for standard input or
    the name of a bundled corpus. `note` and `limit` are those of `corpora.read_lines`.

    Raises:
        InputError: the source cannot be read, has no such line, or is no text in `encoding`: more
            than one line in a hundred does not decode, or has a NUL, which is raised at its end.
    """
    lines = damaged = 0
    for block in read_lines(source, encoding=encoding, blank=blank, note=note, limit=limit):
        damaged += sum("\ufffd" in line or "\0" in line for line in block)
        lines += len(block)
        yield from block
    if not lines:
        raise InputError(f"{source}: found no text, expected one sample a line; check the file")
    if damaged > lines * MAX_DAMAGED:
        raise InputError(
            f"{source}: {damaged:,} of {lines:,} lines are no {encoding} text; name another "
            "--encoding, or a text file"
        )


def lines_of(
    source: Source,
    *,
    encoding: str = "utf-8",
    blank: bool = False,
    normalise: bool = True,
    limit: ReadLimit | None = None,
) -> Iterator[str]:
    """Return the lines of a path, of `-`, of a bundled corpus, or of an iterable of lines.

    Args:
        source: a str is always a name and never a line. All lines of an iterable count.
        encoding: of a file.
        blank: whether blank lines of a file count: a blank sample is a failure of the model, a
            blank line of a corpus is no text.
        normalise: whether lines are composed (Unicode NFC).
        limit: how much of a file is read.

    Raises:
        InputError: at once if there is no such file; on reading if it cannot be read, or an item of
            the iterable is no str.
    """
    if isinstance(source, str | Path):
        if str(source) != "-":
            locate(source)
        source = read(source, encoding=encoding, blank=blank, limit=limit)
    return _lines(source, normalise)


def composed(line: str) -> str:
    """Return `line` with each letter and its accents as one character where there is one (NFC)."""
    return line if line.isascii() else unicodedata.normalize("NFC", line)


def name_of(source: object, otherwise: str) -> str:
    """Return the name of a file or corpus, `otherwise` for lines from Python."""
    return in_utf8(str(source)) if isinstance(source, str | Path) else otherwise


def reference(source: Source | Text, length: int | None, *, normalise: bool = True) -> Text:
    """Return the text that samples are compared with, cut at `length` characters.

    None chooses T as `train` does: the smallest of 4, 8 and 16 that is enough for 99.5% of the
    lines, else 32. A Text is cut already.
    """
    if isinstance(source, Text):
        return source
    text = Text(lines_of(source, normalise=normalise), length or LONG)
    if length is None and len(text):
        sizes = np.zeros(LONG + 1, dtype=np.int64)
        for codes in text.codes:
            sizes += np.bincount((codes != PADDING).sum(axis=1), minlength=LONG + 1)
        chosen = choose_length(sizes)
        if chosen < LONG:
            text = Text((line for block in text for line in block), chosen)
    return text


def _lines(lines: Iterable[str], normalise: bool) -> Iterator[str]:
    for line in lines:
        if not isinstance(line, str):
            raise InputError(f"found a line of type {type(line).__name__}, expected str")
        yield composed(line) if normalise else line
