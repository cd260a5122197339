"""The likelihood of the samples under a model of real text, and of real text under one of theirs.

Forward is quality: how likely a model of the training text finds the samples. Reverse is coverage:
how well a model of the samples predicts held-out text; samples that repeat themselves predict it
badly, however likely each of them is (Zhao et al. 2018, "Adversarially Regularized Autoencoders",
section 5, "reverse perplexity").

Both are in bits per symbol: −log₂ P over all lines, by the number of their symbols and ends.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.language_model.model import NgramModel
from textgan.evaluation.language_model.queries import RowQueries, kept_queries, predicted
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics.metric import Metric, Paired
from textgan.evaluation.metrics.workspace import Case, Workspace
from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.windows import Rows, pieces
from textgan.evaluation.report.report import Example
from textgan.evaluation.statistics.normal import Variance
from textgan.evaluation.statistics.seeding import choose, generator
from textgan.evaluation.text.texts import WORKERS

__all__ = ["FORWARD", "REVERSE", "Scored", "examples", "score", "spread"]

SPLITS = 10  # of the samples into halves, each half with a model of its own
HALVING = 1.5  # by which the variance falls from m/2 to m samples, measured; 2 to first order
SPREAD_LINES = 2_000  # held-out lines that are enough to see how halves differ


@dataclass(frozen=True)
class Scored:
    """Lines as a model finds them.

    Attributes:
        bits: −log₂ P of each line, its end included, (N,).
        symbols: how many symbols that is, the end among them, (N,).
    """

    bits: NDArray[np.float64]
    symbols: NDArray[np.int64]

    @property
    def mean(self) -> float:
        """Bits a symbol over all lines."""
        return float(self.bits.sum() / self.symbols.sum())

    def influence(self) -> NDArray[np.float64]:
        """Return what each line adds to the mean, a ratio of two sums (delta method): (N,)."""
        return np.asarray((self.bits - self.mean * self.symbols) / self.symbols.mean())


def score(model: NgramModel, rows: Rows, prepared: list[RowQueries] | None = None) -> Scored:
    """Return the lines `rows` (N, W) as `model` finds them; `prepared` are their queries."""
    parts = pieces(rows, model.vocabulary_size)
    (symbols,) = external.join((predicted(part),) for part in parts)
    bits = model.score_lines(rows, prepared)
    return Scored(np.negative(bits, out=bits), symbols)


def _scored(case: Case) -> Scored:
    """Return the lines under the model of the training text."""
    work = case.work
    return work.cached(("scored", case.lines), lambda: score(work.model, case.rows))


def _forward(case: Case) -> float:
    return _scored(case).mean


def _forward_uncertainty(case: Case) -> Variance | None:
    return Variance(variance(_scored(case))) if len(case.lines) > 1 else None


def _forward_baseline(case: Case) -> float:
    return case.work.model.score(case.rows).bits_per_character


def _coverage(case: Case) -> Scored | None:
    """Return the held-out lines under a model of the lines; None without any."""
    work, V = case.work, case.work.V
    if not len(work.held_out):
        return None
    return work.cached(
        ("coverage", case.lines),
        lambda: score(work.setting.fit(case.rows, V), work.held_out.rows, _held_out_queries(work)),
    )


def _held_out_queries(work: Workspace) -> list[RowQueries] | None:
    """Return what all models are asked for of the held-out lines; None of many lines."""
    return work.cached(
        "held-out queries",
        lambda: kept_queries(work.held_out.rows, work.V, work.setting.order),
    )


def _reverse(case: Case) -> float | None:
    scored = _coverage(case)
    return None if scored is None else scored.mean


def _reverse_uncertainty(case: Case) -> Paired | None:
    """Return how the figure varies with other held-out lines, and with other samples."""
    scored, work = _coverage(case), case.work
    if scored is None or min(len(case.lines), len(work.held_out)) < 2:
        return None
    sampling_variance = spread(case.rows, work.held_out.rows, work.setting, work.V, work.seed)
    return Paired(scored.bits, scored.influence(), sampling_variance, settings=f"splits={SPLITS}")


def _reverse_baseline(case: Case) -> float | None:
    work = case.work
    if not len(work.held_out):
        return None
    model = work.setting.fit(case.rows, work.V)
    return model.score(work.held_out.rows, _held_out_queries(work)).bits_per_character


def _model_fields(case: Case) -> dict[str, Any]:
    work = case.work
    return {
        "n": work.setting.order,
        "smoothing": f"{work.setting.smoothing}+uniform",
        "padding": "end",
        "vocabulary": work.V,
        **work.held_out_fields,
    }


def _forward_fields(case: Case) -> dict[str, Any]:
    return {**_model_fields(case), "ref": case.work.texts.part}


FORWARD = Metric(
    name="forward",
    title="forward likelihood",
    unit="bits per symbol",
    better="real",
    form=".3f",
    blind_to="whether a low value comes from quality, collapse or copying; and what lies beyond n "
    "symbols",
    family="cross-entropy",
    figure=_forward,
    uncertainty=_forward_uncertainty,
    signature=_forward_fields,
    baseline=_forward_baseline,
    interval="delta",
)

REVERSE = Metric(
    name="reverse",
    title="reverse likelihood",
    unit="bits per symbol",
    better="lower",
    form=".3f",
    blind_to="the quality of single lines: nonsense among good lines costs little",
    family="cross-entropy",
    figure=_reverse,
    uncertainty=_reverse_uncertainty,
    signature=_model_fields,
    baseline=_reverse_baseline,
    real="matched",
    interval="paired-delta+splits",
)


def examples(work: Workspace, most: int) -> tuple[Example, ...]:
    """Return the first `most` samples with the bits of each symbol, and of the end if any."""
    rows = work.samples.rows[:most]
    bits = -work.model.log2_probabilities(rows)
    ended = predicted(rows)
    return tuple(
        Example(symbols=symbols, bits=tuple(line[:end].tolist()))
        for symbols, line, end in zip(work.texts.vocabulary.read(rows), bits, ended, strict=True)
    )


def variance(scored: Scored) -> float:
    """Return the squared standard error of a mean over lines (delta method)."""
    influence = scored.influence()
    return float(influence.var(ddof=1) / len(influence))


def spread(
    rows: Rows, held_out: Rows, setting: Setting, vocabulary_size: int, seed: int
) -> Variance:
    """Return S², the variance of the reverse likelihood by other samples than `rows` (m, W).

    The samples are split at random into halves, K = 10 times. Halves are independent samples, with
    figures R and R' of a variance of h S² each:

        S² = mean over K splits of ((R − R')² − V) / 2h

    with K degrees of freedom, so that S² has a variance of its own. V is what the choice of
    held-out lines adds to (R − R')² (delta method); the paired differences of these lines hold it
    already. To first order h is 2. Measured on names and samplers of orders 2 to 4, the variance
    falls more slowly than 1/m, and h is about 1.5.

    Args:
        rows: samples, m at least 2.
        held_out: (N, W), at least 1; 2,000 of them are scored.
        setting: of the model.
        vocabulary_size: V.
        seed: of the draws.
    """
    rng = generator(seed, "halves")
    held_out = held_out[choose(len(held_out), SPREAD_LINES, seed, "spread")]
    prepared = kept_queries(held_out, vocabulary_size, setting.order)
    m = len(rows) // 2 * 2

    def scored(part: NDArray[np.uint32]) -> Scored:
        order = np.sort(part)
        external.release(part)
        return score(setting.fit(_rows_at(rows, order), vocabulary_size), held_out, prepared)

    orders = [_permutation(rng, len(rows)) for _ in range(SPLITS)]
    halves = [half for order in orders for half in order[:m].reshape(2, -1)]
    with ThreadPoolExecutor(WORKERS) as pool:
        figures = list(pool.map(scored, halves))
    squares = []
    for first, second in zip(figures[::2], figures[1::2], strict=True):
        difference = Scored(first.bits - second.bits, first.symbols)
        squares.append(difference.mean**2 - variance(difference))
    squared = max(float(np.mean(squares)), 0.0) / (2 * HALVING)
    return Variance(squared, 2 * squared**2 / SPLITS)


def _permutation(rng: np.random.Generator, m: int) -> NDArray[np.uint32]:
    """Return m places in random order, mapped from a file if they are many."""
    (order,) = external.join([(rng.permutation(m).astype(np.uint32),)])
    return order


def _rows_at(rows: Rows, places: NDArray[np.uint32]) -> Iterator[Rows]:
    """Yield the rows at `places`, some at a time."""
    for part in external.slices(len(places), max(1, external.CELLS // rows.shape[1])):
        yield rows[places[part]]
