"""The encoding of bytes is guessed by how they read; where it is not sure, several are told."""

import random

import pytest

from corpora.inspection.inspect import inspect
from corpora.sniff import Guess, Sample, guess_encoding

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
