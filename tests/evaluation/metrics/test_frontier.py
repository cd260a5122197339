from math import exp, gamma, log, sqrt

import numpy as np
import pytest

from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.harness import measure
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics.frontier import FRONTIER, LAMBDAS, _slope, _term, curve
from textgan.evaluation.metrics.workspace import Workspace
from textgan.evaluation.ngrams.counts import count
from textgan.evaluation.text.texts import gather


def ngrams(shares, n=1):
    """Counts of single symbols, of which symbol i comes shares[i] times."""
    rows = np.repeat(np.arange(len(shares)), shares)[:, None]
    return count(rows, n, 10)


def closed_form(apart, c=5):
    """The area of equal distributions but for a share of each that the other lacks.

    The points are (λ^(cs), (1 − λ)^(cs)); ∫ y dx is a beta function.
    """
    a = c * apart
    return gamma(a + 1) ** 2 / gamma(2 * a + 1)


def test_equal_distributions_have_the_area_1():
    both = curve(ngrams([3, 2, 1]), ngrams([30, 20, 10]))
    assert both.area == pytest.approx(1, abs=1e-12)


def test_disjoint_distributions_have_an_area_near_0():
    apart = curve(ngrams([1, 2, 0, 0]), ngrams([0, 0, 5, 7]))
    assert closed_form(1) == pytest.approx(1 / 252)
    assert apart.area == pytest.approx(1 / 252, rel=2e-3)
    assert apart.precision[1:-1] == pytest.approx(LAMBDAS**5)
    assert apart.recall[1:-1] == pytest.approx((1 - LAMBDAS) ** 5)


@pytest.mark.parametrize("apart", [(1, 1), (3, 1), (1, 3)])
def test_a_share_that_the_other_lacks_has_a_closed_form(apart):
    own, shared = apart
    share = own / (own + shared)
    # The shared symbol has the same share of both, so its terms are 0.
    found = curve(ngrams([own, shared, 0]), ngrams([0, shared, own]))
    assert found.area == pytest.approx(closed_form(share), rel=3e-3)


def test_a_small_case_by_hand():
    # P = (1/4, 3/4), Q = (3/4, 1/4); at λ = ½ R = (1/2, 1/2), and both divergences are
    # ¼ ln ½ + ¾ ln 3/2 = 0.1308.
    found = curve(ngrams([1, 3]), ngrams([3, 1]))
    divergence = 0.25 * log(0.5) + 0.75 * log(1.5)
    assert divergence == pytest.approx(0.1308, abs=1e-4)
    assert found.precision[50] == pytest.approx(exp(-5 * divergence))
    assert found.recall[50] == pytest.approx(exp(-5 * divergence))
    # At λ = 0.2 R = (0.65, 0.35).
    assert found.precision[20] == pytest.approx(
        exp(-5 * (0.25 * log(0.25 / 0.65) + 0.75 * log(0.75 / 0.35)))
    )
    assert found.recall[20] == pytest.approx(
        exp(-5 * (0.75 * log(0.75 / 0.65) + 0.25 * log(0.25 / 0.35)))
    )


def test_precision_is_of_the_samples_and_recall_of_real_text():
    # The samples have half of real text and nothing else: precision is lost only as far as
    # R has what they lack.
    narrow = curve(ngrams([1, 0]), ngrams([1, 1]))
    assert narrow.precision[1] > 0.03  # KL(P ‖ Q) = ln 2, so that precision begins at 1/32
    assert narrow.recall[-2] < 1e-4
    other = curve(ngrams([1, 1]), ngrams([1, 0]))
    assert other.precision[::-1] == pytest.approx(narrow.recall)
    assert other.area == pytest.approx(narrow.area)


def test_both_sets_may_be_the_larger():
    few, many = ngrams([5, 1]), ngrams([1, 2, 3, 4])
    assert curve(few, many).precision[::-1] == pytest.approx(curve(many, few).recall)


def test_texts_that_cannot_be_compared_are_refused():
    with pytest.raises(ValueError, match="expected the same of both"):
        curve(ngrams([1]), count(np.zeros((1, 2), int), 2, 10))
    with pytest.raises(ValueError, match="found no 1-grams"):
        curve(ngrams([1]), count(np.zeros((0, 2), int), 1, 10))


def test_the_terms_are_the_derivative_of_the_area():
    q = np.array([4.0, 3, 2, 1, 0]) / 10
    p = np.array([2.0, 2, 3, 1, 2]) / 10
    weights = curve(ngrams([2, 2, 3, 1, 2]), ngrams([4, 3, 2, 1])).weights
    to = np.array([1, -2, 2, -2, 1]) * 1e-4
    terms = (_term(weights, p + to, q) - _term(weights, p - to, q)).sum()
    assert terms == pytest.approx(2 * float(_slope(weights, p, q) @ to), rel=1e-4)
    million = 1_000_000
    areas = [
        curve(_weighted(p + side * to, million), _weighted(q, million)).area for side in (1, -1)
    ]
    assert terms == pytest.approx(areas[0] - areas[1], rel=1e-3)


def _weighted(shares, total):
    """Counts of symbols with these shares."""
    counts = np.rint(shares * total).astype(np.int64)
    few = ngrams([1] * len(shares))
    present = counts > 0
    return type(few)(n=1, vocabulary_size=10, keys=few.keys[present], counts=counts[present])


def test_the_standard_error_is_the_deviation_of_fresh_samples():
    rng = np.random.default_rng(0)

    def lines(size):
        return ["".join(word) for word in rng.choice(list("aabbcdef"), (size, 6))]

    training, held_out = lines(3_000), lines(400)
    figures, errors = [], []
    for _ in range(30):
        texts = gather(
            lines(400), training, held_out, {}, length=6, unit="char", m=None, seed=0,
            normalise=True,
        )  # fmt: skip
        work = Workspace(texts, Setting(), 0, (1,))
        found = measure(FRONTIER, work, work.samples, 4)
        low, high = found.interval
        figures.append(found.samples)
        errors.append((high - low) / 2 / 1.96)
    # The interval is of a difference of two such figures. 30 figures know a deviation to 13%.
    ratio = np.mean(errors) / sqrt(2) / np.std(figures, ddof=1)
    assert 0.75 < ratio < 1.6


def test_a_report_has_both_curves_and_the_area_of_one_is_the_figure():
    rng = np.random.default_rng(1)
    texts = [["".join(w) for w in rng.choice(list("abcd"), (size, 5))] for size in (150, 600, 100)]
    report = evaluate(*texts, length=5, full=True)
    frontier, row = report.frontier, report.measures["frontier4"]
    assert frontier.m == 100

    def area(precision, recall):
        return sum(
            (a + b) / 2 * (x - y)
            for a, b, x, y in zip(precision, precision[1:], recall, recall[1:], strict=False)
        )

    assert area(frontier.precision, frontier.recall) == pytest.approx(row.at_real_size)
    assert area(frontier.real_precision, frontier.real_recall) == pytest.approx(row.real)
    assert row.baselines["training lines"] > row.real  # which they are drawn from
    assert "settings:c=5,points=99" in row.signature


def test_lines_shorter_than_an_ngram_have_no_frontier():
    lines = ["ab", "ba", "bb", "aa"]
    texts = gather(
        lines, lines * 30, lines * 5, {}, length=3, unit="char", m=None, seed=0, normalise=True
    )
    work = Workspace(texts, Setting(), 0, (1,))
    assert measure(FRONTIER, work, work.samples, 4) is None
