"""Lines from bytes, a block at a time: decoded, unbroken, cleaned, each change counted.

Memory does not grow with the file: a block of bytes is read, decoded and cut at its last line
end; the rest waits for the next block. A line longer than LONGEST characters is not kept whole:
the rest of it is passed over, or, for the policy `split`, it is broken at a space.
"""

import codecs
import gzip
import unicodedata
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import numpy as np

from corpora.counts import Counts
from corpora.errors import InputError
from corpora.sources import Source, open_source

__all__ = ["BLOCK", "LONGEST", "clean", "read_blocks", "read_lines"]

BLOCK = 4 << 20  # bytes read at once
LONGEST = 1 << 20  # characters of one line that are kept together

MARK = "\udcff"  # stands for bytes that did not decode until they are counted; no codec yields it
codecs.register_error("corpora.mark", lambda error: (MARK, error.end))  # type: ignore[attr-defined]

NEWLINE = 10
# Characters that never reach a corpus: control characters but tab and newline, and the Unicode
# line separators, which would break a sample in two for some readers. MARK is found by the same
# look-up.
ODD = np.zeros(0x110000, bool)
ODD[:32] = ODD[0x7F:0xA0] = ODD[[0x2028, 0x2029]] = ODD[ord(MARK)] = True
ODD[[9, NEWLINE]] = False


def read_lines(
    source: Source, *, encoding: str = "utf-8", blank: bool = False, block: int = BLOCK
) -> Iterator[list[str]]:
    """Yield lists of lines as they stand: decoded, line ends off, no more.

    Lines that are blank are skipped unless `blank` keeps them.

    Undecodable bytes become U+FFFD; a byte order mark is part of the encoding, not of the text.
    """
    with open_source(source) as file:
        where = str(source) if isinstance(source, str | Path) else "lines"
        for text, _ in _decoded(_texts(file, encoding, block, where), keep="head"):
            lines = text.replace(MARK, "\ufffd").removesuffix("\n").split("\n") if text else []
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
) -> Iterator[tuple[list[str], Counts]]:
    """Yield (clean lines that are not blank, counts of that block) from the start of `file`.

    `where` names the file in messages; `keep` says what becomes of a line over LONGEST
    characters: its "head", or "all" of it in several lines.
    """
    file.seek(0)
    for text, counts in _decoded(_texts(file, encoding, block, where), keep):
        lines, changes = clean(text, normalise=normalise)
        yield lines, counts + changes


def clean(text: str, *, normalise: bool = True) -> tuple[list[str], Counts]:
    r"""Return the lines of `text` worth training on, and what was changed on the way.

    >>> clean("a\x07b\n \nc")[0]
    ['ab', 'c']
    """
    if not text:
        return [], Counts()
    text, counts = _without_odd(text)
    changed = 0
    if normalise and not text.isascii() and not unicodedata.is_normalized("NFC", text):
        before, text = text, unicodedata.normalize("NFC", text)
        changed = sum(
            old != new for old, new in zip(before.split("\n"), text.split("\n"), strict=True)
        )
    lines = text.removesuffix("\n").split("\n")
    kept = [line for line in lines if line and not line.isspace()]
    return kept, counts + Counts(lines=len(lines), blank=len(lines) - len(kept), normalised=changed)


def _without_odd(text: str) -> tuple[str, Counts]:
    """Return the text without control characters, MARK made U+FFFD, and how many there were."""
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
    odd = ODD[codes]
    if not odd.any():
        return text, Counts()
    nul, bad = codes == 0, codes == ord(MARK)
    line = np.cumsum(codes == NEWLINE)
    nuls, undecodable = int(nul.sum()), int(bad.sum())
    counts = Counts(
        nuls=nuls,
        undecodable=undecodable,
        controls=int(odd.sum()) - nuls - undecodable,
        damaged=len(np.unique(line[nul | bad])),
    )
    codes = np.where(bad, np.uint32(0xFFFD), codes)[~odd | bad]
    return codes.tobytes().decode("utf-32-le"), counts


def _decoded(texts: Iterator[tuple[str, int]], keep: str) -> Iterator[tuple[str, Counts]]:
    r"""Yield stretches of whole lines, ended by \n alone (the last perhaps not), with counts."""
    rest, skipping = "", False
    for text, counts in _unbroken(texts):
        if skipping:
            _, newline, text = text.partition("\n")
            skipping = not newline
        head, newline, rest = (rest + text).rpartition("\n")
        head += newline
        if len(rest) > LONGEST and keep == "head":
            head, rest, skipping = f"{head}{rest[:LONGEST]}\n", "", True
        while len(rest) > LONGEST:
            at = rest.rfind(" ", 0, LONGEST) + 1 or LONGEST
            head, rest = f"{head}{rest[:at]}\n", rest[at:]
        yield head, counts
    if rest:
        yield rest, Counts(unended=1)


def _unbroken(texts: Iterator[tuple[str, int]]) -> Iterator[tuple[str, Counts]]:
    r"""Yield the texts with \r\n and \r made \n, and without the byte order mark."""
    held, first = "", True
    for text, size in texts:
        bom = first and text.startswith("\ufeff")
        first = first and not text
        text = held + text[bom:]
        # \n may be the first character of the next text, and is there before the end is known
        held = "\r" if size and text.endswith("\r") else ""
        text = text.removesuffix(held)
        crlf = cr = 0
        if "\r" in text:
            crlf = text.count("\r\n")
            cr = text.count("\r") - crlf
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        yield text, Counts(bytes=size, bom=int(bom), crlf=crlf, cr=cr)


def _texts(file: BinaryIO, encoding: str, block: int, where: str) -> Iterator[tuple[str, int]]:
    """Yield (text, bytes it came from); the last has 0 bytes and whatever was held back."""
    decoder = decoder_of(encoding)
    try:
        while data := file.read(block):
            yield decoder.decode(data), len(data)
    except (gzip.BadGzipFile, EOFError, zlib.error):
        raise InputError(
            f"{where}: the gzip file is damaged or cut short; pack or fetch it again"
        ) from None
    except UnicodeError as error:
        raise InputError(
            f"{where}: not {encoding} ({error}); name its own encoding by --encoding"
        ) from None
    except OSError as error:
        raise InputError(
            f"{where}: cannot be read to its end ({error.strerror or error})"
        ) from None
    yield decoder.decode(b"", True), 0


def decoder_of(encoding: str) -> codecs.IncrementalDecoder:
    """Return a decoder that puts MARK where bytes do not decode; InputError for an unknown name."""
    try:
        "".encode(encoding)  # refuses base64, rot13 and others that are no text encodings
        return codecs.getincrementaldecoder(encoding)("corpora.mark")
    except (LookupError, ValueError):
        raise InputError(
            f"unknown encoding {encoding!r}; expected a name such as utf-8, utf-16, cp1252"
        ) from None
