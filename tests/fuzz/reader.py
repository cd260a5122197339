"""Any bytes as a text: read by blocks, guessed at, and encoded with any settings."""

import codecs
import functools
import gzip
import io
import unicodedata
from pathlib import Path
from unittest import mock

import numpy as np

import corpora
import corpora.reader
from corpora.counts import Counts
from corpora.errors import InputError
from corpora.inspection import inspect
from corpora.reader import KIND, REMOVED, read_blocks, read_lines
from corpora.sniff import Sample, guess_encoding, reason_to_refuse
from corpora.sources import open_source
from corpora.split import PARTS
from tests.fuzz.draws import Draws, damaged
from tests.fuzz.runs import folder_in_memory

__all__ = ["SEEDS", "target"]

ENCODINGS = (
    "utf-8", "utf-16", "utf-16-le", "utf-32", "cp1252", "gb18030", "iso2022_jp", "utf-7",
    "utf-8-sig", "hz", "idna", "punycode", "unicode_escape", "raw_unicode_escape",
    "undefined", "base64", "",
    "big5hkscs", "cp1255", "ascii", "charmap", "mbcs", "utf\udcff8",
)  # fmt: skip
COLUMNS = ("text", "labels", "pairs")
SETTINGS = bytes(9)  # the plain choice of everything
SEEDS = [
    bytes([how, *SETTINGS[1:]]) + text
    for how in (0, 1, 2, 3)
    for text in (
        "Anna\nBert\r\nClara\rDavid\n\n \nE\u0301va\ufeff\n\ufeffx\u200by\x00z\x07\n".encode() * 3,
        "".join(f"label {i % 3}\tname {i}\n" for i in range(40)).encode(),
        "Größe, naïveté, façade\nÉcole à côté\n".encode("cp1252") * 4,
        "Имя\nгород\n".encode("utf-16"),
        "\ufeffname\n".encode("utf-32-be"),
        gzip.compress(b"packed\nlines\n" * 9, mtime=0),
        b'{"text": "a"}\n{"text": "b"}\n',
        b"%PDF-1.7\n\x00\xff",
        b"a,b\n1,2\n" * 20,
        "名前\n".encode("iso2022_jp"),
    )
]


@functools.cache
def _folder() -> Path:
    return folder_in_memory()


def target(data: bytes) -> None:
    """Check the laws of reading on one text."""
    draws = Draws(data)
    how, blocks, longest = draws.integer(0, 255), draws.integer(1, 16), draws.choice((1 << 20, 9))
    encoding = draws.choice(ENCODINGS) if draws.one_in(4) else "utf-8"
    settings = Draws(draws.bytes(5))
    text = draws.rest()
    block = max(len(text) // blocks, 1)
    keep = ("head", "all")[how // 2 % 2]
    with mock.patch.object(corpora.reader, "LONGEST", longest):
        _check_blocks(text, encoding, block, keep, normalise=how % 2 == 0)
    if how % 8 == 1:
        _check_guess(text)
    if how % 32 == 2:
        text = damaged(gzip.compress(text, 1, mtime=0), settings)
    if how % 16 in (2, 3):
        _check_corpus(text, encoding, settings)


def _read(
    text: bytes, encoding: str, block: int, keep: str, normalise: bool
) -> tuple[list[str], Counts]:
    lines, total = [], Counts()
    options = {"encoding": encoding, "keep": keep, "normalise": normalise}
    for some, counts in read_blocks(io.BytesIO(text), block=block, **options):
        lines += some
        total += counts
    return lines, total


def _check_blocks(text: bytes, encoding: str, block: int, keep: str, *, normalise: bool) -> None:
    """Lines and counts are clean, add up, and do not depend on the size of the blocks."""
    try:
        lines, counts = _read(text, encoding, 1 << 22, keep, normalise)
    except InputError as error:
        check_message(error)
        return
    assert counts.bytes == len(text)
    assert counts.lines == counts.blank + len(lines)
    assert counts.damaged <= counts.lines
    assert counts.damaged <= counts.nuls + counts.undecodable
    joined = "".join(lines)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32)
    assert not (KIND[codes] == REMOVED).any()
    assert "\n" not in joined
    assert all(map(str.strip, lines))
    assert not normalise or all(unicodedata.is_normalized("NFC", line) for line in lines)
    if not (counts.controls or counts.nuls or counts.undecodable or counts.normalised):
        whole = codecs.decode(text, encoding, "replace")
        assert all(line in whole for line in lines)
    if _by_any_blocks(encoding):
        assert _read(text, encoding, block, keep, normalise) == (lines, counts)


def _by_any_blocks(encoding: str) -> bool:
    """Return whether Python's decoder of this encoding gives the same text by blocks.

    Some of its decoders report undecodable bytes one by one or together, as the block happens to
    end; the counts then differ.
    """
    return encoding in ("utf-8", "cp1252", "ascii", "cp1255")


def _check_guess(text: bytes) -> None:
    """A guess names encodings that exist, with a reading of each, and reasons are one line."""
    guess = guess_encoding(Sample(text))
    assert len(guess.readings) == len(guess.encodings)
    assert all(codecs.lookup(name) for name in guess.encodings)
    _, counts = _read(text, "utf-8", 1 << 22, "head", True)
    reason = reason_to_refuse(counts, counts.lines - counts.blank, Sample(text), "utf-8")
    assert reason is None or len(reason.splitlines()) == 1


def _check_corpus(text: bytes, encoding: str, draws: Draws) -> None:
    """A text becomes rows that are counted and decode to parts of its lines, or one message."""
    path, folder = _folder() / "text", _folder() / "corpus"
    path.write_bytes(text)
    settings = {
        "encoder": draws.choice(("char", "byte", "char", "byte", "char", "byte", "subword")),
        "length": draws.choice((None, 4, 5, 16, 3, 70)),
        "long": draws.choice(("cut", "drop", "split")),
        "columns": draws.choice(COLUMNS),
        "max_vocabulary": draws.choice((512, 1, 7, 0)),
        "encoding": encoding,
    }
    try:
        with open_source(path) as file:
            unpacked = file.read()
        clean = [line for some in read_lines(path, encoding=encoding) for line in some]
    except InputError as error:
        check_message(error)
        clean, unpacked = [], b""
    try:
        if draws.one_in(4):
            inspect(path, **settings)
        corpus = corpora.encode(path, folder, **settings)
    except InputError as error:
        check_message(error)
        return
    assert sum(len(corpus.rows(part)) for part in PARTS) == corpus.counts.rows
    assert corpus.counts.bytes == len(unpacked)
    assert corpus.counts.usable <= len(clean)
    encoder = corpus.encoder
    for part in PARTS:
        rows, lines = corpus.rows(part), corpus.lines(part)
        assert rows.shape == (len(lines), corpus.length)
        if not corpus.counts.unknown:  # and so nothing in the text is U+FFFD
            assert encoder.decode_rows(encoder.encode_rows(lines, corpus.length)) == lines
    notes = corpus.notes()
    assert all(len(note.splitlines()) == 1 for note in notes)


def check_message(error: InputError) -> None:
    """A message is one line, not too long, and says something."""
    message = str(error)
    assert message.strip()
    assert len(message.splitlines()) == 1, message
    assert len(message) < 2000, message
