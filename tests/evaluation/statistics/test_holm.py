import random
from itertools import combinations

import pytest

from textgan.evaluation.statistics.holm import holm


def test_holm_is_closed_testing_by_bonferroni():
    rng = random.Random(5)
    for size in (1, 2, 3, 5):
        p = [rng.random() ** 3 for _ in range(size)]
        groups = [g for k in range(1, size + 1) for g in combinations(range(size), k)]
        expected = [
            max(min(1, len(g) * min(p[j] for j in g)) for g in groups if i in g)
            for i in range(size)
        ]
        assert holm(p) == pytest.approx(expected)
