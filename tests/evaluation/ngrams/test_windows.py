"""Windows of rows, their lines, and the pieces in which a text is read."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from textgan.evaluation.ngrams.counts import count
from textgan.evaluation.ngrams.packing import tally
from textgan.evaluation.ngrams.windows import by_line, ends, pieces, windows

ROWS = arrays(np.uint8, st.tuples(st.integers(1, 12), st.just(4)), elements=st.integers(0, 2))


@given(rows=ROWS, n=st.integers(1, 5), end=st.sampled_from([None, 0]))
def test_windows_are_those_that_are_counted_and_say_their_line(rows, n, end):
    keys, line = windows(rows, n, 3, end)
    counts = count(rows, n, 3, end=end)
    if len(keys):
        found, times = tally(keys)
        assert found.tolist() == counts.keys.tolist()
        assert times.tolist() == counts.counts.tolist()
    else:
        assert counts.total == 0
    expected = [
        i
        for i, row in enumerate(rows.tolist())
        for start in range(len(row) - n + 1)
        if end is None or end not in row[: start + n]
    ]
    assert line.tolist() == expected


def test_a_row_ends_before_its_first_padding():
    rows = np.array([[1, 2, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0], [2, 0, 1, 0]])
    assert ends(rows).tolist() == [2, 4, 0, 1]
    assert ends(rows, end=1).tolist() == [0, 0, 4, 2]


@given(
    rows=ROWS,
    n=st.integers(1, 5),
    end=st.sampled_from([None, 0]),
    V=st.sampled_from([3, 60_000, 1 << 20]),  # keys of few bits, of nearly a word, of two words
)
@example(rows=np.full((2, 4), 2, np.uint8), n=4, end=None, V=60_000)
def test_entries_are_the_counts_of_each_line_alone(rows, n, end, V):
    rows = np.where(rows == 2, V - 1, rows.astype(np.int64))
    ngrams = by_line(rows, n, V, end)
    expected = []
    for i in range(len(rows)):
        counts = count(rows[i : i + 1], n, V, end=end)
        keys = counts.keys.tolist()
        expected += [(key, i, times) for key, times in zip(keys, counts.counts, strict=True)]
        assert ngrams.windows[i] == counts.total
    found = zip(ngrams.keys[ngrams.ngram].tolist(), ngrams.line, ngrams.count, strict=True)
    assert list(found) == sorted(expected)


def test_pieces_are_small_whole_rows_and_never_empty():
    rows = np.arange(30).reshape(10, 3)
    for symbols, sizes in ((7, [2] * 5), (1, [1] * 10), (None, [10])):
        parts = list(pieces([rows[:0], rows], 30, symbols))
        assert [len(part) for part in parts] == sizes
        assert np.concatenate(parts).tolist() == rows.tolist()
    with pytest.raises(ValueError, match="found ids 0 to 29, expected 0 to 28"):
        list(pieces(rows, 29))
    with pytest.raises(ValueError, match="expected integer"):
        list(pieces(rows / 2, 30))
