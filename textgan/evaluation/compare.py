"""Several systems side by side, against one reference, and which differences are real.

All are judged at the same m, over one vocabulary, against the same held-out lines, so that their
figures may be set beside each other; each is the one that `judge.evaluate` gives where the
vocabulary is the same.

Of two systems a and b, a difference is a's figure less b's, z is the difference by its standard
error, and p is that of as great a |z| under the normal distribution, two-sided, or for `reverse`
under Student's t:

- JSD and forward likelihood share no lines: SE² = SE²_a + SE²_b, of JSD by the jackknife (see
  `intervals`), of the likelihood by the delta method. Where the two have lines in common, and so
  vary together, that is wider than need be.
- Reverse likelihood shares the held-out lines, so that what makes one hard for both drops out:
  SE² = SE²_paired + S²_a + S²_b. SE_paired is that of the paired differences of these lines. S_a is
  how the figure varies with other samples of a, and leaving it out would take two sets of samples
  of one system for different systems, one time in five instead of one in twenty. It is measured on
  ten random parts of the samples (see `prediction.spread`); so few leave S² itself uncertain, and
  the degrees of freedom are Satterthwaite's (1946).
- The paired bootstrap (Koehn 2004), which takes the samples as they are, is told apart as
  `p_of_samples`: whether these very lines of a predict other held-out lines better than those of b.

Of each measure the p of all pairs are adjusted together (Holm 1979, "A simple sequentially
rejective multiple test procedure"): the chance of even one wrong claim about it stays below 5%.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations
from math import hypot, sqrt

from corpora.counts import counted
from corpora.errors import InputError
from textgan.evaluation.language_model.baselines import SAMPLERS, samplers
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics.cross_entropy import PARTS, Scored, score, spread, variance
from textgan.evaluation.metrics.distances import equal_places
from textgan.evaluation.metrics.jsd import jsd
from textgan.evaluation.metrics.measures import describe
from textgan.evaluation.metrics.memorization import copies, variety
from textgan.evaluation.ngrams.counts import count, merge
from textgan.evaluation.ngrams.windows import Rows
from textgan.evaluation.report.comparison import Comparison, Difference, System
from textgan.evaluation.report.report import Measure
from textgan.evaluation.report.signature import Signature
from textgan.evaluation.statistics.bootstrap import paired
from textgan.evaluation.statistics.jackknife import standard_error
from textgan.evaluation.statistics.normal import Variance, bounded_interval, normal_interval
from textgan.evaluation.statistics.seeding import choose
from textgan.evaluation.text.lines import Text
from textgan.evaluation.text.loading import Source, lines_of, name_of, reference
from textgan.evaluation.text.texts import Lines, Texts, gather

__all__ = ["compare", "holm"]

ORDERS = (4, 6)  # of the n-grams whose distance is compared
LEVEL = 0.05  # of significance
DRAWS = 10_000  # of the bootstrap


def compare(
    systems: Sequence[tuple[str, Text | Source]],
    training: Source | Text,
    held_out: Source | None = None,
    *,
    length: int | None = None,
    unit: str = "char",
    m: int | None = None,
    seed: int = 0,
    model: Setting | None = None,
    normalise: bool = True,
    against: str | None = None,
) -> Comparison:
    """Return the lines of two or more `systems` side by side, each with its name.

    Texts are what `judge.evaluate` takes for one, and so are `length` and `normalise`.

    Args:
        systems: names, which may be equal, and lines, each read once; a Text is cut already.
        training: the text that they should be like.
        held_out: real lines that are not in it; with None, or none at all, drawn from it.
        length: T, the characters at which lines are cut; None: as `train` chooses it.
        unit: what n-grams are made of.
        m: lines of each system that are judged, drawn by `seed`; at most, and for None exactly, as
            many as the smallest has.
        seed: of every draw.
        model: the language model of both likelihoods.
        normalise: whether lines are composed (Unicode NFC).
        against: the name of the training text.

    Raises:
        InputError: fewer than two systems, or than two lines of one or of held-out text.
    """
    if len(systems) < 2:
        raise InputError(f"found {len(systems)} to compare, expected at least 2")
    opened = [
        (name, one if isinstance(one, Text) else lines_of(one, blank=True, normalise=normalise))
        for name, one in systems
    ]
    source = reference(training, length, normalise=normalise)
    length = source.length
    given = [(name, one if isinstance(one, Text) else Text(one, length)) for name, one in opened]
    for name, text in given:
        if len(text) < 2:
            raise InputError(
                f"{name}: found {counted(len(text), 'line')}, expected at least 2, or no "
                "difference can be told from chance"
            )
    m = min([len(text) for _, text in given] + ([] if m is None else [m]))
    if m < 2:
        raise InputError(f"found {m} samples asked for, expected at least 2")
    drawn = [text.take(choose(len(text), m, seed, "samples")) for _, text in given]
    lines = [(line for block in text for line in block) for text in drawn]
    texts = gather(
        lines[0], source, held_out, {str(i): some for i, some in enumerate(lines) if i},
        length=length, unit=unit, m=m, seed=seed, normalise=normalise,
    )  # fmt: skip
    if len(texts.held_out) < 2:
        raise InputError(
            f"found {len(texts.held_out)} held-out lines, expected at least 2: compare against a "
            "longer text"
        )
    found = _Found(texts, model or Setting(), seed).all()
    parts = [texts.samples, *texts.also.values()]
    return Comparison(
        systems=tuple(
            System(name=name, measures=one.measures, empty=part.empty)
            for (name, _), one, part in zip(given, found, parts, strict=True)
        ),
        differences=_differences(found, seed),
        against=name_of(training, "training text") if against is None else against,
        unit=unit,
        length=length,
        vocabulary_size=len(texts.vocabulary),
        seed=seed,
        m=m,
        reference_size=texts.part.size,
        held_out=len(texts.held_out),
        held_out_drawn=texts.drawn,
        real_m=min(m, len(texts.held_out)),
    )


def holm(p: Sequence[float]) -> list[float]:
    """Return each p as adjusted for all of them: the greatest of (K − i) p_i up to its rank.

    i counts from 0 at the smallest of K.

    >>> holm([0.03, 0.01, 0.5])
    [0.06, 0.03, 0.5]
    """
    adjusted, highest = [0.0] * len(p), 0.0
    for rank, place in enumerate(sorted(range(len(p)), key=p.__getitem__)):
        highest = max(highest, min(1.0, (len(p) - rank) * p[place]))
        adjusted[place] = highest
    return adjusted


@dataclass(kw_only=True)
class _System:
    """A system's measures, and of those that are tested how its figure varies."""

    measures: dict[str, Measure] = field(default_factory=dict)
    variances: dict[str, Variance] = field(default_factory=dict)  # of the figure, by its own lines
    marks: dict[str, Signature] = field(default_factory=dict)
    coverage: Scored | None = None  # the held-out lines, under a model of the system's


class _Found:
    """What there is to know of each system, the reference counted and learnt from once."""

    def __init__(self, texts: Texts, setting: Setting, seed: int) -> None:
        self.texts = texts
        self.setting = setting
        self.V = len(texts.vocabulary)
        self.base = texts.base(seed)
        self.parts: list[Lines] = [texts.samples, *texts.also.values()]
        self.systems = [_System() for _ in self.parts]

    def all(self) -> list[_System]:
        width = self.texts.vocabulary.width
        for n in [n for n in ORDERS if n <= width] or [width]:
            self._distances(n)
        self._forward()
        self._reverse()
        sampled = self._samplers() if self.texts.drawn else {}
        for one, part in zip(self.systems, self.parts, strict=True):
            texts = replace(self.texts, samples=part)
            one.measures |= variety(texts, (), {}, self.base)
            one.measures |= copies(texts, {}, self.base, sampled)
        return self.systems

    def _distances(self, n: int) -> None:
        """Add JSD-n: against the whole reference, and the excess, as in `closeness`."""
        texts, name, width = self.texts, f"jsd{n}", self.texts.vocabulary.width
        training = whole = count(texts.training, n, self.V, width=width)
        if texts.drawn:
            whole = merge([training, count(texts.held_out.rows, n, self.V, width=width)])
        ours, real = equal_places(texts, self.base.seed or 0)
        floor_rows = texts.held_out.some(real)
        floor = jsd(count(floor_rows, n, self.V, width=width), training)
        floor_error = standard_error(floor_rows, training, "jsd", width=width)
        mark = replace(
            self.base, metric="jsd", n=n, smoothing="none", padding="counted", ref=texts.part
        )
        floor_mark = replace(mark, metric="jsd-floor", m=len(real), interval="jackknife")
        for one, part in zip(self.systems, self.parts, strict=True):
            some = part.some(ours)
            error = standard_error(some, training, "jsd", width=width)
            level = jsd(count(some, n, self.V, width=width), training)
            one.measures[name] = Measure(
                samples=jsd(count(part.rows, n, self.V, width=width), whole), signature=str(mark)
            ).beside(
                floor,
                str(texts.with_held_out(floor_mark)),
                level=level,
                interval=bounded_interval(level - floor, hypot(error, floor_error)),
            )
            one.variances[name] = Variance(
                standard_error(part.rows, whole, "jsd", width=width) ** 2
            )
            one.marks[name] = replace(mark, interval="jackknife")

    def _samplers(self) -> dict[str, Rows]:
        """Return what `copies` has of the baselines of `judge.evaluate`."""
        texts, seed = self.texts, self.base.seed or 0
        order = max(SAMPLERS)
        setting = self.setting if self.setting.order >= order else Setting()
        model = setting.fit(texts.training, self.V)
        return samplers(model, len(texts.samples), texts.vocabulary.width, seed)

    def _mark(self, name: str) -> Signature:
        smoothing = f"{self.setting.smoothing}+uniform"
        return replace(
            self.base, metric=name, n=self.setting.order, smoothing=smoothing, padding="end",
            vocabulary=self.V,
        )  # fmt: skip

    def _forward(self) -> None:
        """Add the likelihood under a model of the training text, as in `prediction`."""
        texts, mark = self.texts, replace(self._mark("forward"), ref=self.texts.part)
        model = self.setting.fit(texts.training, self.V)
        real = score(model, texts.held_out.rows)
        real_mark = replace(mark, m=len(texts.held_out), interval="delta")
        for one, part in zip(self.systems, self.parts, strict=True):
            scored = score(model, part.rows)
            one.variances["forward"] = Variance(variance(scored))
            one.measures["forward"] = Measure(
                samples=scored.mean, signature=str(texts.with_held_out(mark))
            ).beside(
                real.mean,
                str(texts.with_held_out(real_mark)),
                error=sqrt(variance(scored) + variance(real)),
            )
            one.marks["forward"] = replace(texts.with_held_out(mark), interval="delta")

    def _reverse(self) -> None:
        """Add the likelihood of held-out lines under a model of the system's."""
        texts = self.texts
        mark = texts.with_held_out(self._mark("reverse"))
        twins = self._coverage(texts.twins.rows)
        spread_of_twins = self._spread(texts.twins.rows)
        real_mark = replace(mark, m=len(texts.twins), ref=texts.part, interval="paired-delta+parts")
        for one, part in zip(self.systems, self.parts, strict=True):
            scored = one.coverage = self._coverage(part.rows)
            one.variances["reverse"] = self._spread(part.rows)
            apart = Variance(variance(scored, twins))
            one.measures["reverse"] = Measure(samples=scored.mean, signature=str(mark)).beside(
                twins.mean,
                str(real_mark),
                error=(apart + one.variances["reverse"] + spread_of_twins).error,
            )
            one.marks["reverse"] = replace(mark, interval="paired-delta+parts")

    def _coverage(self, rows: Rows) -> Scored:
        return score(self.setting.fit(rows, self.V), self.texts.held_out.rows)

    def _spread(self, rows: Rows) -> Variance:
        seed = self.base.seed or 0
        return spread(rows, self.texts.held_out.rows, self.setting, self.V, seed)


def _differences(systems: list[_System], seed: int) -> tuple[Difference, ...]:
    pairs = list(combinations(range(len(systems)), 2))
    found = []
    for name in systems[0].marks:
        raw = [_difference(name, systems, pair, seed, len(pairs)) for pair in pairs]
        for one, p in zip(raw, holm([one.p for one in raw]), strict=True):
            found.append(replace(one, adjusted_p=p, significant=p < LEVEL))
    return tuple(found)


def _difference(
    name: str, systems: list[_System], pair: tuple[int, int], seed: int, pairs: int
) -> Difference:
    """Return the difference of a pair, its p not yet adjusted."""
    a, b = (systems[place] for place in pair)
    mark = replace(a.marks[name], settings=f"holm={pairs}")
    squared, p_of_samples = a.variances[name] + b.variances[name], None
    if name == "reverse" and a.coverage is not None and b.coverage is not None:
        squared += Variance(variance(a.coverage, b.coverage))
        mark = replace(mark, settings=f"holm={pairs},parts={PARTS},draws={DRAWS}")
        # A share of the same symbols has the sign of the sum: p needs no division by them.
        p_of_samples = paired(a.coverage.bits, b.coverage.bits, seed=seed, draws=DRAWS)[2]
    value = _figure(a, name) - _figure(b, name)
    p = squared.p(value)
    return Difference(
        measure=name,
        first=pair[0],
        second=pair[1],
        value=value,
        interval=(
            bounded_interval(value, squared.error)
            if describe(name)[0].unit == "bits"
            else normal_interval(value, squared.error)
        ),
        p=p,
        adjusted_p=p,
        p_of_samples=p_of_samples,
        better=_better(name, systems, pair),
        significant=False,
        signature=str(mark),
    )


def _better(name: str, systems: list[_System], pair: tuple[int, int]) -> int | None:
    figures = [_figure(systems[place], name) for place in pair]
    if describe(name)[0].better == "real":
        real = systems[0].measures[name].real or 0.0
        figures = [abs(figure - real) for figure in figures]
    if figures[0] == figures[1]:
        return None
    return pair[int(figures[1] < figures[0])]


def _figure(system: _System, name: str) -> float:
    figure = system.measures[name].samples
    if figure is None:
        raise AssertionError(f"{name} is of every system")
    return figure
