"""One id a character: those of the training text, most frequent first."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.encoders.state import FILE, read_state, signature, write_state
from corpora.errors import InputError
from corpora.sizes import sizes_of

__all__ = ["CharEncoder", "code_points"]

PAD, UNKNOWN, RESERVED = 0, 1, 2
REPLACEMENT = 0xFFFD  # what undecodable bytes became, and what the unknown symbol is shown as
# Padding, line breaks, lone surrogates: no characters of a sample.
NEVER = frozenset({0x00, 0x0A, 0x0D, REPLACEMENT, *range(0xD800, 0xE000)})


class CharEncoder:
    """Ids are 0 padding, 1 unknown, 2... the characters.

    A character is one Unicode code point: an emoji with joiners is several symbols. Reserved ids
    stand for no character, so no text can hold them and nothing decodes to a made-up letter.
    """

    name = "char"
    pad = PAD
    unknown = UNKNOWN
    max_characters = 1  # that one symbol stands for, at most

    def __init__(self, characters: str) -> None:
        self.characters = characters
        self.size = RESERVED + len(characters)
        self.dtype = np.dtype(np.uint8 if self.size <= 256 else np.uint16)
        if self.size > 65_536:
            self.dtype = np.dtype(np.int32)
        self.signature = signature(self.name, self.size, characters.encode("utf-8"))
        codes = [ord(character) for character in characters]
        self._code_of = np.array([0, REPLACEMENT, *codes], np.uint32)  # (V,)
        self._id_of = np.full(0x110000, UNKNOWN, self.dtype)
        self._id_of[codes] = np.arange(RESERVED, self.size)
        self._id_of[0] = PAD

    @classmethod
    def fit(
        cls, blocks: Iterable[Sequence[str]], length: int, max_vocabulary: int
    ) -> "CharEncoder":
        """Return the encoder of the `max_vocabulary` most frequent characters of the training rows.

        Only the first `length` characters of a line are counted, since no others are trained on.
        Ties go by code point, so that the order of lines does not matter.
        """
        counts = np.zeros(0x110000, np.int64)
        for lines in blocks:
            occurrences = np.bincount(code_points(lines, length).ravel())
            counts[: len(occurrences)] += occurrences
        counts[list(NEVER)] = 0
        codes = np.flatnonzero(counts)
        order = np.lexsort((codes, -counts[codes]))[:max_vocabulary]
        return cls("".join(map(chr, codes[order].tolist())))

    @property
    def emittable(self) -> NDArray[np.bool_]:
        """Which ids a generator may emit, (V,): all but the unknown; padding ends a line."""
        allowed = np.ones(self.size, bool)
        allowed[UNKNOWN] = False
        return allowed

    def encode(self, line: str) -> list[int]:
        """Return the ids of all of `line`, without padding."""
        return self.encode_rows([line], max(len(line), 1))[0, : len(line)].tolist()  # type: ignore[no-any-return]

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text up to the first padding; the unknown is shown as U+FFFD."""
        return self.decode_rows(np.asarray([ids], np.int64))[0]

    def lengths(self, lines: Sequence[str]) -> NDArray[np.int64]:
        """Return how many symbols each line has, (N,)."""
        return sizes_of(lines)

    def encode_rows(self, lines: Sequence[str], length: int) -> NDArray[Any]:
        """Return ids (N, T) of the lines, cut at T and padded."""
        return self._id_of[code_points(lines, length)]

    def decode_rows(self, rows: NDArray[Any]) -> list[str]:
        """Return the lines of ids (N, T), each up to its first padding."""
        if not rows.shape[1]:
            return [""] * len(rows)
        text = np.logical_and.accumulate(rows != PAD, axis=1)  # (N, T)
        codes = np.where(text, self._code_of[rows], 0).astype(np.uint32)
        return codes.view(f"U{rows.shape[1]}")[:, 0].tolist()  # type: ignore[no-any-return]

    def save(self, folder: Path) -> None:
        """Write encoder.json."""
        write_state(folder, {"name": self.name, "characters": self.characters})

    @classmethod
    def load(cls, folder: Path) -> "CharEncoder":
        """Return the encoder that `save` wrote; InputError for an edited file."""
        characters = read_state(folder).get("characters")
        if not isinstance(characters, str) or len(set(characters)) != len(characters):
            raise InputError(f"{folder / FILE}: expected a text of different characters; edited?")
        if not NEVER.isdisjoint(map(ord, characters)):
            raise InputError(f"{folder / FILE}: a line break or a reserved character; edited?")
        return cls(characters)


def code_points(lines: Sequence[str], length: int) -> NDArray[np.uint32]:
    """Return the code points (N, T) of the lines, cut at T and padded with 0.

    numpy keeps text as fixed-width code points, so one conversion cuts, pads and lays out. A NUL
    inside a line would look like padding and becomes U+FFFD.
    """
    if not lines:
        return np.zeros((0, length), np.uint32)
    codes = np.array(lines, f"U{length}").view(np.uint32).reshape(-1, length)
    sizes = sizes_of(lines)
    if np.count_nonzero(codes) != np.minimum(sizes, length).sum():
        return code_points([line.replace("\0", chr(REPLACEMENT)) for line in lines], length)
    return codes
