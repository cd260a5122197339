"""Holm's procedure: p values of several tests, adjusted so that together they err as one does.

Holm 1979, "A simple sequentially rejective multiple test procedure": the chance of even one wrong
claim among all stays below the level of significance.
"""

from collections.abc import Sequence

__all__ = ["holm"]


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
