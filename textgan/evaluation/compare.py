"""Several systems side by side, against one reference, and which differences are real.

All are evaluated at the same m, over one vocabulary, against the same held-out lines, so that their
figures can be compared; each is the one that `evaluate` gives where the vocabulary is the same.
`differences` says how they are tested.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

from corpora.counts import counted
from corpora.errors import InputError
from textgan.evaluation.differences import differences
from textgan.evaluation.harness import families, measure_family
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics.registry import METRICS
from textgan.evaluation.metrics.workspace import LineSet, Workspace
from textgan.evaluation.report.comparison import Comparison, Difference, System
from textgan.evaluation.report.headline import LEVEL_METRICS, headline
from textgan.evaluation.report.measure import Measure
from textgan.evaluation.statistics.seeding import choose
from textgan.evaluation.text.lines import Text
from textgan.evaluation.text.loading import Source, lines_of, name_of, reference
from textgan.evaluation.text.texts import gather
from textgan.evaluation.text.validity import Validity, as_validity

__all__ = ["compare"]

ORDERS = (4, 6)  # of the n-grams whose distance is compared


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
    full: bool = False,
    valid: Validity | Callable[[str], object] | None = None,
) -> Comparison:
    """Return two or more `systems`, each a name and lines, side by side.

    Texts are what `evaluate` takes, and so are `length` and `normalise`.

    Args:
        systems: names, which may be equal, and lines, each read once; a Text is cut already.
        training: the text that they should be like.
        held_out: real lines that are not in it; with None, or none at all, drawn from it.
        length: T, the characters at which lines are cut; None: as `train` chooses it.
        unit: what n-grams are made of.
        m: lines of each system that are evaluated, drawn by `seed`; at most, and for None exactly,
            as many as the smallest has.
        seed: of every draw.
        model: the language model of both likelihoods.
        normalise: whether lines are composed (Unicode NFC).
        against: the name of the training text.
        full: whether to measure what takes long and much memory as well, as `evaluate` does.
        valid: which lines are valid: a function of a line, or a `Validity`, of which
            `textgan.evaluation.text.validity` makes others; None: not measured.

    Raises:
        InputError: fewer than two systems, or than two lines of one or of held-out text.
    """
    if len(systems) < 2:
        raise InputError(f"found {len(systems)} to compare, expected at least 2")
    opened = [
        (name, text if isinstance(text, Text) else lines_of(text, blank=True, normalise=normalise))
        for name, text in systems
    ]
    source = reference(training, length, normalise=normalise)
    length = source.length
    named = [
        (name, text if isinstance(text, Text) else Text(text, length)) for name, text in opened
    ]
    m = _number_compared(named, m)
    drawn = [text.take(choose(len(text), m, seed, "samples")) for _, text in named]
    lines = [(line for block in text for line in block) for text in drawn]
    texts = gather(
        lines[0], source, held_out, {str(i): other for i, other in enumerate(lines) if i},
        length=length, unit=unit, m=m, seed=seed, normalise=normalise,
    )  # fmt: skip
    if len(texts.held_out) < 2:
        raise InputError(
            f"found {len(texts.held_out)} held-out lines, expected at least 2: compare against a "
            "longer text"
        )
    orders = tuple(n for n in ORDERS if n <= texts.vocabulary.width) or (texts.vocabulary.width,)
    work = Workspace(texts, model or Setting(), seed, orders, as_validity(valid))
    work.systems = (work.samples, *map(LineSet.of, texts.also.values()))
    measures, tested = _measured(work, full=full)
    parts = [texts.samples, *texts.also.values()]
    return Comparison(
        systems=tuple(
            System(
                name=name,
                measures=measures[lines],
                empty=part.empty,
                headline=headline(measures[lines], m),
            )
            for (name, _), lines, part in zip(named, work.systems, parts, strict=True)
        ),
        differences=tuple(tested),
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


def _number_compared(systems: Sequence[tuple[str, Text]], most: int | None) -> int:
    """Return m, the lines that are compared of each system: those of the shortest, or `most`."""
    for name, text in systems:
        if len(text) < 2:
            raise InputError(
                f"{name}: found {counted(len(text), 'line')}, expected at least 2, or no "
                "difference can be distinguished from chance"
            )
    m = min([len(text) for _, text in systems] + ([] if most is None else [most]))
    if m < 2:
        raise InputError(f"found {m} samples, expected at least 2")
    return m


def _measured(
    work: Workspace, *, full: bool
) -> tuple[dict[LineSet, dict[str, Measure]], list[Difference]]:
    """Return the measures of each system, and the differences of all pairs.

    Baselines are measured once, beside the first system, and are the same for all.
    """
    work.add_baselines()
    baselines = work.baselines
    measures: dict[LineSet, dict[str, Measure]] = {lines: {} for lines in work.systems}
    tested: list[Difference] = []
    known = METRICS.importable().values()
    compared = [metric for metric in known if metric.compared and (full or not metric.full)]
    for _, metrics in families(compared):
        has_levels = any(metric.name in LEVEL_METRICS for metric in metrics)
        for lines in work.systems:
            work.baselines = baselines if has_levels and lines is work.samples else {}
            measures[lines] |= measure_family(metrics, work, lines)
        for metric in metrics:
            for n in metric.orders(work.orders):
                measured = measures[work.samples].get(metric.named(n))
                if measured is not None:
                    tested += differences(metric, n, work, measured.real)
        work.forget()
    levels = {name: measure.baselines for name, measure in measures[work.samples].items()}
    for lines in work.systems:
        measures[lines] = {
            name: replace(measure, baselines=levels.get(name, {}))
            for name, measure in measures[lines].items()
        }
    return measures, tested
