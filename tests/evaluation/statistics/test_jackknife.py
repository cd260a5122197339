"""Standard errors by the jackknife, against counting all but one line anew."""

import numpy as np
import pytest

from textgan.evaluation.metrics import overlap
from textgan.evaluation.metrics.jsd import jsd
from textgan.evaluation.ngrams.counts import count
from textgan.evaluation.statistics.jackknife import (
    FUNCTIONALS,
    losses,
    standard_error,
    standard_errors,
)

V = 7


MEASURES = {
    "jsd": jsd,
    "cosine": overlap.cosine,
    "precision": overlap.precision,
    "recall": overlap.recall,
}


def lines(seed, m, T=8, chain=99):
    """Rows of a chain: symbols depend on their neighbours, and lengths vary."""
    rng = np.random.default_rng(seed)
    step = np.random.default_rng(chain).dirichlet(np.full(V - 1, 0.4), size=V - 1).cumsum(axis=1)
    rows = np.zeros((m, T), dtype=np.uint8)
    rows[:, 0] = rng.integers(1, V, m)
    for t in range(1, T):
        drawn = rng.random((m, 1)) > step[rows[:, t - 1] - 1]
        rows[:, t] = np.minimum(1 + drawn.sum(axis=1), V - 1)
    rows[np.arange(T) >= rng.integers(1, T + 1, m)[:, None]] = 0
    return rows


def without_each(rows, n, q, functional, end):
    """J without each of the rows, by counting the others anew."""
    return np.array([
        MEASURES[functional](count(np.delete(rows, i, axis=0), n, V, end=end), q)
        for i in range(len(rows))
    ])  # fmt: skip


@pytest.mark.parametrize("end", [None, 0])
@pytest.mark.parametrize("n", [1, 2, 4])
@pytest.mark.parametrize("functional", ["cosine", "recall"])
def test_what_is_lost_with_a_line_is_what_counting_the_others_finds(functional, n, end):
    rows, q = lines(0, 40), count(lines(1, 60, chain=98), n, V, end=end)
    whole = MEASURES[functional](count(rows, n, V, end=end), q)
    expected = whole - without_each(rows, n, q, functional, end)
    assert losses(rows, q, functional, end=end) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("end", [None, 0])
@pytest.mark.parametrize("n", [1, 2])
@pytest.mark.parametrize("functional", ["jsd", "precision"])
def test_where_the_number_of_windows_counts_it_is_so_to_first_order(functional, n, end):
    q = count(lines(1, 20), n, V, end=end)
    for m in (30, 300):
        rows = lines(0, m)
        whole = MEASURES[functional](count(rows, n, V, end=end), q)
        expected = whole - without_each(rows, n, q, functional, end)
        # A loss is of order 1/m, what is left out of order 1/m².
        assert np.abs(losses(rows, q, functional, end=end) - expected).max() < 1.5 / m**2


@pytest.mark.parametrize("end", [None, 0])
@pytest.mark.parametrize("functional", FUNCTIONALS)
def test_the_error_is_that_of_the_jackknife(functional, end):
    m, n = 200, 3
    rows, q = lines(2, m), count(lines(3, 100), n, V, end=end)
    without = without_each(rows, n, q, functional, end)
    expected = np.sqrt((m - 1) / m * ((without - without.mean()) ** 2).sum())
    assert standard_error(rows, q, functional, end=end) == pytest.approx(expected, rel=0.01)


@pytest.mark.parametrize("functional", ["cosine", "recall"])
def test_the_error_of_a_handful_of_lines_is_that_of_the_jackknife(functional):
    # Where what is lost is found exactly, the factor (m − 1)/m is: m for m − 1 would be 6% off.
    m, n = 9, 2
    rows, q = lines(4, m), count(lines(5, 100), n, V)
    without = without_each(rows, n, q, functional, None)
    expected = np.sqrt((m - 1) / m * ((without - without.mean()) ** 2).sum())
    assert standard_error(rows, q, functional) == pytest.approx(expected, rel=1e-9)


def test_the_error_of_precision_is_that_of_a_share_where_lines_are_single_symbols():
    rows = np.array([[1]] * 300 + [[2]] * 100)  # 3/4 are known: SE² = 3/4 · 1/4 / m
    q = count(np.array([[1]]), 1, V)
    assert standard_error(rows, q, "precision") == pytest.approx(np.sqrt(3 / 16 / 400), rel=0.002)


def test_all_errors_at_once_are_those_one_by_one():
    rows, q = lines(6, 80), count(lines(7, 90), 3, V)
    expected = {name: standard_error(rows, q, name) for name in FUNCTIONALS}
    assert standard_errors(rows, q, FUNCTIONALS) == expected


def over_fresh_samples(functional, n, q, end, m=400, trials=200):
    """The mean standard error as a share of the deviation that it stands for."""
    every = lines(9, m * trials).reshape(trials, m, 8)
    found = [MEASURES[functional](count(rows, n, V, end=end), q) for rows in every]
    errors = [standard_error(rows, q, functional, end=end) for rows in every[:20]]
    return np.mean(errors) / np.std(found, ddof=1)


@pytest.mark.parametrize("end", [None, 0])
@pytest.mark.parametrize("functional", ["jsd", "cosine", "precision"])
def test_the_error_is_the_deviation_over_fresh_samples(functional, end):
    q = count(lines(8, 300, chain=98), 2, V, end=end)  # another text
    assert 0.87 < over_fresh_samples(functional, 2, q, end) < 1.15


@pytest.mark.parametrize("functional", ["jsd", "cosine", "precision"])
def test_it_is_so_too_where_hardly_any_ngram_comes_twice(functional):
    # Slopes instead of differences would give half of it.
    q = count(lines(8, 300), 6, V, end=0)
    assert 0.87 < over_fresh_samples(functional, 6, q, 0, m=100) < 1.3


@pytest.mark.parametrize("end", [None, 0])
@pytest.mark.parametrize(("functional", "n"), [("jsd", 2), ("cosine", 2), ("recall", 5)])
def test_between_equal_texts_and_for_recall_the_error_is_too_wide_and_never_too_narrow(
    functional, n, end
):
    q = count(lines(8, 3_000), n, V, end=end)
    assert 0.95 < over_fresh_samples(functional, n, q, end) < 1.6


def test_symbols_repeated_within_lines_add_no_certainty():
    rows, q = lines(10, 200), count(lines(11, 500), 1, V)
    once = standard_error(rows, q, "jsd")
    assert standard_error(np.tile(rows, (1, 3)), q, "jsd") == pytest.approx(once, rel=1e-9)


def test_the_only_line_with_ngrams_is_no_reason_to_fail():
    rows = np.array([[1, 2, 3], [1, 0, 0], [2, 0, 0]])
    q = count(rows, 3, V, end=0)
    assert losses(rows, q, "recall", end=0).tolist() == [1, 0, 0]
    assert losses(rows, q, "cosine", end=0) == pytest.approx([-1, 0, 0])  # nothing in common
    assert all(
        np.isfinite(error) for error in standard_errors(rows, q, FUNCTIONALS, end=0).values()
    )


def test_wide_keys_give_the_errors_of_narrow_ones():
    # 5,726 symbols at n = 6 need 75 bits: keys of two words.
    rows, others = lines(12, 60), lines(13, 60)
    wide = [np.where(some > 0, some.astype(int) + 5_700, 0) for some in (rows, others)]
    for name in FUNCTIONALS:
        narrow = standard_error(rows, count(others, 6, V), name)
        assert standard_error(wide[0], count(wide[1], 6, 5_726), name) == pytest.approx(narrow)


def test_what_has_no_error_is_refused():
    rows = lines(14, 5)
    q = count(rows, 2, V, end=0)
    with pytest.raises(ValueError, match="found 1 lines, expected at least 2"):
        standard_error(rows[:1], q, "jsd")
    with pytest.raises(ValueError, match="found 'kl', expected one of jsd, cosine"):
        standard_error(rows, q, "kl")
    with pytest.raises(ValueError, match="no 2-grams"):
        standard_error(np.zeros_like(rows), q, "jsd", end=0)
