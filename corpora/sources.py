"""Sources of text: a bundled corpus, a path, a `.gz`, standard input, lines from Python."""

import contextlib
import difflib
import gzip
import os
import stat
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from importlib import resources
from pathlib import Path
from typing import BinaryIO, cast

from corpora.errors import InputError, UnreadableError
from corpora.read_limit import Bound, ReadLimit
from corpora.temporary import temporary_file

__all__ = [
    "Source",
    "bundled",
    "in_utf8",
    "is_device",
    "locate",
    "name_of",
    "open_source",
    "portion_read",
    "size_of",
    "title_of",
]

Source = str | Path | Iterable[str]

CHUNK = 1 << 20  # bytes of a stream that are copied at once


def bundled() -> dict[str, Path]:
    """Return the corpora that ship with the package, name to file."""
    folder = Path(str(resources.files("corpora") / "samples"))
    return {path.stem: path for path in sorted(folder.glob("*.txt"))}


def locate(source: str | Path) -> Path:
    """Return the file that `source` means: a path that exists, else a bundled corpus of that name.

    A name without any folder in it means the bundled corpus first, so that a run folder called
    `us-baby-names` does not hide it. Raises InputError for what is neither, or is a directory.
    """
    path = Path(source)
    if not str(source):
        raise InputError("the name of a text is empty; expected a path, or - for standard input")
    try:
        if isinstance(source, str) and source in bundled() and not path.is_file():
            return bundled()[source]
        if not path.exists():  # a file may be called ~$names.txt
            with contextlib.suppress(RuntimeError):  # no such user, or no home
                path = path.expanduser()
        if (path / "config.json").is_file():
            raise InputError(f"{source}: is a run folder; expected a text file, one sample a line")
        if path.is_dir():
            raise InputError(f"{source}: is a directory; expected a text file, one sample a line")
        if path.exists():
            return path
    except (OSError, ValueError) as error:
        raise InputError(f"{str(source)!r}: cannot be read ({error}); check the path") from None
    names = list(bundled())
    near = difflib.get_close_matches(str(source), names, n=1)
    hint = f"did you mean {near[0]}? " if near else ""
    raise InputError(
        f"{source}: no such file; {hint}expected a path, - for standard input, "
        f"or a bundled corpus ({', '.join(names)})"
    )


def name_of(source: Source) -> str:
    """Return a short name for messages and headers: no folders, no suffixes, and valid UTF-8."""
    if isinstance(source, str | Path):
        if str(source) == "-":
            return "stdin"
        name = Path(source).name
        for suffix in (".gz", ".txt"):
            name = name.removesuffix(suffix)
        return in_utf8(name or str(source))
    return "lines"


def in_utf8(name: str) -> str:
    r"""Return a file's name with bytes that are no UTF-8 spelt out, as `visible` shows them.

    >>> in_utf8("caf\udce9.txt")
    'caf\\udce9.txt'
    """
    return name.encode("utf-8", "backslashreplace").decode()


def title_of(source: Source) -> str:
    """Return what messages call a text."""
    if isinstance(source, str | Path):
        return "standard input" if str(source) == "-" else str(source)
    return "lines"


def open_source(source: Source, limit: ReadLimit | None = None) -> BinaryIO:
    """Return the bytes of `source`, unpacked, as a file that `seek(0)` lets one read again.

    What cannot be read twice (standard input, pipes, lines from Python) goes to an unnamed
    temporary file on disk first, so memory stays flat. `limit` says how much is read.

    Raises:
        InputError: It cannot be read, is a device, or is over the limit.
    """
    limit = limit or ReadLimit()
    if not isinstance(source, str | Path):
        return _spool(_encoded(source), limit, title_of(source))
    if str(source) == "-":
        if sys.stdin is None:
            raise InputError("standard input is closed; name a file, or redirect one with <")
        file = _spool(_chunks(sys.stdin.buffer), limit, title_of(source))
        return _unpacked(file, title_of(source), limit)
    path = locate(source)
    try:
        file = path.open("rb")
        try:
            _check_kind(file, str(source), limit)
            if not file.seekable():
                with file:
                    file = _spool(_chunks(file), limit, str(source))
            return _unpacked(file, str(source), limit)
        except BaseException:
            file.close()
            raise
    except PermissionError:
        raise InputError(
            f"{source}: no permission to read it; change its mode or copy it"
        ) from None
    except OSError as error:
        raise InputError(f"{source}: cannot be read ({error.strerror or error})") from None


def is_device(file: BinaryIO) -> bool:
    """Return whether an open file is a device, which may have no end."""
    mode = os.fstat(file.fileno()).st_mode
    return stat.S_ISCHR(mode) or stat.S_ISBLK(mode)


def _check_kind(file: BinaryIO, where: str, limit: ReadLimit) -> None:
    """Raise InputError for a device without end, and for a plain file over a limit that was set."""
    if is_device(file) and where != os.devnull and not file.isatty():
        raise InputError(
            f"{where} is a device; expected a text file: pipe the part to read, as in "
            f"head -c 1000000 {where} | textgan ... -"
        )
    status = os.fstat(file.fileno())
    if stat.S_ISREG(status.st_mode):
        limit.check_file(status.st_size, where)


def _unpacked(file: BinaryIO, where: str, limit: ReadLimit) -> BinaryIO:
    """Return `file`, through gzip when its name or its first two bytes say so."""
    magic = file.read(2)
    file.seek(0)
    if magic == b"\x1f\x8b":
        return cast(BinaryIO, _Unpacked(file, where, limit.of_archive()))
    if where.endswith(".gz") and magic:
        raise InputError(f"{where}: named .gz but not gzip; rename it or pack it again")
    return file


class _Unpacked(gzip.GzipFile):
    """A gzip file that closes the packed file it reads.

    Damage, and more bytes than its bound, are UnreadableErrors.
    """

    def __init__(self, packed: BinaryIO, where: str, bound: Bound) -> None:
        super().__init__(fileobj=packed, mode="rb")
        self._packed, self._where, self._bound = packed, where, bound
        self._packed_size = os.fstat(packed.fileno()).st_size

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes, unpacked."""
        return self._checked(lambda: super(_Unpacked, self).read(size))

    def read1(self, size: int = -1) -> bytes:
        """Return the next bytes, unpacked, of which some are at hand."""
        return self._checked(lambda: super(_Unpacked, self).read1(size))

    def _checked(self, read: Callable[[], bytes]) -> bytes:
        """Return what `read` returns, unless the file is damaged or over its bound."""
        try:
            data = read()
        except (gzip.BadGzipFile, EOFError, zlib.error):
            raise UnreadableError(
                f"{self._where}: the gzip file is damaged or incomplete; "
                "compress or download it again"
            ) from None
        self._bound.check(self.tell(), self._where)
        return data

    def portion_read(self) -> float:
        """Return how much of the packed file has been read, 0 to 1."""
        return self._packed.tell() / max(self._packed_size, 1)

    def close(self) -> None:
        """Close both files."""
        super().close()
        self._packed.close()


def portion_read(file: BinaryIO) -> float:
    """Return how much of a file of `open_source` has been read, 0 to 1."""
    if isinstance(file, _Unpacked):
        return file.portion_read()
    here = file.tell()
    end = file.seek(0, os.SEEK_END)
    file.seek(here)
    return here / max(end, 1)


def size_of(file: BinaryIO) -> int | None:
    """Return the bytes of a file of `open_source`; None for one that is packed."""
    return None if isinstance(file, _Unpacked) else os.fstat(file.fileno()).st_size


def _spool(chunks: Iterable[bytes], limit: ReadLimit, where: str) -> BinaryIO:
    """Return a temporary file of the chunks; UnreadableError if they are over the limit."""
    bound, file = limit.of_stream(), temporary_file()
    size = reported = 0
    try:
        for chunk in chunks:
            size += len(chunk)
            bound.check(size, where)
            file.write(chunk)
            if size - reported >= CHUNK:
                reported = size
                limit.report(size)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return file


def _chunks(stream: BinaryIO) -> Iterator[bytes]:
    while chunk := stream.read(CHUNK):
        yield chunk


def _encoded(lines: Iterable[str]) -> Iterator[bytes]:
    for line in lines:
        yield f"{line}\n".encode("utf-8", "surrogatepass")
