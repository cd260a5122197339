"""The one pass over the source: lines are cleaned, hashed, measured and copied."""

import hashlib
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from corpora import encoders
from corpora.columns import (
    LineBlock,
    no_columns_reason,
    parse_columns,
    split_columns,
    too_many_labels_reason,
)
from corpora.counts import Counts
from corpora.encoders.byte import ByteEncoder
from corpora.errors import InputError
from corpora.length_policy import LONG, choose_length
from corpora.reader import BLOCK, read_blocks
from corpora.record_formats import add_first, looks_like
from corpora.registry import ENCODERS
from corpora.settings import Settings
from corpora.sizes import sizes_of
from corpora.sniff import Sample, reason_to_refuse
from corpora.sources import portion_read

__all__ = ["CleanText", "Observer", "ReportProgress", "clean_file", "no_progress"]

# Receives the stage, and how much of it is done, 0 to 1; None where the size is unknown
ReportProgress = Callable[[str, float | None], None]
Observer = Callable[[LineBlock, Counts], None]  # receives whole lines, and the counts of that block


def no_progress(_stage: str, _portion: float | None) -> None:
    """Report nothing."""


@dataclass(frozen=True, kw_only=True)
class CleanText:
    """Clean lines on disk, no longer than a row of T symbols needs; T, and what was counted."""

    path: Path
    columns: str
    sha256: str
    counts: Counts
    length: int
    remarks: tuple[str, ...]  # on what the text looks like
    progress: ReportProgress = no_progress

    def blocks(self, stage: str) -> Iterator[LineBlock]:
        """Yield the lines in their columns; `stage` is what the progress report calls this pass."""
        return _read(self.path, self.columns, self.progress, stage)


def clean_file(
    file: BinaryIO,
    path: Path,
    settings: Settings,
    where: str,
    *,
    observer: Observer | None = None,
    sample: Sample | None = None,
    progress: ReportProgress = no_progress,
) -> CleanText:
    """Return the text of `file`, cleaned and copied to `path`; InputError if it cannot be used.

    A line over a million characters is kept whole only as plain text that is to be split: the
    rest of it, without the label, would be a line of another kind.

    Args:
        file: The text.
        path: Of the copy.
        settings: How the text is read.
        where: The name of the text in messages.
        observer: Receives all of the text. Then also a text that is refused is read to its end.
        sample: Receives bytes from which an encoding can be guessed.
        progress: Receives how far the pass is.
    """
    columns, max_characters = settings.columns, _max_characters(settings)
    total, filled, first_line = Counts(), 0, ""
    labels: set[str] = set()
    reason: str | None = None
    first_lines: list[str] = []
    histograms = _empty_histograms(columns)
    digest, sample = hashlib.sha256(), sample or Sample()

    def receive_bytes(data: bytes) -> None:
        digest.update(data)
        sample.add(data)

    blocks = read_blocks(
        file,
        where=where,
        encoding=settings.encoding,
        normalise=settings.normalise,
        keep="all" if settings.long == "split" and columns == "text" else "head",
        look=receive_bytes,
    )
    with path.open("w", encoding="utf-8", newline="\n") as copy:
        for lines, counts in blocks:
            total, filled = total + counts, filled + len(lines)
            if observer is None and BLOCK <= total.bytes < 2 * BLOCK:
                _refuse(reason_to_refuse(total, 1, sample, settings.encoding), where)
            first_line = first_line or next(iter(lines), "")
            add_first(first_lines, lines)
            block, left_out = parse_columns(columns, lines)
            total += left_out
            if observer is not None:
                observer(block, counts + left_out)
            if columns == "labels" and not reason:
                labels.update(block.condition)
                reason = too_many_labels_reason(labels, filled)
                if reason and observer is None:
                    break
            block = block.cut(max_characters)
            for histogram, texts in zip(histograms, block.texts, strict=True):
                histogram += _measure(settings.encoder, texts)
            if block.lines:
                copy.write("\n".join(block.join_columns()) + "\n")
            progress("reading", portion_read(file))
    _refuse(reason_to_refuse(total, filled, sample, settings.encoding) or reason, where)
    look = looks_like(first_lines)
    remark = f"the text {look.kind}; {look.advice}" if look else ""
    if reason := no_columns_reason(columns, total, first_line):
        _refuse(f"{reason}; {remark}" if remark else reason, where)
    if settings.length is None and settings.encoder not in ("char", "byte"):
        histograms = _piece_histograms(path, settings, progress)
    return CleanText(
        path=path,
        columns=columns,
        sha256=digest.hexdigest(),
        counts=total,
        length=settings.length or max(map(choose_length, histograms)),
        remarks=(remark,) if remark and columns == "text" else (),
        progress=progress,
    )


def _max_characters(settings: Settings) -> int | None:
    """Return how many characters of a line a row can need, and those of one more symbol.

    By the one more, a line is known to be longer than a row. None: all, as they are split.
    """
    if settings.long == "split":
        return None
    per_symbol: int = ENCODERS[settings.encoder].max_characters
    return ((settings.length or LONG) + 1) * per_symbol


def _measure(encoder: str, lines: list[str]) -> NDArray[np.int64]:
    """Return how many lines have 0, 1, ... LONG units, and more (the last)."""
    if encoder == "byte":
        sizes = ByteEncoder().lengths([line[: LONG + 1] for line in lines])
    else:
        sizes = sizes_of(lines)
    return np.bincount(np.minimum(sizes, LONG + 1), minlength=LONG + 2)


def _empty_histograms(columns: str) -> list[NDArray[np.int64]]:
    """Return a histogram for each text of a line: a row must be long enough for both of a pair."""
    return [np.zeros(LONG + 2, np.int64) for _ in LineBlock(columns, [], []).texts]


def _piece_histograms(
    path: Path, settings: Settings, progress: ReportProgress
) -> list[NDArray[np.int64]]:
    """Return the histograms in pieces, of an encoder that learns from all lines for this alone.

    The encoder proper learns from the training part, which is known only once T is.
    """
    columns = settings.columns
    blocks = _read(path, columns, progress, "learning pieces")
    texts = (texts for block in blocks for texts in block.texts)
    encoder = encoders.fit(settings.encoder, texts, LONG, settings.max_vocabulary)
    histograms = _empty_histograms(columns)
    for block in _read(path, columns, progress, "measuring"):
        for histogram, lines in zip(histograms, block.texts, strict=True):
            sizes = np.minimum(encoder.lengths(lines), LONG + 1)
            histogram += np.bincount(sizes, minlength=LONG + 2)
    return histograms


def _read(path: Path, columns: str, progress: ReportProgress, stage: str) -> Iterator[LineBlock]:
    size = path.stat().st_size
    with path.open("rb") as file, io.TextIOWrapper(file, "utf-8", newline="\n") as copy:
        while lines := copy.readlines(BLOCK // 4):
            yield split_columns(columns, [line[:-1] for line in lines])
            progress(stage, file.tell() / size)


def _refuse(reason: str | None, where: str) -> None:
    if reason:
        raise InputError(f"{where}: {reason}")
