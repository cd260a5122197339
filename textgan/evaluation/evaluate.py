"""From lines to a report: every metric's measure, the shape of the text, and examples."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from corpora.errors import InputError
from textgan.evaluation.harness import families, measure_family
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics.cross_entropy import examples
from textgan.evaluation.metrics.detection import classify, revealing_ngrams
from textgan.evaluation.metrics.diversity import commonest
from textgan.evaluation.metrics.earth_mover import transport_plan
from textgan.evaluation.metrics.edit_distance import nearest_lines
from textgan.evaluation.metrics.frontier import frontier_of_both
from textgan.evaluation.metrics.jsd import by_size
from textgan.evaluation.metrics.matches import matches
from textgan.evaluation.metrics.nearer_lines import count_nearer
from textgan.evaluation.metrics.registry import METRICS
from textgan.evaluation.metrics.shape import lengths_of_both, symbols
from textgan.evaluation.metrics.workspace import LineSet, Workspace
from textgan.evaluation.report.measure import Measure
from textgan.evaluation.report.report import Matches, Report
from textgan.evaluation.report.warnings import LineCounts, warnings
from textgan.evaluation.text.lines import Text
from textgan.evaluation.text.loading import Source, name_of
from textgan.evaluation.text.texts import Texts, gather
from textgan.evaluation.text.validity import Validity, as_validity
from textgan.evaluation.text.vocabulary import UNITS

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
    evaluated: str | None = None,
    against: str | None = None,
    candidates: int | None = None,
    valid: Validity | Callable[[str], object] | None = None,
) -> Report:
    """Return the report on `samples`, lines of text, against `training` lines.

    A text is an iterable of lines, or a str or Path that names a file or a bundled corpus. Lines
    are composed (Unicode NFC) and cut at `length` characters. Every line of an iterable counts,
    blank ones too; of a file those of samples do, those of other texts do not. Each text is read
    once, and the training text is not held in memory.

    Args:
        samples: the lines that are evaluated, at least one.
        training: the text that they should be like, at least one line; a Text is cut already.
        held_out: real lines that are not in the training text; with None, or none at all, they are
            drawn from it.
        length: T, the characters at which lines are cut; with None the smallest of 4, 8 and 16
            that is enough for 99.5% of the training lines, else 32, as `train` chooses it.
        unit: what n-grams are made of: `char`, `byte`, `subword` or `word`.
        m: how many of the samples are evaluated, drawn by `seed`; all where there are no more.
        seed: of every draw.
        orders: the n of the n-grams, 1 to 10; those above the longest line are left out.
        model: the language model of both likelihoods.
        also: other lines to measure as baselines, by name.
        full: measure too what takes longer: the frontier of n-grams, BLEU and self-BLEU, Fréchet
            distances, the nearest training lines, memorization by them, the earth mover's
            distance.
        sizes: measure JSD at smaller numbers of samples too.
        stage: called with the name of what is being done, whenever that changes.
        normalise: whether lines are composed, or count as they stand.
        evaluated: the name of the samples, for the report; by default their file's.
        against: the name of the training text; by default its file's.
        candidates: from how many each sample was chosen, for signatures (`sample --candidates`).
        valid: which lines are valid: a function of a line, or a `Validity`, of which
            `textgan.evaluation.text.validity` makes others; None: not measured.

    Raises:
        InputError: no samples, no training text, no such file, what is no line, or a number out of
            its range.
    """
    _check(length, unit, m, seed, orders)
    setting = model or Setting()
    _check_smoothing(setting)
    stage("reading the texts")
    texts = gather(
        samples, training, held_out, also or {}, length=length, unit=unit, m=m, seed=seed,
        normalise=normalise,
    )  # fmt: skip
    texts = replace(texts, candidates=candidates)
    V, width = len(texts.vocabulary), texts.vocabulary.width
    m = len(texts.samples)
    fitting = _orders_within(width, orders)
    stage("n-gram models")
    work = Workspace(texts, setting, seed, fitting, as_validity(valid))
    work.baselines = {name: LineSet.of(lines) for name, lines in texts.also.items()}
    measures = _measures(work, full, stage)
    commonest_sample, times = commonest(texts.samples.rows)
    stage("curves and examples")
    empty = texts.samples.empty
    return Report(
        evaluated=name_of(samples, "samples") if evaluated is None else evaluated,
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
        measures=measures,
        warnings=warnings(
            measures,
            samples=LineCounts(m, empty, times),
            training=LineCounts(
                len(texts.matched), texts.matched.empty, commonest(texts.matched.rows)[1]
            ),
        ),
        repeated=(texts.samples.text.line(commonest_sample), times),
        examples=examples(work, EXAMPLES),
        lengths=lengths_of_both(texts.samples.rows, texts.training, width),
        symbols=symbols(texts.samples.rows, texts.training, V, texts.vocabulary.symbols, width),
        matches=_matches(texts),
        sizes=by_size(work, _headline(fitting)) if sizes and len(texts.held_out) else None,
        nearest=nearest_lines(work) if full else None,
        transport=transport_plan(work) if full else None,
        empty=empty,
        revealing=revealing_ngrams(work),
        memorization=count_nearer(work) if full else None,
        frontier=frontier_of_both(work) if full else None,
    ).with_headline()


def _measures(work: Workspace, full: bool, stage: Stage) -> dict[str, Measure]:
    """Return every metric's measure of the samples, by its name; classify them meanwhile."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(classify, work)  # what fails there fails again where it is asked for
        work.add_baselines()
        measures: dict[str, Measure] = {}
        for family, metrics in families(METRICS.importable().values()):
            metrics = [metric for metric in metrics if full or not metric.full]
            if metrics:
                stage(family)
                measures |= measure_family(metrics, work, work.samples)
                work.forget()
    return measures


def _headline(orders: Sequence[int]) -> int:
    """Return 4, at which figures are published, or the nearest order below, or above."""
    return max((n for n in orders if n <= 4), default=min(orders))


def _matches(texts: Texts) -> Matches | None:
    if not len(texts.held_out):
        return None
    return matches(texts.samples.rows, texts.held_out.rows, texts.matched.rows)


def _check(length: int | None, unit: str, m: int | None, seed: int, orders: Sequence[int]) -> None:
    if unit not in UNITS:
        raise InputError(f"found the unit {unit!r}, expected {', '.join(UNITS)}")
    if length is not None and length < 1:
        raise InputError(f"found a length of {length}, expected at least 1 character")
    if m is not None and m < 1:
        raise InputError(f"found {m} samples, expected at least 1")
    if seed < 0:
        raise InputError(f"found seed {seed}, expected 0 or more")
    if not orders or min(orders) < 1 or max(orders) > HIGHEST:
        given_orders = f"orders {min(orders)} to {max(orders)}" if orders else "no orders"
        raise InputError(f"found {given_orders}, expected n-grams of 1 to {HIGHEST}")


def _check_smoothing(setting: Setting) -> None:
    if setting.smoothing == "mle":
        raise InputError(
            "found the smoothing mle, under which lines with unseen n-grams are impossible, and "
            "likelihoods are infinite; expected another"
        )


def _orders_within(width: int, orders: Sequence[int]) -> tuple[int, ...]:
    """Return the orders, of at most `width` symbols, in their order."""
    fitting = tuple(sorted({n for n in orders if n <= width}))
    if not fitting:
        raise InputError(
            f"found orders from {min(orders)} and lines of at most {width} symbols, expected an "
            "order within that"
        )
    return fitting
