"""The likelihood of the samples under a model of real text, and of real text under one of theirs.

Forward is quality: how likely a model of the training text finds the samples. Reverse is coverage:
how well a model of the samples predicts held-out text; samples that repeat themselves predict it
badly, however likely each of them is (Zhao et al. 2018, "Adversarially Regularized Autoencoders",
section 5, "reverse perplexity").

Both are in bits a symbol: −log₂ P over all lines, by the number of their symbols and ends.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.language_model.model import NgramModel
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.windows import Rows, ends, pieces
from textgan.evaluation.report.report import Example, Measure
from textgan.evaluation.report.signature import Signature
from textgan.evaluation.statistics.normal import Variance
from textgan.evaluation.statistics.seeding import choose, generator
from textgan.evaluation.text.texts import WORKERS, Texts

__all__ = ["PARTS", "Scored", "examples", "prediction", "score", "spread", "variance"]

PARTS = 10  # parts of the samples, each learnt from by itself


SPREAD_LINES = 2_000  # held-out lines that are enough to see how parts differ


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


def score(model: NgramModel, rows: Rows) -> Scored:
    """Return the lines `rows` (N, W) as `model` finds them."""
    symbols = [
        np.minimum(ends(some) + 1, rows.shape[1]) for some in pieces(rows, model.vocabulary_size)
    ]
    return Scored(-model.score_lines(rows), np.concatenate(symbols))


def prediction(
    texts: Texts,
    model: NgramModel,
    setting: Setting,
    baselines: Mapping[str, Rows],
    base: Signature,
) -> dict[str, Measure]:
    """Return the measures `forward` and `reverse`; `model` is that of the training text.

    The interval of `reverse` holds how the figure varies with other held-out lines, each line's
    score paired with that by a model of as many training lines, and with other samples.
    """
    V = len(texts.vocabulary)
    mark = replace(
        base, n=setting.order, smoothing=f"{setting.smoothing}+uniform", padding="end", vocabulary=V
    )
    samples = score(model, texts.samples.rows)
    mark_of = {name: replace(mark, metric=name) for name in ("forward", "reverse")}
    found = {
        "forward": Measure(
            samples=samples.mean,
            baselines=_each(lambda rows: model.score(rows).bits_per_character, baselines),
            signature=str(texts.with_held_out(replace(mark_of["forward"], ref=texts.part))),
        )
    }
    if not len(texts.held_out):
        return found
    held_out = score(model, texts.held_out.rows)
    several = min(len(texts.samples), len(texts.held_out)) > 1
    real_mark = replace(mark_of["forward"], m=len(texts.held_out), ref=texts.part, interval="delta")
    found["forward"] = found["forward"].beside(
        held_out.mean,
        str(texts.with_held_out(real_mark)),
        error=sqrt(variance(samples) + variance(held_out)) if several else None,
    )
    ours = score(setting.fit(texts.samples.rows, V), texts.held_out.rows)
    twins = score(setting.fit(texts.twins.rows, V), texts.held_out.rows)
    real_mark = replace(
        mark_of["reverse"], m=len(texts.twins), ref=texts.part, interval="paired-delta+parts"
    )
    found["reverse"] = Measure(
        samples=ours.mean,
        baselines=_each(
            lambda rows: setting.fit(rows, V).score(texts.held_out.rows).bits_per_character,
            baselines,
        ),
        signature=str(texts.with_held_out(mark_of["reverse"])),
    ).beside(
        twins.mean,
        str(texts.with_held_out(real_mark)),
        error=_reverse_error(texts, setting, ours, twins, base.seed or 0),
    )
    return found


def _reverse_error(
    texts: Texts, setting: Setting, ours: Scored, twins: Scored, seed: int
) -> float | None:
    """Return the error of the difference, by other held-out lines and other samples."""
    if min(len(texts.samples), len(texts.twins), len(texts.held_out)) < 2:
        return None
    V, held_out = len(texts.vocabulary), texts.held_out.rows
    a, b = (
        spread(rows, held_out, setting, V, seed) for rows in (texts.samples.rows, texts.twins.rows)
    )
    return (Variance(variance(ours, twins)) + a + b).error


def _each(bits: Callable[[Rows], float], baselines: Mapping[str, Rows]) -> dict[str, float]:
    with ThreadPoolExecutor(WORKERS) as pool:
        return dict(zip(baselines, pool.map(bits, baselines.values()), strict=True))


def examples(texts: Texts, model: NgramModel, most: int) -> tuple[Example, ...]:
    """Return the first `most` samples with the bits of each symbol, and of the end if any."""
    rows = texts.samples.rows[:most]
    bits = -model.log2_probabilities(rows)
    ended = np.minimum(ends(rows) + 1, rows.shape[1])
    return tuple(
        Example(symbols=symbols, bits=tuple(line[:end].tolist()))
        for symbols, line, end in zip(texts.vocabulary.read(rows), bits, ended, strict=True)
    )


def variance(scored: Scored, other: Scored | None = None) -> float:
    """Return the squared standard error of a mean over lines, or of the difference of two."""
    influence = scored.influence() if other is None else scored.influence() - other.influence()
    return float(influence.var(ddof=1) / len(influence))


def spread(
    rows: Rows, held_out: Rows, setting: Setting, vocabulary_size: int, seed: int
) -> Variance:
    """Return S², the variance of the reverse likelihood by other samples than `rows` (m, W).

    K = 10 random parts of the samples, each learnt from by itself, have figures R_k of a variance
    of K S², to first order:

        S² = Σ_k (R_k − R̄)² / (K (K − 1))

    with K − 1 degrees of freedom, so that S² has a variance of its own. What the held-out lines add
    to the differences of the parts is left in, though the differences of held-out lines hold it
    too: taken off it makes S² too small in the mean at 1,000 lines, and less certain.

    Args:
        rows: samples, m at least 2.
        held_out: (N, W), at least 1; 2,000 of them are scored.
        setting: of the model.
        vocabulary_size: V.
        seed: of the draws.
    """
    rng = generator(seed, "parts")
    held_out = held_out[choose(len(held_out), SPREAD_LINES, seed, "spread")]
    K = min(PARTS, len(rows))
    order = rng.permutation(len(rows)).astype(np.uint32)
    parts = order[: len(rows) // K * K].reshape(K, -1)

    def figure(part: NDArray[np.uint32]) -> float:
        return score(setting.fit(_at(rows, np.sort(part)), vocabulary_size), held_out).mean

    with ThreadPoolExecutor(WORKERS) as pool:
        squared = float(np.var(list(pool.map(figure, parts)), ddof=1)) / K
    return Variance(squared, 2 * squared**2 / (K - 1))


def _at(rows: Rows, places: NDArray[np.uint32]) -> Iterator[Rows]:
    """Yield the rows at `places`, some at a time."""
    for some in external.slices(len(places), max(1, external.CELLS // rows.shape[1])):
        yield rows[places[some]]
