"""How varied lines are: distinct lines, distinct n-grams, and the commonest line.

Rows are (N, T) ids; the first 0 of a row ends its line, and all after it is 0 too.
"""

from textgan.evaluation.metrics.metric import Metric
from textgan.evaluation.metrics.workspace import Case
from textgan.evaluation.ngrams.counts import NgramCounts
from textgan.evaluation.ngrams.equal_rows import distinct_rows
from textgan.evaluation.ngrams.windows import Rows, check_rows

__all__ = ["DISTINCT", "UNIQUE", "commonest", "distinct", "unique"]


def unique(rows: Rows) -> float:
    """Return the number of distinct `rows` (N, T; N at least 1) as a share of N."""
    check_rows(rows)
    if not len(rows):
        raise ValueError("found no lines, expected at least one")
    return sum(len(counts) for _, counts in distinct_rows(rows)) / len(rows)


def commonest(rows: Rows) -> tuple[int, int]:
    """Return the place of the first of the commonest row, and how often it comes."""
    best = [
        (-int(counts.max()), int(first[counts == counts.max()].min()))
        for first, counts in distinct_rows(rows)
    ]
    times, place = min(best)
    return place, -times


def distinct(counts: NgramCounts) -> float | None:
    """Return the number of distinct n-grams over the number of all, without padding; None of none.

    distinct-n = |{w₁…w_n in the lines}| / Σ_lines max(0, symbols − n + 1). The more lines, the
    lower it is: compare equal numbers of lines only. Li et al. 2016, "A Diversity-Promoting
    Objective Function for Neural Conversation Models", section 5, divide by the number of symbols,
    which exceeds that of n-grams by n − 1 a line.
    """
    return len(counts.keys) / counts.total if len(counts.keys) else None


def _unique(case: Case) -> float:
    return unique(case.rows)


def _distinct(case: Case) -> float | None:
    assert case.n is not None
    return distinct(case.work.counts(case.lines, padded=False)[case.n])


UNIQUE = Metric(
    name="unique",
    title="distinct lines",
    unit="share",
    better="real",
    form=".1%",
    blind_to="lines that differ in one symbol, and quality",
    family="diversity",
    figure=_unique,
    baseline=_unique,
    real="matched",
    equal_size=True,  # fewer lines repeat themselves less
)

DISTINCT = Metric(
    name="distinct",
    title="distinct {n}-grams",
    unit="share",
    better="real",
    form=".1%",
    blind_to="quality: noise is above real text",
    family="diversity",
    figure=_distinct,
    baseline=_distinct,
    real="matched",
    equal_size=True,
    by_order=True,
    compared=False,
)
