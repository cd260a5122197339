"""An encoded corpus: a folder of memory-mapped rows that describes itself."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from numpy.typing import NDArray

from corpora import encoders
from corpora.arrays import open_rows
from corpora.counts import Counts, share
from corpora.errors import InputError
from corpora.lengths import NEARLY_ALL, POLICIES, check_length
from corpora.split import PARTS

__all__ = ["FORMAT", "HEADER", "Corpus", "open_corpus"]

HEADER = "header.json"
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
    "sizes": dict,
    "counts": dict,
}


@dataclass(frozen=True, kw_only=True, eq=False)
class Corpus:
    """Rows of ids (N, T) in three parts, the encoder that made them, and what happened to the text.

    `sha256` is of the raw bytes (unpacked, if they were packed): it identifies the text.
    `length_given` tells a T that was asked for from one that was chosen.
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

    def lines(self, part: str, start: int = 0, stop: int | None = None) -> list[str]:
        """Return rows start to stop of a part ("train", "valid" or "test") as text."""
        if part not in PARTS:
            raise ValueError(f"part {part!r}; expected {', '.join(PARTS)}")
        rows: NDArray[Any] = getattr(self, part)
        return self.encoder.decode_rows(rows[start:stop])

    @property
    def unit(self) -> str:
        """What one symbol is called: character, byte or piece."""
        return {"char": "character", "byte": "byte"}.get(self.encoder.name, "piece")

    def notes(self) -> list[str]:
        """Return sentences for the user: what was read, changed, left out and held out."""
        counts = self.counts
        return [
            *counts.sentences(),
            self._length_note(),
            *([self._long_note()] if counts.long else []),
            self._vocabulary_note(),
            *([self._unknown_note()] if counts.unknown else []),
            self._split_note(),
        ]

    def _length_note(self) -> str:
        if self.length_given:
            return f"rows of {self.length} {self.unit}s, as asked"
        if self.length < 32:
            return (
                f"rows of {self.length} {self.unit}s, which is enough for {NEARLY_ALL:.1%} of the "
                "lines or more (--length 32 forces the published length)"
            )
        return f"rows of {self.length} {self.unit}s, the published length"

    def _long_note(self) -> str:
        counts = self.counts
        number = f"{counts.long:,} line{'' if counts.long == 1 else 's'}"
        lines = f"{number} {share(counts.long, counts.lines - counts.blank)} over {self.length}"
        what = {
            "cut": f"{self.unit}s: cut there",
            "drop": f"{self.unit}s: left out",
            "split": f"{'characters' if self.unit == 'piece' else self.unit + 's'}: "
            "split at word boundaries",
        }
        return f"{lines} {what[self.long]}"

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
        plural = "" if counts.unknown == 1 else "s"
        return (
            f"{counts.unknown:,} {self.unit}{plural} {portion} outside the vocabulary "
            "became the unknown symbol, which is never generated"
        )

    def _split_note(self) -> str:
        train, valid, test = (len(getattr(self, part)) for part in PARTS)
        if not valid and not test:
            return f"too few different rows to hold some out: all {train:,} are trained on"
        return f"split by content: {train:,} rows to train on, {valid:,} validation, {test:,} test"


def open_corpus(folder: str | Path) -> Corpus:
    """Return the corpus encoded in `folder`, its rows memory-mapped and its parts checked.

    Raises InputError for a missing, truncated or edited file, and for another format version.
    """
    folder = Path(folder)
    header = _read_header(folder / HEADER)
    encoder = encoders.load(folder)
    if encoder.signature != header["encoder"]:
        raise InputError(
            f"{folder}: the encoder is {encoder.signature}, the rows were made with "
            f"{header['encoder']}; encode the corpus again"
        )
    length, sizes = check_length(header["length"]), header["sizes"]
    rows = {
        part: open_rows(folder / f"{part}.npy", sizes[part], length, encoder.dtype, encoder.size)
        for part in PARTS
    }
    plain = set(FIELDS) - {"format", "encoder", "sizes", "counts"}
    return Corpus(
        folder=folder,
        encoder=encoder,
        counts=Counts.from_plain(header["counts"], str(folder / HEADER)),
        train=rows["train"],
        valid=rows["valid"],
        test=rows["test"],
        **{name: header[name] for name in plain},
    )


def _read_header(path: Path) -> dict[str, Any]:
    """Return the header with every field present and of its type."""
    try:
        header = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path}: missing; expected a folder of an encoded corpus") from None
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as JSON ({error}); encode again") from None
    if not isinstance(header, dict):
        raise InputError(f"{path}: expected a JSON object; encode the corpus again")
    if header.get("format") != FORMAT:
        raise InputError(
            f"{path}: format {header.get('format')!r}; this version reads {FORMAT}; encode again"
        )
    for name, kind in FIELDS.items():
        if type(header.get(name)) is not kind:
            raise InputError(f"{path}: {name} is missing or no {kind.__name__}; encode again")
    sizes = header["sizes"]
    if set(sizes) != set(PARTS) or not all(type(n) is int and n >= 0 for n in sizes.values()):
        raise InputError(f"{path}: sizes are not three natural numbers; encode again")
    if header["long"] not in POLICIES:
        raise InputError(f"{path}: long is {header['long']!r}; encode the corpus again")
    return header
