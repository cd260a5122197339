from collections import Counter

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from textgan.evaluation import ngrams
from textgan.evaluation.ngrams import (
    NgramCounts,
    count,
    distinct,
    find,
    merge,
    pack,
    prefixes,
    tally,
)

# 6 symbols of 5,726 need 75 bits, 10 of Unicode's 1,114,112 need 201: one, two and four words.
WIDE = [(5_726, 6), (1_114_112, 6), (1_114_112, 10)]


def dictionary(rows, n):
    """Counts of all windows, by the definition."""
    return Counter(
        tuple(int(s) for s in row[i : i + n]) for row in rows for i in range(len(row) - n + 1)
    )


def key(ngram, vocabulary_size):
    return tuple(int(w) for w in pack([np.array([s]) for s in ngram], vocabulary_size)[0])


def as_dictionary(counts):
    return {tuple(map(int, k)): int(c) for k, c in zip(counts.keys, counts.counts, strict=True)}


def test_the_bigrams_of_abab_are_ab_twice_and_ba_once():
    counts = count(np.array([[0, 1, 0, 1]]), 2, 2)
    assert counts.keys.tolist() == [[0b01], [0b10]]  # ab, ba in base 2
    assert counts.counts.tolist() == [2, 1]
    assert counts.total == 3


@pytest.mark.parametrize(("vocabulary_size", "n"), [(3, 1), (3, 4), (200, 4), (256, 9), *WIDE])
def test_counts_equal_those_of_a_dictionary(vocabulary_size, n):
    rng = np.random.default_rng(1)
    # Few distinct symbols, at both ends of the vocabulary, so that n-grams come up again.
    symbols = np.array([0, 1, vocabulary_size - 2, vocabulary_size - 1]) % vocabulary_size
    rows = symbols[rng.integers(0, 4, (60, 14))]
    expected = {key(g, vocabulary_size): c for g, c in dictionary(rows, n).items()}
    assert len(expected) == len(dictionary(rows, n))  # no two n-grams share a key
    assert as_dictionary(count(rows, n, vocabulary_size)) == expected


@given(
    rows=arrays(
        np.uint8, st.tuples(st.integers(0, 9), st.integers(1, 9)), elements=st.integers(0, 4)
    ),
    n=st.integers(1, 10),
)
def test_keys_ascend_and_totals_are_the_number_of_windows(rows, n):
    counts = count(rows, n, 5)
    assert counts.total == len(rows) * max(0, rows.shape[1] - n + 1)
    assert sorted(dictionary(rows, n).values()) == sorted(counts.counts.tolist())
    assert (np.diff(counts.keys[:, 0].astype(np.int64)) > 0).all()


@pytest.mark.parametrize(("vocabulary_size", "n"), [(40, 3), *WIDE])
def test_merged_parts_equal_the_whole(vocabulary_size, n):
    rng = np.random.default_rng(2)
    rows = rng.integers(vocabulary_size - 3, vocabulary_size, (50, 12))
    whole = count(rows, n, vocabulary_size)
    parts = [count(rows[i : i + 7], n, vocabulary_size) for i in range(0, 50, 7)]
    assert as_dictionary(merge(parts)) == as_dictionary(whole)
    assert as_dictionary(merge([count(rows[:0], n, vocabulary_size), whole])) == as_dictionary(
        whole
    )


def test_counting_piece_by_piece_changes_nothing(monkeypatch):
    rows = np.random.default_rng(3).integers(0, 5, (100, 8), dtype=np.uint8)
    whole = count(rows, 3, 5)
    monkeypatch.setattr(ngrams, "WINDOWS_AT_ONCE", 50)
    assert as_dictionary(count(rows, 3, 5)) == as_dictionary(whole)


def test_a_small_key_space_counted_in_a_table_equals_sorting():
    keys = pack([np.random.default_rng(4).integers(0, 9, 500)], 9)
    for table, by_sorting in zip(tally(keys, 9), tally(keys), strict=True):
        assert table.tolist() == by_sorting.tolist()


@pytest.mark.parametrize(("vocabulary_size", "n"), [(9, 2), *WIDE])
def test_every_ngram_is_found_where_it_stands_and_others_are_not(vocabulary_size, n):
    rng = np.random.default_rng(5)
    rows = rng.integers(vocabulary_size - 4, vocabulary_size, (30, 12))
    some, rest = count(rows[:2], n, vocabulary_size), count(rows, n, vocabulary_size)
    place = find(some.keys, rest.keys)
    there = [tuple(map(int, k)) for k in some.keys]
    expected = [
        there.index(k) if k in there else -1 for k in (tuple(map(int, k)) for k in rest.keys)
    ]
    assert place.tolist() == expected
    assert -1 in expected
    assert find(some.keys[:0], rest.keys).tolist() == [-1] * len(rest.keys)


@pytest.mark.parametrize(("vocabulary_size", "n"), [(9, 2), *WIDE])
def test_every_key_is_one_of_the_distinct_ones(vocabulary_size, n):
    rng = np.random.default_rng(7)
    keys = pack(list(rng.integers(vocabulary_size - 2, vocabulary_size, (n, 80))), vocabulary_size)
    some, which = distinct(keys)
    assert (keys[some][which] == keys).all()
    assert len(set(map(tuple, keys[some].tolist()))) == len(some) < 80


@pytest.mark.parametrize(("vocabulary_size", "n"), [(9, 2), (9, 5), (5_726, 5), (5_726, 6), *WIDE])
def test_the_prefix_of_a_key_is_the_key_of_the_prefix(vocabulary_size, n):
    rng = np.random.default_rng(6)
    columns = list(rng.integers(0, vocabulary_size, (n, 40)))
    shorter = prefixes(pack(columns, vocabulary_size).astype(np.uint64), n, vocabulary_size)
    assert shorter.tolist() == pack(columns[:-1], vocabulary_size).tolist()


def test_counts_of_other_vocabularies_are_not_merged():
    rows = np.zeros((2, 4), dtype=np.int64)
    with pytest.raises(ValueError, match="expected 2-grams of 3"):
        merge([count(rows, 2, 3), count(rows, 2, 4)])
    with pytest.raises(ValueError, match="no counts"):
        merge([])


@pytest.mark.parametrize("rows", [np.zeros(3, int), np.zeros((2, 3)), np.full((1, 3), 7)])
def test_what_is_no_array_of_ids_is_refused(rows):
    with pytest.raises(ValueError, match="expected"):
        count(rows, 2, 7)


def test_ngrams_absent_from_the_counts_count_zero():
    counts = NgramCounts(
        n=1,
        vocabulary_size=9,
        keys=np.array([[3]], dtype=np.uint64),
        counts=np.array([5]),
    )
    assert counts.at(np.array([[2], [3], [8]], dtype=np.uint64)).tolist() == [0, 5, 0]
    assert count(np.zeros((0, 3), int), 1, 9).at(counts.keys).tolist() == [0]
