"""Metrics that compare the n-gram counts of lines with those of the reference.

The samples are compared with the whole reference, as published. The floor is what as many held-out
lines score against the training text, and the excess is what as many samples score against that
text, less the floor: 0 in expectation for real text in the samples' place, whatever m is.
"""

from collections.abc import Callable, Mapping
from typing import Any

from textgan.evaluation.metrics.metric import Metric, StandardError
from textgan.evaluation.metrics.workspace import Case
from textgan.evaluation.ngrams.counts import NgramCounts
from textgan.evaluation.ngrams.windows import PADDING
from textgan.evaluation.statistics.jackknife import FUNCTIONALS, standard_errors

__all__ = ["ngram_distance"]


def ngram_distance(
    function: Callable[[NgramCounts, NgramCounts], float],
    functional: str,
    *,
    padded: bool,
    **about: Any,  # noqa: ANN401 - the fields of a Metric
) -> Metric:
    """Return the metric that is a `function` of the counts of lines and reference.

    Args:
        function: of two sets of counts.
        functional: its name in `statistics.jackknife`.
        padded: whether padding counts as a symbol. Without it baselines are not measured: their
            counts would take as long again.
        about: further fields of the metric.
    """
    functionals = (functional,) if padded else FUNCTIONALS  # at little more than the cost of one

    def figure(case: Case) -> float | None:
        samples, real = case.counts(padded=padded)
        return function(samples, real) if samples.total and real.total else None

    def errors(case: Case) -> dict[str, float]:
        samples, real = case.counts(padded=padded)
        return standard_errors(
            case.rows,
            real,
            functionals,
            end=None if padded else PADDING,
            width=case.work.width,
            counts=samples,
        )

    def uncertainty(case: Case) -> StandardError | None:
        if len(case.lines) < 2:
            return None
        key = ("errors", padded, case.lines, case.n, case.whole_reference)
        return StandardError(case.work.cached(key, lambda: errors(case))[functional])

    def signature(case: Case) -> Mapping[str, Any]:
        padding = "counted" if padded else "none"
        return {"smoothing": "none", "padding": padding, "ref": case.work.texts.part}

    return Metric(
        family="distances",
        figure=figure,
        uncertainty=uncertainty,
        signature=signature,
        baseline=figure if padded else None,
        equal_size=True,
        min_real_lines=2,
        by_order=True,
        bounded=True,
        floor=True,
        interval="jackknife",
        **about,
    )
