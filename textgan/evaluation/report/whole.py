"""Files that are whole or not there."""

from pathlib import Path

from corpora.errors import InputError
from corpora.files import named_text

__all__ = ["write"]


def write(text: str, path: Path) -> None:
    """Write `text` in UTF-8 to `path`; InputError where that cannot be."""
    try:
        with named_text(path) as file:
            file.write(text)
    except OSError as error:
        raise InputError(
            f"{path}: cannot be written ({error.strerror}); check its folder and the disk"
        ) from None
