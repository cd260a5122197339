"""From a source to a folder of ids, in three passes, each by blocks: memory stays flat.

    source --clean, hash, measure--> tidy copy --fit the encoder--> vocabulary --encode--> rows

The tidy copy (on disk, beside the rows, deleted at the end) holds the clean lines no further
than rows can reach, so the costly pass over the source is made once.
"""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from corpora import encoders
from corpora.arrays import RowWriter
from corpora.cleaning import Progress, Survey, Tidy, silent, tidy
from corpora.columns import Stretch
from corpora.counts import Counts
from corpora.encoders.subword import MODEL
from corpora.errors import InputError, UnwritableError
from corpora.files import atomic_folder
from corpora.json_files import write_json
from corpora.rows import read_rows, training_labels, training_lines
from corpora.settings import Settings
from corpora.sniff import Sample
from corpora.sources import Source, name_of, open_source
from corpora.split import PARTS
from corpora.store import FORMAT, HEADER, Corpus, form_of_given, given_file, open_corpus

__all__ = ["encode", "encode_file"]


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
    progress: Progress = silent,
) -> Corpus:
    """Return the corpus written into `folder` from a bundled name, a path, `-`, or lines.

    `length` is T in the encoder's own units; by default 32, or 4, 8 or 16 where that is enough for
    99.5% of the lines. `long` says what becomes of longer lines: "cut" (as published), "drop" or
    "split" at word boundaries. Nothing is left behind on an error; `header.json` comes last, so
    a folder that has one is whole. Raises InputError for whatever the user can mend.

    `columns` says what a line holds: "text", "labels" (`label<TAB>text`) or "pairs"
    (`source<TAB>target`). A label is no part of its row. The two texts of a pair share encoder
    and T, and fall on the side of the source: equal sources never stand on two sides, equal
    targets may. Lines that lack a column are left out and counted, and so are rows whose label
    is not in the training part.

    `progress` is called about once a megabyte with what is being done ("reading", "learning
    symbols", "encoding" and others) and how much of that is done, 0 to 1.
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
    with open_source(source) as file:
        encode_file(file, Path(folder), settings, source, progress=progress)
    return open_corpus(folder)


def encode_file(
    file: BinaryIO,
    folder: Path,
    settings: Settings,
    source: Source,
    *,
    survey: Survey | None = None,
    sample: Sample | None = None,
    progress: Progress = silent,
) -> None:
    """Write the corpus of an open file into `folder`; `source` names it.

    A `survey` receives all lines as they are read, also of a text that is refused; a `sample`
    some of its bytes.
    """
    where = str(source) if isinstance(source, str | Path) else "lines"
    with _moved_into(folder) as building:
        text = tidy(
            file,
            building / "tidy",
            settings,
            where,
            survey=survey,
            sample=sample,
            progress=progress,
        )
        made = _write_parts(text, building, settings, divide=True)
        if not (all(made.sizes.values()) and made.varied):  # too few rows to hold some out
            made = _write_parts(text, building, settings, divide=False)
        if not made.varied:
            raise InputError(f"{where}: {_too_few(made, text, settings)}")
        text.path.unlink()
        made.encoder.save(building)
        header = {
            "format": FORMAT,
            "source": name_of(source),
            "sha256": text.sha256,
            **asdict(settings),
            "length": text.length,
            "length_given": settings.length is not None,
            "encoder": made.encoder.signature,
            "labels": made.labels,
            "remarks": text.remarks,
            "sizes": made.sizes,
            "counts": asdict(text.counts + made.counts),
        }
        write_json(building / HEADER, header, indent=1, ensure_ascii=True)


@dataclass(frozen=True, kw_only=True)
class _Made:
    encoder: encoders.Encoder
    labels: tuple[str, ...]
    sizes: dict[str, int]
    counts: Counts
    varied: bool  # two training rows differ


def _write_parts(text: Tidy, folder: Path, settings: Settings, *, divide: bool) -> _Made:
    """Return the encoder learnt from the training rows, with the rows of all parts written."""
    length = text.length
    encoder = encoders.fit(
        settings.encoder,
        training_lines(text, settings, divide=divide),
        length,
        settings.max_vocabulary,
    )
    labels = training_labels(text, settings, divide=divide, encoder=encoder)
    total, example, varied = Counts(), None, False
    with contextlib.ExitStack() as stack:
        writers = _writers(stack, folder, settings.columns, length, encoder, labels or ())
        for stretch, side, counts in read_rows(
            text, settings, divide=divide, encoder=encoder, labels=labels
        ):
            ids = [encoder.encode_rows(texts, length) for texts in stretch.texts]
            values = ids if labels is None else [*ids, _indices(stretch, labels)]
            for part, files in enumerate(writers):
                for file, some in zip(files, values, strict=True):
                    file.append(some[side == part])
            train = ids[0][side == 0]
            example = train[:1] if example is None and len(train) else example
            varied = varied or (example is not None and bool((train != example).any()))
            total += counts + _symbols(ids, encoder)
    sizes = {part: files[0].count for part, files in zip(PARTS, writers, strict=True)}
    return _Made(encoder=encoder, labels=labels or (), sizes=sizes, counts=total, varied=varied)


def _writers(
    stack: contextlib.ExitStack,
    folder: Path,
    columns: str,
    length: int,
    encoder: encoders.Encoder,
    labels: tuple[str, ...],
) -> list[list[RowWriter]]:
    """Return the files of each part: that of its rows, and that of what is given with them."""
    writers = []
    for part in PARTS:
        files = [RowWriter(folder / f"{part}.npy", (length,), encoder.dtype)]
        if columns != "text":
            shape, dtype, _ = form_of_given(columns, labels, length, encoder)
            files.append(RowWriter(folder / given_file(part), shape, dtype))
        writers.append([stack.enter_context(file) for file in files])
    return writers


def _indices(stretch: Stretch, labels: tuple[str, ...]) -> NDArray[np.int64]:
    """Return where in `labels` the label of each line is, (N,)."""
    index = {label: number for number, label in enumerate(labels)}
    return np.fromiter(map(index.__getitem__, stretch.given), np.int64, len(stretch.given))


def _symbols(ids: list[NDArray[Any]], encoder: encoders.Encoder) -> Counts:
    """Return the counts of some rows: of the ids (N, T) of one text in a row, or of two."""
    unknown = encoder.unknown
    return Counts(
        rows=len(ids[0]),
        symbols=sum(int(np.count_nonzero(rows)) for rows in ids),
        unknown=sum(int(np.count_nonzero(rows == unknown)) for rows in ids if unknown is not None),
    )


def _too_few(made: _Made, text: Tidy, settings: Settings) -> str:
    """Return why there is nothing to learn from, and what would help."""
    counts = made.counts
    found = f"all {counts.rows:,} rows are the same" if counts.rows > 1 else f"{counts.rows} rows"
    if counts.rows == 1:
        found = "one row"
    advice = "give it more lines"
    if counts.long and settings.long != "split":
        split = "" if settings.columns == "pairs" else "--long split or "
        over = "1 line is" if counts.long == 1 else f"{counts.long:,} lines are"
        advice = f"{over} over T = {text.length}, {split}a greater --length would keep more"
    return f"{found}; expected at least two that differ: {advice}"


@contextlib.contextmanager
def _moved_into(folder: Path) -> Iterator[Path]:
    """Give a temporary folder whose files are moved into `folder` if all goes well.

    An old header goes first and the new one comes last, so `folder` never looks whole while it
    is not. Whatever happens, nothing but a whole corpus is left behind.
    """
    absent = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with atomic_folder(folder / "encoding-rows") as building:
            yield building
            for name in (HEADER, MODEL, *map(given_file, PARTS)):
                (folder / name).unlink(missing_ok=True)
            names = sorted(path.name for path in building.iterdir() if path.name != HEADER)
            for name in (*names, HEADER):
                (building / name).replace(folder / name)
        absent = []
    except OSError as error:
        if error.filename is not None and not str(error.filename).startswith(str(folder)):
            raise  # of the source
        temporary = folder.is_relative_to(tempfile.gettempdir())
        remedy = "; set TMPDIR to a folder with more room" if temporary else ""
        raise UnwritableError(
            f"{folder}: cannot be written to ({error.strerror or error}){remedy}"
        ) from None
    finally:
        for path in absent:
            with contextlib.suppress(OSError):
                path.rmdir()
