"""How varied the samples are, and how much of them is learnt by heart.

A sample that stands in the training text may have been learnt by heart, or be what a good model
says anyway. What tells the two apart is text that the model never saw. Of a line that stands c
times in training and held-out text together, and that was not learnt by heart, chance alone decides
where: with a share h of all lines held out,

    P(in the training text) = 1 − h^c,   P(in the held-out text) = 1 − (1 − h)^c

so that each sample found in the held-out text stands for w(c) = (1 − h^c)/(1 − (1 − h)^c) samples
in the training text (Horvitz & Thompson 1952). Of a line that comes once this is (1 − h)/h, how
much more training text there is; of one that comes often it is 1. Where text was split by content,
no line stands in both, and chance decides once: w is (1 − h)/h of all.

Held-out lines that were drawn from the reference may have been learnt by heart as well, and what is
learnt is found in both alike: then this expects whatever is copied. So it is bounded by what stands
to reason: LIMIT times what the best n-gram sampler of the training text, which has not seen them,
leads to expect in its place, or the share of held-out lines that stand in the training text, if
that is more. Less than that nobody can tell from the reference alone.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from math import sqrt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.metrics.diversity import distinct, unique
from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.equal_rows import distinct_rows, times
from textgan.evaluation.ngrams.windows import Rows
from textgan.evaluation.report.report import Measure
from textgan.evaluation.report.signature import Signature
from textgan.evaluation.statistics.normal import NORMAL_95
from textgan.evaluation.statistics.proportions import difference, wilson
from textgan.evaluation.statistics.seeding import choose
from textgan.evaluation.text.texts import Texts

__all__ = ["copies", "variety"]

MINGLED = 0.01  # a share of held-out lines in the training text that no split by content leaves

LIMIT = 2  # how much oftener than the best n-gram sampler a model may hit unseen lines

Interval = tuple[float, float]


def variety(
    texts: Texts, orders: tuple[int, ...], baselines: Mapping[str, Rows], base: Signature
) -> dict[str, Measure]:
    """Return the share of distinct lines, and of distinct n-grams, beside training lines'."""
    ours = texts.samples.some(
        choose(len(texts.samples), len(texts.twins), base.seed or 0, "variety")
    )

    def measure(name: str, n: int | None) -> Measure | None:
        def of(rows: Rows) -> float | None:
            return unique(rows) if n is None else distinct(rows, n)

        # Fewer lines repeat themselves less: equal numbers are compared.
        samples, real = of(texts.samples.rows), of(texts.twins.rows)
        level = of(ours)
        if samples is None:
            return None
        mark = replace(base, metric=name, n=n)
        found = {name: of(rows) for name, rows in baselines.items()}
        one = Measure(
            samples=samples,
            baselines={name: value for name, value in found.items() if value is not None},
            signature=str(mark),
        )
        if real is None or level is None:
            return one
        real_mark = replace(mark, m=len(texts.twins), ref=texts.part)
        return one.beside(real, str(real_mark), level=level, error=None)

    measures = {"unique": measure("unique", None)}
    measures |= {f"distinct{n}": measure("distinct", n) for n in orders}
    return {name: one for name, one in measures.items() if one is not None}


def copies(
    texts: Texts, baselines: Mapping[str, Rows], base: Signature, samplers: Mapping[str, Rows]
) -> dict[str, Measure]:
    """Return the shares of samples that stand in the reference, and in the held-out text.

    The excess of the first is of those in the training text, which drawn held-out lines are not
    part of, over what is expected.

    Args:
        texts: all texts.
        baselines: rows that are measured too, by name.
        base: what signatures have in common.
        samplers: of the baselines those that learnt from the training text alone.
    """
    parts = {
        "samples": texts.samples.rows,
        "held-out": texts.held_out.rows,
        "twins": texts.twins.rows,
        **samplers,
        **baselines,
    }
    every = _stacked(parts)
    learnt = _split(times(every, texts.training), parts)
    held = _split(times(every, [texts.held_out.rows]), parts)

    def known(name: str) -> float:  # what stands in the reference stands in one of its two parts
        both = learnt[name] + held[name] if texts.drawn else learnt[name]
        return float((both > 0).mean())

    mark = replace(base, metric="copied", ref=texts.part)
    measures = {
        "copied": Measure(
            samples=known("samples"),
            baselines={name: known(name) for name in baselines},
            signature=str(texts.with_held_out(mark)),
        )
    }
    if not len(texts.held_out):
        return measures
    copied, m = float((learnt["samples"] > 0).mean()), len(texts.samples)
    h = len(texts.held_out) / (len(texts.training) + len(texts.held_out))
    known_real = float((learnt["held-out"] > 0).mean())
    apart = not texts.drawn and known_real <= MINGLED

    def hits(name: str) -> _Hits:
        return _Hits.of(parts[name], learnt[name] + held[name], held[name] > 0, h, apart=apart)

    def expected_of(name: str) -> tuple[float, Interval]:
        return hits(name).expected()

    expected, ends = expected_of("samples")
    name = "copied-expected-from-found" if apart else "copied-expected-by-count"
    if texts.drawn:
        best = max((expected_of(name)[0] for name in samplers), default=0.0)
        limit = max(known_real, min(1.0, LIMIT * best))
        expected, ends = min((expected, ends), (limit, (limit, limit)))
        name = "copied-expected-of-drawn"
    measures["copied"] = measures["copied"].beside(
        expected,
        str(texts.with_held_out(replace(mark, metric=name, interval="wilson+horvitz-thompson"))),
        level=copied,
        interval=difference(copied, wilson(copied, m), expected, ends),
    )
    (found, ours), (real, theirs) = (hits(name).found() for name in ("samples", "twins"))
    mark = texts.with_held_out(replace(base, metric="found"))
    measures["found"] = Measure(
        samples=found,
        baselines={name: float((held[name] > 0).mean()) for name in baselines},
        signature=str(mark),
    ).beside(
        real,
        str(replace(mark, m=len(texts.twins), ref=texts.part, interval="newcombe")),
        interval=difference(found, ours, real, theirs),
    )
    return measures


def _stacked(parts: Mapping[str, Rows]) -> Rows:
    """Return the rows of all parts, as wide as those of the samples, as one array.

    Where a baseline has longer lines, they are in no text: its rows may be cut there.
    """
    width = parts["samples"].shape[1]
    dtype = np.result_type(*parts.values())
    return external.stack((rows[:, :width] for rows in parts.values()), width, dtype)


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
        cls, rows: Rows, c: NDArray[np.int64], found: NDArray[np.bool_], h: float, *, apart: bool
    ) -> "_Hits":
        """Return those of `rows` (m, T).

        Args:
            rows: lines.
            c: how often each stands in both texts, (m,).
            found: whether it stands in the held-out text, (m,).
            h: the share of all lines that is held out.
            apart: whether text was split by content.
        """
        every, times_each = map(np.concatenate, zip(*distinct_rows(rows), strict=True))
        known = c[every] > 0
        first, k = every[known], times_each[known]
        c, found = c[first], found[first]
        once = np.ones(len(k)) if apart else c.astype(np.float64)
        chance, learnt = 1 - (1 - h) ** once, 1 - h**once
        return cls(len(rows), k.astype(np.float64), found, chance, learnt / chance)

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

    def found(self) -> tuple[float, Interval]:
        """Return f, the share of lines that stand in the held-out text, and its 95% interval.

        Equal lines are found together: f has the variance f (1 − f)/m + Σ k (k − 1) P (1 − P)/m²,
        and Wilson's interval is that of as many lines as would have it without the second term.
        """
        f = float(self.k[self.is_found].sum()) / self.m
        together = float((self.k * (self.k - 1)) @ (self.chance * (1 - self.chance)))
        alone = max(self.m * f * (1 - f), 1.0)
        return f, wilson(f, self.m / (1 + together / alone))


def _split(values: NDArray[Any], parts: Mapping[str, Rows]) -> dict[str, NDArray[Any]]:
    """Return the values of each of `parts`, which were looked up one after the other."""
    ends = np.cumsum([len(rows) for rows in parts.values()])
    return dict(zip(parts, np.split(values, ends[:-1]), strict=True))
