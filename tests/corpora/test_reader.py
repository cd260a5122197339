"""Whatever a text file holds, it is handled on purpose and counted."""

import gzip
import io
import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import corpora
import corpora.reader
import corpora.sources
from corpora.corruption import corrupted
from corpora.counts import Counts
from corpora.errors import InputError, UnreadableError
from corpora.inspection import inspect
from corpora.reader import invisible_characters, read_blocks, read_lines
from corpora.sources import open_source, portion_read


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


def test_byte_order_marks_before_lines_are_no_text():
    # files with a mark put one after the other, one of them empty
    data = "\ufeffAnna\r\n\ufeff\ufeffB\ufeffob\rEva\n\ufeff\n".encode()
    lines, counts = read(data)
    assert lines == ["Anna", "B\ufeffob", "Eva"]
    assert (counts.bom, counts.blank, counts.invisible) == (4, 1, 1)
    assert "4 byte order marks removed" in counts.sentences()


HIDDEN = "\u00a0\u00ad\u200b\u200e\u202e\u202f\u2060\u2800\u3164\ufeff\u2009"


@pytest.mark.parametrize("character", HIDDEN, ids=lambda c: f"U+{ord(c):04X}")
def test_lines_with_characters_that_do_not_show_are_counted_and_kept(character):
    lines, counts = read(f"a{character}b{character}c\nplain\n{character}\n".encode())
    assert lines[:2] == [f"a{character}b{character}c", "plain"]
    # a line of nothing but spaces is blank; the mark that begins a line is no text
    assert counts.invisible == (1 if character.isspace() or character == "\ufeff" else 2)
    assert any("invisible characters" in line for line in counts.sentences())


@pytest.mark.parametrize(
    ("line", "hides"),
    [
        ("👩\u200d👧 ❤\ufe0f", False),  # joiners and selectors of emoji
        ("می\u200cخواهم", False),  # a word of Persian
        ("क्\u200dष", False),
        ("東京\u3000大阪", False),  # the space of East Asian text
        ("na\u200dme", True),
        ("name2\u200c", True),
    ],
)
def test_joiners_belong_to_the_scripts_that_have_them(line, hides):
    assert read(line.encode())[1].invisible == hides
    assert bool(invisible_characters(line)) == hides


def test_one_line_in_a_hundred_may_hold_a_no_break_space_without_a_word():
    few = read(("plain\n" * 99 + "a\u00a0b\n").encode())[1]
    assert few.invisible == 1
    assert few.sentences() == ["100 lines read (599 bytes)"]


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


@pytest.mark.parametrize(
    ("encoding", "data"), [("unicode_escape", rb"a\ud800b"), ("utf-7", b"a+2AA-b")]
)
def test_a_lone_surrogate_is_undecodable(encoding, data, tmp_path):
    lines, counts = read(data + b"\nc\n", encoding=encoding)
    assert lines == ["a\ufffdb", "c"]
    assert (counts.undecodable, counts.damaged) == (1, 1)
    path = tmp_path / "text.txt"
    path.write_bytes(data)
    assert list(read_lines(path, encoding=encoding)) == [["a\ufffdb"]]


@pytest.mark.parametrize("encoding", ["utf-99", "base64", "rot13", "", "idna", "punycode"])
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


@settings(max_examples=40)
@given(st.lists(st.sampled_from(MESSY), max_size=40).map(b"".join), st.integers(1, 9))
def test_small_blocks_read_what_one_block_reads(data, block):
    assert read(data, block=block) == read(data)


@settings(max_examples=40)
@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_clean_text_has_no_blank_lines_controls_or_line_breaks(text):
    for line in read(text.encode())[0]:
        assert line.strip()
        assert all(unicodedata.category(c) not in ("Cc", "Zl", "Zp") or c == "\t" for c in line)
        assert unicodedata.is_normalized("NFC", line)


@pytest.mark.parametrize("block", [3, 7, 1000])
def test_of_an_endless_line_the_head_is_kept_and_the_next_line_is_whole(monkeypatch, block):
    monkeypatch.setattr(corpora.reader, "LONGEST", 10)
    data = b"0123456789\n" + b"0123456789" * 30 + b"\n\nnext\n0123456789x\nlast one is long"
    lines, counts = read(data, block=block)
    assert lines == ["0123456789", "0123456789", "next", "0123456789", "last one i"]
    assert (counts.lines, counts.blank, counts.overlong) == (6, 1, 3)
    assert counts.bytes == len(data)
    assert "3 lines over 1,048,576 characters; the rest of each is ignored" in counts.sentences()


@pytest.mark.parametrize("block", [3, 7, 1000])
def test_lines_as_they_stand_are_cut_too_and_it_is_noted(tmp_path, monkeypatch, block):
    monkeypatch.setattr(corpora.reader, "LONGEST", 10)
    path, noted = tmp_path / "raw.txt", []
    path.write_bytes(b"0123456789x\nnext\n")
    assert flat(read_lines(path, block=block, note=noted.append)) == ["0123456789", "next"]
    assert sum(counts.overlong for counts in noted) == 1


@pytest.mark.parametrize("block", [4, 7, 1000])
def test_an_endless_line_can_be_kept_in_several_at_spaces(monkeypatch, block):
    monkeypatch.setattr(corpora.reader, "LONGEST", 10)
    words = b"one two three four five six seven eight nine ten"
    lines, counts = read(words + b"\nnext\n", block=block, keep="all")
    assert "".join(lines[:-1]).encode() == words
    assert lines == ["one two ", "three ", "four five ", "six seven ", "eight ", "nine ten", "next"]
    assert counts.overlong == 0


def test_gzip_is_unpacked_whatever_it_is_called(tmp_path):
    for name in ("names.txt.gz", "names.txt"):
        (tmp_path / name).write_bytes(gzip.compress("Zoë\nBob\n".encode()))
        assert list(read_lines(str(tmp_path / name))) == [["Zoë", "Bob"]]


DAMAGED = {
    "cut": lambda packed: packed[:-2000],
    "cut in the header": lambda packed: packed[:7],
    "edited": lambda packed: packed[:20] + b"\xff" * 999,
    "another method": lambda packed: packed[:2] + b"\x09" + packed[3:],
    "checksum": lambda packed: packed[:-8] + bytes(8),
    "rubbish behind": lambda packed: packed + b"rubbish",
}


@pytest.mark.parametrize("damage", DAMAGED)
def test_a_damaged_gzip_file_is_one_clear_line_whoever_reads_it(tmp_path, damage):
    path = tmp_path / "text.gz"
    lines = "".join(f"{n}\n" for n in random.Random(0).choices(range(10**6), k=2000))
    path.write_bytes(DAMAGED[damage](gzip.compress(lines.encode())))
    message = r"text.gz: the gzip file is damaged"
    with pytest.raises(UnreadableError, match=message):
        list(read_lines(path))
    with pytest.raises(UnreadableError, match=message):
        corpora.encode(path, tmp_path / "c")
    with pytest.raises(UnreadableError, match=message):
        inspect(path)
    with pytest.raises(UnreadableError, match=message):
        list(corrupted(path, "case"))
    assert not (tmp_path / "c").exists()


def test_what_is_named_gz_and_is_not_is_told(tmp_path):
    (tmp_path / "plain.gz").write_bytes(b"Anna\n")
    with pytest.raises(InputError, match=r"named \.gz but not gzip"):
        list(read_lines(tmp_path / "plain.gz"))


def test_a_gzip_file_of_repeated_text_is_read_to_its_end(tmp_path):
    path = tmp_path / "text.gz"
    path.write_bytes(gzip.compress(b"line\n" * 3_000_000))
    assert path.stat().st_size < 15_000_000 / 500
    assert sum(map(len, read_lines(path))) == 3_000_000


def test_how_much_of_a_file_has_been_read(tmp_path):
    plain, packed = tmp_path / "a.txt", tmp_path / "a.gz"
    plain.write_bytes(random.Random(0).randbytes(1 << 20))
    packed.write_bytes(gzip.compress(plain.read_bytes()))
    for path in (plain, packed):
        with open_source(path) as file:
            assert portion_read(file) == 0
            file.read(1 << 19)
            assert 0.4 < portion_read(file) < 0.6
            file.read()
            assert portion_read(file) == 1


def test_a_disk_that_cannot_be_read_is_told():
    class Broken(io.BytesIO):
        def read(self, size=-1):
            raise OSError(5, "Input/output error")

    with pytest.raises(UnreadableError, match=r"names: cannot be read to its end \(Input/output"):
        list(read_blocks(Broken(), where="names"))


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
