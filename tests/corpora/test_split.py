"""Equal rows are in the same part, and the parts have their shares."""

import math
import tracemalloc

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from corpora.encoders.char import code_points
from corpora.rng import bits
from corpora.split import assign, hashes


@given(st.lists(st.text(min_size=1, max_size=6), min_size=1), st.integers(4, 9))
def test_equal_rows_are_in_the_same_part_even_after_cutting(lines, length):
    part_of_rows = assign(code_points(lines, length)).tolist()
    seen = {}
    for line, part in zip(lines, part_of_rows, strict=True):
        assert seen.setdefault(line.replace("\0", "\ufffd")[:length], part) == part


@given(st.text(min_size=1, max_size=9), st.integers(9, 40))
def test_padding_and_company_do_not_matter(line, length):
    alone = assign(code_points([line], 9))[0]
    assert assign(code_points(["x", line, "y"], length))[1] == alone


def test_ninety_five_and_five():
    count = 40_000
    part_of_rows = assign(code_points([f"line {number}" for number in range(count)], 16))
    for part, share in enumerate((0.9, 0.05, 0.05)):
        spread = math.sqrt(share * (1 - share) * count)
        assert abs((part_of_rows == part).sum() - share * count) < 4 * spread


def test_neighbouring_rows_do_not_share_a_hash():
    rows = code_points([a + b + c for a in "abcdefgh" for b in "abcdefgh" for c in "abcdefgh"], 4)
    assert len(np.unique(hashes(rows))) == 512


def test_the_hash_is_the_sum_it_says_it_is():
    weights = bits(0, 0x53504C49, rows=np.zeros(1, int), columns=3)[0] | np.uint64(1)
    total = sum(int(w) * u for w, u in zip(weights, (5, 7, 0), strict=True)) % 2**64
    word = (total ^ total >> 30) * 0xBF58476D1CE4E5B9 % 2**64
    word = (word ^ word >> 27) * 0x94D049BB133111EB % 2**64
    assert int(hashes(np.array([[5, 7, 0]]))[0]) == word ^ word >> 31


def test_the_type_of_the_ids_does_not_matter():
    rows = np.array([[1, 2, 3], [200, 0, 0]])
    expected = hashes(rows).tolist()
    for dtype in (np.uint8, np.uint16, np.int32, np.int64):
        assert hashes(rows.astype(dtype)).tolist() == expected


def test_wide_rows_are_hashed_in_flat_memory():
    rows = np.broadcast_to(np.arange(1 << 15, dtype=np.uint16), (1 << 9, 1 << 15))
    tracemalloc.start()
    words = hashes(rows)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(set(words.tolist())) == 1
    assert peak < 20e6  # 134 MB of words at once
