import numpy as np
import pytest
from scipy.stats import spearmanr

from textgan.evaluation.statistics.rank_correlation import spearman


def test_rank_correlation_is_scipys():
    draw = np.random.default_rng(5)
    x = draw.integers(0, 6, 40).astype(float)  # with ties
    y = x + draw.normal(size=40).round()
    assert spearman(x, y) == pytest.approx(spearmanr(x, y).statistic, abs=1e-12)
    holes = np.where(np.arange(40) % 7 == 0, np.nan, y)
    kept = ~np.isnan(holes)
    assert spearman(x, holes) == pytest.approx(spearmanr(x[kept], y[kept]).statistic, abs=1e-12)
    assert spearman([1, 2], [1, 2]) is None
    assert spearman([1, 1, 1], [1, 2, 3]) is None
