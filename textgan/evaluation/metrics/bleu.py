"""BLEU of lines against a set of references, and of each line against all the others.

    BLEU = min(1, e^(1 − r/c)) · exp(Σₙ log pₙ / N),   n = 1 … N

of each sample, then the mean over samples. c is its length and r the reference length nearest to
it, the shorter of two equally near. pₙ is the share of its n-grams that are in a reference, each
counted at most as often as the one reference that has it most (Papineni et al. 2002, "BLEU",
equations 1 to 3). A line's n-grams end where it does: padding is no symbol.

Every number is that of nltk 3.9's `sentence_bleu(weights=(1/N,) * N)` smoothed by
`SmoothingFunction().method1`: where pₙ is 0, 0.1 stands for its numerator; where the sample has no
n-gram at all, 1 for its denominator; a sample without one unigram of any reference scores 0.
nltk counts every reference anew for every sample; here each line is counted once.

Self-BLEU (Zhu et al. 2018, "Texygen") has for references all other samples. A line
is never its own reference; an equal line elsewhere is one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.metrics.metric import Metric, variance_of_mean
from textgan.evaluation.metrics.workspace import Case
from textgan.evaluation.ngrams.packing import Keys, find
from textgan.evaluation.ngrams.windows import Rows, by_line, ends
from textgan.evaluation.statistics.normal import Variance

__all__ = ["BLEU", "SELF_BLEU", "bleu", "score", "score_leave_one_out", "self_bleu"]

ORDER = 4
SETTINGS = "nltk-sentence_bleu,method1,uniform"
EPSILON = 0.1  # nltk's method1
BLOCK_ROWS = 1 << 15


def bleu(samples: Rows, references: Rows, order: int = 4) -> float:
    """Return the mean BLEU of `samples` (N, T) against all `references` (M, T); neither empty."""
    return float(score(samples, references, order).mean())


def self_bleu(samples: Rows, order: int = 4) -> float:
    """Return the mean BLEU of each of `samples` (N, T), N at least 2, against all others."""
    return float(score_leave_one_out(samples, order).mean())


def score(samples: Rows, references: Rows, order: int = 4) -> NDArray[np.float64]:
    """Return the BLEU of each of `samples` (N, T) against all `references` (M, ·): (N,).

    References are read piece by piece, so they may be memory-mapped.
    """
    _check(samples, 1, order)
    _check(references, 1, order)
    V = 1 + max(int(part.max(initial=0)) for part in (samples, *_parts(references)))
    matched = []
    for n in range(1, order + 1):
        counts = _count(samples, n, V)
        most = np.zeros(len(counts.keys), dtype=np.int64)
        for part in _parts(references):
            part_counts = _count(part, n, V)
            place = find(counts.keys, part_counts.keys)[part_counts.ngram]
            np.maximum.at(most, place[place >= 0], part_counts.count[place >= 0])
        matched.append(counts.clip(most[counts.ngram]))
    lengths = ends(samples)
    longest = max(samples.shape[1], references.shape[1])
    lengths_of_references = np.zeros(longest + 1, dtype=np.int64)
    for part in _parts(references):
        lengths_of_references += np.bincount(ends(part), minlength=longest + 1)
    nearest = np.array([_nearest(lengths_of_references, c) for c in range(longest + 1)])[lengths]
    return _bleu(np.array(matched), lengths, nearest)


def score_leave_one_out(samples: Rows, order: int = 4) -> NDArray[np.float64]:
    """Return the BLEU of each of `samples` (N, T), N at least 2, against all the others: (N,).

    Of an n-gram each line is clipped at the second most that any line has: to the line that has the
    most it is what another has, and no other line has more.
    """
    _check(samples, 2, order)
    V = 1 + int(samples.max(initial=0))
    matched = []
    for n in range(1, order + 1):
        counts = _count(samples, n, V)
        matched.append(counts.clip(counts.second()[counts.ngram]))
    lengths = ends(samples)
    lengths_of_samples = np.bincount(lengths, minlength=samples.shape[1] + 1)
    nearest = np.zeros_like(lengths_of_samples)
    for c in np.flatnonzero(lengths_of_samples).tolist():
        lengths_of_samples[c] -= 1
        nearest[c] = _nearest(lengths_of_samples, c)
        lengths_of_samples[c] += 1
    return _bleu(np.array(matched), lengths, nearest[lengths])


@dataclass(frozen=True)
class _Counts:
    """How often each line has each n-gram: one entry for every pair that occurs."""

    lines: int
    keys: Keys  # (K, W) distinct n-grams, ascending
    ngram: NDArray[np.intp]  # (E,) ascending
    line: NDArray[np.intp]  # (E,)
    count: NDArray[np.int64]  # (E,) above 0

    def clip(self, most: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the matches in each line, no entry above its own of `most` (E,): (lines,)."""
        clipped = np.minimum(self.count, most).astype(np.float64)
        return np.asarray(np.bincount(self.line, clipped, self.lines), dtype=np.float64)

    def second(self) -> NDArray[np.int64]:
        """Return the second largest count of each n-gram, 0 where one line alone has it: (K,)."""
        order = np.lexsort((self.count, self.ngram))
        last = np.flatnonzero(np.diff(self.ngram, append=-1))  # the largest of each
        shared = np.diff(last, prepend=-1) > 1
        return np.where(shared, self.count[order][last - 1], 0)


def _count(rows: Rows, n: int, V: int) -> _Counts:
    ngrams = by_line(rows, n, V, end=0)
    return _Counts(len(rows), ngrams.keys, ngrams.ngram, ngrams.line, ngrams.count)


def _bleu(
    matched: NDArray[np.float64], lengths: NDArray[np.intp], nearest: NDArray[np.intp]
) -> NDArray[np.float64]:
    """Return BLEU (N,) from the clipped matches (order, N), c (N,) and r (N,)."""
    order = len(matched)
    possible = np.maximum(lengths - np.arange(order)[:, None], 1)  # (order, N)
    precision = np.where(matched > 0, matched, EPSILON) / possible
    c = np.maximum(lengths, 1)
    brevity = np.where(lengths > nearest, 1.0, np.exp(1 - nearest / c))
    scores: NDArray[np.float64] = brevity * np.exp(np.log(precision).mean(axis=0))
    scores[matched[0] == 0] = 0.0
    return scores


def _nearest(counts: NDArray[np.int64], c: int) -> int:
    """Return the length nearest to c of those with `present` above 0, the shorter of two."""
    (candidates,) = np.nonzero(counts)
    return int(candidates[np.abs(candidates - c).argmin()])


def _parts(rows: Rows) -> Iterator[Rows]:
    for start in range(0, len(rows), BLOCK_ROWS):
        yield rows[start : start + BLOCK_ROWS]


def _check(rows: Rows, least: int, order: int) -> None:
    if len(rows) < least:
        raise ValueError(f"found {len(rows)} lines, expected at least {least}")
    if order < 1:
        raise ValueError(f"found order {order}, expected at least 1")


def _scores(case: Case) -> NDArray[np.float64]:
    held_out = case.work.held_out.rows
    return case.work.cached(("bleu", case.lines), lambda: score(case.rows, held_out, ORDER))


def _bleu_figure(case: Case) -> float | None:
    return float(_scores(case).mean()) if len(case.work.held_out) else None


def _bleu_uncertainty(case: Case) -> Variance | None:
    return variance_of_mean(_scores(case))


def _bleu_fields(case: Case) -> dict[str, Any]:
    return {"settings": SETTINGS, "held_out": case.work.held_out_fields["held_out"]}


def _self_bleu_figure(case: Case) -> float | None:
    if min(len(case.lines), len(case.work.matched)) < 2:
        return None
    return self_bleu(case.rows, ORDER)


def _self_bleu_fields(case: Case) -> dict[str, Any]:
    del case
    return {"settings": SETTINGS}


BLEU = Metric(
    name="bleu",
    title="BLEU-{n}",
    unit="",
    better="real",
    form=".3f",
    blind_to="collapse, copying, and order beyond 4 symbols",
    family="BLEU",
    figure=_bleu_figure,
    uncertainty=_bleu_uncertainty,
    signature=_bleu_fields,
    baseline=_bleu_figure,
    real="matched",
    order=ORDER,
    full=True,
    bounded=True,
    interval="normal",
)

SELF_BLEU = Metric(
    name="self-bleu",
    title="self-BLEU-{n}",
    unit="",
    better="real",
    form=".3f",
    blind_to="quality: noise is lowest",
    family="BLEU",
    figure=_self_bleu_figure,  # no uncertainty: the references are the samples themselves
    signature=_self_bleu_fields,
    baseline=_self_bleu_figure,
    real="matched",
    equal_size=True,
    order=ORDER,
    full=True,
)
