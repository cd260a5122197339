"""One id a byte of UTF-8: no vocabulary to learn, nothing unknown, any script."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpora.encoders.state import read_state, signature, write_state
from corpora.sizes import sizes_of

__all__ = ["ByteEncoder"]

PAD = 0
SIZE = 257


class ByteEncoder:
    """Ids are 0 padding and 1 + byte.

    A row is cut between characters, never inside one. What a generator emits need not be UTF-8:
    the parts that are not decode to U+FFFD.
    """

    name = "byte"
    pad = PAD
    unknown = None
    max_characters = 1
    size = SIZE
    dtype = np.dtype(np.uint16)
    signature = signature("byte", SIZE, b"")

    @classmethod
    def fit(
        cls, blocks: Iterable[Sequence[str]], length: int, max_vocabulary: int
    ) -> "ByteEncoder":
        """Return the encoder; it has nothing to learn."""
        del blocks, length, max_vocabulary
        return cls()

    @property
    def emittable(self) -> NDArray[np.bool_]:
        r"""Which ids a generator may emit, (V,): no control byte but tab, hence no \n and no \r.

        Nor the bytes that UTF-8 never has (C0, C1, F5 to FF).
        """
        byte = np.arange(256)
        allowed = (byte >= 0x20) & (byte != 0x7F) & (byte < 0xF5) & (byte != 0xC0) & (byte != 0xC1)
        allowed |= byte == 0x09
        return np.concatenate([[True], allowed])

    def encode(self, line: str) -> list[int]:
        """Return the ids of all of `line`, without padding."""
        return [byte + 1 for byte in _bytes(line)]

    def decode(self, ids: Sequence[int]) -> str:
        """Return the text up to the first padding."""
        return self.decode_rows(np.asarray([ids], np.int64))[0]

    def lengths(self, lines: Sequence[str]) -> NDArray[np.int64]:
        """Return how many bytes each line has, (N,)."""
        return sizes_of([_bytes(line) for line in lines])

    def encode_rows(self, lines: Sequence[str], length: int) -> NDArray[np.uint16]:
        """Return ids (N, T) of the lines, padded, and cut at T or up to three bytes before it."""
        if not lines:
            return np.zeros((0, length), self.dtype)
        # one byte more than a row shows whether the cut falls inside a character
        packed = [_bytes(line[: length + 1]) for line in lines]
        sizes = sizes_of(packed)
        table = np.array(packed, f"S{length + 1}").view(np.uint8).reshape(-1, length + 1)
        ends = np.minimum(sizes, length)  # (N,)
        inside = sizes > length
        while inside.any():
            each = np.flatnonzero(inside)
            inside[each] = (table[each, ends[each]] & 0xC0) == 0x80  # a continuation byte
            ends -= inside
        ids = table[:, :length] + np.uint16(1)
        ids[np.arange(length) >= ends[:, None]] = PAD
        return ids

    def decode_rows(self, rows: NDArray[Any]) -> list[str]:
        """Return the lines of ids (N, T), each up to its first padding."""
        length = rows.shape[1]
        ends = np.logical_and.accumulate(rows != PAD, axis=1).sum(axis=1).tolist()
        data = (rows - 1).astype(np.uint8).tobytes()
        return [
            data[start : start + end].decode("utf-8", "replace")
            for start, end in zip(range(0, len(data), max(length, 1)), ends, strict=False)
        ] or [""] * len(rows)

    def save(self, folder: Path) -> None:
        """Write encoder.json."""
        write_state(folder, {"name": self.name})

    @classmethod
    def load(cls, folder: Path) -> "ByteEncoder":
        """Return the encoder that `save` wrote."""
        read_state(folder)
        return cls()


def _bytes(line: str) -> bytes:
    """Return UTF-8; a lone surrogate, which is no character, becomes a question mark."""
    return line.encode("utf-8", "replace")
