"""T is chosen by the lengths of the lines, and long lines break where words do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.errors import InputError
from corpora.length_policy import check_length, choose_length, pieces


def chosen(*lengths):
    return choose_length(np.bincount(np.minimum(lengths, 33), minlength=34))


def test_the_smallest_length_that_is_enough_for_nearly_all():
    assert chosen(*[4] * 10) == 4
    assert chosen(*[5] * 10) == 8
    assert chosen(*[9] * 10) == 16
    assert chosen(*[17] * 10) == 32
    assert chosen(*[500] * 10) == 32


def test_nearly_all_is_995_of_1000():
    assert chosen(*[8] * 995, *[9] * 5) == 8
    assert chosen(*[8] * 994, *[9] * 6) == 16


@pytest.mark.parametrize("length", [3, 0, -1, 65_537, 8.0, "8", True])
def test_impossible_lengths_are_refused(length):
    with pytest.raises(InputError, match="whole number from 4"):
        check_length(length)


def test_a_break_falls_on_the_last_space_that_fits():
    assert list(pieces("ab cd ef", 5)) == ["ab cd", "ef"]
    assert list(pieces("ab cd ef", 4)) == ["ab", "cd", "ef"]
    assert list(pieces("abcd ef", 4)) == ["abcd", "ef"]
    assert list(pieces("abcdefghij kl", 4)) == ["abcd", "efgh", "ij", "kl"]
    assert list(pieces("", 4)) == []


def size_in_bytes(text):
    return len(text.encode())


@settings(max_examples=40)
@given(st.text(alphabet="ab  é한😀", max_size=60), st.integers(4, 12))
def test_pieces_fit_and_lose_nothing_but_spaces_at_breaks(line, length):
    for size in (len, size_in_bytes):
        parts = list(pieces(line, length, size))
        assert all(0 < size(part) <= length for part in parts)
        assert "".join(parts).replace(" ", "") == line.replace(" ", "")
        at = 0
        for part in parts:
            assert line[at:].startswith(part) or line[at : at + 1] == " "
            at = line.index(part, at) + len(part)


@settings(max_examples=40)
@given(st.lists(st.text(alphabet="abé", min_size=1, max_size=4), min_size=1), st.integers(8, 20))
def test_words_that_fit_are_never_broken(words, length):
    parts = list(pieces(" ".join(words), length, size_in_bytes))
    assert " ".join(parts).split() == words
