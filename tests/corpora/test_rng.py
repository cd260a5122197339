"""Random numbers are pure functions of their coordinates, and look random in every direction."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.rng import bits, mix, normal, uniform

SOME = np.arange(400)


def test_the_finaliser_is_splitmix64():
    # The first outputs of splitmix64 from state 0 (Vigna's reference): mix(k · GAMMA), k = 1, 2, 3
    gamma = np.uint64(0x9E3779B97F4A7C15)
    words = mix(np.arange(1, 4, dtype=np.uint64) * gamma)
    assert [hex(word) for word in words.tolist()] == [
        "0xe220a8397b1dcdaf",
        "0x6e789e6aa1b965f4",
        "0x6c45d188009454f",
    ]


@settings(max_examples=30)
@given(
    st.integers(-(2**70), 2**70),
    st.lists(st.integers(-5, 2**65), max_size=3),
    st.lists(st.integers(0, 2**62), min_size=1, max_size=9),
    st.integers(1, 9),
)
def test_a_row_does_not_depend_on_its_company(seed, key, rows, columns):
    for draw in (bits, uniform, normal):
        together = draw(seed, *key, rows=np.array(rows), columns=columns)
        alone = [draw(seed, *key, rows=np.array([row]), columns=columns)[0] for row in rows]
        assert (together == np.array(alone)).all()


@pytest.mark.parametrize("draw", [bits, uniform, normal])
def test_fewer_columns_are_the_first_columns(draw):
    wide = draw(7, 1, rows=SOME, columns=33)
    for columns in (1, 2, 8, 17):
        assert (draw(7, 1, rows=SOME, columns=columns) == wide[:, :columns]).all()


def test_normals_of_any_stretch_of_rows_are_the_same_bits():
    whole = normal(3, 1, 4, rows=np.arange(1000), columns=128)
    for first, last in ((0, 1), (3, 7), (17, 82), (500, 1000)):
        part = normal(3, 1, 4, rows=np.arange(first, last), columns=128)
        assert part.tobytes() == whole[first:last].tobytes()


def test_seeds_and_keys_of_every_kind_differ():
    keys = [
        (0,),
        (1,),
        (-1,),
        (2**64,),
        (2**64 + 1,),
        (-(2**64),),
        (2**128,),
        (0, 0),
        (0, 1),
        (1, 0),
        (1, 2),
        (12,),
        (0, -1),
        (0, 0, 0),
        (2, 1),
    ]
    words = [bits(*key, rows=np.zeros(1, int), columns=1)[0, 0] for key in keys]
    assert len(set(words)) == len(keys)


def test_uniform_numbers_have_the_moments_of_uniform_numbers():
    u = uniform(0, rows=np.arange(2000), columns=500)  # a million
    assert 0 <= u.min() < 1e-5
    assert 1 - 1e-5 < u.max() < 1
    assert abs(u.mean() - 1 / 2) < 4 * math.sqrt(1 / 12 / u.size)
    assert abs(u.var() - 1 / 12) < 4 * math.sqrt(1 / 180 / u.size)


def test_normal_numbers_have_the_moments_of_normal_numbers():
    z = normal(1, rows=np.arange(2000), columns=500).astype(np.float64)
    for power, expected, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)):
        assert abs((z**power).mean() - expected) < 4 * math.sqrt(variance / z.size)
    assert abs((np.abs(z) > 1.959964).mean() - 0.05) < 0.001


def neighbours():
    here = normal(5, 9, rows=SOME, columns=400)
    yield "seed", here, normal(6, 9, rows=SOME, columns=400)
    yield "negative seed", here, normal(-5, 9, rows=SOME, columns=400)
    yield "key", here, normal(5, 10, rows=SOME, columns=400)
    yield "row", here, normal(5, 9, rows=SOME + 1, columns=400)
    yield "column", here[:, 1:], here[:, :-1]
    yield "row against column", here, here.T
    yield "row and key", here, normal(5, 8, rows=SOME + 1, columns=400)


@pytest.mark.parametrize(
    ("name", "a", "b"), list(neighbours()), ids=lambda x: x if isinstance(x, str) else ""
)
def test_neighbours_are_uncorrelated(name, a, b):
    keep = ~np.eye(400, dtype=bool) if name == "row against column" else np.ones(a.shape, bool)
    if name == "row":
        # row r of one is row r - 1 of the other: the same numbers, shifted, and nothing besides
        assert (a[1:] == b[:-1]).all()
    product = (a * b)[keep].astype(np.float64)
    assert abs(product.mean()) < 4 / math.sqrt(product.size)
    squares = ((a**2 - 1) * (b**2 - 1))[keep].astype(np.float64)
    assert abs(squares.mean()) < 4 * 2 / math.sqrt(squares.size)


def test_every_bit_of_a_word_is_set_half_of_the_time():
    words = bits(0, rows=np.arange(3000), columns=32)
    for bit in range(64):
        ones = int(((words >> np.uint64(bit)) & np.uint64(1)).sum())
        assert abs(ones - words.size / 2) < 4.5 * math.sqrt(words.size / 4)


def test_one_changed_bit_of_the_row_changes_half_of_the_bits():
    here = bits(0, rows=SOME, columns=16)
    for bit in (0, 1, 7, 31):
        there = bits(0, rows=SOME ^ (1 << bit), columns=16)
        flipped = np.unpackbits((here ^ there).view(np.uint8)).mean()
        assert abs(flipped - 0.5) < 4 * math.sqrt(0.25 / (here.size * 64))
