"""A signature: all that changes a number, in one short string, as in sacrebleu.

    jsd|n:4|unit:char|smoothing:none|padding:counted|T:32|m:5000|ref:95000@1f0c9a3e|…

Two numbers are comparable only if all fields of their signatures are equal, except the seed.
"""

from collections.abc import Sequence
from dataclasses import dataclass, fields

from textgan import __version__

__all__ = ["Part", "Signature", "combine"]


@dataclass(frozen=True)
class Part:
    """A text that a number was computed from: how many lines, and the hash of them."""

    size: int
    sha: str

    def __str__(self) -> str:
        return f"{self.size}@{self.sha}"


@dataclass(frozen=True, kw_only=True)
class Signature:
    """How a number came about; what does not bear on it is None and left out.

    Attributes:
        metric: its name.
        n: the order of the n-grams.
        unit: what the n-grams are made of.
        smoothing: how unseen n-grams are treated.
        padding: `counted` as a symbol like any other, `none` where only the text is counted, or
            `end` where the first one ends a line.
        form: of Unicode, to which lines are brought before they are cut; None: as they stand.
        length: T, the characters at which lines are cut.
        width: W, the symbols to a row, where they are no characters.
        vocabulary: V, the distinct symbols of all texts together and the padding.
        m: the lines evaluated.
        candidates: from how many each of these lines was chosen (`sample --candidates`).
        ref: the lines they are compared with.
        held_out: the held-out lines.
        split: where the held-out lines come from: `given`, or `drawn` from the reference.
        interval: how that of an excess was found.
        settings: of a metric that has its own.
        seed: of whatever was drawn at random.
        version: of this package.
    """

    metric: str
    n: int | None = None
    unit: str = "char"
    smoothing: str | None = None
    padding: str | None = None
    form: str | None = None
    length: int
    width: int | None = None
    vocabulary: int | None = None
    m: int
    candidates: int | None = None
    ref: Part | None = None
    held_out: Part | None = None
    split: str | None = None
    interval: str | None = None
    settings: str | None = None
    seed: int | None = None
    version: str = __version__

    def __str__(self) -> str:
        parts = [self.metric]
        for field in fields(self)[1:]:
            value = getattr(self, field.name)
            if value is not None:
                parts.append(f"{_SHORT.get(field.name, field.name)}:{value}")
        return "|".join(parts)


_SHORT = {"length": "T", "width": "W", "vocabulary": "V", "held_out": "held-out", "version": "v"}


def combine(signatures: Sequence[str]) -> str:
    """Return one merged signature of several that have the same fields.

    Where the values of a field differ, all of them are listed, with commas between.

    >>> combine(["jsd|n:1|T:32", "jsd|n:2|T:32"])
    'jsd|n:1,2|T:32'
    """
    combined = []
    for parts in zip(*(signature.split("|") for signature in signatures), strict=True):
        values = list(dict.fromkeys(part.partition(":")[2] for part in parts))
        name = parts[0].partition(":")[0]
        combined.append(f"{name}:{','.join(values)}" if ":" in parts[0] else name)
    return "|".join(combined)
