"""How varied the samples are, and how much of them is learnt by heart.

A sample that stands in the training text may have been learnt by heart, or be what a good model
says anyway. What tells the two apart is text that the model never saw: the same share of held-out
lines that stand in the training text, where text repeats itself; or, where it was split by
content and (nearly) none does, what the samples hit of the held-out text, scaled by how much more
training text there is. A model that knows nothing by heart hits both alike.
"""

from collections.abc import Mapping
from dataclasses import replace
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation import external
from textgan.evaluation.divergence import choose
from textgan.evaluation.gather import Texts
from textgan.evaluation.ngrams import Rows
from textgan.evaluation.report import Measure
from textgan.evaluation.signature import Signature
from textgan.evaluation.variety import distinct, unique, within

__all__ = ["copies", "variety"]

MINGLED = 0.01  # a share of held-out lines in the training text that no split by content leaves


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


def copies(texts: Texts, baselines: Mapping[str, Rows], base: Signature) -> dict[str, Measure]:
    """Return the shares of samples that stand in the reference, and in the held-out text.

    The excess of the first is of those in the training text, which drawn held-out lines are not
    part of, over what is expected.
    """
    parts = {"samples": texts.samples.rows, "held-out": texts.held_out.rows, **baselines}
    rows = _stacked(parts)
    hits = within(rows, texts.training)
    known = _split(hits, parts)
    copied, real = known["samples"], known["held-out"]
    if texts.drawn:  # what stands in the reference stands in one of its two parts
        hits = hits | within(rows, [texts.held_out.rows])
        known = _split(hits, parts)
    mark = replace(base, metric="copied", ref=texts.part)
    measures = {
        "copied": Measure(
            samples=float(known["samples"].mean()),
            baselines={name: float(known[name].mean()) for name in baselines},
            signature=str(texts.with_held_out(mark)),
        )
    }
    if not len(texts.held_out):
        return measures
    parts = {"samples": texts.samples.rows, "twins": texts.twins.rows, **baselines}
    hit = _split(within(_stacked(parts), [texts.held_out.rows]), parts)
    found, found_real = hit["samples"], hit["twins"]
    if texts.drawn or real.mean() > MINGLED:
        expected, error = float(real.mean()), _error(real)
        real_mark = replace(mark, m=len(real), interval="agresti-coull")
    else:
        ratio = len(texts.training) / len(texts.held_out)
        expected, error = min(1.0, ratio * float(found.mean())), ratio * _error(found)
        real_mark = replace(mark, metric="copied-expected-from-found", interval="agresti-coull")
    measures["copied"] = measures["copied"].beside(
        expected,
        str(texts.with_held_out(real_mark)),
        level=float(copied.mean()),
        error=sqrt(_error(copied) ** 2 + error**2),
    )
    mark = texts.with_held_out(replace(base, metric="found"))
    measures["found"] = Measure(
        samples=float(found.mean()),
        baselines={name: float(hit[name].mean()) for name in baselines},
        signature=str(mark),
    ).beside(
        float(found_real.mean()),
        str(replace(mark, m=len(found_real), ref=texts.part, interval="agresti-coull")),
        error=sqrt(_error(found) ** 2 + _error(found_real) ** 2),
    )
    return measures


def _stacked(parts: Mapping[str, Rows]) -> Rows:
    """Return the rows of all parts, as wide as those of the samples, as one array.

    Where a baseline has longer lines, they are in no text: its rows may be cut there.
    """
    width = parts["samples"].shape[1]
    dtype = np.result_type(*parts.values())
    return external.stack((rows[:, :width] for rows in parts.values()), width, dtype)


def _error(hits: NDArray[np.bool_]) -> float:
    """Return the standard error of a share, two hits and two misses added (Agresti & Coull 1998).

    So it is not 0 where nothing was hit.
    """
    N = len(hits) + 4
    share = (int(hits.sum()) + 2) / N
    return sqrt(share * (1 - share) / N)


def _split(hits: NDArray[np.bool_], parts: Mapping[str, Rows]) -> dict[str, NDArray[np.bool_]]:
    """Return the hits of each of `parts`, which were looked up one after the other."""
    ends = np.cumsum([len(rows) for rows in parts.values()])
    return dict(zip(parts, np.split(hits, ends[:-1]), strict=True))
