from collections import Counter
from math import log2

import numpy as np
import pytest

from textgan.evaluation.metrics.jsd import Floor, JsdReference, jsd
from textgan.evaluation.ngrams.counts import count


def published_jsd(real, fake, n):
    """The definition of Gulrajani et al. 2017, with dictionaries."""
    p, q = (
        Counter(tuple(row[i : i + n].tolist()) for row in rows for i in range(len(row) - n + 1))
        for rows in (real, fake)
    )
    p_total, q_total = p.total(), q.total()
    bits = 0.0
    for ngram in p.keys() | q.keys():
        a, b = p[ngram] / p_total, q[ngram] / q_total
        bits += (a * log2(2 * a / (a + b)) if a else 0) + (b * log2(2 * b / (a + b)) if b else 0)
    return bits / 2


def divergence(real, fake, n, vocabulary_size):
    return jsd(count(real, n, vocabulary_size), count(fake, n, vocabulary_size))


def zipf_rows(seed, shape, vocabulary_size):
    rows = np.random.default_rng(seed).zipf(1.7, shape) - 1
    return np.minimum(rows, vocabulary_size - 1)


def test_equal_rows_are_exactly_zero_apart_however_often_repeated():
    rows = zipf_rows(0, (50, 10), 30)
    assert divergence(rows, rows, 3, 30) == 0.0
    assert divergence(np.repeat(rows, 3, axis=0), rows, 3, 30) == 0.0


def test_rows_without_a_common_ngram_are_one_bit_apart():
    assert divergence(np.full((3, 5), 1), np.full((7, 5), 2), 2, 3) == 1.0


def test_the_divergence_worked_by_hand():
    # P = (a 1/2, b 1/2), Q = (a 1): M = (a 3/4, b 1/4).
    # KL(P‖M) = ½ log₂(2/3) + ½ log₂ 2,  KL(Q‖M) = log₂(4/3)
    expected = (0.5 * log2(2 / 3) + 0.5 * 1 + log2(4 / 3)) / 2
    assert expected == pytest.approx(0.3112781244591328, abs=1e-15)
    assert divergence(np.array([[0, 1]]), np.array([[0, 0]]), 1, 2) == pytest.approx(
        expected, abs=1e-15
    )


@pytest.mark.parametrize("n", range(1, 7))
@pytest.mark.parametrize("vocabulary_size", [60, 5_726])
def test_the_published_definition_is_met_to_1e_12(n, vocabulary_size):
    # 5,726 symbols at n = 6 need 75 bits: keys of two words.
    real = zipf_rows(1, (400, 12), vocabulary_size)
    fake = zipf_rows(2, (90, 12), vocabulary_size)
    expected = published_jsd(real, fake, n)
    assert 0 < expected < 1
    assert divergence(real, fake, n, vocabulary_size) == pytest.approx(expected, abs=1e-12)
    assert divergence(fake, real, n, vocabulary_size) == pytest.approx(expected, abs=1e-12)


def test_scipys_divergence_is_ours():
    distance = pytest.importorskip("scipy.spatial.distance")
    p = np.array([[0, 0, 0, 1, 2, 2]])
    q = np.array([[0, 1, 1, 1, 3, 3]])
    shares = np.array([3, 1, 2, 0]) / 6, np.array([1, 3, 0, 2]) / 6
    assert divergence(p, q, 1, 4) == pytest.approx(
        distance.jensenshannon(*shares, base=2) ** 2, abs=1e-12
    )


def test_a_reference_gives_every_order_and_the_same_as_counting_anew():
    real, fake = zipf_rows(3, (300, 9), 40), zipf_rows(4, (80, 9), 40)
    reference = JsdReference(real, 40, orders=(1, 3))
    assert reference.size == 300
    assert reference(fake) == {n: divergence(real, fake, n, 40) for n in (1, 3)}


def test_the_floor_falls_as_lines_are_added_and_says_its_size():
    rows = zipf_rows(5, (4_000, 10), 40)
    reference = JsdReference(rows[:3_000], 40, orders=(4,))
    floors = [reference.floor(rows[3_000:], m, seed=0) for m in (10, 100, 1_000)]
    assert [floor.m for floor in floors if floor] == [10, 100, 1_000]
    scores = [floor.jsd[4] for floor in floors if floor]
    assert scores == sorted(scores, reverse=True)


def test_too_few_held_out_rows_give_the_floor_of_their_own_number():
    rows = zipf_rows(6, (100, 8), 20)
    reference = JsdReference(rows[:80], 20)
    assert reference.floor(rows[80:], 500) == Floor(m=20, jsd=reference(rows[80:]))


def test_without_held_out_rows_the_floor_is_unknown():
    rows = zipf_rows(7, (10, 8), 20)
    assert JsdReference(rows, 20).floor(rows[:0], 5) is None


def test_the_floor_depends_on_the_seed_and_on_nothing_else():
    rows = zipf_rows(8, (300, 8), 20)
    reference = JsdReference(rows[:200], 20)
    first = reference.floor(rows[200:], 30, seed=0)
    np.random.default_rng().random()
    assert reference.floor(rows[200:], 30, seed=0) == first
    assert reference.floor(rows[200:], 30, seed=1) != first


@pytest.mark.parametrize("other", [(2, 4), (3, 5)])
def test_counts_that_cannot_be_compared_are_refused(other):
    rows = np.zeros((2, 6), dtype=np.int64)
    with pytest.raises(ValueError, match="expected the same of both"):
        jsd(count(rows, 3, 4), count(rows, *other))


def test_rows_shorter_than_the_order_are_refused():
    rows = np.zeros((2, 3), dtype=np.int64)
    with pytest.raises(ValueError, match="rows of at least 4 symbols"):
        jsd(count(rows, 4, 2), count(rows, 4, 2))
