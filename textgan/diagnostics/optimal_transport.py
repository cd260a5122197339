"""The exact earth mover's distance between two small sets of points, and its proof.

    W(P, Q) = min over plans π ≥ 0 of Σ_ij π_ij c(i, j),   Σ_j π_ij = p_i,   Σ_i π_ij = q_j
            = max over f, g of Σ_i p_i f_i + Σ_j q_j g_j,   f_i + g_j ≤ c(i, j)

(Kantorovich 1942; Peyré & Cuturi 2019, equations 2.11 and 2.20.) A plan and potentials of equal
value prove each other optimal. Where c is a distance, −g is f continued with slope 1 at most: what
a Wasserstein critic is trained to be (Arjovsky et al. 2017, equation 2).
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Plan", "assign", "euclidean", "transport_by_program"]

Array = NDArray[np.float64]


class Plan(NamedTuple):
    """A cheapest plan between N points and M points, and potentials that prove it.

    Attributes:
        cost: W.
        weights: π, (N, M).
        first: f, (N,).
        second: g, (M,).
    """

    cost: float
    weights: Array
    first: Array
    second: Array


def euclidean(first: Array, second: Array) -> Array:
    """Return ‖x_i − y_j‖₂, (N, M), of points (N, F) and (M, F)."""
    from scipy.spatial.distance import cdist

    distances: Array = cdist(first, second)
    return distances


def assign(cost: Array) -> tuple[float, NDArray[np.intp]]:
    """Return W of two sets of m points of equal weight, and which point each becomes, (m,).

    Some permutation is among the cheapest plans (Peyré & Cuturi 2019, proposition 2.1).

    Args:
        cost: c, (m, m).
    """
    from scipy.optimize import linear_sum_assignment

    rows, to = linear_sum_assignment(cost)
    return float(cost[rows, to].mean()), to


def transport_by_program(cost: Array, p: Array | None = None, q: Array | None = None) -> Plan:
    """Return the cheapest plan by a linear programme, with its potentials.

    Args:
        cost: c, (N, M).
        p: Weights of the first points, (N,), of sum 1; None: equal.
        q: Weights of the second points, (M,), of sum 1; None: equal.
    """
    from scipy.optimize import linprog
    from scipy.sparse import csr_array, kron, vstack

    N, M = cost.shape
    p = np.full(N, 1 / N) if p is None else p
    q = np.full(M, 1 / M) if q is None else q
    rows = kron(csr_array(np.eye(N)), np.ones((1, M)))  # Σ_j π_ij
    columns = kron(np.ones((1, N)), csr_array(np.eye(M)))  # Σ_i π_ij
    solved = linprog(
        cost.ravel(), A_eq=vstack([rows, columns]), b_eq=np.concatenate([p, q]), method="highs"
    )
    assert solved.status == 0, solved.message  # a plan always exists
    potentials = solved.eqlin.marginals
    return Plan(float(solved.fun), solved.x.reshape(N, M), potentials[:N], potentials[N:])
