"""From a source to a folder of ids, in three passes, each by blocks: memory stays flat.

    source --clean, hash, measure--> clean copy --fit the encoder--> vocabulary --encode--> rows

The clean copy (a file next to the rows, deleted at the end) holds of each line no more than a row
can need. The costly pass over the source is made once.
"""

import contextlib
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from corpora import encoders
from corpora.cleaning import CleanText, Observer, ReportProgress, clean_file, no_progress
from corpora.columns import LineBlock
from corpora.counts import Counts, counted
from corpora.encoders.subword import MODEL
from corpora.errors import InputError, UnwritableError
from corpora.files import atomic_folder
from corpora.json_files import write_json
from corpora.read_limit import ReadLimit, amount
from corpora.reuse import digests_of, made_by, take_over
from corpora.row_files import RowWriter
from corpora.rows import read_rows, training_labels, training_lines
from corpora.settings import Settings
from corpora.sniff import Sample
from corpora.sources import Source, name_of, open_source, title_of
from corpora.split import PARTS
from corpora.store import FORMAT, HEADER, Corpus, condition_file, condition_layout, open_corpus

__all__ = ["encode", "encode_file", "limit_of"]


def encode(
    source: Source,
    folder: str | Path,
    *,
    encoder: str = "char",
    length: int | None = None,
    long: str = "cut",
    max_vocabulary: int = 512,
    encoding: str = "utf-8",
    normalise: bool = True,
    columns: str = "text",
    max_bytes: int | None = None,
    earlier: Iterable[Path] = (),
    progress: ReportProgress = no_progress,
) -> Corpus:
    """Return the corpus written into `folder` from a bundled name, a path, `-`, or lines.

    Equal rows are in one part (training, validation or test), and so are pairs with equal
    sources; equal targets may be in two. The two texts of a pair share encoder and T. Lines that
    lack a column are left out and counted, and so are rows whose label is not in the training part.

    An error leaves no file behind. `header.json` is written last: a folder that has one is whole.

    Args:
        source: The text.
        folder: Of the corpus. A corpus that is there is replaced.
        encoder: "char", "byte" or "subword".
        length: T, in symbols of the encoder; by default 32, or 4, 8 or 16 where that is enough for
            99.5% of the lines.
        long: What becomes of longer lines: "cut" (as published), "drop", or "split" at spaces.
        max_vocabulary: The most characters or pieces; rarer ones become the unknown symbol.
        encoding: Of the text.
        normalise: Whether the text is brought to Unicode form NFC.
        columns: What a line holds: "text", "labels" (`label<TAB>text`) or "pairs"
            (`source<TAB>target`). A label is no part of its row.
        max_bytes: The most bytes that are read, unpacked; None: of streams and archives half of
            the free space of the disk that receives them.
        earlier: Folders of other corpora. If one is of the same text and settings, its files are
            linked or copied instead of made again, and `taken_from` of the result is its folder.
        progress: Called about once a megabyte with the stage ("reading", "learning symbols",
            "encoding" and others) and how much of it is done, 0 to 1; None where that is unknown.

    Raises:
        InputError: The text cannot be used, or a setting is impossible.
    """
    settings = Settings(
        encoder=encoder,
        length=length,
        long=long,
        max_vocabulary=max_vocabulary,
        encoding=encoding,
        normalise=normalise,
        columns=columns,
    )
    limit = limit_of(max_bytes, Path(folder), source, progress)
    with open_source(source, limit) as file:
        taken = encode_file(
            file, Path(folder), settings, source, earlier=earlier, progress=progress
        )
    return replace(open_corpus(folder), taken_from=taken)


def limit_of(
    max_bytes: int | None, folder: Path, source: Source, progress: ReportProgress
) -> ReadLimit:
    """Return the limit of a text that is encoded into `folder`, with its progress."""

    def report(size: int) -> None:
        progress(f"reading {title_of(source)}, {amount(size)} so far", None)

    return ReadLimit(max_bytes=max_bytes, folder=folder, report=report)


def encode_file(
    file: BinaryIO,
    folder: Path,
    settings: Settings,
    source: Source,
    *,
    observer: Observer | None = None,
    sample: Sample | None = None,
    earlier: Iterable[Path] = (),
    progress: ReportProgress = no_progress,
) -> Path | None:
    """Write the corpus of an open file into `folder`; `source` names it.

    Returns which of the `earlier` corpora was taken over, None if none was. The `observer` receives
    all lines as they are read, also of a text that is refused; the `sample` some of its bytes.
    """
    where = str(source) if isinstance(source, str | Path) else "lines"
    with _new_corpus(folder) as building:
        taken = take_over(earlier, file, building, settings, source, progress)
        if taken is not None:
            return taken
        text = clean_file(
            file,
            building / "clean",
            settings,
            where,
            observer=observer,
            sample=sample,
            progress=progress,
        )
        encoded = _write_parts(text, building, settings, divide=True)
        if not (all(encoded.sizes.values()) and encoded.rows_differ):  # too few rows to divide
            encoded = _write_parts(text, building, settings, divide=False)
        if not encoded.rows_differ:
            raise InputError(f"{where}: {_too_few_reason(encoded.counts, text, settings)}")
        text.path.unlink()
        encoded.encoder.save(building)
        header = {
            "format": FORMAT,
            "source": name_of(source),
            "sha256": text.sha256,
            "made_by": made_by(settings.encoder),
            **asdict(settings),
            "length": text.length,
            "length_given": settings.length is not None,
            "encoder": encoded.encoder.signature,
            "labels": encoded.labels,
            "remarks": text.remarks,
            "sizes": encoded.sizes,
            "counts": (text.counts + encoded.counts).to_plain(),
            "digests": digests_of(building),
        }
        write_json(building / HEADER, header, indent=1, ensure_ascii=True)
    return None


@dataclass(frozen=True, kw_only=True)
class _Encoded:
    encoder: encoders.Encoder
    labels: tuple[str, ...]
    sizes: dict[str, int]
    counts: Counts
    rows_differ: bool  # at least two training rows


def _write_parts(text: CleanText, folder: Path, settings: Settings, *, divide: bool) -> _Encoded:
    """Write the rows of all parts; return the encoder learnt from the training rows, and counts."""
    length = text.length
    encoder = encoders.fit(
        settings.encoder,
        training_lines(text, settings, divide=divide),
        length,
        settings.max_vocabulary,
    )
    labels = training_labels(text, settings, divide=divide, encoder=encoder)
    total, first_row, rows_differ = Counts(), None, False
    with contextlib.ExitStack() as stack:
        writers = _writers(stack, folder, settings.columns, length, encoder, labels or ())
        for block, parts, counts in read_rows(
            text, settings, divide=divide, encoder=encoder, labels=labels
        ):
            ids = [encoder.encode_rows(texts, length) for texts in block.texts]
            arrays = ids if labels is None else [*ids, _label_indices(block, labels)]
            for part, files in enumerate(writers):
                for file, array in zip(files, arrays, strict=True):
                    file.append(array[parts == part])
            train = ids[0][parts == 0]
            first_row = train[:1] if first_row is None and len(train) else first_row
            rows_differ = rows_differ or (
                first_row is not None and bool((train != first_row).any())
            )
            total += counts + _symbol_counts(ids, encoder)
    return _Encoded(
        encoder=encoder,
        labels=labels or (),
        sizes={part: files[0].count for part, files in zip(PARTS, writers, strict=True)},
        counts=total,
        rows_differ=rows_differ,
    )


def _writers(
    stack: contextlib.ExitStack,
    folder: Path,
    columns: str,
    length: int,
    encoder: encoders.Encoder,
    labels: tuple[str, ...],
) -> list[list[RowWriter]]:
    """Return the files of each part: that of its rows, and that of their conditions if any."""
    writers = []
    for part in PARTS:
        files = [RowWriter(folder / f"{part}.npy", (length,), encoder.dtype)]
        if columns != "text":
            shape, dtype, _ = condition_layout(columns, labels, length, encoder)
            files.append(RowWriter(folder / condition_file(part), shape, dtype))
        writers.append([stack.enter_context(file) for file in files])
    return writers


def _label_indices(block: LineBlock, labels: tuple[str, ...]) -> NDArray[np.int64]:
    """Return where in `labels` the label of each line is, (N,)."""
    index = {label: number for number, label in enumerate(labels)}
    return np.fromiter(map(index.__getitem__, block.condition), np.int64, len(block.condition))


def _symbol_counts(ids: list[NDArray[Any]], encoder: encoders.Encoder) -> Counts:
    """Return the counts of rows: of their ids (N, T), of one text each or of two."""
    unknown = encoder.unknown
    return Counts(
        rows=len(ids[0]),
        symbols=sum(int(np.count_nonzero(rows)) for rows in ids),
        unknown=sum(int(np.count_nonzero(rows == unknown)) for rows in ids if unknown is not None),
    )


def _too_few_reason(counts: Counts, text: CleanText, settings: Settings) -> str:
    """Return why there is nothing to learn from, and what would help."""
    rows = f"all {counts.rows:,} rows are the same" if counts.rows > 1 else f"{counts.rows} rows"
    if counts.rows == 1:
        rows = "one row"
    advice = "give it more lines"
    if counts.long and settings.long != "split":
        split = "" if settings.columns == "pairs" else "--long split or "
        long_lines = counted(counts.long, "line is", "lines are")
        advice = f"{long_lines} over T = {text.length}, {split}a greater --length would keep more"
    return f"{rows}; expected at least two that differ: {advice}"


@contextlib.contextmanager
def _new_corpus(folder: Path) -> Iterator[Path]:
    """Give a temporary folder whose files are moved into `folder` at the end, unless one raises.

    An old header is removed first and the new one comes last: `folder` has a header only while
    it is whole. An error leaves the old corpus, or no folder.
    """
    new_folders = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with atomic_folder(folder / "encoding-rows") as building:
            yield building
            for name in (HEADER, MODEL, *map(condition_file, PARTS)):
                (folder / name).unlink(missing_ok=True)
            names = sorted(path.name for path in building.iterdir() if path.name != HEADER)
            for name in (*names, HEADER):
                (building / name).replace(folder / name)
        new_folders = []
    except OSError as error:
        if error.filename is not None and not str(error.filename).startswith(str(folder)):
            raise  # of the source
        temporary = folder.is_relative_to(tempfile.gettempdir())
        remedy = "; set TMPDIR to a folder with more room" if temporary else ""
        raise UnwritableError(
            f"{folder}: cannot be written to ({error.strerror or error}){remedy}"
        ) from None
    finally:
        for path in new_folders:
            with contextlib.suppress(OSError):
                path.rmdir()
