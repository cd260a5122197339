import numpy as np
import pytest

from textgan.evaluation.differences import differences
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics.metric import Metric, OwnInterval, Paired, StandardError
from textgan.evaluation.metrics.workspace import LineSet, Workspace
from textgan.evaluation.statistics.normal import Variance, normal_p
from textgan.evaluation.text.texts import gather

FIGURES = (0.5, 0.2, 0.9)


def found(spread, real=None, **about):
    lines = ["ab", "ba", "bb"]
    also = {"1": lines, "2": lines}
    texts = gather(lines, lines * 4, lines, also, length=2, unit="char", m=None, seed=0)
    work = Workspace(texts, Setting(order=1), 0, (1,))
    work.systems = (work.samples, *map(LineSet.of, texts.also.values()))
    metric = Metric(
        name="made", title="made", unit="", form=".1f", blind_to="all",
        figure=lambda case: FIGURES[work.systems.index(case.lines)],
        uncertainty=lambda case: spread(work.systems.index(case.lines)),
        **{"better": "lower", **about},
    )  # fmt: skip
    return differences(metric, None, work, real)


def test_independent_errors_add_up_in_squares():
    first = found(lambda i: StandardError((0.03, 0.04, 0.1)[i]))[0]
    assert first.value == pytest.approx(0.3)
    assert first.interval == pytest.approx((0.3 - 1.96 * 0.05, 0.3 + 1.96 * 0.05))
    assert first.p == pytest.approx(normal_p(0.3, 0.05))
    assert first.adjusted_p == pytest.approx(2 * first.p)  # the second smallest of three
    assert "|settings:holm=3|" in first.signature


def test_of_paired_lines_what_both_share_drops_out():
    hard = np.random.default_rng(0).normal(size=50)
    own = np.linspace(-1, 1, 50)
    values = hard + own, hard, hard
    first = found(lambda i: Paired(values[i], values[i], Variance(0.01), settings="splits=10"))[0]
    half = 1.96 * np.sqrt(own.var(ddof=1) / 50 + 0.02)
    assert first.interval == pytest.approx((0.3 - half, 0.3 + half))
    assert first.p_of_samples is not None
    assert "|settings:holm=3,splits=10,draws=10000|" in first.signature


@pytest.mark.parametrize("spread", [None, OwnInterval((0.1, 0.3))])
def test_without_a_standard_error_nothing_is_tested(spread):
    assert found(lambda i: spread) == []


@pytest.mark.parametrize(
    ("better", "best"), [("lower", [1, 0, 1]), ("higher", [0, 2, 2]), ("real", [0, 0, 2])]
)
def test_the_better_one_is_lower_higher_or_nearer_to_real_text(better, best):
    pairs = found(lambda i: Variance(0.01), real=0.6, better=better)
    assert [one.better for one in pairs] == best
