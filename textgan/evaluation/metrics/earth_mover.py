"""The exact earth mover's distance between two small sets of lines, and the plan that attains it.

    W(P, Q) = min over plans π of Σ_ij π_ij d(i, j),   Σ_j π_ij = Σ_i π_ij = 1/m

(Kantorovich 1942; Peyré & Cuturi 2019, "Computational Optimal Transport", equation 2.11), d the
edit distance of line i of one set and line j of the other. For two sets of m lines of equal
weight, m π is doubly stochastic, and the corners of those matrices are the permutations (Birkhoff
1946, von Neumann 1953); the cost is linear, so that a corner is among the cheapest plans:

    W = (1/m) min over permutations s of Σ_i d(i, s(i))

(Peyré & Cuturi 2019, proposition 2.1): no line is divided, each becomes one other.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from textgan.evaluation.metrics.edit_distance import Line, distances
from textgan.evaluation.metrics.metric import Metric, Paired
from textgan.evaluation.metrics.workspace import Case, LineSet, Workspace
from textgan.evaluation.report.report import Transport
from textgan.evaluation.statistics.seeding import generator

__all__ = ["TRANSPORT", "transport", "transport_plan"]

MAX_LINES = 100  # lines of each kind that are moved onto each other at once
DRAWS = 10  # of such lines, none of them twice


def transport(
    samples: Sequence[Line], real: Sequence[Line]
) -> tuple[float, tuple[tuple[Line, Line, int], ...]]:
    """Return the mean edits per line, and the moves: sample, the line it becomes, the edits.

    Moves come dearest first, those of equal cost in the order of the samples. Where several plans
    are the cheapest, the lines in their order decide which is taken. Time grows as m³: 1,000 lines
    take a second.

    Raises:
        ValueError: the two sets are not of one size, or empty.
    """
    from scipy.optimize import linear_sum_assignment

    m = len(samples)
    if m != len(real) or not m:
        raise ValueError(f"found {m} samples and {len(real)} real lines, expected as many, not 0")
    cost = distances(samples, real)
    _, to = linear_sum_assignment(cost)
    edits = cost[np.arange(m), to].astype(np.int64)
    moves = tuple(
        (samples[i], real[to[i]], int(edits[i])) for i in np.argsort(-edits, kind="stable")
    )
    return int(edits.sum()) / m, moves


def transport_plan(work: Workspace) -> Transport | None:
    """Return the plan of the first draw of samples; None where there are too few lines."""
    plans = _plans(work)
    return Transport(moves=plans[work.samples][0][1]) if plans else None


def _sizes(work: Workspace) -> tuple[int, int]:
    """Return how many lines a draw has, and how many draws there are."""
    least = min(len(work.samples), len(work.held_out), len(work.matched))
    m = min(MAX_LINES, least // 2)
    return m, min(DRAWS, least // m) if m else 0


Plan = tuple[float, tuple[tuple[str, str, int], ...]]


def _plans(work: Workspace) -> dict[LineSet, list[Plan]]:
    """Return the plans of all samples, and of matched training lines, onto held-out lines."""
    m, draws = _sizes(work)
    if not draws:
        return {}
    rng = generator(work.seed, "transport")
    compared = dict.fromkeys((work.samples, work.matched, *work.systems))

    def draw(lines: LineSet) -> list[list[str]]:
        places = rng.permutation(len(lines))[: draws * m]
        ascending = np.sort(places)
        texts = Case(lines.take(ascending), work).text()
        line = dict(zip(ascending.tolist(), texts, strict=True))
        return [[line[i] for i in part] for part in places.reshape(draws, m).tolist()]

    def make() -> dict[LineSet, list[Plan]]:
        real = draw(work.held_out)
        return {
            lines: [
                transport(sample_lines, real_lines)
                for sample_lines, real_lines in zip(drawn, real, strict=True)
            ]
            for lines, drawn in ((lines, draw(lines)) for lines in compared)
        }

    return work.cached("transport", make, lasting=True)


def _distances(case: Case) -> NDArray[np.float64]:
    return np.array([distance for distance, _ in _plans(case.work).get(case.lines, ())])


def _figure(case: Case) -> float | None:
    distances = _distances(case)
    return float(distances.mean()) if len(distances) else None


def _uncertainty(case: Case) -> Paired | None:
    distances = _distances(case)
    return Paired(distances, distances, sampling_variance=None) if len(distances) > 1 else None


def _signature(case: Case) -> dict[str, Any]:
    m, draws = _sizes(case.work)
    return {
        "unit": "char",
        "m": m,
        "held_out": case.work.held_out_fields["held_out"],
        "settings": f"levenshtein,draws={draws}",
    }


TRANSPORT = Metric(
    name="transport",
    title="earth mover's distance",
    unit="edits",
    better="lower",
    form=".2f",
    blind_to="what 100 lines do not show: the floor is far above 0",
    family="earth mover's distance",
    figure=_figure,
    uncertainty=_uncertainty,
    signature=_signature,
    real="matched",
    full=True,
    floor=True,
    interval="paired-draws-t",
)
