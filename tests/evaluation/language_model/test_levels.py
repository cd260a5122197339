"""Which orders of n-grams a smoothing rule uses, and what their contexts hand over."""

import numpy as np
import pytest

from textgan.evaluation.language_model.levels import Level, levels
from textgan.evaluation.language_model.smoothing import SMOOTHINGS, Options
from textgan.evaluation.ngrams.counts import count

V = 4  # and id 3 is the start symbol


def rule(name):
    return SMOOTHINGS[name](Options(vocabulary_size=V))


def counts(n, *lines):
    rows = np.array([[3] * (n - 1) + line for line in lines])
    return count(rows, n, V)


def test_a_context_hands_over_what_smoothing_takes_and_a_new_one_everything():
    # After 1: 1 once, 2 twice; Witten-Bell adds one for each of 2 successors: 3 + 2, M = 2.
    level = Level(counts(2, [1, 1], [1, 2], [1, 2]), rule("witten-bell"))
    assert level.contexts.tolist() == [[1], [3]]
    assert (level.total.tolist(), level.handed_over.tolist()) == ([5, 4], [2, 1])
    keys = np.array([[1 * V + 2], [1 * V + 0], [2 * V + 1]], dtype=np.uint64)
    shorter = np.array([0.1, 0.2, 0.3])
    expected = [(2 + 2 * 0.1) / 5, 2 * 0.2 / 5, 0.3]
    assert level.probabilities(keys, shorter).tolist() == pytest.approx(expected)


@pytest.mark.parametrize("name", ["mle", "laplace"])
def test_rules_without_shorter_contexts_have_one_level(name):
    (level,) = levels(counts(3, [1, 2], [2, 1]), rule(name), uniform=True)
    assert level.counts.n == 3


def test_interpolating_rules_have_a_level_an_order_and_none_beyond_the_lines():
    of_orders = levels(counts(5, [1, 2], [2, 1]), rule("witten-bell"), uniform=True)
    # Lines of two symbols: n-grams of 4 and 5 begin with two start symbols or more.
    assert [level.counts.n for level in of_orders] == [1, 2, 3]
    assert of_orders[0].counts.counts.tolist() == [2, 2]
    assert of_orders[1].counts.total == 4  # both symbols of both lines, behind one start at most


def test_without_a_uniform_share_unigrams_hand_nothing_over():
    for uniform, handed_over in ((True, 2), (False, 0)):
        lowest = levels(counts(2, [1, 2], [2, 1]), rule("witten-bell"), uniform=uniform)[0]
        assert lowest.handed_over.tolist() == [handed_over]
