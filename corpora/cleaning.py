"""The one pass over the source: cleaned, hashed, measured, and kept as far as rows can reach."""

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from corpora import encoders
from corpora.columns import Stretch, part, parted, too_many, unparted
from corpora.counts import Counts
from corpora.encoders.byte import ByteEncoder
from corpora.errors import InputError
from corpora.length_policy import LONG, choose_length
from corpora.reader import BLOCK, read_blocks
from corpora.record_formats import add_first, looks_like
from corpora.refusal import refusal
from corpora.registry import ENCODERS
from corpora.settings import Settings
from corpora.sniff import Sample
from corpora.sources import portion_read

__all__ = ["Progress", "Survey", "Tidy", "silent", "tidy"]

Progress = Callable[[str, float], None]  # what is being done, and how much of it, 0 to 1
Survey = Callable[[Stretch, Counts], None]  # receives whole lines, and what was met beside them


def silent(_what: str, _portion: float) -> None:
    """Receive progress without a word."""


@dataclass(frozen=True, kw_only=True)
class Tidy:
    """Clean lines on disk, cut where no row of T symbols can reach; T, and what was met."""

    path: Path
    columns: str
    sha256: str
    counts: Counts
    length: int
    remarks: tuple[str, ...]  # on what the text looks like
    progress: Progress = silent

    def stretches(self, what: str) -> Iterator[Stretch]:
        """Yield the lines in their columns, a stretch at a time; `what` they are read for."""
        return _read(self.path, self.columns, self.progress, what)


def tidy(
    file: BinaryIO,
    path: Path,
    settings: Settings,
    where: str,
    *,
    survey: Survey | None = None,
    sample: Sample | None = None,
    progress: Progress = silent,
) -> Tidy:
    """Return the text of `file`, tidied into `path`; InputError if it cannot be trained on.

    A line over a million characters is kept whole only as plain text that is to be split: the
    rest of it, without the label, would be a line of another kind. A `survey` receives all of
    the text, also of one that is refused for its beginning; a `sample` some of its bytes.
    """
    columns, reach = settings.columns, _reach(settings)
    total, kept, example = Counts(), 0, ""
    labels: set[str] = set()
    reason: str | None = None
    first: list[str] = []
    histograms = _histograms(columns)
    digest, sample = hashlib.sha256(), sample or Sample()

    def take(data: bytes) -> None:
        digest.update(data)
        sample.add(data)

    blocks = read_blocks(
        file,
        where=where,
        encoding=settings.encoding,
        normalise=settings.normalise,
        keep="all" if settings.long == "split" and columns == "text" else "head",
        look=take,
    )
    with path.open("w", encoding="utf-8", newline="\n") as copy:
        for lines, counts in blocks:
            total, kept = total + counts, kept + len(lines)
            if survey is None and BLOCK <= total.bytes < 2 * BLOCK:
                _refuse(refusal(total, 1, sample, settings.encoding), where)
            example = example or next(iter(lines), "")
            add_first(first, lines)
            stretch, left_out = part(columns, lines)
            total += left_out
            if survey is not None:
                survey(stretch, counts + left_out)
            if columns == "labels" and not reason:
                labels.update(stretch.given)
                reason = too_many(labels, kept)
                if reason and survey is None:
                    break
            stretch = stretch.cut(reach)
            for histogram, texts in zip(histograms, stretch.texts, strict=True):
                histogram += _measure(settings.encoder, texts)
            if stretch.lines:
                copy.write("\n".join(stretch.joined()) + "\n")
            progress("reading", portion_read(file))
    _refuse(refusal(total, kept, sample, settings.encoding) or reason, where)
    look = looks_like(first)
    remark = f"the text {look.kind}; {look.advice}" if look else ""
    if reason := unparted(columns, total, example):
        _refuse(f"{reason}; {remark}" if remark else reason, where)
    if settings.length is None and settings.encoder not in ("char", "byte"):
        histograms = _pieces(path, settings, progress)
    return Tidy(
        path=path,
        columns=columns,
        sha256=digest.hexdigest(),
        counts=total,
        length=settings.length or max(map(choose_length, histograms)),
        remarks=(remark,) if remark and columns == "text" else (),
        progress=progress,
    )


def _reach(settings: Settings) -> int | None:
    """Return how many characters of a line can matter: those of a row and one more symbol."""
    if settings.long == "split":
        return None
    stretch: int = ENCODERS[settings.encoder].stretch
    return ((settings.length or LONG) + 1) * stretch


def _measure(encoder: str, lines: list[str]) -> NDArray[np.int64]:
    """Return how many lines have 0, 1, ... LONG units, and more (the last)."""
    if encoder == "byte":
        sizes = ByteEncoder().lengths([line[: LONG + 1] for line in lines])
    else:
        sizes = np.fromiter(map(len, lines), np.int64, len(lines))
    return np.bincount(np.minimum(sizes, LONG + 1), minlength=LONG + 2)


def _histograms(columns: str) -> list[NDArray[np.int64]]:
    """Return an empty histogram for each text of a line: a row must be long enough for both."""
    return [np.zeros(LONG + 2, np.int64) for _ in Stretch(columns, [], []).texts]


def _pieces(path: Path, settings: Settings, progress: Progress) -> list[NDArray[np.int64]]:
    """Return the histograms in pieces, of an encoder learnt from all lines for this alone.

    The encoder proper is learnt from the training part, which is known only once T is.
    """
    columns = settings.columns
    learning = _read(path, columns, progress, "learning pieces")
    texts = (some for stretch in learning for some in stretch.texts)
    encoder = encoders.fit(settings.encoder, texts, LONG, settings.max_vocabulary)
    histograms = _histograms(columns)
    for stretch in _read(path, columns, progress, "measuring"):
        for histogram, lines in zip(histograms, stretch.texts, strict=True):
            sizes = np.minimum(encoder.lengths(lines), LONG + 1)
            histogram += np.bincount(sizes, minlength=LONG + 2)
    return histograms


def _read(path: Path, columns: str, progress: Progress, what: str) -> Iterator[Stretch]:
    size = path.stat().st_size
    with path.open("rb") as file, io.TextIOWrapper(file, "utf-8", newline="\n") as copy:
        while lines := copy.readlines(BLOCK // 4):
            yield parted(columns, [line[:-1] for line in lines])
            progress(what, file.tell() / size)


def _refuse(reason: str | None, where: str) -> None:
    if reason:
        raise InputError(f"{where}: {reason}")
