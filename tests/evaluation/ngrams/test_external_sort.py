"""Sorted runs in files, merged within a memory budget."""

from collections import Counter

import numpy as np
import pytest

from tests.evaluation.memory import peak_of, stream
from textgan.evaluation.metrics.jsd import jsd
from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.counts import count
from textgan.evaluation.ngrams.packing import tally


@pytest.mark.parametrize("n", [8, 12])  # keys of one word and of two
def test_memory_is_bounded_where_the_ngrams_grow_with_the_lines(monkeypatch, n):
    monkeypatch.setattr(external, "BUDGET", 1 << 16)
    monkeypatch.setattr(external, "BLOCK_KEYS", 1 << 11)
    in_files, peak = peak_of(lambda: count(stream(40, 100), n, 100))
    assert isinstance(in_files.keys, np.memmap)
    assert in_files.total == len(in_files.keys) == 40 * 500 * (17 - n)  # no two are the same
    assert peak < 10 << 16
    assert in_files.keys.nbytes + in_files.counts.nbytes > 30 << 16
    # A fortieth of the text against all of it: P = 40 Q on it, and Q has 39/40 elsewhere.
    part = count(stream(1, 100), n, 100)
    divergence, peak = peak_of(lambda: jsd(part, in_files))
    expected = (np.log2(80 / 41) + np.log2(2 / 41) / 40 + 39 / 40) / 2
    assert divergence == pytest.approx(expected)
    assert peak < 10 << 16


@pytest.mark.parametrize("at_once", [3, 10, 1000])
def test_runs_whose_keys_differ_in_the_last_word_alone_are_merged_in_order(monkeypatch, at_once):
    rng = np.random.default_rng(14)
    parts = [tally(rng.integers(0, 5, (60, 3)).astype(np.uint64)) for _ in range(4)]
    monkeypatch.setattr(external, "BLOCK_KEYS", at_once)
    with external.Runs() as runs:
        for keys, counts in parts:
            runs.add(keys, counts)
        merged = list(runs.merged())
    expected = Counter()
    for keys, counts in parts:
        expected.update(dict(zip(map(tuple, keys.tolist()), counts.tolist(), strict=True)))
    found = [tuple(key) for keys, _ in merged for key in keys.tolist()]
    assert found == sorted(expected)
    assert [c for _, counts in merged for c in counts.tolist()] == [expected[k] for k in found]


def test_zeros_are_mapped_from_a_file_where_they_are_many_and_written_all_the_same(monkeypatch):
    monkeypatch.setattr(external, "RESULT_BYTES", 80)
    few, many = external.zeros(10, np.int64), external.zeros(11, np.int64)
    assert not isinstance(few, np.memmap)
    assert isinstance(many, np.memmap)
    for numbers in (few, many):
        assert not numbers.any()
        numbers[3:5] = 7
        external.release(numbers)
        assert numbers.sum() == 14
