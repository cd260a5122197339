"""One report on a set of samples: the single source of what is printed, saved and drawn.

Numbers are kept in full; they are rounded where they are rendered. What is unknown is None. The
JSON form is stable: a change of its fields raises SCHEMA, and CHANGELOG lists what was added.
`docs/evaluation.md` says what every measure is.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

from corpora.errors import InputError
from textgan.evaluation.report.conditions import CodeReport, LabelReport
from textgan.evaluation.report.headline import Headline, Standing, headline
from textgan.evaluation.report.lines import (
    Example,
    Memorization,
    Nearest,
    RevealingNgram,
    Transport,
)
from textgan.evaluation.report.measure import Measure
from textgan.evaluation.report.plain import revive
from textgan.evaluation.report.representation import Renderable

__all__ = [
    "SCHEMA",
    "Curves",
    "Example",
    "Frontier",
    "Headline",
    "Lengths",
    "Matches",
    "Measure",
    "Memorization",
    "Nearest",
    "Report",
    "ReportWarning",
    "RevealingNgram",
    "SampleSizes",
    "Standing",
    "Symbols",
    "Transport",
]

SCHEMA = 7


# schema that is still read -> fields that came since
SINCE: dict[int, tuple[str, ...]] = {
    2: ("labels", "codes", "empty", "revealing", "memorization", "headline", "frontier"),
    3: ("empty", "revealing", "memorization", "headline", "frontier"),
    4: ("revealing", "memorization", "headline", "frontier"),
    5: ("revealing", "memorization", "headline", "frontier"),
    6: ("headline", "frontier"),
}


RENAMED = {"judged": "evaluated", "alarms": "warnings"}  # until schema 4


@dataclass(frozen=True, kw_only=True)
class ReportWarning:
    """Something that makes the samples less than they seem.

    Attributes:
        name: `empty`, `collapse`, `repeats`, `cover`, `floors` or `copies`.
        text: a sentence with the figures.
    """

    name: str
    text: str


@dataclass(frozen=True, kw_only=True)
class Lengths:
    """Shares of lines by length: item i is that of lines of i symbols, from 0 to W.

    Where T is above 1,024, the lengths above that of the longest line are left out.
    """

    samples: tuple[float, ...]
    real: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Symbols:
    """Shares of the most frequent symbols of the training text, in all and by position.

    Attributes:
        symbols: at most 24, the most frequent first; the last may be "", the end of a line and all
            after it.
        samples: the share of each among all places of the samples, those after a line's end too.
        real: of the training text.
        samples_at: for each symbol its share at each of the W positions; where T is above 1,024,
            those behind the longest line are left out.
        real_at: of the training text.
    """

    symbols: tuple[str, ...]
    samples: tuple[float, ...]
    real: tuple[float, ...]
    samples_at: tuple[tuple[float, ...], ...]
    real_at: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Matches:
    """How much of the held-out text is hit by the first k samples (the match rate of passwords).

    Attributes:
        guesses: k: 10, 100, … and m.
        samples: the share of the distinct held-out lines that are among the first k samples.
        real: the same of k training lines in their place.
    """

    guesses: tuple[int, ...]
    samples: tuple[float, ...]
    real: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class SampleSizes:
    """A distance at several sample sizes: what finite samples do to it.

    Attributes:
        measure: its name.
        sizes: lines measured.
        samples: of so many samples.
        real: of as many held-out lines.
    """

    measure: str
    sizes: tuple[int, ...]
    samples: tuple[float, ...]
    real: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Frontier:
    """Precision against recall of n-grams along mixtures of samples and training text.

    Attributes:
        m: lines of the samples, and of real text.
        precision: of the samples at each point, from 0 to 1.
        recall: from 1 to 0.
        real_precision: of held-out lines in their place.
        real_recall: the same.
    """

    m: int
    precision: tuple[float, ...]
    recall: tuple[float, ...]
    real_precision: tuple[float, ...]
    real_recall: tuple[float, ...]


@dataclass(frozen=True, kw_only=True)
class Curves:
    """What was measured while a run was trained.

    Attributes:
        steps: after which step each point was taken.
        values: name, as in the run's `stats.jsonl`, to one number a step; None where there is none.
    """

    steps: tuple[int, ...]
    values: Mapping[str, tuple[float | None, ...]]


@dataclass(frozen=True, kw_only=True)
class Report(Renderable):
    """How near the samples come to real text, how diverse they are, and how much is memorized.

    Attributes:
        headline: where the samples stand between baselines and real text; None of fewer than 100
            samples, or where nothing of it was measured.
        evaluated: the name of what was evaluated.
        against: the name of the text that it was compared with.
        unit: `char`, `byte`, `subword` or `word`: what an n-gram is made of.
        length: T, the characters at which every line was cut.
        vocabulary_size: V, the symbols of all texts together, and the padding.
        seed: of all random draws.
        m: samples evaluated.
        reference_size: lines they were compared with.
        held_out: how many held-out lines there are; 0 where there are none.
        held_out_drawn: whether they were drawn from the reference, as none were provided.
        real_m: lines of real text in the samples' place: m, or all held-out lines where there are
            fewer.
        measures: every number by its name, `jsd4` for example, in the order of the documentation.
        warnings: what a reader must not miss; empty where nothing is wrong.
        repeated: the commonest sample and how often it comes.
        examples: the first samples.
        lengths: of lines.
        symbols: how often and where they stand.
        matches: None without held-out lines.
        sizes: on request.
        nearest: on request; the samples that are nearest to the training text first.
        transport: on request.
        curves: of a run.
        labels: of a run on labels.
        codes: of a run with codes, each of them in its order.
        empty: samples that are empty, or of white space alone; they are evaluated like all others.
            None where the report was made before they were counted.
        revealing: by which n-grams the classifier of `detection` tells samples from real text;
            empty where it cannot, None where there is no such figure.
        memorization: on request; None too where held-out lines were drawn from the reference.
        frontier: on request.
    """

    schema: ClassVar[int] = SCHEMA

    headline: Headline | None = None
    evaluated: str
    against: str
    unit: str
    length: int
    vocabulary_size: int
    seed: int
    m: int
    reference_size: int
    held_out: int
    held_out_drawn: bool
    real_m: int | None
    measures: Mapping[str, Measure]
    warnings: tuple[ReportWarning, ...]
    repeated: tuple[str, int]
    examples: tuple[Example, ...]
    lengths: Lengths
    symbols: Symbols
    matches: Matches | None
    sizes: SampleSizes | None = None
    nearest: tuple[Nearest, ...] | None = None
    transport: Transport | None = None
    curves: Curves | None = None
    labels: LabelReport | None = None
    codes: tuple[CodeReport, ...] | None = None
    empty: int | None = None
    revealing: tuple[RevealingNgram, ...] | None = None
    memorization: Memorization | None = None
    frontier: Frontier | None = None

    @property
    def baselines(self) -> tuple[str, ...]:
        """The names of the baselines, in the order in which they were measured."""
        return tuple(
            dict.fromkeys(name for measure in self.measures.values() for name in measure.baselines)
        )

    @classmethod
    def from_dict(cls, plain: Mapping[str, Any]) -> "Report":
        """Return the report that `to_dict` made plain, or that of schema 2 to 6.

        Raises:
            InputError: another schema, or missing, unknown or misshapen fields.
        """
        schema = plain.get("schema")
        if schema not in (SCHEMA, *SINCE):
            raise InputError(
                f"found a report of schema {schema!r:.80}, expected {SCHEMA}; evaluate again to "
                "renew it"
            )
        values = {**dict.fromkeys(SINCE.get(schema, ())), **plain}
        if schema in SINCE:
            values = {RENAMED.get(name, name): value for name, value in values.items()}
        del values["schema"]
        try:
            report = revive(cls, values)
        except (KeyError, TypeError, ValueError) as error:
            raise InputError(
                f"the report is damaged ({type(error).__name__}: {error}); evaluate again"
            ) from None
        return report if report.headline else report.with_headline()

    def with_headline(self) -> "Report":
        """Return the report with the headline of its measures."""
        return replace(self, headline=headline(self.measures, self.m))

    @classmethod
    def load(cls, path: Path) -> "Report":
        """Return the report saved at `path`; InputError where there is none or it is damaged."""
        try:
            plain = json.loads(path.read_text(encoding="utf-8"))
        except OSError as error:
            raise InputError(f"{path}: no report ({error.strerror}); evaluate first") from None
        except (ValueError, RecursionError):
            plain = None
        if not isinstance(plain, dict):
            raise InputError(f"{path}: not a report in JSON; evaluate again to renew it")
        return cls.from_dict(plain)
