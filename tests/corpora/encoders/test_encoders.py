"""Every encoder gives back what it claims to, and reserves ids that no text can hold."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora import encoders
from corpora.encoders.char import CharEncoder
from corpora.errors import InputError
from corpora.registry import ENCODERS

HARD = [
    "",
    "a",
    " ",
    "  spaces at the edges  ",
    "two  spaces",
    "한국어 텍스트",
    "한",
    "👩‍👩‍👧‍👦 family",
    "🏴󠁧󠁢󠁥󠁮󠁧󠁿",
    "Zoë e\u0301\u0323 accents",
    "\u0301",
    "a\tb",
    "▁▅ blocks ▁",
    "<unk> <s> <pad>",
    "\u200b\ufeff",
    "漢字かな",
    "שלום עולם",
    "0`Pu",
    "\x01\x7f",
    "naïve “quotes”",
    "\U0010ffff",
]


TEXT = [*HARD, *(f"the number {n} of many numbers" for n in range(60))]


FITTED = {name: encoders.fit(name, [TEXT], 200, 512) for name in ENCODERS}


ANY = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


KNOWN = st.text(alphabet=sorted(set("".join(HARD))))


@pytest.fixture(params=sorted(ENCODERS))
def encoder(request):
    return FITTED[request.param]


@pytest.mark.parametrize("line", HARD)
def test_hard_text_comes_back_as_it_was(encoder, line):
    ids = encoder.encode(line)
    assert encoder.decode(ids) == line
    assert all(0 < index < encoder.size for index in ids)
    assert encoder.unknown not in ids


@settings(max_examples=40)
@given(st.lists(KNOWN, max_size=4))
def test_rows_of_known_characters_come_back_as_they_were(lines):
    for encoder in FITTED.values():
        length = max(map(len, map(encoder.encode, lines)), default=0) + 1
        rows = encoder.encode_rows(lines, length)
        assert encoder.decode_rows(rows) == lines
        assert rows.dtype == encoder.dtype
        assert rows.shape == (len(lines), length)


@settings(max_examples=40)
@given(st.lists(st.text(max_size=12), max_size=4), st.integers(1, 12))
def test_a_row_is_the_start_of_the_line(lines, length):
    for encoder in (FITTED["char"], FITTED["subword"]):
        for line, row in zip(lines, encoder.encode_rows(lines, length), strict=True):
            ids = encoder.encode(line)[:length]
            assert row.tolist() == ids + [0] * (length - len(ids))


@settings(max_examples=40)
@given(st.lists(st.text(max_size=9), max_size=5))
def test_lengths_are_those_of_the_ids(lines):
    for encoder in FITTED.values():
        assert encoder.lengths(lines).tolist() == [len(encoder.encode(line)) for line in lines]


def test_decoding_stops_at_the_first_padding(encoder):
    ids = encoder.encode("ab ab")
    assert encoder.decode([*ids, 0, *ids]) == "ab ab"
    assert encoder.decode_rows(np.array([[0] * 4, [0, *ids[:3]]])) == ["", ""]


def test_nothing_is_a_made_up_word(encoder):
    every = [encoder.decode([index]) for index in range(1, encoder.size)]
    assert "unk" not in every
    assert encoder.decode([0]) == ""
    if encoder.unknown is not None:
        assert encoder.decode([encoder.unknown]) == "\ufffd"


def test_a_generator_may_emit_all_but_the_unknown_and_line_breaks(encoder):
    allowed = encoder.emittable
    assert allowed.shape == (encoder.size,)
    assert allowed[encoder.pad]
    for index in np.flatnonzero(allowed).tolist():
        assert not {"\n", "\r"} & set(encoder.decode([index]))
    if encoder.unknown is not None:
        assert not allowed[encoder.unknown]


@pytest.mark.parametrize("line", ["a\0b", "\0", "a\0", "\ud800"])
def test_what_is_no_character_is_unknown(line):
    for name in ("char", "subword"):
        encoder = encoders.fit(name, [["ab ba", "abba a"]], 32, 512)
        assert 1 in encoder.encode(line)
        assert 0 not in encoder.encode(line)
    assert 0 not in FITTED["byte"].encode(line)


def test_a_saved_encoder_is_the_same_encoder(encoder, tmp_path):
    encoder.save(tmp_path)
    again = encoders.load(tmp_path)
    assert again.signature == encoder.signature
    assert again.name == encoder.name
    assert [again.encode(line) for line in TEXT] == [encoder.encode(line) for line in TEXT]
    json.loads((tmp_path / "encoder.json").read_text())


def test_different_encoders_have_different_signatures():
    assert CharEncoder("ab").signature != CharEncoder("ba").signature
    assert CharEncoder("ab").signature.startswith("char:4:")
    assert len({encoder.signature for encoder in FITTED.values()}) == 3


def test_an_unknown_encoder_is_answered_with_the_known_ones():
    with pytest.raises(InputError, match="expected char, byte, subword"):
        encoders.fit("word", [["a"]], 32)
