"""Where the samples stand between baselines and real text: fidelity, diversity, originality.

Fidelity and diversity have the same levels: lines of uniform symbols, lines drawn from
n-gram models of the training text (Shannon 1948) of order 1 to 6, and real text. A word that rests
on two measures stands where the worse of them stands:

    fidelity     JSD of 4-grams, forward likelihood
    diversity    reverse likelihood
    originality  copied training lines, samples that are nearer to training than to held-out lines

Originality has two levels, copies of training lines and real text.

By a measure the samples are on a level whose figure lies in their 95% interval, and else
between two levels. A level is left out if it is nearer than real text itself: the samplers have
n-grams of the training text alone, and by some measures that is nearer than other lines of the text
are. So is one that is no nearer than a sampler of lower order.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import inf

from textgan.evaluation.report.measure import Measure

__all__ = [
    "LEVELS",
    "LEVEL_METRICS",
    "MIN_SAMPLES",
    "REAL",
    "TRAINING",
    "Headline",
    "Standing",
    "floors_mislead",
    "headline",
]

MIN_SAMPLES = 100  # of fewer there is no headline
MIN_ORDER = 3  # of the n-grams of JSD: a 2-gram sampler has the right 2-grams
ORDER = 4  # at which figures are published
SAMPLERS = ("uniform", "unigram", "2-gram", "3-gram", "4-gram", "5-gram", "6-gram")
REAL, TRAINING = "real text", "training lines"
LEVELS = (*SAMPLERS, REAL)
LEVEL_METRICS = ("jsd", "forward", "reverse")  # whose baselines are its levels
# A measure by which real text is no nearer than this sampler shows nothing of the samples.
LEAST = "2-gram"
REPETITIVE = 0.9  # a share of distinct training lines below which a split by content misleads
JSD = re.compile(r"jsd([1-9][0-9]?)")


@dataclass(frozen=True, kw_only=True)
class Standing:
    """Where the samples stand by one measure.

    Attributes:
        measure: its name.
        worse: the level that the samples are level with, or else the next one further from real
            text; None where there is none.
        better: the level that they are level with, or else the next one nearer to real text.
        value: of the samples.
        interval: of the value, with 95% confidence: that of the excess, moved.
        real: of real text where `value` is measured: `value` less the excess.
    """

    measure: str
    worse: str | None
    better: str | None
    value: float
    interval: tuple[float, float] | None
    real: float | None


@dataclass(frozen=True, kw_only=True)
class Headline:
    """What a report is summed up by: of each word the standings, the one that decides first.

    A word without a standing was not measured.
    """

    fidelity: tuple[Standing, ...]
    diversity: tuple[Standing, ...]
    originality: tuple[Standing, ...]


def floors_mislead(measures: Mapping[str, Measure]) -> bool:
    """Return whether real text repeats itself, and no held-out line may be a training line."""
    if not {"copied", "unique"} <= measures.keys():
        return False
    real_signature, unique = measures["copied"].real_signature, measures["unique"].real
    split_by_content = real_signature is not None and "expected-from-found" in real_signature
    return split_by_content and unique is not None and unique < REPETITIVE


def headline(measures: Mapping[str, Measure], m: int) -> Headline | None:
    """Return where the samples stand; None of fewer than 100, or where nothing is known.

    If the floors mislead, real text is no level.

    Args:
        measures: of a report.
        m: samples.
    """
    if m < MIN_SAMPLES:
        return None
    trusted = not floors_mislead(measures)
    words = Headline(
        fidelity=_by_levels(measures, (*_jsd(measures), "forward"), trusted),
        diversity=_by_levels(measures, ("reverse",), trusted),
        originality=_originality(measures),
    )
    return words if words.fidelity or words.diversity or words.originality else None


def _jsd(measures: Mapping[str, Measure]) -> list[str]:
    """Return the name of JSD-4, or of the nearest order below, or above; or none."""
    orders = [int(match[1]) for match in map(JSD.fullmatch, measures) if match]
    orders = [n for n in orders if n >= MIN_ORDER]
    best = max((n for n in orders if n <= ORDER), default=min(orders, default=None))
    return [] if best is None else [f"jsd{best}"]


def _by_levels(
    measures: Mapping[str, Measure], names: Sequence[str], trusted: bool
) -> tuple[Standing, ...]:
    """Return the standings among samplers and real text, the worse first."""
    standings = []
    for name, row in _known(measures, names):
        assert row.samples is not None
        real = None if row.excess is None else row.samples - row.excess
        levels = {level: row.baselines[level] for level in SAMPLERS if level in row.baselines}
        if LEAST not in levels or (real is not None and levels[LEAST] <= real):
            continue
        standings.append(_standing(name, row, row.samples, levels, real if trusted else None))
    return tuple(sorted(standings, key=_rank))


def _originality(measures: Mapping[str, Measure]) -> tuple[Standing, ...]:
    """Return the standings between copies of training lines and real text, the worse first."""
    standings = []
    for name, row in _known(measures, ("copied", "memorization")):
        if row.at_real_size is not None:
            levels = {TRAINING: 1.0}
            standings.append(_standing(name, row, row.at_real_size, levels, row.real, most=1.0))
    return tuple(sorted(standings, key=_way, reverse=True))


def _known(measures: Mapping[str, Measure], names: Sequence[str]) -> Iterator[tuple[str, Measure]]:
    for name in names:
        if name in measures and measures[name].samples is not None:
            yield name, measures[name]


def _standing(
    name: str,
    row: Measure,
    value: float,
    levels: dict[str, float],
    real: float | None,
    most: float = inf,
) -> Standing:
    """Return where `value` stands, of a measure from 0 to `most`, lower nearer to real text."""
    interval = None
    if row.interval is not None and row.excess is not None:
        low, high = (max(0.0, value + end - row.excess) for end in row.interval)
        interval = low, min(high, most)
    low, high = interval or (value, value)
    levels = dict(_descending(levels, real))
    if real is not None:
        levels[REAL] = real
    inside = [level for level, figure in levels.items() if low <= figure <= high]
    worse: str | None
    better: str | None
    if real is not None and low <= real:
        worse = better = REAL
    elif inside:
        worse = better = min(inside, key=lambda level: abs(levels[level] - value))
    else:
        further = [level for level, figure in levels.items() if figure > value]
        nearer = [level for level, figure in levels.items() if figure < value]
        worse = min(further, key=levels.__getitem__, default=None)
        better = max(nearer, key=levels.__getitem__, default=None)
    return Standing(
        measure=name, worse=worse, better=better, value=value, interval=interval, real=real
    )


def _descending(levels: Mapping[str, float], real: float | None) -> Iterator[tuple[str, float]]:
    """Yield the levels that are nearer to real text than all before, and not nearer than it is."""
    least = inf
    for level, figure in levels.items():
        if figure < least and (real is None or figure > real):
            least = figure
            yield level, figure


def _rank(standing: Standing) -> tuple[int, int]:
    """Return the places of both levels in LEVELS, for comparison."""
    worse = -1 if standing.worse is None else LEVELS.index(standing.worse)
    better = len(LEVELS) if standing.better is None else LEVELS.index(standing.better)
    return worse, better


def _way(standing: Standing) -> float:
    """Return how far the samples are on the way from real text to copies; 0 if level with it."""
    if standing.worse == REAL or standing.real is None:
        return 0.0
    return (standing.value - standing.real) / (1 - standing.real) if standing.real < 1 else 0.0
