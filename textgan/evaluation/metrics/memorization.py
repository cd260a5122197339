"""How much of the samples is memorized training text.

A sample that stands in the training text may have been memorized, or be what a good model says
anyway. Text that the model never saw separates the two. Of a line that stands c
times in training and held-out text together, and that was not memorized, chance alone decides
where: with a share h of all lines held out,

    P(in the training text) = 1 − h^c,   P(in the held-out text) = 1 − (1 − h)^c

so that each sample found in the held-out text stands for w(c) = (1 − h^c)/(1 − (1 − h)^c) samples
in the training text (Horvitz & Thompson 1952). Of a line that comes once this is (1 − h)/h, how
much more training text there is; of one that comes often it is 1. Where text was split by content,
no line stands in both, and chance decides once: w is (1 − h)/h of all.

Held-out lines that were drawn from the reference may have been memorized as well, and what is
memorized is found in both alike: then this expects whatever is copied. So it is bounded: by LIMIT
times what the best n-gram sampler of the training text, which has not seen them, leads to expect in
its place, or by the share of held-out lines that stand in the training text, if that is more. The
reference alone does not show less than that.
"""

from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.metrics.metric import Expected, Metric, OwnInterval
from textgan.evaluation.metrics.workspace import Case, LineSet, Workspace
from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.equal_rows import distinct_rows, times
from textgan.evaluation.ngrams.windows import Rows
from textgan.evaluation.statistics.normal import NORMAL_95, Interval
from textgan.evaluation.statistics.proportions import wilson

__all__ = ["COPIED", "FOUND", "is_split_by_content"]

MINGLED = 0.01  # a share of held-out lines in the training text that no split by content leaves

LIMIT = 2  # how much oftener than the best n-gram sampler a model may hit unseen lines

Occurrences = dict[LineSet, NDArray[np.int64]]


def _occurrences(work: Workspace) -> tuple[Occurrences, Occurrences]:
    """Return how often each line stands in the training text, and in the held-out text.

    All lines are looked up together. Where a baseline has longer lines than the samples they are in
    no text, and its rows may be cut there.
    """

    def look_up() -> tuple[Occurrences, Occurrences]:
        lines = [*work.systems, work.held_out, work.matched, *work.baselines.values()]
        if work.texts.drawn:
            lines = list(dict.fromkeys([*lines, *work.samplers.values()]))
        width = work.samples.rows.shape[1]
        dtype = np.result_type(*(part.rows for part in lines))
        rows = external.stack((part.rows[:, :width] for part in lines), width, dtype)
        ends = np.cumsum([len(part) for part in lines])[:-1]
        training, held_out = (
            dict(zip(lines, np.split(times(rows, text), ends), strict=True))
            for text in (work.texts.training, [work.held_out.rows])
        )
        return training, held_out

    return work.cached("occurrences", look_up)


def _hits(case: Case) -> "_Hits":
    """Return the lines that stand in training or held-out text."""
    work, lines = case.work, case.lines

    def find() -> _Hits:
        training, held_out = (part[lines] for part in _occurrences(work))
        h = len(work.held_out) / (len(work.texts.training) + len(work.held_out))
        return _Hits.of(
            case.rows, training + held_out, held_out > 0, h, by_content=is_split_by_content(work)
        )

    return work.cached(("hits", lines), find)


def _known(work: Workspace) -> float:
    """Return the share of held-out lines that stand in the training text."""
    training, _ = _occurrences(work)
    return float((training[work.held_out] > 0).mean())


def is_split_by_content(work: Workspace) -> bool:
    """Return whether text was split by content, so that no line stands in both parts."""
    return work.cached(
        "split by content",
        lambda: not work.texts.drawn and _known(work) <= MINGLED,
        lasting=True,
    )


def _copied(case: Case) -> float:
    training, held_out = (part[case.lines] for part in _occurrences(case.work))
    # What stands in the whole reference stands in one of its two parts.
    return float(((training + held_out if case.whole_reference else training) > 0).mean())


def _copied_uncertainty(case: Case) -> OwnInterval:
    return OwnInterval(wilson(_copied(case), len(case.lines)))


def _copied_expected(case: Case) -> Expected | None:
    """Return the share that is to be expected in the training text without memorization."""
    work = case.work
    if not len(work.held_out):
        return None
    expected, ends = _hits(case).expected()
    method = (
        "copied-expected-from-found" if is_split_by_content(work) else "copied-expected-by-count"
    )
    if work.texts.drawn:
        best = max(
            (_hits(replace(case, lines=lines)).expected()[0] for lines in work.samplers.values()),
            default=0.0,
        )
        limit = max(_known(work), min(1.0, LIMIT * best))
        expected, ends = min((expected, ends), (limit, (limit, limit)))
        method = "copied-expected-of-drawn"
    return Expected(expected, OwnInterval(ends), {"metric": method})


def _copied_fields(case: Case) -> dict[str, Any]:
    return {"ref": case.work.texts.part, **case.work.held_out_fields}


def _found(case: Case) -> float | None:
    if not len(case.work.held_out):
        return None
    _, held_out = _occurrences(case.work)
    return float((held_out[case.lines] > 0).mean())


def _found_uncertainty(case: Case) -> OwnInterval:
    return OwnInterval(_hits(case).found_interval())


def _found_fields(case: Case) -> dict[str, Any]:
    return dict(case.work.held_out_fields)


@dataclass(frozen=True)
class _Hits:
    """The distinct ones among m lines that stand in training or held-out text, K of them.

    Attributes:
        m: lines.
        k: how many of them are each, (K,).
        is_found: whether each stands in the held-out text, (K,).
        chance: P that it stands there, (K,).
        weight: w, how many in the training text one that is found stands for, (K,).
    """

    m: int
    k: NDArray[np.float64]
    is_found: NDArray[np.bool_]
    chance: NDArray[np.float64]
    weight: NDArray[np.float64]

    @classmethod
    def of(
        cls,
        rows: Rows,
        c: NDArray[np.int64],
        is_found: NDArray[np.bool_],
        h: float,
        *,
        by_content: bool,
    ) -> "_Hits":
        """Return those of `rows` (m, T).

        Args:
            rows: lines.
            c: how often each stands in both texts, (m,).
            is_found: whether it stands in the held-out text, (m,).
            h: the share of all lines that is held out.
            by_content: whether text was split by content.
        """
        first_places, times_each = map(np.concatenate, zip(*distinct_rows(rows), strict=True))
        known = c[first_places] > 0
        first, k = first_places[known], times_each[known]
        c, is_found = c[first], is_found[first]
        occurrences = np.ones(len(k)) if by_content else c.astype(np.float64)
        held_out, training = 1 - (1 - h) ** occurrences, 1 - h**occurrences
        return cls(len(rows), k.astype(np.float64), is_found, held_out, training / held_out)

    def expected(self) -> tuple[float, Interval]:
        """Return e, the share of lines to be expected in the training text, and its 95% interval.

        Where lines stand is taken for chance, so that lines of either text say how e varies, the
        copied ones too: few are found. Of samples, and of where lines stand, e has the variance

            e (1 − e)/m + Σ (k w)² P (1 − P)/m²
        """
        weight = self.k * self.weight
        e = min(1.0, float(weight[self.is_found].sum()) / self.m)
        by_place = float(weight**2 @ (self.chance * (1 - self.chance))) / self.m**2
        wide = NORMAL_95 * sqrt(e * (1 - e) / self.m + by_place)
        return e, (max(0.0, e - wide), min(1.0, e + wide))

    def found_interval(self) -> Interval:
        """Return the 95% interval of f, the share of lines that stand in the held-out text.

        Equal lines are found together: f has the variance f (1 − f)/m + Σ k (k − 1) P (1 − P)/m²,
        and Wilson's interval is that of as many lines as would have it without the second term.
        """
        f = float(self.k[self.is_found].sum()) / self.m
        pair_variance = float((self.k * (self.k - 1)) @ (self.chance * (1 - self.chance)))
        line_variance = max(self.m * f * (1 - f), 1.0)
        return wilson(f, self.m / (1 + pair_variance / line_variance))


COPIED = Metric(
    name="copied",
    title="copied from training",
    unit="share",
    better="real",
    form=".1%",
    blind_to="near copies, copied halves of lines, and what lies beyond T",
    family="memorization",
    figure=_copied,
    uncertainty=_copied_uncertainty,
    signature=_copied_fields,
    baseline=_copied,
    expected=_copied_expected,
    interval="wilson+horvitz-thompson",
)

FOUND = Metric(
    name="found",
    title="found in held-out text",
    unit="share",
    better="real",
    form=".2%",
    blind_to="the quality of all other lines; at long T it is 0 for all models alike",
    family="memorization",
    figure=_found,
    uncertainty=_found_uncertainty,
    signature=_found_fields,
    baseline=_found,
    real="matched",
    interval="newcombe",
)
