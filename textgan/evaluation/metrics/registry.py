"""All metrics by name: what `evaluate` and `compare` measure, and what can be limited.

`METRICS` are in the order of reports; `textgan.register("metric", ...)` adds to them. What belongs
to runs on labels, codes and pairs has reports of its own and is only described here.
"""

import re

from corpora.registry import Registry
from textgan.evaluation.metrics.bleu import BLEU, SELF_BLEU
from textgan.evaluation.metrics.character_error_rate import CER, CER_DIFFERENCE, CER_RATIO, EXACT
from textgan.evaluation.metrics.cross_entropy import FORWARD, REVERSE
from textgan.evaluation.metrics.detection import DETECTION
from textgan.evaluation.metrics.diversity import DISTINCT, UNIQUE
from textgan.evaluation.metrics.earth_mover import TRANSPORT
from textgan.evaluation.metrics.edit_distance import NEAREST
from textgan.evaluation.metrics.frechet import FRECHET, PIECE_FRECHET
from textgan.evaluation.metrics.frontier import FRONTIER
from textgan.evaluation.metrics.jsd import JSD, TEXT_JSD
from textgan.evaluation.metrics.label_accuracy import LABEL_ACCURACY
from textgan.evaluation.metrics.memorization import COPIED, FOUND
from textgan.evaluation.metrics.metric import Description, Metric
from textgan.evaluation.metrics.mutual_information import (
    CHANGED,
    CORRELATION,
    INFORMATION,
    RECOVERED,
)
from textgan.evaluation.metrics.nearer_lines import MEMORIZATION
from textgan.evaluation.metrics.overlap import COSINE, PRECISION, RECALL
from textgan.evaluation.metrics.validity import VALID

__all__ = ["CONDITIONAL", "METRICS", "describe", "names"]

METRICS: Registry[Metric] = Registry("metric", {
    metric.name: metric
    for metric in (
        JSD, TEXT_JSD, COSINE, PRECISION, RECALL, FORWARD, REVERSE, UNIQUE, DISTINCT, COPIED, FOUND,
        DETECTION, VALID, FRONTIER, BLEU, SELF_BLEU, FRECHET, PIECE_FRECHET, NEAREST, MEMORIZATION,
        TRANSPORT,
    )
})  # fmt: skip

# A `Report` has these under `labels` and `codes`, a `TranslationReport` under `restoration`.
CONDITIONAL: dict[str, Description] = {
    figure.name: figure
    for figure in (
        LABEL_ACCURACY, INFORMATION, RECOVERED, CORRELATION, CHANGED, CER, CER_DIFFERENCE,
        CER_RATIO, EXACT,
    )
}  # fmt: skip


def describe(name: str) -> tuple[Description, int | None]:
    """Return what the figure called `name` is, and the order in the name, None where it has none.

    >>> metric, n = describe("text-jsd4")
    >>> metric.title.format(n=n), metric.show(0.25)
    ('JSD of 4-grams without padding', '0.2500')

    Raises:
        ValueError: there is no such metric.
        InputError: it is of a plug-in that fails, or may be.
    """
    known: dict[str, Description] = {**METRICS.importable(), **CONDITIONAL}
    if name in known:
        return known[name], None
    parts = re.fullmatch(r"(.+?)([1-9][0-9]?)", name)
    if parts is not None and parts[1] in known:
        return known[parts[1]], int(parts[2])
    if name in METRICS:
        return METRICS[name], None  # raises: it cannot be imported
    raise ValueError(f"found a metric {name!r}, expected one of {', '.join(known)}")


def names(orders: tuple[int, ...], *, full: bool) -> list[str]:
    """Return the names of all figures that a report on lines may have, in its order."""
    return [
        metric.named(n)
        for metric in METRICS.importable().values()
        if full or not metric.full
        for n in metric.orders(orders)
    ]
