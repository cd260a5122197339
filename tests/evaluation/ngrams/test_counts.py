import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.evaluation.memory import peak_of, stream
from tests.evaluation.rows import ngrams_of
from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams import windows as window_pieces
from textgan.evaluation.ngrams.counts import NgramCounts, count, count_orders, merge
from textgan.evaluation.ngrams.packing import pack

# 6 symbols of 5,726 need 75 bits, 10 of Unicode's 1,114,112 need 201: one, two and four words.
WIDE = [(5_726, 6), (1_114_112, 6), (1_114_112, 10)]


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
    expected = {key(g, vocabulary_size): c for g, c in ngrams_of(rows, n).items()}
    assert len(expected) == len(ngrams_of(rows, n))  # no two n-grams share a key
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
    assert sorted(ngrams_of(rows, n).values()) == sorted(counts.counts.tolist())
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
    monkeypatch.setattr(window_pieces, "BLOCK_WINDOWS", 50)
    assert as_dictionary(count(rows, 3, 5)) == as_dictionary(whole)


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


def up_to(end, row):
    """What stands before the first `end` of a row, as Python would cut it."""
    row = row.tolist()
    return row[: row.index(end)] if end in row else row


def test_with_an_end_only_the_text_before_it_is_counted():
    rows = np.array([[1, 2, 0, 0], [2, 1, 2, 1], [0, 1, 2, 1]])
    assert as_dictionary(count(rows, 2, 3, end=0)) == {(1 * 3 + 2,): 2, (2 * 3 + 1,): 2}
    assert count(rows, 3, 3, end=0).total == 2  # 212 and 121
    assert count(rows, 4, 3, end=0).total == 1


@given(
    rows=arrays(
        np.uint8, st.tuples(st.integers(0, 9), st.integers(1, 9)), elements=st.integers(0, 3)
    ),
    n=st.integers(1, 10),
    end=st.sampled_from([None, 0, 3]),
    vocabulary_size=st.sampled_from([4, 6_000, 1_114_112]),
    cuts=st.lists(st.integers(0, 9), max_size=3),
    windows=st.integers(1, 20),
    budget=st.integers(0, 400),
    at_once=st.integers(1, 9),
)
def test_pieces_and_files_change_no_count(
    rows, n, end, vocabulary_size, cuts, windows, budget, at_once
):
    texts = rows if end is None else [up_to(end, row) for row in rows]
    expected = {key(g, vocabulary_size): c for g, c in ngrams_of(texts, n).items()}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(window_pieces, "BLOCK_WINDOWS", windows)
        patch.setattr(external, "BUDGET", budget)
        patch.setattr(external, "BLOCK_KEYS", at_once)
        counts = count(np.split(rows, sorted(cuts)), n, vocabulary_size, end=end)
    assert as_dictionary(counts) == expected
    assert [tuple(k) for k in counts.keys.tolist()] == sorted(expected)
    assert (counts.keys.dtype, counts.counts.dtype) == (np.uint64, np.int64)


def test_memory_does_not_grow_with_the_lines_where_the_ngrams_stay_the_same():
    count(stream(1, 6), 4, 6)
    few, peak_of_few = peak_of(lambda: count(stream(20, 6), 4, 6))
    many, peak_of_many = peak_of(lambda: count(stream(150, 6), 4, 6))
    assert len(few.keys) == len(many.keys) == 6**4
    assert many.total == 150 * 500 * 13
    assert peak_of_many < 1.1 * peak_of_few
    assert peak_of_many < 150 * 500 * 16 * 8 / 5  # a fifth of the text


@pytest.mark.parametrize("at_once", [1, 4, 1000])
def test_no_context_is_in_two_blocks(monkeypatch, at_once):
    rows = np.random.default_rng(12).integers(0, 5, (40, 6))
    counts = count(rows, 3, 5)
    monkeypatch.setattr(external, "BLOCK_KEYS", at_once)
    blocks = list(counts.blocks())
    assert np.concatenate([keys for keys, _ in blocks]).tolist() == counts.keys.tolist()
    assert np.concatenate([some for _, some in blocks]).tolist() == counts.counts.tolist()
    contexts = [set((keys[:, 0] // 5).tolist()) for keys, _ in blocks]
    assert sum(map(len, contexts)) == len(set.union(*contexts))
    assert max(len(keys) for keys, _ in blocks) <= max(at_once, 6)
    contexts, sums = [], []
    for keys, begin, occurrences in counts.contexts():
        contexts += keys[:, 0].tolist()
        sums += np.add.reduceat(occurrences, begin).tolist()
    beginnings = count(rows[:, :-1], 2, 5)  # each window of two but the last begins one of three
    assert (contexts, sums) == (beginnings.keys[:, 0].tolist(), beginnings.counts.tolist())


def test_counts_in_files_are_merged_like_others(monkeypatch):
    rows = np.random.default_rng(13).integers(0, 9, (60, 8))
    whole = as_dictionary(count(rows, 3, 9))
    monkeypatch.setattr(external, "BUDGET", 200)
    parts = [count(rows[:30], 3, 9), count(rows[30:31], 3, 9), count(rows[31:], 3, 9)]
    assert isinstance(parts[0].keys, np.memmap)
    assert as_dictionary(merge(parts)) == whole


def test_a_piece_that_is_no_array_of_ids_is_refused():
    with pytest.raises(ValueError, match="expected 0 to 6"):
        count([np.zeros((2, 3), int), np.full((1, 3), 7)], 2, 7)
    assert count([], 2, 7).total == 0


@pytest.mark.parametrize("vocabulary_size", [4, 6_000])
@pytest.mark.parametrize("orders", [(1, 2, 3, 4, 5, 6), (2, 5), (9,), ()])
def test_all_orders_at_once_are_each_order_alone(vocabulary_size, orders, monkeypatch):
    rng = np.random.default_rng(0)
    rows = rng.integers(1, min(vocabulary_size, 40), size=(70, 8))
    rows[np.arange(8) >= rng.integers(0, 10, size=(70, 1))] = 0
    parts = [rows[:30], rows[30:30], rows[30:]]
    for budget in (external.BUDGET, 256):
        monkeypatch.setattr(external, "BUDGET", budget)
        found = count_orders(parts, orders, vocabulary_size)
        assert list(found) == list(orders)
        for n, counts in found.items():
            alone = count(rows, n, vocabulary_size)
            assert (counts.n, counts.vocabulary_size) == (n, vocabulary_size)
            assert counts.keys.tolist() == alone.keys.tolist()
            assert counts.counts.tolist() == alone.counts.tolist()
