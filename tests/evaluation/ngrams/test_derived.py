from collections import Counter

import numpy as np
import pytest

from tests.evaluation.ngrams.test_counts import WIDE, as_dictionary, key
from tests.evaluation.rows import ngrams_of
from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams.counts import count
from textgan.evaluation.ngrams.derived import shorten, without_padding


@pytest.mark.parametrize("budget", [1 << 26, 100])
@pytest.mark.parametrize(("vocabulary_size", "n"), [(40, 3), (40, 2), *WIDE])
def test_shorter_ngrams_count_what_they_end_or_how_much_of_it(
    monkeypatch, vocabulary_size, n, budget
):
    rng = np.random.default_rng(11)
    rows = rng.integers(vocabulary_size - 3, vocabulary_size, (50, 12))
    longer = count(rows, n, vocabulary_size)
    monkeypatch.setattr(external, "BUDGET", budget)
    monkeypatch.setattr(external, "BLOCK_KEYS", 5)
    assert as_dictionary(shorten(longer)) == as_dictionary(
        count(rows[:, 1:], n - 1, vocabulary_size)
    )
    preceded = Counter(key(g[1:], vocabulary_size) for g in ngrams_of(rows, n))
    assert as_dictionary(shorten(longer, continuation=True)) == preceded


@pytest.mark.parametrize("budget", [1 << 26, 100])
@pytest.mark.parametrize(("vocabulary_size", "n"), [(40, 1), (40, 3), *WIDE])
def test_ngrams_without_padding_are_those_of_the_text_alone(
    monkeypatch, vocabulary_size, n, budget
):
    rng = np.random.default_rng(12)
    rows = rng.integers(vocabulary_size - 3, vocabulary_size, (60, 12))
    rows[np.arange(12) >= rng.integers(0, 14, (60, 1))] = 0
    padded = count(rows, n, vocabulary_size, width=15)
    monkeypatch.setattr(external, "BUDGET", budget)
    monkeypatch.setattr(external, "BLOCK_KEYS", 5)
    counts = without_padding(padded)
    alone = count(rows, n, vocabulary_size, end=0)
    assert counts.keys.tolist() == alone.keys.tolist()
    assert counts.counts.tolist() == alone.counts.tolist()
    assert counts.total < padded.total
    assert without_padding(count(rows * 0, n, vocabulary_size)).total == 0
