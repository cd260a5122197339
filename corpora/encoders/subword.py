"""One id a piece of a word, learnt by sentencepiece's unigram model (Kudo 2018)."""

import hashlib
import io
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import sentencepiece
from numpy.typing import NDArray

from corpora.encoders.state import FILE, read_state, signature, write_state
from corpora.errors import InputError
from corpora.files import atomic, open_regular, read_at_most
from corpora.sizes import sizes_of

__all__ = ["MODEL", "SubwordEncoder"]

PAD, UNKNOWN = 0, 1
MODEL = "encoder.model"
SAMPLE = 20_000  # most lines to learn from; five times as many change lengths by under 1%
SAMPLE_WIDTH = 1_000  # characters of each
LONGEST_PIECE = 16
MAX_BYTES = 64 << 20  # of a model

# sentencepiece keeps U+2581 for the space, and will not learn from lines that hold U+2585, a tab
# or NUL. Each stands in for itself as a noncharacter, which no text has: one for one, so that a
# piece never stands for less than one character.
KEPT = "\u2581\u2585\t\0"
STAND_INS = "\ufdd0\ufdd1\ufdd2\ufdd3"
HIDE = str.maketrans(KEPT + STAND_INS, STAND_INS + "\ufffd" * len(STAND_INS))
SHOW = str.maketrans(STAND_INS + "\u2581", KEPT + " ")
HIDDEN = re.compile(f"[{KEPT}{STAND_INS}\ud800-\udfff]")
SURROGATE = re.compile("[\ud800-\udfff]")


class SubwordEncoder:
    """Ids are 0 padding, 1 unknown, 2... the pieces.

    Nothing is normalised, prefixed or trimmed: text whose characters the pieces know comes back
    as it was. A run of other characters is one unknown.
    """

    name = "subword"
    pad = PAD
    unknown = UNKNOWN
    max_characters = LONGEST_PIECE

    def __init__(self, model: bytes) -> None:
        self._model = model
        self._processor = sentencepiece.SentencePieceProcessor(model_proto=model)
        if not model:  # sentencepiece takes it for none, and raises no error
            raise ValueError("it is empty")
        if (self._processor.pad_id(), self._processor.unk_id()) != (PAD, UNKNOWN):
            raise ValueError("its padding and its unknown piece are others")
        self.size = int(self._processor.get_piece_size())
        self.dtype = np.dtype(np.uint8 if self.size <= 256 else np.uint16)
        if self.size > 65_536:
            self.dtype = np.dtype(np.int32)
        pieces = [self._processor.id_to_piece(index) for index in range(self.size)]
        self.pieces = ["", "\ufffd", *(piece.translate(SHOW) for piece in pieces[2:])]
        content = "\0".join(
            f"{piece}\1{self._processor.get_score(index)!r}" for index, piece in enumerate(pieces)
        )
        self.signature = signature(self.name, self.size, content.encode("utf-8"))

    @classmethod
    def fit(
        cls, blocks: Iterable[Sequence[str]], length: int, max_vocabulary: int
    ) -> "SubwordEncoder":
        """Return an encoder of at most `max_vocabulary` pieces learnt from the training lines.

        At most half of the pieces are single characters, the most frequent ones, so that a
        script of thousands still leaves room for pieces; further characters are unknown.
        """
        del length  # a row of T pieces may reach far beyond T characters
        lines = _without_rare(
            [_without_hidden(line[:SAMPLE_WIDTH]) for line in _sample(blocks)],
            max(max_vocabulary // 2, 1),
        )
        model = io.BytesIO()
        try:
            sentencepiece.SentencePieceTrainer.train(
                sentence_iterator=iter(lines),
                model_writer=model,
                model_type="unigram",
                vocab_size=max_vocabulary + 2,
                hard_vocab_limit=False,
                character_coverage=1.0,
                max_sentencepiece_length=LONGEST_PIECE,
                max_sentence_length=4 * SAMPLE_WIDTH + 4,
                normalization_rule_name="identity",
                add_dummy_prefix=False,
                remove_extra_whitespaces=False,
                num_threads=1,  # sums in one order: the same pieces on every machine
                pad_id=PAD,
                unk_id=UNKNOWN,
                bos_id=-1,
                eos_id=-1,
                minloglevel=3,
            )
        except RuntimeError as error:
            reason = str(error).strip().splitlines()[-1]
            raise InputError(
                f"subword: nothing to be learnt from {len(lines):,} lines ({reason}); "
                "use --encoder char"
            ) from None
        return cls(model.getvalue())

    @property
    def emittable(self) -> NDArray[np.bool_]:
        """Which ids a generator may emit, (V,): not the unknown, no line break."""
        allowed = np.array([not {"\n", "\r"} & set(piece) for piece in self.pieces])
        allowed[UNKNOWN] = False
        return allowed

    def encode(self, line: str) -> list[int]:
        """Return the ids of all of `line`, without padding."""
        ids: list[int] = self._processor.encode(_without_hidden(line))
        return ids

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text up to the first padding; the unknown is shown as U+FFFD."""
        return self.decode_rows(np.asarray([ids], np.int64))[0]

    def lengths(self, lines: Sequence[str]) -> NDArray[np.int64]:
        """Return how many pieces each line has, (N,)."""
        return sizes_of(self._encode_all(lines))

    def encode_rows(self, lines: Sequence[str], length: int) -> NDArray[Any]:
        """Return ids (N, T) of the lines, cut at T and padded."""
        reach = (length + 1) * LONGEST_PIECE  # more text than T pieces can hold
        encoded = self._encode_all([line[:reach] for line in lines])
        rows = np.zeros((len(lines), length), self.dtype)
        sizes = np.fromiter((min(len(ids), length) for ids in encoded), np.int64, len(lines))
        flat = [index for ids in encoded for index in ids[:length]]
        rows[np.arange(length) < sizes[:, None]] = flat
        return rows

    def decode_rows(self, rows: NDArray[Any]) -> list[str]:
        """Return the lines of ids (N, T), each up to its first padding."""
        ends = np.logical_and.accumulate(rows != PAD, axis=1).sum(axis=1).tolist()
        piece = self.pieces.__getitem__
        return [
            "".join(map(piece, ids[:end])) for ids, end in zip(rows.tolist(), ends, strict=True)
        ]

    def save(self, folder: Path) -> None:
        """Write encoder.model, then encoder.json with its hash."""
        with atomic(folder / MODEL) as file:
            file.write(self._model)
        digest = hashlib.sha256(self._model).hexdigest()
        write_state(folder, {"name": self.name, "model": MODEL, "sha256": digest})

    @classmethod
    def load(cls, folder: Path) -> "SubwordEncoder":
        """Return the encoder that `save` wrote; InputError for a missing or edited model."""
        state = read_state(folder)
        try:
            with open_regular(folder / MODEL) as file:
                model = read_at_most(file, MAX_BYTES)
        except OSError as error:
            raise InputError(f"{folder / MODEL}: cannot be read ({error.strerror})") from None
        if hashlib.sha256(model).hexdigest() != state.get("sha256"):
            raise InputError(
                f"{folder / MODEL}: not the model that {FILE} names, or edited; encode the corpus "
                "again"
            )
        try:
            return cls(model)
        except (RuntimeError, ValueError) as error:
            raise InputError(
                f"{folder / MODEL}: no model ({error}); encode the corpus again"
            ) from None

    def _encode_all(self, lines: Sequence[str]) -> list[list[int]]:
        ids: list[list[int]] = self._processor.encode([_without_hidden(line) for line in lines])
        return ids


def _without_hidden(line: str) -> str:
    """Return the line as sentencepiece may see it."""
    if HIDDEN.search(line):
        return SURROGATE.sub("\ufffd", line.translate(HIDE))
    return line


def _sample(blocks: Iterable[Sequence[str]]) -> list[str]:
    """Return at most SAMPLE lines, evenly from all of the text: every 2^k-th."""
    sampled: list[str] = []
    stride, lines_read = 1, 0
    for lines in blocks:
        sampled.extend(lines[(-lines_read) % stride :: stride])
        lines_read += len(lines)
        while len(sampled) > SAMPLE:
            sampled, stride = sampled[::2], 2 * stride
    return sampled


def _without_rare(lines: Sequence[str], size: int) -> list[str]:
    """Return the lines broken where a character is not among the `size` most frequent ones.

    sentencepiece takes every character it meets into its vocabulary and fails when they do not
    fit, so it is shown none of the rare ones; nor U+FFFD, which is the unknown.
    """
    codes = np.frombuffer("".join(lines).encode("utf-32-le"), np.uint32)
    counts = np.bincount(codes, minlength=0x10000)
    counts[0xFFFD] = 0
    codes_in_use = np.flatnonzero(counts)
    order = np.lexsort((codes_in_use, -counts[codes_in_use]))
    rare = "".join(map(chr, codes_in_use[order[size:]].tolist()))
    breaks = re.compile(f"[\ufffd{re.escape(rare)}]+")
    return [part for line in lines for part in breaks.split(line) if part]
