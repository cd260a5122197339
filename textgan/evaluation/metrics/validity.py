"""The share of lines that pass a check of the user's: a pattern, a program or a function."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.metrics.metric import Metric, OwnInterval
from textgan.evaluation.metrics.workspace import Case
from textgan.evaluation.statistics.proportions import wilson

__all__ = ["VALID"]


def _passed(case: Case) -> NDArray[np.bool_]:
    """Return which lines pass, (N,); they are checked once."""
    valid = case.work.valid
    assert valid is not None
    return case.work.cached(("valid", case.lines), lambda: valid(case.text()))


def _figure(case: Case) -> float | None:
    if case.work.valid is None or not len(case.lines):
        return None
    return float(_passed(case).mean())


def _baseline(case: Case) -> float | None:
    """Return the share of a baseline; None where its symbols are words, which are not joined."""
    is_text = case.lines.source is not None or case.work.texts.vocabulary.unit == "char"
    return _figure(case) if is_text else None


def _uncertainty(case: Case) -> OwnInterval | None:
    share = _figure(case)
    return None if share is None else OwnInterval(wilson(share, len(case.lines)))


def _signature(case: Case) -> dict[str, Any]:
    valid = case.work.valid
    return {"unit": "char", "settings": None if valid is None else valid.name}


VALID = Metric(
    name="valid",
    title="valid lines",
    unit="share",
    better="higher",
    form=".1%",
    blind_to="all that the check does not look at, collapse and copying",
    family="validity",
    figure=_figure,
    uncertainty=_uncertainty,
    signature=_signature,
    baseline=_baseline,
    bounded=True,
    interval="newcombe",
)
