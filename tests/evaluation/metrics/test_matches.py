import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.evaluation.rows import padded
from textgan.evaluation.metrics.matches import matches

ROWS = arrays(np.uint8, st.tuples(st.integers(1, 12), st.just(4)), elements=st.integers(0, 2))


def test_matches_are_the_distinct_held_out_lines_among_the_first_guesses():
    held_out = padded("a", "b", "a", "c", "d")  # four lines
    guesses = ["x", "a", *["y"] * 7, "b", "a", "c"]  # a is second, b tenth, c twelfth
    matched = padded("d", "b", "b")
    found = matches(padded(*guesses), held_out, matched)
    assert found.guesses == (10, 12)
    assert found.samples == (2 / 4, 3 / 4)
    assert found.real == (2 / 4, 2 / 4)
    assert matches(padded(*guesses[:9]), held_out, matched).guesses == (9,)
    assert matches(padded(*guesses[:9]), held_out, matched).samples == (1 / 4,)
    assert matches(padded(*guesses[:10]), held_out, matched).guesses == (10,)


@given(samples=ROWS, held_out=ROWS, matched=ROWS)
def test_matches_are_those_of_sets(samples, held_out, matched):
    found = matches(np.tile(samples, (10, 1)), held_out, matched)
    wanted = set(map(tuple, held_out.tolist()))
    for k, ours, real in zip(found.guesses, found.samples, found.real, strict=True):
        first = set(map(tuple, np.tile(samples, (10, 1))[:k].tolist()))
        assert ours == len(wanted & first) / len(wanted)
        assert real == len(wanted & set(map(tuple, matched[:k].tolist()))) / len(wanted)
    assert found.guesses[-1] == 10 * len(samples)


def test_no_held_out_lines_are_refused():
    rows = padded("a")
    with pytest.raises(ValueError, match="0 held-out lines"):
        matches(rows, rows[:0], rows)
