"""The symbols of texts, numbered, and texts as rows of their ids.

An n-gram is made of symbols of one `unit`: the characters of the line (the default), their UTF-8
bytes, the words of nltk's Treebank tokeniser, or the pieces of a sentencepiece model fitted to the
reference. Id 0 is padding. The symbols of all texts together are numbered from 1 in the order of
their code points, so that ids do not depend on the order of the texts.
"""

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.errors import InputError
from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.windows import PADDING, Rows
from textgan.evaluation.text.lines import Places, Text, rows_except, to_codes
from textgan.evaluation.text.spool import Codes, Spool

__all__ = ["UNITS", "IdRows", "Vocabulary"]

UNITS = ("char", "byte", "subword", "word")

PIECES = 512  # of a subword model
BLOCK_CELLS = 1 << 20  # ids in memory together, where rows are wide


class IdRows:
    """The rows of a text as ids: an iterable of pieces (·, W).

    Args:
        codes: provisional numbers of the symbols.
        ids: the id of each provisional number; numbers beyond its end have the last.
        width: W.
        without: places of rows that are left out, ascending.
    """

    def __init__(
        self, codes: Spool, ids: NDArray[Any], width: int, without: Places | None = None
    ) -> None:
        self._codes, self._ids, self._width = codes, ids, width
        self._without = np.empty(0, dtype=np.intp) if without is None else without

    def __len__(self) -> int:
        return len(self._codes) - len(self._without)

    def __iter__(self) -> Iterator[Rows]:
        return self._to_ids(rows_except(self._codes, self._without))

    def places(self, rows: Places) -> Places:
        """Return the places in the full text of the `rows` of this one, by their numbers."""
        before = self._without - np.arange(len(self._without))  # rows before each left out
        return rows + np.searchsorted(before, rows, side="right")

    def take(self, places: Places) -> Rows:
        """Return the rows at `places` of the full text, which ascend."""
        return self._stack(self._codes.rows_at(places), len(places))

    def without(self, places: Places) -> "IdRows":
        """Return the rows of the full text except those at `places`, which ascend."""
        return IdRows(self._codes, self._ids, self._width, places)

    def array(self) -> Rows:
        """Return all rows as one array (N, W), mapped from a file unless it is small."""
        return self._stack(rows_except(self._codes, self._without), len(self))

    def _stack(self, codes: Iterable[Codes], size: int) -> Rows:
        external.check_room(
            size * self._width * self._ids.itemsize,
            f"{size:,} rows of {self._width:,} symbols, as many as the longest line has,",
        )
        return external.stack(self._to_ids(codes), self._width, self._ids.dtype)

    def _to_ids(self, pieces: Iterable[Codes]) -> Iterator[Rows]:
        """Yield the ids of codes, (·, W), in parts of bounded size."""
        for piece in pieces:
            for part in external.slices(len(piece), max(1, BLOCK_CELLS // self._width)):
                codes = piece[part, : self._width]
                ids = np.zeros((len(codes), self._width), dtype=self._ids.dtype)
                ids[:, : codes.shape[1]] = np.take(self._ids, codes, mode="clip")
                yield ids


class Vocabulary:
    """The symbols of texts, numbered: 0 padding, 1 to V − 1 in the order of their characters.

    Args:
        texts: their symbols are numbered.
        unit: one of `UNITS`.
        fitted_to: the text to which the pieces of `subword` are fitted; the first text if None.

    Attributes:
        symbols: V strings, the symbol of each id; "" is the padding.
        width: W, symbols of a row: T for characters, else those of the longest line.
        columns: as many of the W as the longest line needs, and one of padding if there is room.
    """

    def __init__(
        self, texts: Sequence[Text], unit: str = "char", *, fitted_to: Text | None = None
    ) -> None:
        if unit not in UNITS:
            raise InputError(f"found the unit {unit!r}, expected {', '.join(UNITS)}")
        self.unit = unit
        self._coder = _coder(unit, fitted_to or texts[0])
        self._spools = {id(text): self._coder.spool(text) for text in texts}
        self._texts = tuple(texts)  # kept alive, so that no other text gets their id
        seen = np.zeros(self._coder.size, dtype=bool)
        for spool in self._spools.values():
            for piece in spool:
                seen[piece] = True
        longest = max(spool.used for spool in self._spools.values())
        self.width = texts[0].length if unit == "char" else longest
        self.columns = min(self.width, longest + 1)
        seen[PADDING] = False
        codes = self._coder.sort(np.flatnonzero(seen))
        self.symbols = ["", *map(self._coder.symbol, codes)]
        self._ids = np.full(len(seen) + 1, self.unknown, dtype=np.min_scalar_type(self.unknown))
        self._ids[PADDING] = PADDING
        self._ids[codes] = np.arange(1, len(self))

    def __len__(self) -> int:
        return len(self.symbols)

    @property
    def unknown(self) -> int:
        """The id, V, of symbols that none of the texts has; with them there are V + 1 ids."""
        return len(self.symbols)

    def rows(self, text: Text, width: int | None = None) -> IdRows:
        """Return the rows of `text`, which may be a text that was not numbered.

        They have W symbols, or `width`: `columns` is enough where lines are far shorter than W.
        """
        return IdRows(self._spool(text), self._ids, width or self.width)

    def narrow_rows(self, text: Text) -> IdRows:
        """Return the rows of `text`, as wide as its longest line and one padding, at most W."""
        spool = self._spool(text)
        return IdRows(spool, self._ids, min(self.width, spool.used + 1))

    def read(self, rows: Rows) -> list[tuple[str, ...]]:
        """Return the symbols of each row up to its padding."""
        return [tuple(self.symbols[i] for i in row if i != PADDING) for row in rows.tolist()]

    def _spool(self, text: Text) -> Spool:
        return self._spools.get(id(text)) or self._coder.spool(text)


class _Characters:
    """A symbol is a character; or a byte, as the character of that number."""

    size = 0x110000 + 1

    def __init__(self, unit: str) -> None:
        self.bytes = unit == "byte"

    def spool(self, text: Text) -> Spool:
        if not self.bytes:
            return text.codes
        spool = Spool(4 * text.length)
        for lines in text:
            encoded = [line.encode("utf-8", "surrogatepass").decode("latin-1") for line in lines]
            spool.append(to_codes(encoded))
        return spool

    def sort(self, codes: NDArray[Any]) -> NDArray[Any]:
        return codes

    def symbol(self, code: int) -> str:
        character = chr(code - 1)
        return f"\\x{code - 1:02x}" if self.bytes and code - 1 > 0x7E else character


class _Tokens:
    """A symbol is a word or a piece, numbered in the order of first occurrence."""

    def __init__(self, split: Callable[[str], Sequence[str]]) -> None:
        self._split = split
        self._symbols = [""]
        self._numbers: dict[str, int] = {}

    @property
    def size(self) -> int:
        return len(self._symbols)

    def spool(self, text: Text) -> Spool:
        spool = Spool(text.length)  # no token is shorter than a character
        for lines in text:
            numbers = [[self._number(symbol) for symbol in self._split(line)] for line in lines]
            codes = np.zeros((len(lines), max(1, max(map(len, numbers)))), dtype=np.uint32)
            for row, line in zip(codes, numbers, strict=True):
                row[: len(line)] = line
            spool.append(codes)
        return spool

    def sort(self, codes: NDArray[Any]) -> NDArray[Any]:
        return np.array(sorted(codes.tolist(), key=self._symbols.__getitem__), dtype=np.intp)

    def symbol(self, code: int) -> str:
        return self._symbols[code]

    def _number(self, symbol: str) -> int:
        number = self._numbers.setdefault(symbol, len(self._symbols))
        if number == len(self._symbols):
            self._symbols.append(symbol)
        return number


def _coder(unit: str, fitted_to: Text) -> _Characters | _Tokens:
    if unit == "word":
        return _Tokens(_words())
    if unit == "subword":
        from corpora.encoders.subword import SubwordEncoder

        encoder = SubwordEncoder.fit(iter(fitted_to), fitted_to.length, PIECES)
        return _Tokens(lambda line: [encoder.pieces[i] for i in encoder.encode(line)])
    return _Characters(unit)


def _words() -> Callable[[str], Sequence[str]]:
    """Return a function that splits a line into words; nltk, slow to import, loads only here."""
    try:
        Path.home()
    except (
        RuntimeError
    ):  # no home, as in a container: nltk looks for a download folder it will not use
        os.environ["HOME"] = os.sep
        try:
            from nltk.tokenize import NLTKWordTokenizer
        finally:
            del os.environ["HOME"]
    from nltk.tokenize import NLTKWordTokenizer

    split: Callable[[str], Sequence[str]] = NLTKWordTokenizer().tokenize
    return split
