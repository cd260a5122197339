"""Text to ids and back: encoders by name, and one way to load what was saved."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from corpora.encoders.state import FILE, read_state
from corpora.errors import InputError
from corpora.registry import ENCODERS

__all__ = ["Encoder", "EncoderKind", "fit", "load"]


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
    def max_characters(self) -> int: ...  # noqa: D102
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


class EncoderKind(Protocol):
    """What an encoder's class has besides."""

    max_characters: int  # characters that one symbol stands for, at most

    def fit(self, blocks: Iterable[Sequence[str]], length: int, max_vocabulary: int) -> Encoder:
        """Return the encoder learnt from blocks of lines, of which rows hold `length` symbols."""

    def load(self, folder: Path) -> Encoder:
        """Return what its `save` wrote into a folder, where `encoder.json` has its name."""


def fit(
    name: str, blocks: Iterable[Sequence[str]], length: int, max_vocabulary: int = 512
) -> Encoder:
    """Return the encoder called `name`, learnt from blocks of training lines."""
    if name not in ENCODERS:
        raise InputError(f"unknown encoder {name!r}; expected {', '.join(ENCODERS)}")
    encoder: EncoderKind = ENCODERS[name]
    return encoder.fit(blocks, length, max_vocabulary)


def load(folder: str | Path) -> Encoder:
    """Return the encoder saved in `folder`; InputError for missing or edited files."""
    folder = Path(folder)
    name = read_state(folder).get("name")
    if not isinstance(name, str) or name not in ENCODERS:
        raise InputError(
            f"{folder / FILE}: encoder {name!r:.80}; expected {', '.join(ENCODERS)}; install "
            "a plug-in that registers this encoder, or encode again"
        )
    encoder: EncoderKind = ENCODERS[name]
    return encoder.load(folder)
