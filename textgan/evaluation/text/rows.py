"""Lines of several texts as rows of symbols over one vocabulary.

A line is cut at T characters, and nothing else is done to it. What an n-gram is made of is its
`unit`: the characters of the line (the default), their UTF-8 bytes, the words that nltk's Treebank
tokeniser finds, or the pieces of a sentencepiece model learnt from the reference. Id 0 is
padding; the symbols of all texts together are numbered from 1 in the order of their code points,
so that a number depends on the texts alone and not on the order in which they were read.
"""

import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.counts import Counts
from corpora.errors import InputError
from corpora.reader import read_lines
from corpora.sources import Source
from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.windows import Rows
from textgan.evaluation.text.spool import Codes, Spool

__all__ = ["PADDING", "UNITS", "IdRows", "Places", "Text", "Vocabulary", "read"]

PADDING = 0
UNITS = ("char", "byte", "subword", "word")

MOST_DAMAGED = 0.01  # share of lines that may have undecodable bytes or NULs
AT_ONCE = 1 << 14  # lines read at a time
CELLS = 1 << 20  # ids and characters that are handled at once, where lines are long
PIECES = 512  # of a subword model

Places = NDArray[np.integer[Any]]


def read(
    source: Source,
    *,
    encoding: str = "utf-8",
    blank: bool = False,
    note: Callable[[Counts], None] | None = None,
) -> Iterator[str]:
    """Yield every line of `source` as it stands, blank ones only with `blank`.

    Nothing is stripped, normalised or deduplicated. `source` is a path, `-` for standard input or
    the name of a bundled corpus. `note` is that of `corpora.read_lines`.

    Raises:
        InputError: it cannot be read, holds no such line, or is no text in `encoding`
            (more than one line in a hundred does not decode, or has a NUL); the last is known, and
            raised, at its end.
    """
    lines = damaged = 0
    for block in read_lines(source, encoding=encoding, blank=blank, note=note):
        damaged += sum("\ufffd" in line or "\0" in line for line in block)
        lines += len(block)
        yield from block
    if not lines:
        raise InputError(f"{source}: found no text, expected one sample a line; check the file")
    if damaged > lines * MOST_DAMAGED:
        raise InputError(
            f"{source}: {damaged:,} of {lines:,} lines are no {encoding} text; name another "
            "--encoding, or a text file"
        )


class Text:
    """Lines, each cut at `length` characters, kept as their codes: code point + 1, 0 after the end.

    Args:
        lines: read once, a block at a time.
        length: T, where each is cut.

    Attributes:
        sha: the first 8 hexadecimal digits of the SHA-256 of the cut lines, joined by line breaks.
    """

    def __init__(self, lines: Iterable[str], length: int) -> None:
        self.length = length
        self.codes = Spool(length)
        digest = hashlib.sha256()
        for block in _blocks(lines, length):
            text = ("\n" if len(self) else "") + "\n".join(block)
            digest.update(text.encode("utf-8", "surrogatepass"))
            self.codes.append(_codes(block))
        self.sha = digest.hexdigest()[:8]

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[list[str]]:
        """Yield the lines as they were cut, a block at a time."""
        return self.without(np.empty(0, dtype=np.intp))

    def without(self, places: Places) -> Iterator[list[str]]:
        """Yield the lines but for those at `places`, which ascend, a block at a time."""
        for codes in _kept(self.codes, places):
            yield _lines(codes)

    def lines(self) -> list[str]:
        """Return all lines as they were cut."""
        return [line for block in self for line in block]

    def line(self, place: int) -> str:
        """Return the line at `place`."""
        return self.take(np.array([place])).lines()[0]

    def take(self, places: Places) -> "Text":
        """Return the text of the lines at `places`, which ascend."""
        taken = self.codes.taken(places)
        return Text((line for codes in taken for line in _lines(codes)), self.length)

    def permuted(self, order: Places) -> "Text":
        """Return the text of the lines at the places `order`, in this order."""
        codes = external.stack(self.codes, self.codes.used, self.codes.dtype)
        some = external.slices(len(order), max(1, CELLS // codes.shape[1]))
        lines = (line for part in some for line in _lines(codes[order[part]]))
        return Text(lines, self.length)


class IdRows:
    """The rows of a text, pieces of (N, W) ids as often as they are asked for.

    Args:
        codes: provisional numbers of the symbols.
        ids: the id of each provisional number; numbers behind its end have the last.
        width: W.
        without: places that are left out, ascending.
    """

    def __init__(
        self, codes: Spool, ids: NDArray[Any], width: int, without: Places | None = None
    ) -> None:
        self._codes, self._ids, self._width = codes, ids, width
        self._without = np.empty(0, dtype=np.intp) if without is None else without

    def __len__(self) -> int:
        return len(self._codes) - len(self._without)

    def __iter__(self) -> Iterator[Rows]:
        return self._known(_kept(self._codes, self._without))

    def places(self, kept: Places) -> Places:
        """Return where the rows that are number `kept` of these stand in the whole text."""
        before = self._without - np.arange(len(self._without))  # kept rows before each left out
        return kept + np.searchsorted(before, kept, side="right")

    def take(self, places: Places) -> Rows:
        """Return the rows at `places` of the whole text, which ascend."""
        return self._stack(self._codes.taken(places), len(places))

    def without(self, places: Places) -> "IdRows":
        """Return the rows but for those at `places`, which ascend."""
        return IdRows(self._codes, self._ids, self._width, places)

    def whole(self) -> Rows:
        """Return all rows as one array, mapped from a file unless it is small."""
        return self._stack(_kept(self._codes, self._without), len(self))

    def _stack(self, codes: Iterable[Codes], size: int) -> Rows:
        external.check_room(
            size * self._width * self._ids.itemsize,
            f"{size:,} rows of {self._width:,} symbols, as many as the longest line has,",
        )
        return external.stack(self._known(codes), self._width, self._ids.dtype)

    def _known(self, pieces: Iterable[Codes]) -> Iterator[Rows]:
        """Yield the ids of codes, (·, W), no more than some at once."""
        for piece in pieces:
            for part in external.slices(len(piece), max(1, CELLS // self._width)):
                codes = piece[part, : self._width]
                ids = np.zeros((len(codes), self._width), dtype=self._ids.dtype)
                ids[:, : codes.shape[1]] = np.take(self._ids, codes, mode="clip")
                yield ids


class Vocabulary:
    """The symbols of some texts, numbered: 0 padding, 1 to V − 1 in the order of their text.

    Args:
        texts: whose symbols are numbered.
        unit: one of `UNITS`.
        learnt: the text that the pieces of `subword` are learnt from; the first text if None.

    Attributes:
        symbols: V texts, that of each id; "" is the padding.
        width: W, the symbols to a row: T for characters, else those of the longest line.
        columns: those of W that hold a symbol, and one of padding, if W has that.
    """

    def __init__(
        self, texts: Sequence[Text], unit: str = "char", *, learnt: Text | None = None
    ) -> None:
        if unit not in UNITS:
            raise InputError(f"found the unit {unit!r}, expected {', '.join(UNITS)}")
        self.unit = unit
        self._coder = _coder(unit, learnt or texts[0])
        self._spools = {id(text): self._coder.spool(text) for text in texts}
        self._texts = tuple(texts)  # alive, so that no other text gets their id
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
        """The id, V, of symbols that none of the texts has; where they occur V + 1 are needed."""
        return len(self.symbols)

    def rows(self, text: Text, width: int | None = None) -> IdRows:
        """Return the rows of `text`; of one that is not among the vocabulary's own, new ones.

        They have W symbols, or `width`: where lines are far shorter than W, `columns` will do.
        """
        spool = self._spools.get(id(text)) or self._coder.spool(text)
        return IdRows(spool, self._ids, width or self.width)

    def narrow_rows(self, text: Text) -> IdRows:
        """Return the rows of `text` with as many symbols as its longest line, and one padding."""
        spool = self._spools.get(id(text)) or self._coder.spool(text)
        return IdRows(spool, self._ids, min(self.width, spool.used + 1))

    def read(self, rows: Rows) -> list[tuple[str, ...]]:
        """Return the symbols of each row up to its padding."""
        return [tuple(self.symbols[i] for i in row if i != PADDING) for row in rows.tolist()]


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
            spool.append(_codes(encoded))
        return spool

    def sort(self, codes: NDArray[Any]) -> NDArray[Any]:
        return codes

    def symbol(self, code: int) -> str:
        character = chr(code - 1)
        return f"\\x{code - 1:02x}" if self.bytes and code - 1 > 0x7E else character


class _Tokens:
    """A symbol is a word or a piece, numbered as it is met."""

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
            for row, some in zip(codes, numbers, strict=True):
                row[: len(some)] = some
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


def _coder(unit: str, learnt: Text) -> _Characters | _Tokens:
    if unit == "word":
        return _Tokens(_words())
    if unit == "subword":
        from corpora.encoders.subword import SubwordEncoder

        encoder = SubwordEncoder.fit(iter(learnt), learnt.length, PIECES)
        return _Tokens(lambda line: [encoder.pieces[i] for i in encoder.encode(line)])
    return _Characters(unit)


def _words() -> Callable[[str], Sequence[str]]:
    """Return what splits a line into words; nltk is slow to import, and needed for words alone."""
    try:
        Path.home()
    except RuntimeError:  # in a container: nltk asks where it could download to, and never does
        os.environ["HOME"] = os.sep
        try:
            from nltk.tokenize import NLTKWordTokenizer
        finally:
            del os.environ["HOME"]
    from nltk.tokenize import NLTKWordTokenizer

    split: Callable[[str], Sequence[str]] = NLTKWordTokenizer().tokenize
    return split


def _kept(spool: Spool, without: Places) -> Iterator[Codes]:
    """Yield the pieces of `spool` but for the rows at some places."""
    for start, piece in spool.pieces():
        low, high = np.searchsorted(without, (start, start + len(piece)))
        kept = np.delete(piece, without[low:high] - start, axis=0)
        if len(kept):
            yield kept


def _blocks(lines: Iterable[str], length: int) -> Iterator[list[str]]:
    """Yield the lines, cut, in blocks of bounded size: that of lines as long as its longest."""
    block: list[str] = []
    longest = 0
    for line in lines:
        cut = line[:length]
        longest = max(longest, len(cut))
        if block and (len(block) == AT_ONCE or longest * (len(block) + 1) > CELLS):
            yield block
            block, longest = [], len(cut)
        block.append(cut)
    if block:
        yield block


def _codes(lines: Sequence[str]) -> NDArray[np.uint32]:
    """Return code point + 1 at each position of each line and 0 after its end: (N, longest)."""
    length = max(1, max(map(len, lines)))
    # numpy fills with NUL, which may be a character of the line too.
    codes = np.array(lines, dtype=f"<U{length}").view("<u4").reshape(len(lines), length)
    ends = np.fromiter(map(len, lines), dtype=np.int64, count=len(lines))
    within = np.arange(length) < ends[:, None]
    return np.where(within, codes + np.uint32(1), np.uint32(PADDING))


def _lines(codes: Codes) -> list[str]:
    """Return the lines of codes (N, T)."""
    ends = (codes != PADDING).sum(axis=1)
    characters = np.maximum(codes.astype(np.uint32, order="C"), 1) - np.uint32(1)
    whole = characters.reshape(-1).view(f"<U{codes.shape[1]}").tolist()  # ends stripped of NULs
    return [line.ljust(end, "\0") for line, end in zip(whole, ends.tolist(), strict=True)]
