"""Systems side by side: the single source of what `textgan compare` prints.

Numbers are kept in full; they are rounded where they are rendered. A change of the fields of the
JSON form raises SCHEMA. `compare` says how every number comes about.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from textgan.evaluation.report.headline import Headline
from textgan.evaluation.report.measure import Measure
from textgan.evaluation.report.representation import Renderable

__all__ = ["SCHEMA", "Comparison", "Difference", "System"]

SCHEMA = 4


@dataclass(frozen=True, kw_only=True)
class System:
    """One run or file.

    Attributes:
        name: of it.
        measures: by name: `jsd4`, `forward`, `unique` and others.
        empty: lines that are empty, or of white space alone; they are evaluated like all others.
        headline: where the system stands between n-gram samplers and real text; None of fewer than
            100 lines.
    """

    name: str
    measures: Mapping[str, Measure]
    empty: int
    headline: Headline | None


@dataclass(frozen=True, kw_only=True)
class Difference:
    """How far two systems are apart by one measure.

    Attributes:
        measure: its name.
        first: the number of one system among those compared, from 0.
        second: the number of the other.
        value: the figure of the first less that of the second.
        interval: two ends between which it lies with 95% confidence, for this pair alone.
        p: of so great a difference where there is none.
        adjusted_p: the same by Holm's procedure over all pairs.
        p_of_samples: of the paired bootstrap, where both figures share held-out lines: the
            samples as they are.
        better: the number of the system that is nearer to real text: the lower one, or the one
            whose figure is nearer to that of real text; None where they are equal.
        significant: whether adjusted_p is below 5%.
        signature: of the difference.
    """

    measure: str
    first: int
    second: int
    value: float
    interval: tuple[float, float]
    p: float
    adjusted_p: float
    p_of_samples: float | None
    better: int | None
    significant: bool
    signature: str


@dataclass(frozen=True, kw_only=True)
class Comparison(Renderable):
    """Systems side by side.

    Attributes:
        systems: in the order of the call.
        differences: of each measure that is tested, all pairs.
        against: the name of the text that they were compared with.
        unit: what n-grams are made of.
        length: T, the characters at which every line was cut.
        vocabulary_size: V, the symbols of all texts together, and the padding.
        seed: of all random draws.
        m: lines of each system that were evaluated.
        reference_size: lines they were compared with.
        held_out: held-out lines.
        held_out_drawn: whether these were drawn from the reference, as none were provided.
        real_m: lines of real text in a system's place: m, or all held-out lines if they are fewer.
    """

    schema: ClassVar[int] = SCHEMA

    systems: tuple[System, ...]
    differences: tuple[Difference, ...]
    against: str
    unit: str
    length: int
    vocabulary_size: int
    seed: int
    m: int
    reference_size: int
    held_out: int
    held_out_drawn: bool
    real_m: int
