"""`--fail-above NAME=X`: a metric whose figure is above a limit sets the exit code."""

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from corpora.errors import InputError
from textgan.evaluation.metrics.character_error_rate import TranslationReport
from textgan.evaluation.metrics.registry import METRICS, describe
from textgan.evaluation.report.report import Report

__all__ = ["FAILED", "PAIRS", "Limit", "check", "fail", "figures"]

FAILED = 3  # exit code
PAIRS = ("cer", "cer-difference", "cer-ratio")  # of a run on pairs


class Limit(click.ParamType[tuple[str, float]]):
    """`NAME=NUMBER`, the name of a figure and a limit."""

    name = "limit"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as click has it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[str, float]:
        """Return the name and the number."""
        name, _, number = str(value).partition("=")
        try:
            metric, _ = describe(name)
            limit = float(number)
        except ValueError as error:
            self.fail(f"found {value!r}, expected for example jsd4=0.3 ({error})", param, ctx)
        if not math.isfinite(limit):  # nothing is above it
            self.fail(f"found {value!r}, expected a finite number", param, ctx)
        if metric.better == "higher":
            self.fail(f"found {value!r}, but of {name} higher is better", param, ctx)
        return name, limit


def check(limits: Iterable[tuple[str, float]], known: Sequence[str]) -> None:
    """Raise InputError for a limit on what will not be measured, before anything is."""
    for name, _ in limits:
        if name not in known:
            metrics = METRICS.importable().values()
            full = [metric.named(metric.order) for metric in metrics if metric.full]
            more = "; --full measures it" if name in full else ""
            raise InputError(
                f"--fail-above {name}: not measured{more}; expected one of {', '.join(known)}"
            )


def figures(report: Report | TranslationReport) -> dict[str, float | None]:
    """Return what can be limited, by name."""
    if isinstance(report, Report):
        return {name: measure.samples for name, measure in report.measures.items()}
    outputs = report.restoration
    return {
        "cer": outputs.error_rate,
        "cer-difference": outputs.difference,
        "cer-ratio": outputs.ratio,
    }


def fail(figures: Mapping[str, float | None], limits: tuple[tuple[str, float], ...]) -> None:
    """Exit with FAILED if one of the figures is above its limit; InputError if there is none."""
    above = []
    for name, limit in limits:
        figure = figures.get(name)
        if figure is None:
            known = ", ".join(name for name, value in figures.items() if value is not None)
            raise InputError(f"--fail-above {name}: not in this report, which has {known}")
        if figure > limit:
            above.append(f"{name} is {figure:.4f}, above {limit:g}")
    if above:
        click.echo(f"textgan: {'; '.join(above)}", err=True)
        sys.exit(FAILED)
