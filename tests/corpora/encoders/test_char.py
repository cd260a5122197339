"""A symbol is a character: the most frequent ones have ids, the others are unknown."""

import numpy as np
import pytest

from corpora import encoders
from corpora.encoders.char import CharEncoder, code_points
from corpora.errors import InputError


def test_characters_go_by_frequency_then_code_point():
    # c three times, a and b twice, d once: cab, d beyond a vocabulary of three
    encoder = CharEncoder.fit([["ccab"], ["cbad"]], 32, 3)
    assert encoder.characters == "cab"
    assert encoder.encode("dabc") == [1, 3, 4, 2]
    assert encoder.size == 5


def test_characters_beyond_the_row_are_not_in_the_vocabulary():
    assert CharEncoder.fit([["abcde"]], 4, 512).characters == "abcd"


def test_lone_surrogates_are_no_characters_of_the_vocabulary(tmp_path):
    encoder = CharEncoder.fit([["a\ud800\udfff"]], 4, 10)
    assert encoder.characters == "a"
    assert encoder.encode("a\ud800") == [2, encoder.unknown]
    (tmp_path / "encoder.json").write_text(
        r'{"format": 1, "name": "char", "characters": "a\ud800"}', encoding="utf-8"
    )
    with pytest.raises(InputError, match="reserved character"):
        encoders.load(tmp_path)


def test_only_so_many_bytes_an_id_as_the_vocabulary_needs():
    letters = "".join(map(chr, range(0x100, 0x100 + 70_000)))
    assert CharEncoder(letters[:254]).dtype == np.uint8
    assert CharEncoder(letters[:255]).dtype == np.uint16
    letters = letters.encode("utf-16", "ignore").decode("utf-16")[:66_000]
    encoder = CharEncoder(letters)
    assert encoder.dtype == np.int32
    assert encoder.decode(encoder.encode(letters[-5:])) == letters[-5:]


def test_code_points_are_cut_and_padded():
    assert code_points(["ab", "", "한국어!"], 3).tolist() == [
        [97, 98, 0],
        [0, 0, 0],
        [0xD55C, 0xAD6D, 0xC5B4],
    ]
    assert code_points([], 3).shape == (0, 3)
