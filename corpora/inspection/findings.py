"""What the inspection of a corpus found, as plain values."""

from dataclasses import asdict, dataclass
from typing import Any

from corpora.counts import Counts
from corpora.settings import Settings

__all__ = ["Character", "Findings"]


@dataclass(frozen=True, kw_only=True)
class Character:
    """A character: itself if it can be shown, its code point, its name, how often it occurs."""

    shown: str
    code: str
    name: str
    count: int


@dataclass(frozen=True, kw_only=True)
class Findings:
    """All results; lengths are in characters, shares between 0 and 1, unrounded."""

    source: str
    refused: str | None  # why training would refuse the text
    settings: Settings
    likely_encoding: str | None  # None: binary
    encodings: dict[str, str]  # likely ones, the likeliest first, and how some text reads in each
    looks: tuple[str, str] | None  # like what, if not like samples; what to do
    counts: Counts
    kept: int  # lines that are not blank and have their columns
    distinct_lines: int
    distinct_exact: bool  # False: estimated, within about 0.4%
    lengths: dict[str, int]  # shortest, median, 95%, 99.5%, longest
    histogram: list[tuple[int, int, int]]  # (from, to, lines)
    characters: int
    distinct_characters: int
    rare_characters: int
    rarest: list[Character]
    hidden: list[Character]  # that do not show; of each, how many lines hold it
    length: int | None  # T, as training would have it
    over_length: float | None  # share of lines longer than T
    rows: dict[str, int] | None  # in each part
    distinct_rows: int | None
    labels: dict[str, int]  # rows of each in the training part
    vocabulary: int | None
    unknown: float | None  # share of symbols
    notes: list[str]
    problems: list[str]
    suggestions: list[str]

    def to_plain(self) -> dict[str, Any]:
        """Return the findings as plain JSON values."""
        return {**asdict(self), "counts": self.counts.to_plain()}
