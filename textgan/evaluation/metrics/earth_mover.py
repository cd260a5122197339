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

import numpy as np

from textgan.evaluation.metrics.edit_distance import Line, distances

__all__ = ["transport"]


def transport(
    samples: Sequence[Line], real: Sequence[Line]
) -> tuple[float, tuple[tuple[Line, Line, int], ...]]:
    """Return the mean edits a line, and the moves: sample, the line it becomes, the edits.

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
