"""How a text becomes rows: the settings of `corpora.encode`, checked on creation."""

from dataclasses import dataclass

from corpora.columns import COLUMNS
from corpora.errors import InputError
from corpora.length_policy import POLICIES, check_length
from corpora.reader import decoder_of
from corpora.registry import ENCODERS

__all__ = ["Settings"]

MAX_VOCABULARY = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The arguments of `corpora.encode`. InputError for an impossible one."""

    encoder: str = "char"
    length: int | None = None  # None: chosen by the text
    long: str = "cut"
    max_vocabulary: int = 512  # characters or pieces, the reserved ids not among them
    encoding: str = "utf-8"
    normalise: bool = True  # to Unicode form NFC
    columns: str = "text"  # what a line holds

    def __post_init__(self) -> None:
        if self.encoder not in ENCODERS:
            raise InputError(f"unknown encoder {self.encoder!r}; expected {', '.join(ENCODERS)}")
        if self.length is not None:
            check_length(self.length)
        if self.long not in POLICIES:
            raise InputError(f"long lines {self.long!r}; expected {', '.join(POLICIES)}")
        if self.columns not in COLUMNS:
            raise InputError(f"columns {self.columns!r}; expected {', '.join(COLUMNS)}")
        if self.columns == "pairs" and self.long == "split":
            raise InputError(
                "long lines 'split' with pairs; expected cut or drop: the pieces of a source and "
                "of its target would not belong together"
            )
        size = self.max_vocabulary
        if type(size) is not int or not 1 <= size <= MAX_VOCABULARY:
            raise InputError(
                f"max_vocabulary {size!r}; expected a whole number from 1 to {MAX_VOCABULARY:,}"
            )
        decoder_of(self.encoding)
