"""The encoding of bytes is guessed by how they read; only damage in quantity is refused."""

import random
import re

import pytest

from corpora.counts import Counts
from corpora.inspection import inspect
from corpora.sniff import Guess, Sample, guess_encoding, reason_to_refuse

FRENCH = "Zoë\nRené\nFrançois\nHélène\nÎle-de-Ré\nSaint-Étienne\n"
GERMAN = "Jürgen Müller\nGroß\nÖsterreich\nKöln\nStraße\n"
RUSSIAN = "Анна Иванова\nПётр Сидоров\nМосква\nСанкт-Петербург\n"
POLISH = "Łódź\nKraków\nWrocław\nGdańsk\nCzęstochowa\nPoznań\n"
GREEK = "Αθήνα\nΘεσσαλονίκη\nΚαλημέρα κόσμε\nΕλλάδα\n"
CHINESE = "床前明月光\n疑是地上霜\n举头望明月\n低头思故乡\n"
POEMS = "聞道收宗廟\n鳴鑾自陝歸\n傾都看黃屋\n正殿引朱衣\n"
JAPANESE = "東京の山\nさくらソフト\n東京タワー\nすしをたべる\n"
KOREAN = "대한민국\n서울특별시\n부산광역시\n사랑해요\n"
ARABIC = "القاهرة\nبيروت\nمرحبا بالعالم\n"
THAI = "กรุงเทพ\nสวัสดี\nเชียงใหม่\n"


@pytest.mark.parametrize(
    ("text", "encoding", "sure"),
    [
        (FRENCH, "cp1252", False),  # cp1250 has nearly the same letters
        (FRENCH, "mac_roman", True),
        (FRENCH, "cp850", True),
        (GERMAN, "cp1252", True),
        (RUSSIAN, "cp1251", True),
        (RUSSIAN, "koi8_r", True),
        (RUSSIAN, "mac_cyrillic", True),
        (RUSSIAN, "cp866", True),
        (POLISH, "cp1250", True),
        (GREEK, "cp1253", True),
        (CHINESE, "gb18030", True),
        (POEMS, "big5", True),
        (JAPANESE, "cp932", True),
        (JAPANESE, "euc_jp", True),
        (KOREAN, "cp949", True),
        (ARABIC, "cp1256", True),
        (THAI, "tis_620", True),
    ],
)
@pytest.mark.parametrize("times", [1, 30])
def test_text_is_told_by_how_it_reads(text, encoding, sure, times):
    guess = guess_encoding(Sample((text * times).encode(encoding)))
    assert guess.likeliest == encoding
    assert guess.readings[0] in text
    if sure and times == 30:
        assert guess.sure


@pytest.mark.parametrize("name", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@pytest.mark.parametrize("text", [FRENCH, RUSSIAN, CHINESE, KOREAN, "😀 a\n" * 9])
def test_wide_characters_without_a_mark_are_no_binary_file(text, name):
    first = text.split("\n")[0]
    assert guess_encoding(Sample(text.encode(name))) == Guess((name,), (first,))
    assert guess_encoding(Sample(text.encode(name)[:-1])).likeliest == name


@pytest.mark.parametrize(
    ("data", "guess"),
    [
        (b"Anna\nBob\n", "utf-8"),
        ("Zoë\n한국\n".encode(), "utf-8"),
        ("한국".encode()[:-1], "utf-8"),  # a sample may end inside a character
        (("é" * 5000).encode(), "utf-8"),
        ("Zoë\nRené\n".encode() * 9 + b"caf\xe9\n" * 2, "utf-8"),  # damaged
        ("Zoë\n".encode("utf-16"), "utf-16"),
        ("Zoë\n".encode("utf-32"), "utf-32"),
        ("Zoë and René, Anna\n".encode("latin-1"), "cp1252"),
        (b"\xe9\n", "cp1252"),
        ("東京\n".encode("iso2022_jp"), "iso2022_jp"),
        (random.Random(1).randbytes(5000), None),
        (bytes(5000), None),
        (b"", "utf-8"),
    ],
)
def test_the_likely_encoding_of_some_bytes(data, guess):
    assert guess_encoding(Sample(data)).likeliest == guess


@pytest.mark.parametrize("data", [b"\xa7\xa7 \xb6\xb6\n" * 99, b"\xe9\n\xe8\n"])
def test_of_signs_that_no_language_has_several_are_told(data):
    guess = guess_encoding(Sample(data))
    assert "cp1252" in guess.encodings
    assert len(guess.readings) == len(guess.encodings) <= 3


def test_a_sample_is_bounded_and_has_lines_from_all_of_the_text():
    sample = Sample()
    for _ in range(100):
        sample.add(b"plain\n" * 20_000 + "Zoë\n".encode("latin-1") + b"plain\n" * 10)
    assert sample.lines == [b"Zo\xeb"] * 100
    assert len(sample.head) == 1 << 16
    for _ in range(100):
        sample.add(b"\xeb" * 100_000)
    assert sum(map(len, sample.lines)) <= (1 << 16) + (1 << 10)


def test_what_stands_far_behind_the_head_is_seen(tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes(b"plain ASCII\n" * 9000 + RUSSIAN.encode("cp1251") * 100)
    found = inspect(path)
    assert "--encoding cp1251 (reads" in str(found.refused)
    assert list(found.encodings) == ["cp1251"]
    assert any(line.startswith("--encoding cp1251, which fits") for line in found.suggestions)


@pytest.mark.parametrize(
    ("data", "named", "likely"),
    [
        ((RUSSIAN * 30).encode("cp1251"), "cp1252", "cp1251"),
        (FRENCH.encode(), "latin-1", "utf-8"),
    ],
)
def test_text_that_decodes_in_a_wrong_encoding_is_a_problem(tmp_path, data, named, likely):
    path = tmp_path / "text.txt"
    path.write_bytes(data)
    found = inspect(path, encoding=named)
    assert found.refused is None
    assert any(
        line.startswith(f"read as {named}, but looks like {likely}") for line in found.problems
    )
    right = inspect(path, encoding=likely)
    assert not any("looks like" in line for line in right.problems)


def test_one_line_in_a_hundred_may_be_damaged():
    few = Counts(bytes=1000, lines=100, damaged=1)
    many = Counts(bytes=1000, lines=100, damaged=2)
    assert reason_to_refuse(few, 100, Sample(b"caf\xe9 and others\n"), "utf-8") is None
    said = reason_to_refuse(many, 100, Sample(b"caf\xe9 and others\n"), "utf-8")
    assert said is not None
    assert "2 of 100 lines (2.0%)" in said
    assert "--encoding cp1252" in said


def test_a_marked_encoding_that_was_named_is_not_refused():
    head = Sample("Anna\n".encode("utf-16"))
    for name in ("utf-16", "utf16", "U16", "UTF_16_LE"):
        assert reason_to_refuse(Counts(bytes=12, lines=1), 1, head, name) is None
    assert reason_to_refuse(Counts(bytes=12, lines=1), 1, head, "UTF_16") is None
    assert "use --encoding utf-16" in str(
        reason_to_refuse(Counts(bytes=12, lines=1), 1, head, "utf-8")
    )


@pytest.mark.parametrize("named", ["utf-8", "cp1252"])
def test_the_encoding_that_is_advised_is_not_the_one_that_was_named(named):
    data = "東京の山\nさくらソフト\n東京タワー\n".encode("cp932") * 5
    said = reason_to_refuse(Counts(bytes=99, lines=15, damaged=15), 15, Sample(data), named)
    assert said is not None
    assert said.startswith(f"not text in {named}: 15 of 15 lines (100%)")
    assert said.endswith("perhaps --encoding cp932 (reads '東京の山')")


def test_where_it_is_not_sure_a_few_are_told_for_the_user_to_judge():
    data = "Zoë\nRené\n".encode("latin-1")
    said = reason_to_refuse(Counts(bytes=9, lines=2, damaged=2), 2, Sample(data), "utf-8")
    assert said is not None
    assert "perhaps --encoding cp1252 (reads 'Zoë'), --encoding" in said
    assert said.endswith(": choose the one that reads correctly")


def test_text_of_which_a_part_is_damaged_is_to_be_mended():
    data = ("Zoë\nRené\n" * 20).encode() + b"caf\xe9\n" * 2
    said = reason_to_refuse(Counts(bytes=999, lines=42, damaged=2), 42, Sample(data), "utf-8")
    assert said is not None
    assert said.startswith("2 of 42 lines (4.8%) hold NUL or bytes that are not utf-8")
    assert "iconv -c" in said


def test_escapes_of_japanese_mail_are_not_taken_for_text():
    data = "東京の山\nさくら\n".encode("iso2022_jp")
    assert "--encoding iso2022_jp" in str(
        reason_to_refuse(Counts(bytes=30, lines=2, controls=4), 2, Sample(data), "utf-8")
    )
    assert reason_to_refuse(Counts(bytes=30, lines=2), 2, Sample(data), "ISO-2022-JP") is None


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7\n", "a PDF document; .*pdftotext"),
        (b"PK\x03\x04\x14\0", "a zip file, as .docx"),
        (b"\xfd7zXZ\0\0\x04", "an xz file; .*xz -dc FILE"),
        (b"{\\rtf1\\ansi", "a document in RTF"),
    ],
)
def test_a_file_of_another_kind_is_named_with_what_to_do(head, kind):
    damaged = int(not head.isascii() or b"\0" in head)
    said = reason_to_refuse(Counts(bytes=9, lines=1, damaged=damaged), 1, Sample(head), "utf-8")
    assert re.match(f"is {kind}", str(said))


def test_text_that_begins_as_a_packed_file_does_is_text():
    assert reason_to_refuse(Counts(bytes=9, lines=2), 2, Sample(b"BZh\nPAR1\n"), "utf-8") is None
