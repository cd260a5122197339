"""Files that are whole or not there."""

from pathlib import Path

from corpora.files import write_text

__all__ = ["write"]


def write(text: str, path: Path) -> None:
    """Write `text` in UTF-8 to `path`; InputError where that cannot be."""
    write_text(path, text)
