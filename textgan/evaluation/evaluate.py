"""From lines to a report: every measure, its counterpart for real text, baselines, signatures."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from corpora.errors import InputError
from textgan.evaluation.language_model.baselines import NAMES, SAMPLERS, baselines
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics.cross_entropy import examples, prediction
from textgan.evaluation.metrics.distances import by_size, closeness
from textgan.evaluation.metrics.diversity import commonest
from textgan.evaluation.metrics.matches import matches
from textgan.evaluation.metrics.memorization import copies, variety
from textgan.evaluation.metrics.shape import lengths_of_both, symbols
from textgan.evaluation.ngrams.windows import Rows
from textgan.evaluation.report.report import Matches, Report
from textgan.evaluation.report.signature import Signature
from textgan.evaluation.report.warnings import alarms
from textgan.evaluation.text.lines import Text
from textgan.evaluation.text.loading import Source, name_of
from textgan.evaluation.text.texts import Texts, gather
from textgan.evaluation.text.vocabulary import UNITS

if TYPE_CHECKING:
    from textgan.evaluation.metrics.full import Found

__all__ = ["evaluate"]

ORDERS = (1, 2, 3, 4, 5, 6)
HIGHEST = 10
EXAMPLES = 40

Stage = Callable[[str], None]


def silent(_stage: str) -> None:
    """Say nothing of the stage that begins."""


def evaluate(
    samples: Source,
    training: Source | Text,
    held_out: Source | None = None,
    *,
    length: int | None = None,
    unit: str = "char",
    m: int | None = None,
    seed: int = 0,
    orders: Sequence[int] = ORDERS,
    model: Setting | None = None,
    also: Mapping[str, Source] | None = None,
    full: bool = False,
    sizes: bool = False,
    stage: Stage = silent,
    normalise: bool = True,
    judged: str | None = None,
    against: str | None = None,
) -> Report:
    """Return the report on `samples`, lines of text, against `training` lines.

    A text is an iterable of lines, or a str or Path that names a file or a bundled corpus. Lines
    are composed (Unicode NFC) and cut at `length` characters. Every line of an iterable counts,
    blank ones too; of a file those of samples do, those of other texts do not. Each text is read
    once, and the training text is not held in memory.

    Args:
        samples: the lines judged, at least one.
        training: the text that they should be like, at least one line; a Text is cut already.
        held_out: real lines that are not in the training text; with None, or none at all, they are
            drawn from it.
        length: T, the characters at which lines are cut; with None the smallest of 4, 8 and 16
            that is enough for 99.5% of the training lines, else 32, as `train` chooses it.
        unit: what n-grams are made of: `char`, `byte`, `subword` or `word`.
        m: how many of the samples are judged, drawn by `seed`; all of them where there are no more.
        seed: of every draw.
        orders: the n of the n-grams, 1 to 10; those above the longest line are left out.
        model: the language model of both likelihoods.
        also: other lines to measure beside the samples, as baselines, by name.
        full: measure too what takes longer: BLEU and self-BLEU, Fréchet distances, the nearest
            training lines, the earth mover's distance.
        sizes: measure JSD at smaller numbers of samples too.
        stage: called with the name of what is being done, whenever that changes.
        normalise: whether lines are composed, or count as they stand.
        judged: the name of the samples, for the report; by default their file's.
        against: the name of the training text; by default its file's.

    Raises:
        InputError: no samples, no training text, no such file, what is no line, or a number out of
            its range.
    """
    _check(length, unit, m, seed, orders)
    setting = model or Setting()
    if setting.smoothing == "mle":
        raise InputError(
            "found the smoothing mle, under which lines with unseen n-grams are impossible, and "
            "likelihoods are infinite; expected another"
        )
    stage("reading the texts")
    texts = gather(
        samples, training, held_out, also or {}, length=length, unit=unit, m=m, seed=seed,
        normalise=normalise,
    )  # fmt: skip
    V, width = len(texts.vocabulary), texts.vocabulary.width
    m = len(texts.samples)
    fitting = tuple(sorted({n for n in orders if n <= width}))
    if not fitting:
        raise InputError(
            f"found orders from {min(orders)} and lines of at most {width} symbols, expected an "
            "order within that"
        )
    base = texts.base(seed)
    stage("n-gram models")
    learnt = setting.fit(texts.training, V)
    beside: dict[str, Rows] = {name: lines.rows for name, lines in texts.also.items()}
    high = learnt if setting.order >= max(SAMPLERS) else Setting().fit(texts.training, V)
    beside |= baselines(texts.training, high, V, m, width, seed)
    stage("measures")
    measures = {
        **closeness(texts, fitting, beside, base),
        **prediction(texts, learnt, setting, beside, base),
        **variety(texts, fitting, beside, base),
        **copies(texts, beside, base, {name: beside[name] for name in NAMES}),
    }
    repeated, times = commonest(texts.samples.rows)
    found = _full(texts, beside, base, stage) if full else None
    stage("curves and examples")
    empty = texts.samples.empty
    return Report(
        judged=name_of(samples, "samples") if judged is None else judged,
        against=name_of(training, "training text") if against is None else against,
        unit=unit,
        length=texts.source.length,
        vocabulary_size=V,
        seed=seed,
        m=m,
        reference_size=texts.part.size,
        held_out=len(texts.held_out),
        held_out_drawn=texts.drawn,
        real_m=min(m, len(texts.held_out)) or None,
        measures=measures if found is None else {**measures, **found.measures},
        alarms=alarms(
            measures, times, m, commonest(texts.twins.rows)[1], len(texts.twins),
            (empty, texts.twins.empty),
        ),
        repeated=(texts.samples.text.line(repeated), times),
        examples=examples(texts, learnt, EXAMPLES),
        lengths=lengths_of_both(texts.samples.rows, texts.training, width),
        symbols=symbols(texts.samples.rows, texts.training, V, texts.vocabulary.symbols, width),
        matches=_matches(texts),
        sizes=by_size(texts, seed, _headline(fitting)) if sizes and len(texts.held_out) else None,
        nearest=None if found is None else found.nearest,
        transport=None if found is None else found.transport,
        empty=empty,
    )  # fmt: skip


def _headline(orders: Sequence[int]) -> int:
    """Return 4, at which figures are published, or the nearest order below, or above."""
    return max((n for n in orders if n <= 4), default=min(orders))


def _full(texts: Texts, beside: Mapping[str, Rows], base: Signature, stage: Stage) -> "Found":
    from textgan.evaluation.metrics.full import (
        measure,  # scipy and rapidfuzz take their time to load
    )

    return measure(texts, beside, base, stage)


def _matches(texts: Texts) -> Matches | None:
    if not len(texts.held_out):
        return None
    return matches(texts.samples.rows, texts.held_out.rows, texts.twins.rows)


def _check(length: int | None, unit: str, m: int | None, seed: int, orders: Sequence[int]) -> None:
    if unit not in UNITS:
        raise InputError(f"found the unit {unit!r}, expected {', '.join(UNITS)}")
    if length is not None and length < 1:
        raise InputError(f"found a length of {length}, expected at least 1 character")
    if m is not None and m < 1:
        raise InputError(f"found {m} samples asked for, expected at least 1")
    if seed < 0:
        raise InputError(f"found seed {seed}, expected 0 or more")
    if not orders or min(orders) < 1 or max(orders) > HIGHEST:
        found = f"orders {min(orders)} to {max(orders)}" if orders else "no orders"
        raise InputError(f"found {found}, expected n-grams of 1 to {HIGHEST}")
