import tracemalloc
from collections import Counter

import numpy as np
import pytest

from textgan.evaluation.ngrams.counts import count
from textgan.evaluation.ngrams.packing import distinct, find, pack, prefixes, suffixes, tally

# 6 symbols of 5,726 need 75 bits, 10 of Unicode's 1,114,112 need 201: one, two and four words.
WIDE = [(5_726, 6), (1_114_112, 6), (1_114_112, 10)]


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


def keys_of_words(W, largest, count=400):
    """Keys of few distinct words, up to the largest of all."""
    rng = np.random.default_rng(W)
    some = np.append(rng.integers(largest, size=4, dtype=np.uint64), np.uint64(largest))
    return some[rng.integers(5, size=(count, W))]


@pytest.mark.parametrize("largest", [3, 1 << 40, (1 << 64) - 1])
@pytest.mark.parametrize("W", [2, 3, 5])
def test_keys_of_any_words_are_sorted_like_tuples(W, largest):
    keys = keys_of_words(W, largest)
    expected = Counter(map(tuple, keys.tolist()))
    found, counts = tally(keys)
    assert list(map(tuple, found.tolist())) == sorted(expected)
    assert counts.tolist() == [expected[key] for key in sorted(expected)]


@pytest.mark.parametrize("few", [0, 1, 7, 400])
def test_keys_of_any_words_are_found_by_few_queries_or_many(few):
    keys, _ = tally(keys_of_words(3, (1 << 64) - 1))
    queries = keys_of_words(3, (1 << 64) - 1)[:few]
    queries[::3, 2] -= np.uint64(1)
    there = list(map(tuple, keys.tolist()))
    expected = [there.index(key) if key in there else -1 for key in map(tuple, queries.tolist())]
    assert find(keys, queries).tolist() == expected


@pytest.mark.parametrize(("vocabulary_size", "n"), [(9, 2), (9, 5), (5_726, 5), (5_726, 6), *WIDE])
def test_the_prefix_of_a_key_is_the_key_of_the_prefix(vocabulary_size, n):
    rng = np.random.default_rng(6)
    columns = list(rng.integers(0, vocabulary_size, (n, 40)))
    shorter = prefixes(pack(columns, vocabulary_size).astype(np.uint64), n, vocabulary_size)
    assert shorter.tolist() == pack(columns[:-1], vocabulary_size).tolist()


@pytest.mark.parametrize(
    ("vocabulary_size", "n"), [(2, 64), (2, 65), (9, 2), (9, 21), (5_726, 5), (5_726, 6), *WIDE]
)
def test_the_suffix_of_a_key_is_the_key_of_the_suffix(vocabulary_size, n):
    rng = np.random.default_rng(8)
    columns = list(rng.integers(0, vocabulary_size, (n, 40)))
    columns = [np.append(column, vocabulary_size - 1) for column in columns]  # the largest key
    shorter = suffixes(pack(columns, vocabulary_size).astype(np.uint64), n, vocabulary_size)
    assert shorter.tolist() == pack(columns[1:], vocabulary_size).tolist()


def test_the_context_of_a_unigram_is_empty_and_its_key_0():
    assert prefixes(pack([np.array([0, 3, 8])], 9), 1, 9).tolist() == [[0], [0], [0]]


@pytest.mark.parametrize(("vocabulary_size", "n"), [(9, 2), *WIDE])
def test_weights_are_summed_key_by_key(vocabulary_size, n):
    rng = np.random.default_rng(9)
    keys = pack(list(rng.integers(vocabulary_size - 2, vocabulary_size, (n, 80))), vocabulary_size)
    weights = rng.integers(1, 9, 80)
    some, sums = tally(keys, weights=weights)
    repeated, counts = tally(np.repeat(keys, weights, axis=0))
    assert some.tolist() == repeated.tolist()
    assert sums.tolist() == counts.tolist()
    assert len(tally(keys[:0], weights=weights[:0])[1]) == 0


def test_nothing_of_the_keys_is_copied_to_find_some():
    for vocabulary_size, n in [(90, 6), (90, 12)]:
        rows = np.random.default_rng(10).integers(0, vocabulary_size, (50_000, n))
        counts = count(rows, n, vocabulary_size)
        wanted = counts.keys[::5000]
        tracemalloc.start()
        assert (find(counts.keys, wanted) == np.arange(0, len(counts.keys), 5000)).all()
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < counts.keys.nbytes / 20


@pytest.mark.parametrize("V", [255, 256, 300, 65_535, 65_536, 70_000, 1 << 32])
def test_a_key_is_the_number_in_base_v_at_the_edges_of_each_width(V):
    pairs = [np.array([0, 1, V - 1, V - 1]), np.array([V - 1, 0, V - 2, V - 1])]
    keys = pack(pairs, V)
    expected = [int(a) * V + int(b) for a, b in zip(*pairs, strict=True)]
    assert keys[:, 0].tolist() == expected
    assert prefixes(keys, 2, V)[:, 0].tolist() == pairs[0].tolist()
    assert suffixes(keys, 2, V)[:, 0].tolist() == pairs[1].tolist()
    assert prefixes(pack(pairs[:1], V), 1, V).tolist() == [[0]] * 4
