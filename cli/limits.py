"""`--fail-above NAME=X`, `--fail-below`: a figure beyond its limit sets the exit code."""

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import click

from corpora.errors import InputError
from textgan.evaluation.metrics.character_error_rate import TranslationReport
from textgan.evaluation.metrics.registry import METRICS, describe
from textgan.evaluation.report.report import Report

__all__ = ["FAILED", "PAIRS", "Limit", "LimitType", "check_limits", "exit_beyond", "figures_of"]

FAILED = 3  # exit code
PAIRS = ("cer", "cer-difference", "cer-ratio")  # of a run on pairs


class Limit(NamedTuple):
    """A figure that must not be above a number, or not below it.

    Attributes:
        name: of the figure.
        value: the number.
        side: `above` or `below`.
    """

    name: str
    value: float
    side: str

    @property
    def option(self) -> str:
        """What sets it on a command line."""
        return f"--fail-{self.side}"

    def is_passed(self, figure: float) -> bool:
        """Return whether a figure is on the wrong side."""
        return figure > self.value if self.side == "above" else figure < self.value


class LimitType(click.ParamType[Limit]):
    """`NAME=NUMBER`, the name of a figure and a limit.

    Args:
        side: `above` or `below`, where figures may not be.
    """

    name = "limit"

    def __init__(self, side: str) -> None:
        self.side = side

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as click has it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> Limit:
        """Return the limit."""
        name, _, number = str(value).partition("=")
        try:
            metric, _ = describe(name)
            limit = float(number)
        except ValueError as error:
            self.fail(f"found {value!r}, expected for example jsd4=0.3 ({error})", param, ctx)
        if not math.isfinite(limit):  # nothing is above it
            self.fail(f"found {value!r}, expected a finite number", param, ctx)
        better = {"above": "higher", "below": "lower"}[self.side]
        if metric.better == better:
            other = {"above": "below", "below": "above"}[self.side]
            self.fail(
                f"found {value!r}, but of {name} {better} is better: --fail-{other}", param, ctx
            )
        return Limit(name, limit, self.side)


def check_limits(limits: Iterable[Limit], known: Sequence[str]) -> None:
    """Raise InputError for a limit on what will not be measured, before anything is."""
    for limit in limits:
        if limit.name not in known:
            metrics = METRICS.importable().values()
            full = [metric.named(metric.order) for metric in metrics if metric.full]
            more = "; --full measures it" if limit.name in full else ""
            raise InputError(
                f"{limit.option} {limit.name}: not measured{more}; expected one of "
                f"{', '.join(known)}"
            )


def figures_of(report: Report | TranslationReport) -> dict[str, float | None]:
    """Return what can be limited, by name."""
    if isinstance(report, Report):
        return {name: measure.samples for name, measure in report.measures.items()}
    outputs = report.restoration
    return {
        "cer": outputs.error_rate,
        "cer-difference": outputs.difference,
        "cer-ratio": outputs.ratio,
    }


def exit_beyond(limits: Iterable[Limit], figures: Mapping[str, float | None]) -> None:
    """Exit with FAILED if a figure is beyond its limit; InputError if there is no such figure."""
    passed = []
    for limit in limits:
        figure = figures.get(limit.name)
        if figure is None:
            known = ", ".join(name for name, value in figures.items() if value is not None)
            raise InputError(f"{limit.option} {limit.name}: not in this report, which has {known}")
        if limit.is_passed(figure):
            passed.append(f"{limit.name} is {figure:.4f}, {limit.side} {limit.value:g}")
    if passed:
        click.echo(f"textgan: {'; '.join(passed)}", err=True)
        sys.exit(FAILED)
