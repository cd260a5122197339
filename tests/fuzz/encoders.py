"""Encoders learnt from any lines, used on any others, saved, damaged and loaded."""

import functools
import hashlib
import json
from pathlib import Path

import numpy as np

from corpora import encoders
from corpora.encoders import Encoder
from corpora.encoders.state import FILE
from corpora.encoders.subword import MODEL
from corpora.errors import InputError
from tests.fuzz.draws import Draws, damaged
from tests.fuzz.reader import check_message
from tests.fuzz.runs import WORDS, folder_in_memory

__all__ = ["SEEDS", "target"]

SPECIAL = "\0\t\u2581\u2585\ufdd0\ufdd1\ufdd2\ufdd3\ufffd\ud800\udfff\ufeff\u0301\U0010ffff"
NOT_KEPT = set("\0\ufffd") | {chr(code) for code in range(0xD800, 0xE000)}
SEEDS = [
    bytes((how, length, 0, 0)) + text
    for how in (0, 1, 2, 40, 80, 120, 160, 200, 240)
    for length, text in (
        (4, b"Anna\nBert\nClara\n"),
        (9, f"a{SPECIAL}b\n{SPECIAL}".encode("utf-8", "surrogatepass")),
        (30, " 李 \tÉ🙂\n".encode() * 5),
    )
]


@functools.cache
def _folder() -> Path:
    return folder_in_memory()


@functools.cache
def _learnt(name: str, size: int) -> Encoder:
    lines = [f"{a}{b}" for a in [*WORDS, " ", "\t"] for b in [*WORDS, *SPECIAL[:2], "\u2581"]]
    return encoders.fit(name, [lines], 8, size)


def target(data: bytes) -> None:
    """Check the laws of an encoder on some lines."""
    draws = Draws(data)
    how, length = draws.integer(0, 255), draws.integer(1, 40)
    name = ("char", "byte", "char", "subword")[how % 4]
    size = draws.choice((512, 1, 3, 30))
    learns = how < 128 and (name != "subword" or how < 8)  # learning pieces takes a while
    harm = Draws(draws.bytes(8))
    text = draws.rest()
    lines = [line.decode("utf-8", "surrogatepass" if how & 64 else "replace") if _decodes(line)
             else line.decode("latin-1") for line in text.split(b"\n")]  # fmt: skip
    if not learns:
        encoder = _learnt(name, max(size, 3))
    else:
        try:
            encoder = encoders.fit(name, [lines[::2], lines[1::2]], length, size)
        except InputError as error:
            check_message(error)
            return
    _check_rows(encoder, lines, length)
    _check_ids(encoder, text, length)
    if how % 16 in (4, 5, 6, 7):
        _check_files(encoder, harm)


def _decodes(line: bytes) -> bool:
    try:
        line.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def _check_rows(encoder: Encoder, lines: list[str], length: int) -> None:
    """Rows hold the ids of their lines, cut and padded; known characters come back."""
    ids = [encoder.encode(line) for line in lines]
    assert encoder.lengths(lines).tolist() == list(map(len, ids))
    rows = encoder.encode_rows(lines, length)
    assert rows.shape == (len(lines), length)
    assert rows.dtype == encoder.dtype
    assert not rows.size or 0 <= rows.min() <= rows.max() < encoder.size
    for line, row, symbols in zip(lines, rows.tolist(), ids, strict=True):
        assert encoder.pad not in symbols
        used = [symbol for symbol in row if symbol != encoder.pad]
        if encoder.name != "subword":  # where the likeliest pieces of a beginning may be others
            assert used == symbols[: len(used)]
        if encoder.name == "char":
            assert len(used) == min(len(symbols), length)
        if not NOT_KEPT & set(line) and encoder.unknown not in symbols:
            assert encoder.decode(symbols) == line
            assert line.startswith(encoder.decode_rows(np.array([row], encoder.dtype))[0])
            assert len(line) <= encoder.max_characters * len(symbols)


def _check_ids(encoder: Encoder, text: bytes, length: int) -> None:
    """Any ids decode, and what a generator may emit has no line break."""
    numbers = np.frombuffer(text[: len(text) // 4 * 4], np.uint32) % encoder.size
    rows = numbers[: len(numbers) // length * length].reshape(-1, length).astype(encoder.dtype)
    decoded = encoder.decode_rows(rows)
    assert len(decoded) == len(rows)
    assert encoder.emittable.shape == (encoder.size,)
    assert not encoder.emittable[encoder.unknown or 0] or encoder.unknown is None
    emitted = encoder.decode_rows(np.where(encoder.emittable[rows], rows, encoder.pad))
    assert not any({"\n", "\r"} & set(line) for line in emitted)


def _check_files(encoder: Encoder, draws: Draws) -> None:
    """What is saved loads as it was; damaged files are one message or a sound encoder."""
    folder = _folder()
    (folder / MODEL).unlink(missing_ok=True)
    encoder.save(folder)
    assert encoders.load(folder).signature == encoder.signature
    path = folder / FILE
    if encoder.name == "subword" and draws.one_in(2):
        path = folder / MODEL
    path.write_bytes(damaged(path.read_bytes(), draws))
    if resealed := path.name == MODEL and draws.one_in(2):  # by somebody who knows how
        state = json.loads((folder / FILE).read_bytes())
        state["sha256"] = hashlib.sha256(path.read_bytes()).hexdigest()
        (folder / FILE).write_text(json.dumps(state), encoding="utf-8")
    try:
        loaded = encoders.load(folder)
    except InputError as error:
        check_message(error)
        return
    if resealed:  # such a model may mean other text
        loaded.encode_rows([*WORDS, SPECIAL, "Anna Bert"], 8)
    else:
        _check_rows(loaded, [*WORDS, SPECIAL, "Anna Bert"], 8)
    _check_ids(loaded, bytes(range(256)), 8)
