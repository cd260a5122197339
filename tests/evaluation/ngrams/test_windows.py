import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from textgan.evaluation.ngrams.counts import count, tally
from textgan.evaluation.ngrams.windows import windows

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
