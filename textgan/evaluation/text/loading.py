"""Where lines come from: one loader for whatever takes text, and one form of Unicode for all of it.

A letter with an accent may be one character or two (NFC or NFD), which look alike and are equal to
a reader. Lines are composed (NFC) unless a run was trained on text as it stands, so that a text and
samples of it meet in one form.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from corpora.errors import InputError
from corpora.length_policy import LONG, choose_length
from corpora.sources import in_utf8, locate
from textgan.evaluation.text.rows import PADDING, Text, read

__all__ = ["Source", "composed", "lines_of", "name_of", "reference"]

Source = str | Path | Iterable[str]


def lines_of(
    source: Source, *, encoding: str = "utf-8", blank: bool = False, normalise: bool = True
) -> Iterator[str]:
    """Return the lines of a path, of `-`, of a bundled corpus, or of an iterable of lines.

    Args:
        source: a str is always a name and never a line. All lines of an iterable count.
        encoding: of a file.
        blank: whether blank lines of a file count: a model that wrote one has failed at it, while
            those of a corpus are no text.
        normalise: whether lines are composed (Unicode NFC).

    Raises:
        InputError: at once where there is no such file; later where it cannot be read, or an
            iterable has what is no line.
    """
    if isinstance(source, str | Path):
        if str(source) != "-":
            locate(source)
        source = read(source, encoding=encoding, blank=blank)
    return _lines(source, normalise)


def composed(line: str) -> str:
    """Return `line` with each letter and its accents as one character where there is one (NFC)."""
    return line if line.isascii() else unicodedata.normalize("NFC", line)


def name_of(source: object, otherwise: str) -> str:
    """Return the name of a file or corpus, `otherwise` for lines from Python."""
    return in_utf8(str(source)) if isinstance(source, str | Path) else otherwise


def reference(source: Source | Text, length: int | None, *, normalise: bool = True) -> Text:
    """Return the text that others are judged against, cut at `length` characters.

    With None T is chosen as `train` chooses it: the smallest of 4, 8 and 16 that is enough for
    99.5% of the lines, else 32. A Text is cut already.
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
