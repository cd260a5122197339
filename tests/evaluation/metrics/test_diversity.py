import pytest

from tests.evaluation.rows import padded
from textgan.evaluation.metrics.diversity import distinct, unique


def test_distinct_ngrams_are_counted_in_the_text_alone():
    rows = padded("abab", "ab", "")
    assert distinct(rows, 1) == 2 / 6  # a and b
    assert distinct(rows, 2) == 2 / 4  # ab three times, ba once
    assert distinct(rows, 3) == 2 / 2  # aba, bab
    assert distinct(rows, 5) is None
    assert distinct(padded("", ""), 1) is None


def test_no_lines_are_refused():
    with pytest.raises(ValueError, match="found no lines"):
        unique(padded("a")[:0])
