"""Every encoder gives back what it claims to, and reserves ids that no text can hold."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora import encoders
from corpora.encoders.byte import ByteEncoder
from corpora.encoders.char import CharEncoder, code_points
from corpora.encoders.subword import SubwordEncoder
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


@given(st.lists(KNOWN, max_size=4))
def test_rows_of_known_characters_come_back_as_they_were(lines):
    for encoder in FITTED.values():
        length = max(map(len, map(encoder.encode, lines)), default=0) + 1
        rows = encoder.encode_rows(lines, length)
        assert encoder.decode_rows(rows) == lines
        assert rows.dtype == encoder.dtype
        assert rows.shape == (len(lines), length)


@given(ANY)
def test_bytes_know_every_text(line):
    assert FITTED["byte"].decode(FITTED["byte"].encode(line)) == line


@given(st.lists(st.text(max_size=12), max_size=4), st.integers(1, 12))
def test_a_row_is_the_start_of_the_line(lines, length):
    for encoder in (FITTED["char"], FITTED["subword"]):
        for line, row in zip(lines, encoder.encode_rows(lines, length), strict=True):
            ids = encoder.encode(line)[:length]
            assert row.tolist() == ids + [0] * (length - len(ids))


@given(st.lists(ANY, max_size=4), st.integers(4, 12))
def test_bytes_are_cut_between_characters(lines, length):
    encoder = FITTED["byte"]
    for line, short in zip(
        lines, encoder.decode_rows(encoder.encode_rows(lines, length)), strict=True
    ):
        assert line.startswith(short)
        following = line[len(short) : len(short) + 1]
        assert not following or len((short + following).encode()) > length


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


def test_bytes_that_text_never_has_are_not_emitted():
    allowed = ByteEncoder().emittable
    ids = [byte + 1 for byte in range(256) if not allowed[byte + 1]]
    assert [index - 1 for index in ids] == [
        *range(9),
        *range(10, 32),
        0x7F,
        0xC0,
        0xC1,
        *range(0xF5, 0x100),
    ]


def test_a_byte_is_its_value_and_one():
    assert ByteEncoder().encode("aé") == [98, 0xC3 + 1, 0xA9 + 1]


def test_broken_bytes_of_a_generator_are_shown_as_such():
    assert ByteEncoder().decode([98, 0xC3 + 1, 98]) == "a\ufffda"


def test_characters_go_by_frequency_then_code_point():
    # c three times, a and b twice, d once: cab, d beyond a vocabulary of three
    encoder = CharEncoder.fit([["ccab"], ["cbad"]], 32, 3)
    assert encoder.characters == "cab"
    assert encoder.encode("dabc") == [1, 3, 4, 2]
    assert encoder.size == 5


def test_characters_beyond_the_row_are_not_in_the_vocabulary():
    assert CharEncoder.fit([["abcde"]], 4, 512).characters == "abcd"


def test_only_so_many_bytes_an_id_as_the_vocabulary_needs():
    letters = "".join(map(chr, range(0x100, 0x100 + 70_000)))
    assert CharEncoder(letters[:254]).dtype == np.uint8
    assert CharEncoder(letters[:255]).dtype == np.uint16
    letters = letters.encode("utf-16", "ignore").decode("utf-16")[:66_000]
    encoder = CharEncoder(letters)
    assert encoder.dtype == np.int32
    assert encoder.decode(encoder.encode(letters[-5:])) == letters[-5:]


@pytest.mark.parametrize("line", ["a\0b", "\0", "a\0", "\ud800"])
def test_what_is_no_character_is_unknown(line):
    for name in ("char", "subword"):
        encoder = encoders.fit(name, [["ab ba", "abba a"]], 32, 512)
        assert 1 in encoder.encode(line)
        assert 0 not in encoder.encode(line)
    assert 0 not in FITTED["byte"].encode(line)


def test_code_points_are_cut_and_padded():
    assert code_points(["ab", "", "한국어!"], 3).tolist() == [
        [97, 98, 0],
        [0, 0, 0],
        [0xD55C, 0xAD6D, 0xC5B4],
    ]
    assert code_points([], 3).shape == (0, 3)


def test_pieces_are_longer_than_characters_and_fewer_than_asked():
    encoder = FITTED["subword"]
    line = "the number 7 of many numbers"
    assert len(encoder.encode(line)) < len(line) * 2 / 3
    assert encoder.size <= 514


def test_more_characters_than_pieces_leaves_the_rare_unknown():
    many = "".join(map(chr, range(0x4E00, 0x4E00 + 300)))
    lines = [f"山水 山水 {character}" for character in many]
    encoder = SubwordEncoder.fit([lines], 32, 20)
    assert encoder.size <= 22
    assert encoder.decode(encoder.encode("山水 山水")) == "山水 山水"
    assert encoder.unknown in encoder.encode(many)


def test_pieces_do_not_depend_on_how_the_lines_are_blocked():
    by_one = SubwordEncoder.fit([[line] for line in TEXT], 32, 300)
    assert by_one.signature == SubwordEncoder.fit([TEXT], 32, 300).signature


def test_nothing_to_learn_pieces_from_is_one_clear_line():
    with pytest.raises(InputError, match="nothing to be learnt"):
        SubwordEncoder.fit([[""]], 32, 512)


@pytest.mark.parametrize("lines", [["a", "b"], ["a", "aa"], ["abc abd", "abd abc"], ["한", "국"]])
def test_two_lines_are_enough_to_learn_pieces_from(lines):
    encoder = SubwordEncoder.fit([lines], 32, 512)
    assert [encoder.decode(encoder.encode(line)) for line in lines] == lines


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


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ("", "is damaged"),
        ('{"format": 1, "name": "char", "charac', "is damaged"),
        ("[]", "found a JSON list, expected an object"),
        ('{"format": 2, "name": "char", "characters": "ab"}', "this version reads 1"),
        ('{"format": 1, "name": "word"}', "expected char, byte, subword"),
        ('{"format": 1, "name": ["char"]}', "expected char, byte, subword"),
        ('{"format": 1, "name": "char"}', "different characters"),
        ('{"format": 1, "name": "char", "characters": "aba"}', "different characters"),
        ('{"format": 1, "name": "char", "characters": "a\\n"}', "line break"),
        ('{"format": 1, "name": "subword", "sha256": "00"}', "encoder.model"),
    ],
)
def test_an_edited_or_cut_file_is_one_clear_line(tmp_path, state, message):
    (tmp_path / "encoder.json").write_text(state)
    with pytest.raises(InputError, match=message):
        encoders.load(tmp_path)


def test_a_missing_file_is_one_clear_line(tmp_path):
    with pytest.raises(InputError, match="is missing"):
        encoders.load(tmp_path)


def test_an_edited_model_is_one_clear_line(tmp_path):
    FITTED["subword"].save(tmp_path)
    path = tmp_path / "encoder.model"
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(InputError, match="edited"):
        encoders.load(tmp_path)


def test_an_unknown_encoder_is_answered_with_the_known_ones():
    with pytest.raises(InputError, match="expected char, byte, subword"):
        encoders.fit("word", [["a"]], 32)
