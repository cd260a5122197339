"""Blocks cover all rows once, in order, and none is larger than its bound."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textgan.inputs.row_blocks import BLOCK_ENTRIES, row_blocks, rows_at_a_time


@given(st.integers(1, 300), st.integers(1, 2**27), st.none() | st.integers(1, 300))
def test_blocks_cover_all_rows_once_and_hold_no_more_than_fits(rows, entries, most):
    blocks = list(row_blocks(rows, entries, most))
    assert [row for block in blocks for row in range(block.start, block.stop)] == list(range(rows))
    for block in blocks:
        size = block.stop - block.start
        assert size == 1 or size * entries <= BLOCK_ENTRIES
        assert most is None or size <= most


@pytest.mark.parametrize(
    ("length", "vocabulary", "rows"), [(32, 514, 1024), (1024, 257, 248), (32, 50_000, 40)]
)
def test_ordinary_text_is_one_block_and_large_text_a_multiple_of_eight(length, vocabulary, rows):
    assert rows_at_a_time(length * vocabulary, 1024) == rows
    assert (rows + 8) * length * vocabulary > BLOCK_ENTRIES or rows == 1024


def test_a_row_larger_than_a_block_is_alone_and_no_rows_are_one_empty_block():
    assert list(row_blocks(2, 2 * BLOCK_ENTRIES)) == [slice(0, 1), slice(1, 2)]
    assert list(row_blocks(0, 5)) == [slice(0, 0)]
