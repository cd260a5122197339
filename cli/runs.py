"""`textgan runs`: what was trained, how far, and how well."""

import json
from pathlib import Path
from typing import Any

import click

from cli import options
from cli.output import console
from corpora.errors import InputError
from textgan.evaluation.render.visible import visible
from textgan.runs import listed, read_config, read_state

__all__ = ["runs"]


@click.command()
@options.runs("folder")
@options.json_lines("Print one JSON object a run, unrounded.")
def runs(folder: Path, as_json: bool) -> None:
    """List runs with their best scores.

    The scores of a run are those of its best checkpoint. Validation text chooses this checkpoint.
    """
    summaries = [_summary(path) for path in listed(folder)]
    if as_json:
        for values in summaries:
            click.echo(json.dumps(values))  # in ASCII: a terminal obeys other controls
        return
    if not summaries:
        click.echo(f"no runs in {folder}; train one: textgan train us-baby-names", err=True)
        return
    from textgan.evaluation.render.tables import Table, fit_to_width

    heads = ("run", "status", "steps", "minutes", "best at", "JSD-4", "floor", "unique")
    table = Table(heads=heads, rows=tuple(map(_row, summaries)), names=2)
    shown = console()
    if not shown.is_terminal:
        shown.width = max(shown.width, 120)
    for part in fit_to_width(table, shown.width):
        shown.print(part)
    for values in summaries:
        if "error" in values:
            click.echo(visible(f"{values['run']}: {values['error']}"), err=True)


def _row(values: dict[str, Any]) -> tuple[str, ...]:
    best = values.get("best") or {}
    return (
        values["run"],
        values["status"],
        _number(values.get("step"), ","),
        _number(values.get("minutes"), ".1f"),
        _number(best.get("step"), ","),
        _number(best.get("jsd4"), ".3f"),
        _floor(best),
        _number(best.get("unique"), ".0%"),
    )


def _floor(best: dict[str, float | None]) -> str:
    """Return the floor, with its lines where the samples' figure is of more."""
    floor, lines = best.get("jsd4_floor"), best.get("floor_lines")
    same = lines is None or best.get("jsd4_at_floor") == best.get("jsd4")
    return _number(floor, ".3f") + ("" if same else f" of {lines:,} lines")


def _summary(run: Path) -> dict[str, Any]:
    try:
        config, state = read_config(run), read_state(run)
        return {
            "run": run.name,
            "corpus": config.corpus,
            "objective": config.objective,
            "status": str(state["status"]),
            "step": int(state["step"]),
            "minutes": float(state["seconds"]) / 60,
            "best": _scores(state.get("best")),
        }
    except (InputError, KeyError, TypeError, ValueError) as error:
        return {"run": run.name, "status": "unreadable", "error": str(error)}


def _scores(best: object) -> dict[str, float | None] | None:
    """Return the numbers among the best scores: what stands in the file is data."""
    if not isinstance(best, dict):
        return None
    return {name: value for name, value in best.items() if type(value) in (int, float)}


def _number(value: float | None, form: str) -> str:
    return "" if value is None else format(value, form)
