"""Measures that take longer: BLEU, Fréchet distances, nearest lines, earth mover's distance.

Each stands beside that of as many lines of real text, with an interval where one is known:

- BLEU is a mean over samples, so that its standard error is theirs over √m; of self-BLEU, whose
  references are the samples, none is given.
- A Fréchet distance of m lines has about half the variance of one of m / 2 (its deviation is
  a mean over lines to first order), which random halves of the lines measure.
- Nearest lines and the earth mover's distance are means over lines, or draws, that share none.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from math import sqrt

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.metrics.bleu import SETTINGS, score, score_apart
from textgan.evaluation.metrics.distances import equal_places
from textgan.evaluation.metrics.earth_mover import transport
from textgan.evaluation.metrics.edit_distance import nearest
from textgan.evaluation.metrics.frechet import Gaussian, NgramFeatures, PieceFeatures, frechet
from textgan.evaluation.ngrams.windows import Rows
from textgan.evaluation.report.report import Measure, Nearest, Transport
from textgan.evaluation.report.signature import Signature
from textgan.evaluation.statistics.normal import NORMAL_95, bounded_interval
from textgan.evaluation.statistics.seeding import choose, generator
from textgan.evaluation.text.texts import Lines, Texts

__all__ = ["Found", "measure"]

ORDER = 4  # of BLEU
SEARCHED = 500  # lines whose nearest training line is looked for
MOVED = 100  # lines of each kind that are moved onto each other at once
DRAWS = 10  # of such lines, none of them twice
HALVES = 10  # pairs of random halves

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Found:
    """What `measure` returns: measures by name, and the lines behind two of them."""

    measures: dict[str, Measure]
    nearest: tuple[Nearest, ...]
    transport: Transport | None


def measure(
    texts: Texts, baselines: Mapping[str, Rows], base: Signature, stage: Callable[[str], None]
) -> Found:
    """Return all of the measures that can be had; `stage` is called as each family begins."""
    stage("BLEU")
    found = _bleu(texts, baselines, base)
    stage("Fréchet distances")
    found |= _frechet(texts, base)
    stage("nearest training lines")
    near, lines = _nearest(texts, base)
    stage("earth mover's distance")
    moved, plan = _transport(texts, base)
    return Found({**found, "nearest": near, **moved}, lines, plan)


def _bleu(texts: Texts, baselines: Mapping[str, Rows], base: Signature) -> dict[str, Measure]:
    samples, twins, held_out = (
        lines.rows for lines in (texts.samples, texts.twins, texts.held_out)
    )
    mark = replace(base, n=ORDER, settings=SETTINGS)
    found = {}
    if len(held_out):
        ours, real = score(samples, held_out, ORDER), score(twins, held_out, ORDER)
        name = replace(mark, metric="bleu", held_out=texts.held_out.part)
        found[f"bleu{ORDER}"] = Measure(
            samples=float(ours.mean()),
            baselines={
                other: float(score(rows, held_out, ORDER).mean())
                for other, rows in baselines.items()
            },
            signature=str(name),
        ).beside(
            float(real.mean()),
            str(replace(name, m=len(twins), ref=texts.part, interval="normal")),
            interval=None
            if (error := _error(ours, real)) is None
            else bounded_interval(float(ours.mean() - real.mean()), error),
        )
    if min(len(samples), len(twins)) > 1:
        name = replace(mark, metric="self-bleu")
        places = choose(len(samples), len(twins), base.seed or 0, "variety")
        level = score_apart(texts.samples.some(places), ORDER).mean()
        found[f"self-bleu{ORDER}"] = Measure(
            samples=float(score_apart(samples, ORDER).mean()),
            baselines={
                other: float(score_apart(rows, ORDER).mean()) for other, rows in baselines.items()
            },
            signature=str(name),
        ).beside(
            float(score_apart(twins, ORDER).mean()),
            str(replace(name, m=len(twins), ref=texts.part)),
            level=float(level),
            error=None,
        )
    return found


def _frechet(texts: Texts, base: Signature) -> dict[str, Measure]:
    V = len(texts.vocabulary)
    at, real_at = equal_places(texts, base.seed or 0)
    if len(at) < 4:
        return {}
    ngrams = NgramFeatures.fit(texts.training, V)
    pieces = PieceFeatures.fit(texts.source.without(texts.drawn_at))

    def both(lines: Lines) -> dict[str, Array]:
        return {"frechet": ngrams(lines.rows), "piece-frechet": pieces(lines.text.lines())}

    samples, held_out = both(texts.samples), both(texts.held_out)
    references = {
        "frechet": Gaussian.fit(map(ngrams, texts.training)),
        "piece-frechet": Gaussian.fit(map(pieces, texts.source.without(texts.drawn_at))),
    }
    found = {}
    for name, reference in references.items():

        def distance(features: Array, reference: Gaussian = reference) -> float:
            return frechet(Gaussian.fit([features]), reference)

        ours, real = samples[name][at], held_out[name][real_at]
        mark = replace(
            base, metric=name, padding="none", ref=texts.part, settings="ngrams=256,n=1-3"
        )
        if name == "piece-frechet":
            mark = replace(mark, unit="subword", settings="pieces=256")
        real_mark = replace(mark, metric=f"{name}-floor", m=len(real), interval="halves")
        found[name] = Measure(samples=distance(samples[name]), signature=str(mark)).beside(
            distance(real),
            str(texts.with_held_out(real_mark)),
            level=distance(ours),
            error=float(
                np.hypot(
                    _halves(ours, distance, base.seed or 0),
                    _halves(real, distance, base.seed or 0),
                )
            ),
        )
    return found


def _nearest(texts: Texts, base: Signature) -> tuple[Measure, tuple[Nearest, ...]]:
    def search(lines: Lines, purpose: str) -> list[Nearest]:
        some = choose(len(lines), SEARCHED, base.seed or 0, purpose)
        samples = lines.text.take(some).lines()
        found = nearest(samples, texts.source.without(texts.drawn_at))
        return [
            Nearest(sample=sample, training=line, edits=edits)
            for sample, (line, edits) in zip(samples, found, strict=True)
        ]

    ours = search(texts.samples, "nearest")
    share = _shares(ours)
    mark = replace(base, metric="nearest", unit="char", m=len(ours), ref=texts.part)
    found = Measure(samples=float(share.mean()), signature=str(texts.with_held_out(mark)))
    if len(texts.held_out):
        real = _shares(search(texts.held_out, "nearest held out"))
        found = found.beside(
            float(real.mean()),
            str(texts.with_held_out(replace(mark, m=len(real), interval="normal"))),
            error=_error(share, real),
        )
    return found, tuple(sorted(ours, key=lambda one: (one.edits, -len(one.sample))))


def _shares(lines: Sequence[Nearest]) -> Array:
    """Return the edits of each line by its length; those of an empty line whole."""
    return np.array([line.edits / max(1, len(line.sample)) for line in lines])


def _transport(texts: Texts, base: Signature) -> tuple[dict[str, Measure], Transport | None]:
    samples, held_out, twins = texts.samples, texts.held_out, texts.twins
    from scipy.stats import t as student  # so few draws have wider tails than the normal

    fewest = min(len(samples), len(held_out), len(twins))
    m = min(MOVED, fewest // 2)
    if m < 1:
        return {}, None
    draws = min(DRAWS, fewest // m)
    rng = generator(base.seed or 0, "transport")

    def draw(lines: Lines) -> list[list[str]]:
        places = rng.permutation(len(lines))[: draws * m]
        found = dict(
            zip(np.sort(places).tolist(), lines.text.take(np.sort(places)).lines(), strict=True)
        )
        return [[found[i] for i in some] for some in places.reshape(draws, m).tolist()]

    real = draw(held_out)
    plans = [transport(ours, theirs) for ours, theirs in zip(draw(samples), real, strict=True)]
    floors = [transport(ours, theirs) for ours, theirs in zip(draw(twins), real, strict=True)]
    far, near = (np.array([distance for distance, _ in some]) for some in (plans, floors))
    error = _error(far - near)
    mark = replace(
        base, metric="transport", unit="char", m=m, held_out=texts.held_out.part,
        settings=f"levenshtein,draws={draws}",
    )  # fmt: skip
    found = Measure(samples=float(far.mean()), signature=str(mark)).beside(
        float(near.mean()),
        str(replace(mark, metric="transport-floor", ref=texts.part, interval="paired-draws-t")),
        error=None if error is None else error * float(student.ppf(0.975, draws - 1)) / NORMAL_95,
    )
    return {"transport": found}, Transport(moves=plans[0][1])


def _halves(features: Array, distance: Callable[[Array], float], seed: int) -> float:
    """Return the standard error of `distance` by what random halves of the lines differ by."""
    rng = generator(seed, "halves")
    half = len(features) // 2
    squares = []
    for _ in range(HALVES):
        order = rng.permutation(len(features))
        a, b = distance(features[order[:half]]), distance(features[order[half : 2 * half]])
        squares.append((a - b) ** 2)
    return float(np.sqrt(np.mean(squares) / 4))  # Var(a − b) = 2 Var(half) = 4 Var(all)


def _error(*groups: Array) -> float | None:
    """Return the standard error of a mean, or of a difference of means; None of a single value."""
    if min(map(len, groups)) < 2:
        return None
    return sqrt(sum(float(values.var(ddof=1)) / len(values) for values in groups))
