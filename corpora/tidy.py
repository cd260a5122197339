"""The one pass over the source: cleaned, hashed, measured, and kept as far as rows can reach."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from corpora import encoders
from corpora.counts import Counts
from corpora.encoders.byte import ByteEncoder
from corpora.errors import InputError
from corpora.lengths import LONG, choose_length
from corpora.reader import BLOCK, read_blocks
from corpora.refusal import HEAD, refusal
from corpora.settings import Settings

__all__ = ["Tidy", "tidy"]


@dataclass(frozen=True, kw_only=True)
class Tidy:
    """Clean lines on disk, cut where no row of T symbols can reach; T, and what was met."""

    path: Path
    sha256: str
    counts: Counts
    length: int

    def lines(self) -> Iterator[list[str]]:
        """Yield lists of lines, a stretch of the text at a time."""
        return _read(self.path)


def tidy(file: BinaryIO, path: Path, settings: Settings, where: str) -> Tidy:
    """Return the text of `file`, tidied into `path`; InputError if it cannot be trained on."""
    reach = _reach(settings)
    total, kept = Counts(), 0
    histogram = np.zeros(LONG + 2, np.int64)
    file.seek(0)
    head = file.read(HEAD)
    blocks = read_blocks(
        file,
        where=where,
        encoding=settings.encoding,
        normalise=settings.normalise,
        keep="all" if settings.long == "split" else "head",
    )
    with path.open("w", encoding="utf-8", newline="\n") as copy:
        for lines, counts in blocks:
            total, kept = total + counts, kept + len(lines)
            if BLOCK <= total.bytes < 2 * BLOCK:
                _refuse(refusal(total, 1, head, settings.encoding), where)
            if reach is not None:
                lines = [line[:reach] for line in lines]
            histogram += _measure(settings.encoder, lines)
            if lines:
                copy.write("\n".join(lines) + "\n")
    _refuse(refusal(total, kept, head, settings.encoding), where)
    if settings.length is None and settings.encoder == "subword":
        histogram = _pieces(path, settings)
    return Tidy(
        path=path,
        sha256=_sha256(file),
        counts=total,
        length=settings.length or choose_length(histogram),
    )


def _sha256(file: BinaryIO) -> str:
    file.seek(0)
    digest = hashlib.sha256()
    while data := file.read(1 << 20):
        digest.update(data)
    return digest.hexdigest()


def _reach(settings: Settings) -> int | None:
    """Return how many characters of a line can matter: those of a row and one more symbol."""
    if settings.long == "split":
        return None
    stretch = encoders.ENCODERS[settings.encoder].stretch
    return ((settings.length or LONG) + 1) * stretch


def _measure(encoder: str, lines: list[str]) -> NDArray[np.int64]:
    """Return how many lines have 0, 1, ... LONG units, and more (the last)."""
    if encoder == "byte":
        sizes = ByteEncoder().lengths([line[: LONG + 1] for line in lines])
    else:
        sizes = np.fromiter(map(len, lines), np.int64, len(lines))
    return np.bincount(np.minimum(sizes, LONG + 1), minlength=LONG + 2)


def _pieces(path: Path, settings: Settings) -> NDArray[np.int64]:
    """Return the histogram in pieces, of an encoder learnt from all lines for this alone.

    The encoder proper is learnt from the training part, which is known only once T is.
    """
    encoder = encoders.fit("subword", _read(path), LONG, settings.max_vocabulary)
    histogram = np.zeros(LONG + 2, np.int64)
    for lines in _read(path):
        histogram += np.bincount(np.minimum(encoder.lengths(lines), LONG + 1), minlength=LONG + 2)
    return histogram


def _read(path: Path) -> Iterator[list[str]]:
    with path.open(encoding="utf-8", newline="\n") as copy:
        while lines := copy.readlines(BLOCK // 4):
            yield [line[:-1] for line in lines]


def _refuse(reason: str | None, where: str) -> None:
    if reason:
        raise InputError(f"{where}: {reason}")
