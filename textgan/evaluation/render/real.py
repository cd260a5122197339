"""What stands above the baselines: the samples, and real text in their place, of equal lines."""

from collections.abc import Sequence

from textgan.evaluation.metrics.registry import describe
from textgan.evaluation.report.report import Report

__all__ = ["above_baselines"]

# Of these the figure depends on the number of held-out lines
DISTANCES = ("jsd", "text-jsd", "cosine", "precision", "recall", "frechet", "piece-frechet")


def above_baselines(report: Report, names: Sequence[str]) -> list[tuple[str, list[str]]]:
    """Return rows of the measures `names`, each a heading and the figures, rounded.

    Baselines are of as many lines as the samples. Where the held-out text has fewer, the distances
    of real text are not: they have a row that says of how many lines they are, below one of as many
    samples, and "" in the row of all other figures.
    """
    measures = [(describe(name)[0], report.measures[name]) for name in names]
    samples = [kind.show(row.samples) for kind, row in measures]
    real = [kind.show(row.real) for kind, row in measures]
    if report.real_m is None or report.real_m == report.m:
        return [("samples", samples), ("real text", real)]
    distances = [name.rstrip("0123456789") in DISTANCES for name in names]
    level = [kind.show(row.at_real_size) for kind, row in measures]
    m = f"{report.real_m:,}"  # short headings: the table is as wide as a terminal of 80 columns
    return [
        ("samples", samples),
        ("real text", ["" if apart else one for one, apart in zip(real, distances, strict=True)]),
        (
            f"{m} sample" if m == "1" else f"{m} samples",
            [one if of else "" for one, of in zip(level, distances, strict=True)],
        ),
        (f"{m} real", [one if of else "" for one, of in zip(real, distances, strict=True)]),
    ]
