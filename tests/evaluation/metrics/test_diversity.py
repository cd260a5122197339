import pytest

from tests.evaluation.rows import padded
from textgan.evaluation.metrics.diversity import distinct, unique
from textgan.evaluation.ngrams.counts import count
from textgan.evaluation.ngrams.derived import without_padding


def test_distinct_ngrams_are_counted_in_the_text_alone():
    def share(n, *lines):
        return distinct(without_padding(count(padded(*lines), n, 3)))

    lines = "abab", "ab", ""
    assert share(1, *lines) == 2 / 6  # a and b
    assert share(2, *lines) == 2 / 4  # ab three times, ba once
    assert share(3, *lines) == 2 / 2  # aba, bab
    assert share(5, *lines) is None
    assert share(1, "", "") is None


def test_no_lines_are_refused():
    with pytest.raises(ValueError, match="found no lines"):
        unique(padded("a")[:0])
