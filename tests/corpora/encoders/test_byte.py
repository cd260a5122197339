"""A symbol is a byte: every text is known, rows are cut between characters."""

from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.encoders.byte import ByteEncoder

ANY = st.text(alphabet=st.characters(exclude_categories=["Cs"]))


@settings(max_examples=40)
@given(ANY)
def test_bytes_know_every_text(line):
    assert ByteEncoder().decode(ByteEncoder().encode(line)) == line


@settings(max_examples=40)
@given(st.lists(ANY, max_size=4), st.integers(4, 12))
def test_bytes_are_cut_between_characters(lines, length):
    encoder = ByteEncoder()
    for line, short in zip(
        lines, encoder.decode_rows(encoder.encode_rows(lines, length)), strict=True
    ):
        assert line.startswith(short)
        following = line[len(short) : len(short) + 1]
        assert not following or len((short + following).encode()) > length


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
