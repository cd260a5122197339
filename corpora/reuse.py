"""The encoding of a text that was encoded before with the same settings, taken over.

A corpus matches if its text has the same SHA-256, its settings are the same, and the code that made
it gives the same rows (`made_by`). Its files are linked, or copied where the file system has no
links between the two folders, so that either corpus may be deleted. No program here changes the
files of a corpus in place. They are checked after they were taken over: another process may delete
the corpus meanwhile, and a damaged one is passed over.

Encoders of plug-ins are left out, as nobody knows when their code changes; so are the files of
other users, who could change a linked file later.
"""

import contextlib
import hashlib
import os
import shutil
import unicodedata
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO

import sentencepiece

from corpora.cleaning import ReportProgress, no_progress
from corpora.encoders.state import FILE
from corpora.encoders.subword import MODEL
from corpora.errors import InputError
from corpora.files import check_folder, check_regular, open_regular
from corpora.json_files import write_json
from corpora.reader import read_bytes
from corpora.registry import ENCODERS
from corpora.settings import Settings
from corpora.sources import Source, name_of, portion_read, size_of, title_of
from corpora.split import PARTS
from corpora.store import HEADER, condition_file, open_corpus, read_header

__all__ = ["VERSION", "digests_of", "made_by", "take_over"]

VERSION = 1  # of reading and encoding: one more whenever the files of any corpus become others
READ = 1 << 20  # bytes of the text read at once
COPIED = 1 << 16  # bytes of a file of a corpus read at once


def made_by(encoder: str) -> str:
    """Return what the rows of an encoder depend on besides the text and the settings.

    "" for the encoder of a plug-in: it is not known.
    """
    if encoder not in ENCODERS.built_in:
        return ""
    parts = [f"corpora {VERSION}", f"Unicode {unicodedata.unidata_version}"]
    if encoder == "subword":
        parts.append(f"sentencepiece {sentencepiece.__version__}")
    return ", ".join(parts)


def digests_of(folder: Path) -> dict[str, str]:
    """Return the SHA-256 of each file in a folder, by name; not of the header, which has them."""
    paths = sorted(path for path in folder.iterdir() if path.is_file() and path.name != HEADER)
    return {path.name: _digest(path) for path in paths}


def take_over(
    earlier: Iterable[Path],
    file: BinaryIO,
    folder: Path,
    settings: Settings,
    source: Source,
    progress: ReportProgress,
) -> Path | None:
    """Fill an empty folder with the corpus of the text; return whose it is, None if none matches.

    The text is read only if there is a corpus with these settings and, where the size of the text
    is known, of a text of this size.

    Args:
        earlier: Folders, the first to be tried first. They may be gone, or hold no corpus.
        file: The text.
        folder: Where the files are put.
        settings: How the text would be encoded.
        source: Names the text, in the new header too.
        progress: Receives how far the text is read.

    Raises:
        UnreadableError: The text cannot be read to its end.
    """
    similar = [pair for pair in _headers(earlier) if _has_settings(pair[1], settings)]
    if similar and (size := size_of(file)) is not None:
        similar = [pair for pair in similar if pair[1]["counts"].get("bytes") == size]
    names = _names_of_files(settings)
    sha256 = _sha256(file, title_of(source), READ, progress) if similar else ""
    for corpus, header in similar:
        if header["sha256"] != sha256:
            continue
        try:
            for name in names:
                _link_or_copy(corpus / name, folder / name)
            write_json(
                folder / HEADER, {**header, "source": name_of(source)}, indent=1, ensure_ascii=True
            )
            if digests_of(folder) == header["digests"]:
                open_corpus(folder)
                return corpus
        except (InputError, OSError):
            pass  # the next, or the text is encoded: a full disk will say so there
        for path in folder.iterdir():
            path.unlink()
    return None


def _headers(corpora: Iterable[Path]) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield the corpora with a whole header, as it is in the file."""
    for corpus in corpora:
        with contextlib.suppress(InputError, OSError):
            yield check_folder(corpus), read_header(corpus / HEADER)


def _has_settings(header: dict[str, Any], settings: Settings) -> bool:
    names = ("long", "max_vocabulary", "encoding", "normalise", "columns")
    length = header["length"] if header["length_given"] else None
    return (
        header["made_by"] == made_by(settings.encoder) != ""
        and header["encoder"].partition(":")[0] == settings.encoder
        and length == settings.length
        and all(header[name] == getattr(settings, name) for name in names)
    )


def _names_of_files(settings: Settings) -> list[str]:
    """Return the names of the files that a corpus has besides its header."""
    names = [FILE, *(f"{part}.npy" for part in PARTS)]
    if settings.columns != "text":
        names += map(condition_file, PARTS)
    return [*names, MODEL] if settings.encoder == "subword" else names


def _sha256(file: BinaryIO, where: str, block: int, progress: ReportProgress) -> str:
    """Return the SHA-256 of a file, read `block` bytes at a time."""
    digest = hashlib.sha256()
    file.seek(0)
    while data := read_bytes(file, block, where):
        digest.update(data)
        progress("comparing with earlier texts", portion_read(file))
    return digest.hexdigest()


def _link_or_copy(path: Path, new: Path) -> None:
    """Make `new` the same file as `path`, or a copy; OSError if it is missing or another user's."""
    status = check_regular(path).lstat()
    if hasattr(os, "geteuid") and status.st_uid != os.geteuid():
        raise PermissionError(f"{path} belongs to another user")
    try:
        os.link(path, new, follow_symlinks=False)
    except OSError:  # of another file system, or one without links
        with open_regular(path) as file, new.open("xb") as copy:
            shutil.copyfileobj(file, copy, COPIED)


def _digest(path: Path) -> str:
    with open_regular(path) as file:
        return _sha256(file, str(path), COPIED, no_progress)
