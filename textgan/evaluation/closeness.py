"""The distances of the samples from the reference, their floors, and the excess with its interval.

The samples are judged against the whole reference, as published. The floor is what as many
held-out lines score against the training text, and the excess is what as many samples score against
that text, less the floor: 0 in expectation for real text in the samples' place, whatever m is.
"""

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from math import hypot

import numpy as np

from textgan.evaluation import overlap
from textgan.evaluation.divergence import choose, jsd
from textgan.evaluation.gather import WORKERS, Texts
from textgan.evaluation.intervals import standard_errors
from textgan.evaluation.ngrams import NgramCounts, Rows, count, count_orders, merge
from textgan.evaluation.report import Measure, SampleSizes
from textgan.evaluation.signature import Signature
from textgan.evaluation.text import PADDING, IdRows, Places

__all__ = ["by_size", "closeness", "equal_places"]


Distance = Callable[[NgramCounts, NgramCounts], float]

# kind of measure -> what it computes, and whether padding counts
DISTANCES: Mapping[str, tuple[str, bool]] = {
    "jsd": ("jsd", True),
    "text-jsd": ("jsd", False),
    "cosine": ("cosine", False),
    "precision": ("precision", False),
    "recall": ("recall", False),
}
FUNCTIONS: Mapping[str, Distance] = {
    "jsd": jsd,
    "cosine": overlap.cosine,
    "precision": overlap.precision,
    "recall": overlap.recall,
}


def closeness(
    texts: Texts, orders: tuple[int, ...], baselines: Mapping[str, Rows], base: Signature
) -> dict[str, Measure]:
    """Return the measures of `DISTANCES` at each of `orders`, those without n-grams left out.

    Baselines are measured where padding counts.
    """
    ours, real = _equal(texts, base.seed or 0)
    with ThreadPoolExecutor(WORKERS) as pool:
        padded = pool.submit(_Counted, texts, orders, True, ours, real, baselines)
        plain = pool.submit(_Counted, texts, orders, False, ours, real, {})
        ways = {True: padded.result(), False: plain.result()}
        tasks = [pool.submit(ways[counted].measures, n, base) for n in orders for counted in ways]
        found = {name: measure for one in tasks for name, measure in one.result().items()}
    names = [f"{kind}{n}" for kind in DISTANCES for n in orders]
    return {name: found[name] for name in names if name in found}


def by_size(texts: Texts, seed: int, n: int) -> SampleSizes:
    """Return JSD-n at 100, 316, 1,000 … lines up to all, of samples and of held-out lines."""
    V = len(texts.vocabulary)
    training = count(texts.training, n, V)
    ours, real = _equal(texts, seed)
    rng = np.random.default_rng((seed, int.from_bytes(b"sizes")))
    ours, real = rng.permutation(ours), rng.permutation(real)
    steps = [round(10 ** (k / 2)) for k in range(4, 15)]
    sizes = [m for m in steps if m < len(ours)] + [len(ours)]
    return SampleSizes(
        measure=f"jsd{n}",
        sizes=tuple(sizes),
        samples=tuple(jsd(count(ours[:m], n, V), training) for m in sizes),
        real=tuple(jsd(count(real[:m], n, V), training) for m in sizes),
    )


def equal_places(texts: Texts, seed: int) -> tuple[Places, Places]:
    """Return places of as many samples as held-out lines: all, or drawn where there are more."""
    m = min(len(texts.samples), len(texts.held_out))
    return (
        choose(len(texts.samples), m, seed, "excess"),
        choose(len(texts.held_out), m, seed, "floor"),
    )


def _equal(texts: Texts, seed: int) -> tuple[Rows, Rows]:
    ours, real = equal_places(texts, seed)
    return texts.samples.rows[ours], texts.held_out.rows[real]


class _Counted:
    """The n-grams of all texts, counted with padding or without."""

    def __init__(
        self,
        texts: Texts,
        orders: tuple[int, ...],
        padded: bool,
        ours: Rows,
        real: Rows,
        baselines: Mapping[str, Rows],
    ) -> None:
        self.texts, self.padded, self.ours, self.real = texts, padded, ours, real
        self.end = None if padded else PADDING

        def counts(rows: Rows | IdRows) -> dict[int, NgramCounts]:
            return count_orders(rows, orders, len(texts.vocabulary), end=self.end)

        self.training = self.whole = counts(texts.training)
        if texts.drawn:
            held_out = counts(texts.held_out.rows)
            self.whole = {n: merge([self.training[n], held_out[n]]) for n in orders}
        self.samples = self.level = counts(texts.samples.rows)
        if len(ours) < len(texts.samples):
            self.level = counts(ours)
        self.floor = counts(real)
        self.baselines = {name: counts(rows) for name, rows in baselines.items()}

    def measures(self, n: int, base: Signature) -> dict[str, Measure]:
        """Return all distances at one order; none where no line has n symbols."""
        samples, whole, training = self.samples[n], self.whole[n], self.training[n]
        if not samples.total or not whole.total:
            return {}
        level, real = self.level[n], self.floor[n]
        others = {name: counts[n] for name, counts in self.baselines.items() if counts[n].total}
        kinds = {kind: name for kind, (name, padded) in DISTANCES.items() if padded == self.padded}
        error: dict[str, float] = {}
        if training.total and level.total and real.total and len(self.real) > 1:
            names = tuple(kinds.values())
            spread = standard_errors(self.ours, training, names, end=self.end)
            real_spread = standard_errors(self.real, training, names, end=self.end)
            error = {name: hypot(spread[name], real_spread[name]) for name in names}
        found = {}
        for kind, name in kinds.items():
            distance = FUNCTIONS[name]
            mark = self._mark(kind, n, base)
            measure = Measure(
                samples=distance(samples, whole),
                baselines={other: distance(counts, whole) for other, counts in others.items()},
                signature=str(mark),
            )
            if name in error:
                mark = replace(mark, metric=f"{kind}-floor", m=len(self.real), interval="jackknife")
                measure = measure.beside(
                    distance(real, training),
                    str(self.texts.with_held_out(mark)),
                    level=distance(level, training),
                    error=error[name],
                )
            found[f"{kind}{n}"] = measure
        return found

    def _mark(self, kind: str, n: int, base: Signature) -> Signature:
        padding = "counted" if self.padded else "none"
        return replace(
            base, metric=kind, n=n, smoothing="none", padding=padding, ref=self.texts.part
        )
