"""`--fail-above NAME=X`: a measure that is above a limit sets the exit code."""

import sys
from collections.abc import Mapping
from typing import Any

import click

from corpora.errors import InputError
from textgan.evaluation.measures import describe

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
            kind, _ = describe(name)
            limit = float(number)
        except ValueError as error:
            self.fail(f"found {value!r}, expected for example jsd4=0.3 ({error})", param, ctx)
        if kind.better == "higher":
            self.fail(f"found {value!r}, but of {name} higher is better", param, ctx)
        return name, limit


def fail(figures: Mapping[str, float | None], limits: tuple[tuple[str, float], ...]) -> None:
    """Exit with FAILED if one of the figures is above its limit; InputError if there is none."""
    above = []
    for name, limit in limits:
        figure = figures.get(name)
        if figure is None:
            known = ", ".join(one for one, value in figures.items() if value is not None)
            raise InputError(f"--fail-above {name}: not in this report, which has {known}")
        if figure > limit:
            above.append(f"{name} is {figure:.4f}, above {limit:g}")
    if above:
        click.echo(f"textgan: {'; '.join(above)}", err=True)
        sys.exit(FAILED)
