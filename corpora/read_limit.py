"""How much of a text is read: streams may never end, and archives unpack to far more than they are.

One rule holds for both: reading stops after a number of bytes, unpacked. A limit on the ratio of an
archive would not protect better: gzip packs at most 1,032 times (RFC 1951), so a ratio of 200, more
than text has, saves four fifths of the reading at most, and refuses logs that repeat themselves.
"""

import shutil
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from corpora.errors import UnreadableError

__all__ = ["Bound", "ReadLimit", "amount"]

IF = "if the text has an end,"  # which nobody knows of a stream


class Bound(NamedTuple):
    """The most bytes that are read, and the words of the message beyond it."""

    size: int
    reason: str
    remedy: str

    def check(self, size: int, where: str) -> None:
        """Raise UnreadableError if more than the limit was read of the text `where`."""
        if size > self.size:
            raise UnreadableError(
                f"{where}: found over {amount(self.size)}, {self.reason}; {self.remedy}"
            )


def _nobody(_size: int) -> None:
    """Report nothing."""


@dataclass(frozen=True, kw_only=True)
class ReadLimit:
    """The most bytes that are read of a text, and who receives how many were read so far.

    Args:
        max_bytes: The limit, unpacked. None: half of the free space of the disk that receives the
            text, for texts of unknown size; plain files have no limit then.
        folder: Where what is unpacked goes; None: to temporary files.
        report: Receives, about once a megabyte, the bytes read so far of a stream.
    """

    max_bytes: int | None = None
    folder: Path | None = None
    report: Callable[[int], None] = field(default=_nobody)

    def check_file(self, size: int, where: str) -> None:
        """Raise UnreadableError if a plain file of this size is over a limit that was set."""
        if self.max_bytes is not None:
            _as_set(self.max_bytes, "").check(size, where)

    def of_stream(self) -> Bound:
        """Return the limit of a stream, which goes to a temporary file."""
        return self._bound(None)

    def of_archive(self) -> Bound:
        """Return the limit of what is unpacked."""
        return self._bound(self.folder)

    def _bound(self, folder: Path | None) -> Bound:
        if self.max_bytes is not None:
            return _as_set(self.max_bytes)
        place = _existing(folder or Path(tempfile.gettempdir()))
        half = shutil.disk_usage(place).free // 2
        temporary = place.is_relative_to(tempfile.gettempdir())
        disk = "set TMPDIR to a larger disk" if temporary else "write to a larger disk"
        return Bound(
            half,
            f"half of the free space in {place}",
            f"{IF} raise the limit (--max-bytes {_twice(half)}), or {disk}",
        )


def amount(size: int) -> str:
    """Return a number of bytes in decimal units, as disks are sold.

    >>> amount(999), amount(20_500_000), amount(500_000_000), amount(39_460_000_000)
    ('999 bytes', '20.5 MB', '500 MB', '39.5 GB')
    """
    for exponent, unit in ((12, "TB"), (9, "GB"), (6, "MB"), (3, "kB")):
        if size >= 10**exponent:
            number = size / 10**exponent
            return f"{number:,.0f} {unit}" if number >= 100 else f"{number:.3g} {unit}"
    return f"{size:,} bytes"


def _existing(folder: Path) -> Path:
    """Return `folder`, or the nearest one above it that is there."""
    folder = folder.absolute()
    return next(place for place in (folder, *folder.parents) if place.is_dir())


def _as_set(size: int, condition: str = IF) -> Bound:
    return Bound(
        size,
        "the limit set by --max-bytes",
        f"{condition} raise the limit (--max-bytes {_twice(size)}), or cut the text "
        f"(head -c {size})".lstrip(),
    )


def _twice(size: int) -> str:
    """Return twice a limit as the option takes it, in whole units, at least a megabyte.

    >>> _twice(500_000_000), _twice(19_700_000_000), _twice(100)
    ('1G', '40G', '1M')
    """
    exponent, unit = (9, "G") if 2 * size >= 10**9 else (6, "M")
    return f"{max(1, -(-2 * size // 10**exponent))}{unit}"
