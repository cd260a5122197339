"""`--fail-above NAME=X`: a measure that is above a limit sets the exit code."""

import sys
from typing import Any

import click

from corpora.errors import InputError
from textgan.evaluation.measures import describe
from textgan.evaluation.report import Report

__all__ = ["FAILED", "Limit", "fail"]

FAILED = 3  # exit code


class Limit(click.ParamType[tuple[str, float]]):
    """`NAME=NUMBER`, the name of a measure and a limit."""

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
            describe(name)
            return name, float(number)
        except ValueError as error:
            self.fail(f"found {value!r}, expected for example jsd4=0.3 ({error})", param, ctx)


def fail(report: Report, limits: tuple[tuple[str, float], ...]) -> None:
    """Exit with FAILED if a measure of the report is above its limit; InputError if it has none."""
    above = []
    for name, limit in limits:
        measure = report.measures.get(name)
        if measure is None or measure.samples is None:
            known = ", ".join(report.measures)
            raise InputError(f"--fail-above {name}: not in this report, which has {known}")
        if measure.samples > limit:
            above.append(f"{name} is {measure.samples:.4f}, above {limit:g}")
    if above:
        click.echo(f"textgan: {'; '.join(above)}", err=True)
        sys.exit(FAILED)
