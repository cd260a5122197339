"""Text to ids and back: one table from name to class, one way to load what was saved."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from corpora.encoders.byte import ByteEncoder
from corpora.encoders.char import CharEncoder
from corpora.encoders.state import FILE, read_state
from corpora.encoders.subword import SubwordEncoder
from corpora.errors import InputError

__all__ = ["ENCODERS", "Encoder", "fit", "load"]


class Encoder(Protocol):
    """What every encoder has; V = `size` counts the reserved ids too."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def size(self) -> int: ...  # noqa: D102
    @property
    def pad(self) -> int: ...  # noqa: D102
    @property
    def unknown(self) -> int | None: ...  # noqa: D102
    @property
    def stretch(self) -> int: ...  # noqa: D102
    @property
    def dtype(self) -> np.dtype[Any]: ...  # noqa: D102
    @property
    def signature(self) -> str: ...  # noqa: D102
    @property
    def emittable(self) -> NDArray[np.bool_]: ...  # noqa: D102
    def encode(self, line: str) -> list[int]: ...  # noqa: D102
    def decode(self, ids: Sequence[int]) -> str: ...  # noqa: D102
    def lengths(self, lines: Sequence[str]) -> NDArray[np.int64]: ...  # noqa: D102
    def encode_rows(self, lines: Sequence[str], length: int) -> NDArray[Any]: ...  # noqa: D102
    def decode_rows(self, rows: NDArray[Any]) -> list[str]: ...  # noqa: D102
    def save(self, folder: Path) -> None: ...  # noqa: D102


ENCODERS: dict[str, type[CharEncoder] | type[ByteEncoder] | type[SubwordEncoder]] = {
    "char": CharEncoder,
    "byte": ByteEncoder,
    "subword": SubwordEncoder,
}


def fit(
    name: str, blocks: Iterable[Sequence[str]], length: int, max_vocabulary: int = 512
) -> Encoder:
    """Return the encoder called `name`, learnt from blocks of training lines."""
    return _named(name).fit(blocks, length, max_vocabulary)


def load(folder: str | Path) -> Encoder:
    """Return the encoder saved in `folder`; InputError for missing or edited files."""
    folder = Path(folder)
    name = read_state(folder).get("name")
    if not isinstance(name, str) or name not in ENCODERS:
        raise InputError(f"{folder / FILE}: encoder {name!r}; expected {', '.join(ENCODERS)}")
    return ENCODERS[name].load(folder)


def _named(name: str) -> type[CharEncoder] | type[ByteEncoder] | type[SubwordEncoder]:
    if name not in ENCODERS:
        raise InputError(f"unknown encoder {name!r}; expected {', '.join(ENCODERS)}")
    return ENCODERS[name]
