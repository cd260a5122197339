"""Lines from bytes, a block at a time: decoded, cleaned, each change counted.

Memory does not grow with the file: a block of bytes is read, decoded and cut at its last line
end; the rest waits for the next block. Of a line longer than LONGEST characters the rest is
skipped, or, for the policy `split`, the line is broken at a space.

Removed: line ends, byte order marks at the beginning of any line (as where files were put one
after the other), control characters. Counted and kept: invisible characters, which may be
intended.
"""

import codecs
import re
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from corpora.counts import LONGEST, Counts, end_of_piece
from corpora.errors import InputError, UnreadableError
from corpora.read_limit import ReadLimit
from corpora.sources import Source, open_source

__all__ = [
    "BLOCK",
    "LONGEST",
    "clean",
    "invisible_characters",
    "read_blocks",
    "read_bytes",
    "read_lines",
]

BLOCK = 4 << 20  # bytes read at once

# Stands for bytes that did not decode, until they are counted. It is no character, and as little
# are the other lone surrogates, which unicode_escape and utf-7 yield: they count as undecodable.
UNDECODABLE = "\udcff"
SURROGATE = re.compile("[\ud800-\udfff]")
codecs.register_error("corpora.mark", lambda error: (UNDECODABLE, error.end))  # type: ignore[attr-defined]

NEWLINE = 10
# Characters that nobody sees in the text, and spaces that look like U+0020 or like none:
# no-break and typographic spaces, soft hyphens, zero-width spaces and marks, direction marks,
# fillers. Not the ideographic space, variation selectors and tags (of emoji), which belong to
# their scripts; joiners, which do too, only behind a Latin letter, a digit or a sign.
INVISIBLE = re.compile(
    "[\u00a0\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u2000-\u200b\u200e\u200f"
    "\u202a-\u202f\u205f-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb]"
)
JOINER = re.compile("(?<=[!-\u024f])[\u200c\u200d]")

# 1: characters that never reach a corpus, which are control characters but tab and newline, and
# the Unicode line separators, which some programs take for line ends. Lone surrogates are found by
# the same look-up. 2: perhaps an invisible character.
REMOVED, SUSPECT = 1, 2
KIND = np.zeros(0x110000, np.uint8)
KIND[:32] = KIND[0x7F:0xA0] = KIND[[0x2028, 0x2029]] = KIND[0xD800:0xE000] = REMOVED
KIND[[9, NEWLINE]] = 0
KIND[[code for code in range(0x10000) if INVISIBLE.match(chr(code))]] = SUSPECT
KIND[[0x200C, 0x200D]] = SUSPECT


def read_lines(
    source: Source,
    *,
    encoding: str = "utf-8",
    blank: bool = False,
    block: int = BLOCK,
    note: Callable[[Counts], None] | None = None,
    limit: ReadLimit | None = None,
) -> Iterator[list[str]]:
    """Yield lists of lines that are decoded and not cleaned: only the line ends are removed.

    Undecodable bytes become U+FFFD; byte order marks are part of the encoding, not of the text.
    Of a line over LONGEST characters the rest is skipped.

    Args:
        source: The text.
        encoding: Of the text.
        blank: Whether blank lines are kept.
        block: Bytes read at once.
        note: Receives the counts of each block, the number of such long lines among them.
        limit: How much is read.
    """
    with open_source(source, limit) as file:
        where = str(source) if isinstance(source, str | Path) else "lines"
        for text, counts in _decoded(_texts(file, encoding, block, where), keep="head"):
            if note is not None:
                note(counts)
            text = text if text.isascii() else SURROGATE.sub("\ufffd", text)
            lines = text.removesuffix("\n").split("\n") if text else []
            if not blank:
                lines = [line for line in lines if line and not line.isspace()]
            if lines:
                yield lines


def read_blocks(
    file: BinaryIO,
    *,
    where: str = "input",
    encoding: str = "utf-8",
    normalise: bool = True,
    keep: str = "head",
    block: int = BLOCK,
    look: Callable[[bytes], None] | None = None,
) -> Iterator[tuple[list[str], Counts]]:
    """Yield (clean lines that are not blank, counts of that block) from the start of `file`.

    `where` names the file in messages; `keep` says what is kept of a line over LONGEST
    characters: its "head", or "all" of it in several lines. `look` receives all bytes in turn.
    """
    file.seek(0)
    for text, counts in _decoded(_texts(file, encoding, block, where, look), keep):
        lines, changes = clean(text, normalise=normalise)
        yield lines, counts + changes


def clean(text: str, *, normalise: bool = True) -> tuple[list[str], Counts]:
    r"""Return the lines of `text` worth training on, and what was changed on the way.

    >>> clean("a\x07b\n \nc")[0]
    ['ab', 'c']
    """
    if not text:
        return [], Counts()
    text, counts, may_hide = _without_controls(text)
    changed = 0
    if normalise and not text.isascii() and not unicodedata.is_normalized("NFC", text):
        before, text = text, unicodedata.normalize("NFC", text)
        changed = sum(
            old != new for old, new in zip(before.split("\n"), text.split("\n"), strict=True)
        )
    lines = text.removesuffix("\n").split("\n")
    filled = [line for line in lines if line and not line.isspace()]
    return filled, counts + Counts(
        lines=len(lines),
        blank=len(lines) - len(filled),
        normalised=changed,
        invisible=sum(map(_has_invisible, filled)) if may_hide else 0,
    )


def invisible_characters(line: str) -> list[str]:
    """Return the characters of the line that do not show, and its unusual spaces."""
    return INVISIBLE.findall(line) + JOINER.findall(line)


def _has_invisible(line: str) -> bool:
    return not line.isascii() and bool(INVISIBLE.search(line) or JOINER.search(line))


def _without_controls(text: str) -> tuple[str, Counts, bool]:
    """Return the text without control characters, and how many there were.

    Lone surrogates become U+FFFD. The third value says whether an invisible character may be in it.
    """
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    classes = KIND[codes]
    if not classes.any():
        return text, Counts(), False
    removed, may_hide = classes == REMOVED, bool((classes == SUSPECT).any())
    if not removed.any():
        return text, Counts(), may_hide
    nul, not_decoded = codes == 0, codes & 0xFFFFF800 == 0xD800
    line = np.cumsum(codes == NEWLINE)
    nuls, undecodable = int(nul.sum()), int(not_decoded.sum())
    counts = Counts(
        nuls=nuls,
        undecodable=undecodable,
        controls=int(removed.sum()) - nuls - undecodable,
        damaged=len(np.unique(line[nul | not_decoded])),
    )
    codes = np.where(not_decoded, np.uint32(0xFFFD), codes)[~removed | not_decoded]
    return codes.tobytes().decode("utf-32-le"), counts, may_hide


def _decoded(texts: Iterator[tuple[str, int]], keep: str) -> Iterator[tuple[str, Counts]]:
    r"""Yield blocks of whole lines, ended by \n alone (the last perhaps not), with counts."""
    unfinished, skipping = "", False
    for text, counts in _with_newlines(texts):
        if skipping:
            _, newline, text = text.partition("\n")
            skipping = not newline
        head, newline, unfinished = (unfinished + text).rpartition("\n")
        head, cut = _within(head + newline, keep)
        if len(unfinished) > LONGEST:
            if keep == "head":
                head, unfinished = f"{head}{unfinished[:LONGEST]}\n", ""
                skipping, cut = True, cut + 1
            else:
                *pieces, unfinished = _pieces(unfinished)
                head += "".join(f"{piece}\n" for piece in pieces)
        yield head, counts + Counts(overlong=cut) if cut else counts
    if unfinished:
        yield unfinished, Counts(unended=1)


def _within(text: str, keep: str) -> tuple[str, int]:
    """Return whole lines, ended, with none over LONGEST characters, and how many were cut."""
    parts: list[str] = []
    done = start = cut = 0
    while len(text) - start > LONGEST:
        newline = text.rfind("\n", start, start + LONGEST + 1)
        if newline < 0:  # one line is longer
            newline = text.find("\n", start)
            parts.append(text[done:start])
            if keep == "head":
                parts.append(f"{text[start : start + LONGEST]}\n")
                cut += 1
            else:
                parts += [f"{piece}\n" for piece in _pieces(text[start:newline])]
            done = newline + 1
        start = newline + 1
    return ("".join([*parts, text[done:]]) if parts else text), cut


def _pieces(line: str) -> list[str]:
    """Return the line in pieces of at most LONGEST characters, broken behind spaces if it can."""
    pieces = []
    while len(line) > LONGEST:
        end = end_of_piece(line, LONGEST)
        pieces.append(line[:end])
        line = line[end:]
    return [*pieces, line]


def _with_newlines(texts: Iterator[tuple[str, int]]) -> Iterator[tuple[str, Counts]]:
    r"""Yield the texts with \r\n and \r made \n, and without byte order marks before lines."""
    carried, begins = "", True
    for text, size in texts:
        text = carried + text
        # \n may be the first character of the next text, and is there before the end is known
        carried = "\r" if size and text.endswith("\r") else ""
        text = text.removesuffix(carried)
        crlf = cr = bom = 0
        if "\r" in text:
            crlf = text.count("\r\n")
            cr = text.count("\r") - crlf
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        if "\ufeff" in text:
            before = len(text)
            text = re.sub("(?<=\n)\ufeff+", "", text.lstrip("\ufeff") if begins else text)
            bom = before - len(text)
        begins = text.endswith("\n") if text else begins
        yield text, Counts(bytes=size, bom=bom, crlf=crlf, cr=cr)


def _texts(
    file: BinaryIO,
    encoding: str,
    block: int,
    where: str,
    look: Callable[[bytes], None] | None = None,
) -> Iterator[tuple[str, int]]:
    """Yield (text, bytes it came from); the last has 0 bytes and whatever was held back."""
    decoder = decoder_of(encoding)
    try:
        while data := read_bytes(file, block, where):
            if look is not None:
                look(data)
            yield decoder.decode(data), len(data)
        yield decoder.decode(b"", True), 0
    except UnicodeError as error:
        raise UnreadableError(
            f"{where}: not {encoding} ({error}); name its own encoding by --encoding"
        ) from None


def read_bytes(file: BinaryIO, size: int, where: str) -> bytes:
    """Return the next bytes of a text; UnreadableError, with its name, for a fault of the disk."""
    try:
        return file.read(size)
    except OSError as error:
        raise UnreadableError(
            f"{where}: cannot be read to its end ({error.strerror or error})"
        ) from None


def decoder_of(encoding: str) -> codecs.IncrementalDecoder:
    """Return a decoder that puts UNDECODABLE where bytes do not decode.

    Raises:
        InputError: There is no encoding of that name.
    """
    try:
        "".encode(encoding)  # refuses base64, rot13 and others that are no text encodings
        decoder = codecs.getincrementaldecoder(encoding)("corpora.mark")
        decoder.decode(b"", True)  # idna and punycode, which are of host names, know no such errors
        decoder.reset()
        return decoder
    except (LookupError, ValueError):
        raise InputError(
            f"unknown encoding {encoding!r}; expected a name such as utf-8, utf-16, cp1252"
        ) from None
