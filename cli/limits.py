"""`--fail-above NAME=X`: a measure that is above a limit sets the exit code."""

import math
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import click

from corpora.errors import InputError
from textgan.evaluation.metrics.measures import KINDS, describe

__all__ = ["FAILED", "PAIRS", "Limit", "check", "fail", "measured"]

FAILED = 3  # exit code
FULL = ("bleu4", "self-bleu4", "frechet", "piece-frechet", "nearest", "transport")  # of --full
PAIRS = ("cer", "cer-difference", "cer-ratio")  # of a run on pairs


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
        if not math.isfinite(limit):  # nothing is above it
            self.fail(f"found {value!r}, expected a finite number", param, ctx)
        if kind.better == "higher":
            self.fail(f"found {value!r}, but of {name} higher is better", param, ctx)
        return name, limit


def measured(orders: Sequence[int], full: bool) -> list[str]:
    """Return the names of all measures that a report on lines may have, in its order."""
    full_kinds = {describe(name)[0].title for name in FULL}
    names = []
    for kind, about in KINDS.items():
        if about.title not in full_kinds:
            names += [f"{kind}{n}" for n in orders] if "{n}" in about.title else [kind]
    return [*names, *(FULL if full else ())]


def check(limits: Iterable[tuple[str, float]], known: Sequence[str]) -> None:
    """Raise InputError for a limit on what will not be measured, before anything is."""
    for name, _ in limits:
        if name not in known:
            more = "; --full measures it" if name in FULL else ""
            raise InputError(
                f"--fail-above {name}: not measured{more}; expected one of {', '.join(known)}"
            )


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
