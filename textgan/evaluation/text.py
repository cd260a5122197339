"""Lines of several texts as id rows over one alphabet.

Every character is kept exactly: id 0 is padding and no character, the others number the characters
of all texts together in code point order. A line is cut at `length`; nothing else is done to it.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.errors import InputError
from corpora.reader import read_lines
from corpora.sources import Source
from textgan.evaluation.ngrams import Rows

__all__ = ["PADDING", "Rowed", "encode", "fingerprint", "read"]

MOST_DAMAGED = 0.01  # share of lines that may have undecodable bytes or NULs

PADDING = 0
CODE_POINTS = 0x110000


@dataclass(frozen=True)
class Rowed:
    """Texts as rows.

    Attributes:
        rows: (N, T) ids of each text, in the smallest unsigned type that holds them.
        alphabet: the characters; the id of alphabet[i] is i + 1.
    """

    rows: tuple[Rows, ...]
    alphabet: str

    @property
    def vocabulary_size(self) -> int:
        """The number of ids: the characters and the padding."""
        return len(self.alphabet) + 1


def encode(*texts: Sequence[str], length: int) -> Rowed:
    """Return each of `texts`, lines cut at `length`, as rows of `length` ids.

    >>> encode(["abc", ""], ["cd"], length=2).rows
    (array([[1, 2],
           [0, 0]], dtype=uint8), array([[3, 4]], dtype=uint8))
    """
    codes = [_codes(lines, length) for lines in texts]
    seen = np.zeros(CODE_POINTS + 1, dtype=bool)
    for code in codes:
        seen[code] = True
    seen[PADDING] = True
    present = np.flatnonzero(seen)
    ids = np.zeros(CODE_POINTS + 1, dtype=np.min_scalar_type(len(present) - 1))
    ids[present] = np.arange(len(present))
    return Rowed(
        rows=tuple(ids[code] for code in codes),
        alphabet="".join(chr(code - 1) for code in present[1:]),
    )


def read(source: Source, *, length: int, encoding: str = "utf-8") -> list[str]:
    """Return every line of `source` that is not blank as it stands, cut at `length`.

    Nothing is stripped, normalised or deduplicated. `source` is a path, `-` for standard input or
    the name of a bundled corpus.

    Raises:
        InputError: it cannot be read, holds no line that is not blank, or is no text in `encoding`
            (more than one line in a hundred does not decode, or has a NUL).
    """
    lines: list[str] = []
    damaged = 0
    for block in read_lines(source, encoding=encoding):
        damaged += sum("\ufffd" in line or "\0" in line for line in block)
        lines += [line[:length] for line in block]
    if not lines:
        raise InputError(f"{source}: found no text, expected one sample a line; check the file")
    if damaged > len(lines) * MOST_DAMAGED:
        raise InputError(
            f"{source}: {damaged:,} of {len(lines):,} lines are no {encoding} text; name another "
            "--encoding, or a text file"
        )
    return lines


def fingerprint(lines: Sequence[str]) -> str:
    """Return the first 8 hexadecimal digits of the SHA-256 of the lines, joined by line breaks."""
    text = "\n".join(lines)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _codes(lines: Sequence[str], length: int) -> NDArray[np.uint32]:
    """Return code point + 1 at each position of each line and 0 after its end: (N, T)."""
    if not lines:
        return np.zeros((0, length), dtype=np.uint32)
    # numpy cuts at `length`, and fills with NUL, which may be a character of the line too.
    codes = np.array(lines, dtype=f"<U{length}").view("<u4").reshape(len(lines), length)
    ends = np.fromiter(map(len, lines), dtype=np.int64, count=len(lines))
    within = np.arange(length) < ends[:, None]
    return np.where(within, codes + np.uint32(1), np.uint32(PADDING))
