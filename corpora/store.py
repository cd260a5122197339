"""An encoded corpus: a folder of memory-mapped rows that describes itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora import encoders
from corpora.columns import COLUMNS, are_labels, label_dtype, left_out_sentences
from corpora.counts import Counts, counted, quoted, share
from corpora.errors import InputError
from corpora.json_files import read_json
from corpora.length_policy import NEARLY_ALL, POLICIES, check_length
from corpora.row_files import open_rows
from corpora.split import PARTS

__all__ = [
    "FORMAT",
    "HEADER",
    "Corpus",
    "condition_file",
    "condition_layout",
    "open_corpus",
    "open_encoder",
    "read_header",
]

HEADER = "header.json"
LABEL_BLOCK = 1 << 16  # labels counted together: bincount makes int64 of what it counts
FORMAT = 1
FIELDS: dict[str, type] = {
    "format": int,
    "source": str,
    "sha256": str,
    "encoding": str,
    "normalise": bool,
    "length": int,
    "length_given": bool,
    "long": str,
    "max_vocabulary": int,
    "encoder": str,
    "made_by": str,
    "sizes": dict,
    "counts": dict,
    "columns": str,
    "labels": list,
    "remarks": list,
    "digests": dict,
}
# earlier versions do not write these
ADDED_LATER = {"columns": "text", "labels": [], "remarks": [], "made_by": "", "digests": {}}


@dataclass(frozen=True, kw_only=True, eq=False)
class Corpus:
    """Rows of ids (N, T) in three parts, the encoder that made them, and what happened to the text.

    `columns` says what a line held: "text", "labels" or "pairs". `condition(part)` returns the
    label or the source of each row; `labels` are the names of the labels, in sorted order.
    `sha256` is of the raw bytes (unpacked, if they were packed): it identifies the text.
    `remarks` are sentences on what the text looks like, if not like samples.
    `length_given` says whether the user set T; else it was chosen by the lengths of the lines.
    `taken_from` is the folder whose encoding `encode` took over.
    """

    folder: Path
    source: str
    sha256: str
    encoding: str
    normalise: bool
    length: int
    length_given: bool
    long: str
    max_vocabulary: int
    encoder: encoders.Encoder
    counts: Counts
    train: NDArray[Any]
    valid: NDArray[Any]
    test: NDArray[Any]
    columns: str = "text"
    labels: tuple[str, ...] = ()
    remarks: tuple[str, ...] = ()
    conditions: Mapping[str, NDArray[Any]] = field(default_factory=dict)
    taken_from: Path | None = None

    def rows(self, part: str) -> NDArray[Any]:
        """Return the rows of a part ("train", "valid" or "test"), (N, T)."""
        _check_part(part)
        rows: NDArray[Any] = getattr(self, part)
        return rows

    def lines(self, part: str, start: int = 0, stop: int | None = None) -> list[str]:
        """Return rows start to stop of a part as text."""
        return self.encoder.decode_rows(self.rows(part)[start:stop])

    def condition(self, part: str) -> NDArray[Any] | None:
        """Return the condition of each row of a part, in the order of its rows (N, T).

        Labels: the index of each in `labels`, (N,). Pairs: the ids of the sources, (N, T), the
        rows being the targets. None for plain text.
        """
        _check_part(part)
        return self.conditions.get(part)

    def rows_of_labels(self, part: str) -> dict[str, int]:
        """Return how many rows of a part each label has; nothing without labels."""
        labels = self.condition(part)
        if labels is None or not self.labels:
            return {}
        numbers = np.zeros(len(self.labels), np.int64)
        for start in range(0, len(labels), LABEL_BLOCK):
            numbers += np.bincount(labels[start : start + LABEL_BLOCK], minlength=len(numbers))
        return dict(zip(self.labels, numbers.tolist(), strict=True))

    @property
    def unit(self) -> str:
        """What one symbol is called: character, byte or piece."""
        return {"char": "character", "byte": "byte"}.get(self.encoder.name, "piece")

    def notes(self) -> list[str]:
        """Return sentences for the user: what was read, changed, left out and held out."""
        counts = self.counts
        return [
            *self.remarks,
            *counts.sentences(),
            *left_out_sentences(self.columns, counts),
            *([self._labels_note()] if self.labels else []),
            self._length_note(),
            *([self._long_note()] if counts.long else []),
            self._vocabulary_note(),
            *([self._unknown_note()] if counts.unknown else []),
            self._split_note(),
        ]

    def _length_note(self) -> str:
        if self.length_given:
            return f"rows of {self.length} {self.unit}s, as set (--length)"
        if self.length < 32:
            return (
                f"rows of {self.length} {self.unit}s: at least {NEARLY_ALL:.1%} of the lines fit "
                "(Gulrajani et al. 2017 use 32: --length 32)"
            )
        return f"rows of {self.length} {self.unit}s, as in Gulrajani et al. 2017"

    def _long_note(self) -> str:
        counts = self.counts
        lines = (
            f"{counted(counts.long, 'line')} {share(counts.long, counts.usable)} over {self.length}"
        )
        policy = {
            "cut": f"{self.unit}s: cut there",
            "drop": f"{self.unit}s: left out",
            "split": f"{'characters' if self.unit == 'piece' else self.unit + 's'}: "
            "split at word boundaries",
        }
        return f"{lines} {policy[self.long]}"

    def _labels_note(self) -> str:
        rows = self.rows_of_labels("train")
        least, most = min(rows, key=rows.__getitem__), max(rows, key=rows.__getitem__)
        return (
            f"{counted(len(rows), 'label')}, with {rows[least]:,} "
            f"({quoted(least)}) to {rows[most]:,} ({quoted(most)}) rows to train on"
        )

    def _vocabulary_note(self) -> str:
        reserved = 1 if self.encoder.unknown is None else 2
        note = f"{self.encoder.size - reserved:,} {self.unit}s in the vocabulary"
        full = (
            self.encoder.unknown is not None and self.encoder.size - reserved >= self.max_vocabulary
        )
        return f"{note}, which is full (--max-vocabulary)" if full else note

    def _unknown_note(self) -> str:
        counts = self.counts
        portion = share(counts.unknown, counts.symbols)
        return (
            f"{counted(counts.unknown, self.unit)} {portion} outside the vocabulary "
            "became the unknown symbol, which is never generated"
        )

    def _split_note(self) -> str:
        train, valid, test = (len(self.rows(part)) for part in PARTS)
        if not valid and not test:
            return f"too few different rows to hold some out: all {train:,} are trained on"
        by = "content of the source" if self.columns == "pairs" else "content"
        return f"split by {by}: {train:,} rows to train on, {valid:,} validation, {test:,} test"


def open_corpus(folder: str | Path) -> Corpus:
    """Return the corpus encoded in `folder`, its rows memory-mapped and its parts checked.

    Raises InputError for a missing, truncated or edited file, and for another format version.
    """
    folder = Path(folder)
    header, encoder = read_header(folder / HEADER), open_encoder(folder)
    length, columns = check_length(header["length"]), header["columns"]
    labels = _check_labels(header, folder / HEADER)
    rows, conditions = {}, {}
    for part, count in header["sizes"].items():
        shape = (count, length)
        rows[part] = open_rows(folder / f"{part}.npy", shape, encoder.dtype, encoder.size)
        if columns != "text":
            one_shape, dtype, size = condition_layout(columns, labels, length, encoder)
            path = folder / condition_file(part)
            conditions[part] = open_rows(path, (count, *one_shape), dtype, size)
    same_names = set(FIELDS) & {field.name for field in fields(Corpus)}
    same_names -= {"encoder", "counts", "labels", "remarks"}
    return Corpus(
        folder=folder,
        encoder=encoder,
        counts=Counts.from_plain(header["counts"], str(folder / HEADER)),
        train=rows["train"],
        valid=rows["valid"],
        test=rows["test"],
        labels=labels,
        remarks=_check_remarks(header, folder / HEADER),
        conditions=conditions,
        **{name: header[name] for name in same_names},
    )


def open_encoder(folder: str | Path) -> encoders.Encoder:
    """Return the encoder of the corpus in `folder`; InputError if another made its rows."""
    folder = Path(folder)
    encoder, expected = encoders.load(folder), read_header(folder / HEADER)["encoder"]
    if encoder.signature != expected:
        raise InputError(
            f"{folder}: the encoder is {encoder.signature}, the rows were made with "
            f"{quoted(expected)}; encode the corpus again"
        )
    return encoder


def condition_layout(
    columns: str, labels: tuple[str, ...], length: int, encoder: encoders.Encoder
) -> tuple[tuple[int, ...], np.dtype[Any], int]:
    """Return the shape of the condition of one row, its dtype, and the bound of its numbers."""
    if columns == "labels":
        return (), label_dtype(len(labels)), len(labels)
    return (length,), encoder.dtype, encoder.size


def condition_file(part: str) -> str:
    """Return the name of the file with the conditions of the rows of a part."""
    return f"{part}.given.npy"


def _check_part(part: str) -> None:
    if part not in PARTS:
        raise ValueError(f"part {part!r}; expected {', '.join(PARTS)}")


def _check_labels(header: dict[str, Any], path: Path) -> tuple[str, ...]:
    """Return the labels of a header: different names in sorted order if there is a column."""
    columns, labels = header["columns"], header["labels"]
    if columns not in COLUMNS:
        raise InputError(f"{path}: columns is {columns!r:.80}; encode the corpus again")
    if not are_labels(labels) or bool(labels) != (columns == "labels"):
        raise InputError(
            f"{path}: labels are not different names in sorted order that suit columns "
            f"{columns!r}; encode the corpus again"
        )
    return tuple(labels)


def _check_remarks(header: dict[str, Any], path: Path) -> tuple[str, ...]:
    """Return the remarks of a header, which are printed: no control character may be in them."""
    remarks = header["remarks"]
    if not all(type(remark) is str and remark.isprintable() for remark in remarks):
        raise InputError(f"{path}: remarks are no printable sentences; encode the corpus again")
    return tuple(remarks)


def read_header(path: Path) -> dict[str, Any]:
    """Return the header with all fields, each of its type, in their order; else InputError."""
    header = read_json(path, expected="the header of a corpus", remedy="encode the corpus again")
    if header.get("format") != FORMAT:
        raise InputError(
            f"{path}: format {header.get('format')!r:.80}; this version reads {FORMAT}; encode "
            "the corpus again"
        )
    header |= {name: value for name, value in ADDED_LATER.items() if name not in header}
    for name, kind in FIELDS.items():
        if type(header.get(name)) is not kind:
            raise InputError(
                f"{path}: {name} is missing or no {kind.__name__}; encode the corpus again"
            )
    sizes = header["sizes"]
    if set(sizes) != set(PARTS) or not all(type(n) is int and n >= 0 for n in sizes.values()):
        raise InputError(f"{path}: sizes are not three natural numbers; encode the corpus again")
    if header["long"] not in POLICIES:
        raise InputError(f"{path}: long is {header['long']!r:.80}; encode the corpus again")
    return header
