"""Whatever a text file holds, it is handled on purpose and counted."""

import gzip
import io
import random
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

import corpora.reader
from corpora.counts import Counts
from corpora.errors import InputError
from corpora.reader import read_blocks, read_lines


def read(data, **options):
    lines, counts = [], Counts()
    for some, more in read_blocks(io.BytesIO(data), **options):
        lines += some
        counts += more
    return lines, counts


def test_lines_come_back_with_their_spaces_as_they_stand():
    lines, counts = read(b"  Anna \n\tBob\n")
    assert lines == ["  Anna ", "\tBob"]
    assert counts == Counts(bytes=13, lines=2)


def test_the_last_line_keeps_its_last_character_without_a_newline():
    lines, counts = read(b"Anna\nBob")
    assert lines == ["Anna", "Bob"]
    assert counts.unended == 1


def test_every_kind_of_line_end_is_taken_off():
    lines, counts = read(b"a\r\nb\rc\nd\r\n")
    assert lines == ["a", "b", "c", "d"]
    assert (counts.lines, counts.crlf, counts.cr) == (4, 2, 1)


def test_a_carriage_return_at_the_very_end_is_a_line_end():
    lines, counts = read(b"a\r")
    assert lines == ["a"]
    assert (counts.lines, counts.cr, counts.unended) == (1, 1, 0)


def test_a_byte_order_mark_is_no_text():
    lines, counts = read("\ufeffAnna\nB\ufeffob\n".encode())
    assert lines == ["Anna", "B\ufeffob"]
    assert counts.bom == 1


def test_blank_lines_are_skipped_and_counted():
    lines, counts = read("a\n\n  \t\n\u3000\nb\n\n".encode())
    assert lines == ["a", "b"]
    assert (counts.lines, counts.blank) == (6, 4)


def test_control_characters_and_line_separators_are_removed_and_counted():
    lines, counts = read("a\x07b\tc\x7f\nd\u2028e\u0085f\x1b[0m\n\x01\x02\n".encode())
    assert lines == ["ab\tc", "def[0m"]
    assert (counts.controls, counts.blank, counts.damaged) == (7, 1, 0)


def test_nul_bytes_are_removed_and_their_lines_counted():
    lines, counts = read(b"a\0\0b\nc\n\0d\n")
    assert lines == ["ab", "c", "d"]
    assert (counts.nuls, counts.damaged, counts.controls) == (3, 2, 0)


def test_undecodable_bytes_become_the_replacement_character_and_are_counted():
    lines, counts = read(b"caf\xe9\nok\n\xff\xfe\xfd!\n")
    assert lines == ["caf\ufffd", "ok", "\ufffd\ufffd\ufffd!"]
    assert (counts.undecodable, counts.damaged) == (4, 2)


def test_a_real_replacement_character_is_not_damage():
    lines, counts = read("a\ufffdb\n".encode())
    assert lines == ["a\ufffdb"]
    assert counts.undecodable == counts.damaged == 0


def test_text_is_brought_to_nfc_unless_told_not_to():
    decomposed = unicodedata.normalize("NFD", "Zoë\nÅsa\nBob\n한국\n").encode()
    lines, counts = read(decomposed)
    assert lines == ["Zoë", "Åsa", "Bob", "한국"]
    assert counts.normalised == 3
    lines, counts = read(decomposed, normalise=False)
    assert lines[0] == "Zoe\u0308"
    assert counts.normalised == 0


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32", "latin-1", "cp1252"])
def test_another_encoding_is_read_by_its_name(encoding):
    data = "Zoë\r\nÅsa\n".encode(encoding)
    assert read(data, encoding=encoding)[0] == ["Zoë", "Åsa"]
    assert read(data, encoding=encoding, block=3)[0] == ["Zoë", "Åsa"]


@pytest.mark.parametrize("encoding", ["utf-99", "base64", "rot13", ""])
def test_an_unknown_encoding_is_named(encoding):
    with pytest.raises(InputError, match="unknown encoding"):
        read(b"a\n", encoding=encoding)


def test_a_stretch_of_bytes_that_a_codec_gives_up_on_is_counted():
    lines, counts = read(
        "ab\n".encode("utf-16-le") + b"\x00\xd8" + "c\n".encode("utf-16-le"), encoding="utf-16-le"
    )
    assert lines == ["ab", "\ufffdc"]
    assert counts.damaged == 1


MESSY = [
    b"a",
    b"b ",
    b" ",
    b"\n",
    b"\r",
    b"\r\n",
    b"\0",
    b"\xff",
    b"\x07",
    b"\xef\xbb\xbf",
    "é".encode(),
    "e\u0301".encode(),
    "한".encode(),
    "👩‍👧".encode(),
    "\u2028".encode(),
]


@given(st.lists(st.sampled_from(MESSY), max_size=40).map(b"".join), st.integers(1, 9))
def test_small_blocks_read_what_one_block_reads(data, block):
    assert read(data, block=block) == read(data)


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_clean_text_has_no_blank_lines_controls_or_line_breaks(text):
    for line in read(text.encode())[0]:
        assert line.strip()
        assert all(unicodedata.category(c) not in ("Cc", "Zl", "Zp") or c == "\t" for c in line)
        assert unicodedata.is_normalized("NFC", line)


@pytest.mark.parametrize("block", [3, 7, 1000])
def test_of_an_endless_line_the_head_is_kept_and_the_next_line_is_whole(monkeypatch, block):
    monkeypatch.setattr(corpora.reader, "LONGEST", 10)
    data = b"0123456789" * 30 + b"\nnext\n"
    lines, counts = read(data, block=block)
    assert lines[0].startswith("0123456789")
    assert lines[1:] == ["next"]
    assert counts.lines == 2
    assert counts.bytes == len(data)


def test_an_endless_line_in_blocks_is_never_held_whole(monkeypatch):
    monkeypatch.setattr(corpora.reader, "LONGEST", 10)
    assert read(b"0123456789" * 30 + b"\nnext\n", block=5)[0] == ["0123456789", "next"]


def test_an_endless_line_can_be_kept_in_several_at_spaces(monkeypatch):
    monkeypatch.setattr(corpora.reader, "LONGEST", 10)
    words = b"one two three four five six seven eight nine ten"
    lines, _ = read(words, block=4, keep="all")
    assert "".join(lines).encode() == words
    assert all(len(line) <= 12 for line in lines)
    assert all(not line[-1].isalpha() for line in lines[:-1])


def test_gzip_is_unpacked_whatever_it_is_called(tmp_path):
    for name in ("names.txt.gz", "names.txt"):
        (tmp_path / name).write_bytes(gzip.compress("Zoë\nBob\n".encode()))
        assert list(read_lines(str(tmp_path / name))) == [["Zoë", "Bob"]]


def test_a_damaged_gzip_file_is_one_clear_line(tmp_path):
    whole = gzip.compress(random.Random(0).randbytes(4000))
    for name, data in {"cut.gz": whole[:-2000], "edited.gz": whole[:20] + b"\xff" * 999}.items():
        (tmp_path / name).write_bytes(data)
        with pytest.raises(InputError, match=rf"{name}: the gzip file is damaged"):
            list(read_lines(tmp_path / name))
    (tmp_path / "plain.gz").write_bytes(b"Anna\n")
    with pytest.raises(InputError, match=r"named \.gz but not gzip"):
        list(read_lines(tmp_path / "plain.gz"))


def flat(blocks):
    return [line for lines in blocks for line in lines]


def test_lines_as_they_stand_are_only_decoded_and_unended(tmp_path):
    path = tmp_path / "raw.txt"
    path.write_bytes(b"\xef\xbb\xbf Anna \r\n\n \nB\x07o\xffb\ne\xcc\x81\nlast")
    lines = [" Anna ", "B\x07o\ufffdb", "e\u0301", "last"]
    assert flat(read_lines(path)) == lines


def test_lines_as_they_stand_do_not_depend_on_blocks(tmp_path):
    path = tmp_path / "raw.txt"
    path.write_bytes("Zoë\r\n한국\r\n\nBob".encode())
    for block in (1, 2, 3, 5, 100):
        assert flat(read_lines(path, block=block)) == ["Zoë", "한국", "Bob"]
