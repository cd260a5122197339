"""What was measured of a run during training, for the plots of its report."""

import os
from pathlib import Path
from typing import Any

from textgan.evaluation.report.report import Curves
from textgan.runs.log import read_log

__all__ = ["read_curves"]

MEASURED = ("seconds", "slope", "wasserstein_train", "wasserstein_held_out", "unique")


def read_curves(run: Path) -> Curves | None:
    """Return the scores and the slope at each validated step of a run; None where there is none.

    A run that was killed before its first measurement has no log.

    Raises:
        InputError: The log is damaged.
    """
    path = run / "stats.jsonl"
    lines = [
        {**line, **_filled(line["scores"]), "step": line["step"], "seconds": line["seconds"]}
        for line in (read_log(path) if os.path.lexists(path) else [])
        if "scores" in line
    ]
    if not lines:
        return None
    names = (*MEASURED, *(name for name in lines[0] if name.startswith("jsd")))
    return Curves(
        steps=tuple(int(line["step"]) for line in lines),
        values={name: tuple(_number(line.get(name)) for line in lines) for name in names},
    )


def _filled(scores: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in scores.items() if value is not None}


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
