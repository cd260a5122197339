"""Choices drawn from the bytes of one input: the same bytes give the same choices."""

import os
from collections.abc import Sequence
from typing import TypeVar

__all__ = ["Draws", "damaged"]

T = TypeVar("T")


class Draws:
    """Takes bytes from the front; behind the end all bytes are 0.

    So the first of the things to choose from should be the plain one.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data

    def bytes(self, count: int) -> bytes:
        """Return the next `count` bytes, or as many as are left."""
        taken, self._data = self._data[:count], self._data[count:]
        return taken

    def integer(self, low: int, high: int) -> int:
        """Return a whole number from `low` to `high`."""
        size = ((high - low).bit_length() + 7) // 8
        return low + int.from_bytes(self.bytes(size), "little") % (high - low + 1)

    def choice(self, options: Sequence[T]) -> T:
        """Return one of the options."""
        return options[self.integer(0, len(options) - 1)]

    def likely(self, options: Sequence[T]) -> T:
        """Return one of the options, two times in three one of the first three."""
        return self.choice(options if self.integer(0, 2) == 2 else options[:3])

    def one_in(self, number: int) -> bool:
        """Return True once in `number` times (at most 256), and never behind the end."""
        return self.integer(0, 255) >= 256 - 256 // number

    def text(self, count: int) -> str:
        """Return text of at most `count` bytes without NUL, as an argument of a command may be."""
        return os.fsdecode(self.bytes(self.integer(0, count)).replace(b"\0", b""))

    def rest(self) -> bytes:
        """Return all that is left."""
        return self.bytes(len(self._data))

    @property
    def left(self) -> int:
        """How many bytes are left."""
        return len(self._data)


def damaged(content: bytes, draws: Draws) -> bytes:
    """Return bytes with one to four changes: others, more or fewer of them."""
    for _ in range(draws.integer(1, 4)):
        # of a long file most is numbers: the beginning, where the header is, is chosen more often
        near = min(len(content), draws.choice((400, 1 << 30)))
        at = draws.integer(0, 0xFFFFFF) % (near + 1)
        how = draws.integer(0, 6)
        if how == 0:
            content = content[:at] + draws.bytes(1) + content[at + 1 :]
        elif how == 1:
            content = content[:at] + draws.bytes(draws.integer(0, 16)) + content[at:]
        elif how == 2:
            content = content[:at] + content[at + draws.integer(1, 64) :]
        elif how == 3:
            content = content[:at]
        elif how == 4 and at < len(content):  # one bit
            bit = bytes([content[at] ^ 1 << draws.integer(0, 7)])
            content = content[:at] + bit + content[at + 1 :]
        elif how == 5:  # a part twice
            content = content[:at] + content[max(at - draws.integer(1, 64), 0) :]
        elif how == 6:
            number = draws.choice((b"0", b"-1", b"9" * 20, b"1e400", b"null", b'""', b"[]", b"{}"))
            content = content[:at] + number + content[at + len(number) :]
    return content
