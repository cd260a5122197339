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

from textgan.evaluation.metrics import overlap
from textgan.evaluation.metrics.jsd import jsd
from textgan.evaluation.ngrams.counts import NgramCounts, count, count_orders, merge
from textgan.evaluation.ngrams.windows import PADDING, Rows
from textgan.evaluation.report.report import Measure, SampleSizes
from textgan.evaluation.report.signature import Signature
from textgan.evaluation.statistics.jackknife import standard_errors
from textgan.evaluation.statistics.normal import bounded_interval
from textgan.evaluation.statistics.seeding import choose, generator
from textgan.evaluation.text.lines import Places
from textgan.evaluation.text.texts import WORKERS, Texts, rows_at
from textgan.evaluation.text.vocabulary import IdRows

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
    V, width = len(texts.vocabulary), texts.vocabulary.width
    training = count(texts.training, n, V, width=width)
    ours, real = _equal(texts, seed)
    rng = generator(seed, "sizes")
    steps = [round(10 ** (k / 2)) for k in range(4, 15)]
    sizes = [m for m in steps if m < len(ours)] + [len(ours)]

    def divergences(rows: Rows) -> tuple[float, ...]:
        order = rng.permutation(len(rows))
        some = (rows_at(rows, np.sort(order[:m])) for m in sizes)
        return tuple(jsd(count(part, n, V, width=width), training) for part in some)

    samples, held_out = divergences(ours), divergences(real)
    return SampleSizes(
        measure=f"jsd{n}",
        sizes=tuple(sizes),
        samples=samples,
        real=held_out,
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
    return texts.samples.some(ours), texts.held_out.some(real)


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
        self.kinds = {kind: name for kind, (name, where) in DISTANCES.items() if where == padded}

        V, self.width = len(texts.vocabulary), texts.vocabulary.width

        def counts(rows: Rows | IdRows) -> dict[int, NgramCounts]:
            return count_orders(rows, orders, V, end=self.end, width=self.width)

        self.training = self.whole = counts(texts.training)
        if texts.drawn:
            held_out = counts(texts.held_out.rows)
            self.whole = {n: merge([self.training[n], held_out[n]]) for n in orders}
        self.samples = self.level = counts(texts.samples.rows)
        if len(ours) < len(texts.samples):
            self.level = counts(ours)
        self.floor = counts(real)
        # Of baselines the figures are kept, not the counts.
        self.baselines: dict[str, dict[tuple[str, int], float]] = {}
        for other, rows in baselines.items():
            theirs = counts(rows)
            self.baselines[other] = {
                (name, n): FUNCTIONS[name](theirs[n], self.whole[n])
                for name in self.kinds.values()
                for n in orders
                if theirs[n].total and self.whole[n].total
            }

    def measures(self, n: int, base: Signature) -> dict[str, Measure]:
        """Return all distances at one order; none where no line has n symbols."""
        samples, whole, training = self.samples[n], self.whole[n], self.training[n]
        if not samples.total or not whole.total:
            return {}
        level, real = self.level[n], self.floor[n]
        kinds = self.kinds
        error: dict[str, float] = {}
        if training.total and level.total and real.total and len(self.real) > 1:
            names = tuple(kinds.values())
            spread, real_spread = (
                standard_errors(
                    rows, training, names, end=self.end, width=self.width, counts=counts
                )
                for rows, counts in ((self.ours, level), (self.real, real))
            )
            error = {name: hypot(spread[name], real_spread[name]) for name in names}
        found = {}
        for kind, name in kinds.items():
            distance = FUNCTIONS[name]
            mark = self._mark(kind, n, base)
            measure = Measure(
                samples=distance(samples, whole),
                baselines={
                    other: figures[name, n]
                    for other, figures in self.baselines.items()
                    if (name, n) in figures
                },
                signature=str(mark),
            )
            if name in error:
                mark = replace(mark, metric=f"{kind}-floor", m=len(self.real), interval="jackknife")
                floor, ours = distance(real, training), distance(level, training)
                measure = measure.beside(
                    floor,
                    str(self.texts.with_held_out(mark)),
                    level=ours,
                    interval=bounded_interval(ours - floor, error[name]),
                )
            found[f"{kind}{n}"] = measure
        for counts in (samples, whole, training, level, real):
            counts.release()
        return found

    def _mark(self, kind: str, n: int, base: Signature) -> Signature:
        padding = "counted" if self.padded else "none"
        return replace(
            base, metric=kind, n=n, smoothing="none", padding=padding, ref=self.texts.part
        )
