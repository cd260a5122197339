"""Files that are whole or not there."""

from pathlib import Path

from corpora.errors import InputError

__all__ = ["write"]


def write(text: str, path: Path) -> None:
    """Write `text` in UTF-8 to `path`; InputError where that cannot be."""
    unfinished = path.with_name(path.name + ".unfinished")
    try:
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        unfinished.replace(path)
    except OSError as error:
        raise InputError(
            f"{path}: cannot be written ({error.strerror}); check its folder and the disk"
        ) from None
