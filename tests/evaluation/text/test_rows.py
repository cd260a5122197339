import gzip
import hashlib
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.errors import InputError
from textgan.evaluation.text import rows as module
from textgan.evaluation.text.rows import PADDING, Text, Vocabulary, read

LINES = st.lists(st.text(alphabet=st.characters(), max_size=9), max_size=9)


def rows_of(lines, length, unit="char"):
    text = Text(lines, length)
    vocabulary = Vocabulary([text], unit)
    return vocabulary, vocabulary.rows(text).whole()


@given(texts=st.lists(LINES, min_size=1, max_size=3), length=st.integers(1, 8))
def test_rows_hold_every_character_exactly(texts, length):
    kept = [Text(lines, length) for lines in texts]
    vocabulary = Vocabulary(kept)
    for lines, text in zip(texts, kept, strict=True):
        rows = vocabulary.rows(text).whole()
        assert rows.shape == (len(lines), length)
        assert vocabulary.read(rows) == [tuple(line[:length]) for line in lines]
        for line, row in zip(lines, rows, strict=True):
            assert (row[len(line) :] == PADDING).all()
            assert PADDING not in row[: len(line)]
        assert text.lines() == [line[:length] for line in lines]
    assert len(vocabulary) == 1 + len({c for t in texts for s in t for c in s[:length]})


@given(lines=LINES, unit=st.sampled_from(["byte", "word"]))
def test_rows_hold_every_byte_and_every_word(lines, unit):
    from nltk.tokenize import NLTKWordTokenizer

    vocabulary, rows = rows_of(lines, 9, unit)
    symbols = vocabulary.read(rows)
    if unit == "word":
        assert symbols == [tuple(NLTKWordTokenizer().tokenize(line)) for line in lines]
        return
    values = [[int(s[2:], 16) if len(s) == 4 else ord(s) for s in line] for line in symbols]
    assert [bytes(line) for line in values] == [
        line.encode("utf-8", "surrogatepass") for line in lines
    ]


def test_pieces_make_up_the_line_and_are_fewer_than_its_characters():
    lines = ["the house of the king", "the king of the house", "a house", "kings of old"] * 50
    vocabulary, rows = rows_of(lines, 32, "subword")
    assert ["".join(symbols) for symbols in vocabulary.read(rows)] == lines
    assert vocabulary.width < 21
    assert rows.shape == (200, vocabulary.width)


def test_ids_go_by_the_text_of_the_symbols_and_not_by_when_they_were_met():
    for unit, one, other in (("char", "ba", "ca"), ("word", "b a", "c a")):
        texts = [Text([one], 9), Text([other], 9)]
        found = []
        for order in (texts, texts[::-1]):
            vocabulary = Vocabulary(order, unit)
            found.append((vocabulary.symbols, vocabulary.rows(texts[0]).whole().tolist()))
        assert found[0] == found[1]
        assert found[0][0] == ["", "a", "b", "c"]


def test_nul_and_lone_surrogates_are_characters_like_any_other():
    vocabulary, rows = rows_of(["a\0", "\0", "", "\ud800"], 2)
    assert vocabulary.symbols == ["", "\0", "a", "\ud800"]
    assert rows.tolist() == [[2, 1], [1, 0], [0, 0], [3, 0]]


def test_words_need_no_home():
    subprocess.run(
        [sys.executable, "-c", "import os, pwd; os.environ.pop('HOME', 0); pwd.getpwuid = {}.pop;"
         "from textgan.evaluation.text.rows import Text, Vocabulary;"
         "assert Vocabulary([Text(['a b'], 9)], 'word').symbols == ['', 'a', 'b'];"
         "assert 'HOME' not in os.environ"],
        check=True,
    )  # fmt: skip


@pytest.mark.parametrize("unit", ["char", "byte", "word"])
def test_symbols_of_another_text_are_unknown(unit):
    known = Text(["ab cd", "cd"], 9)
    vocabulary = Vocabulary([known], unit)
    other = vocabulary.rows(Text(["cd ef", "zz cd ef gh ij"], 14)).whole()
    V = vocabulary.unknown
    assert len(vocabulary) == V
    assert other.shape[1] == vocabulary.width
    assert (other == V).any()
    assert vocabulary.rows(known).whole().max() < V
    if unit == "word":
        assert other.tolist() == [[2, V], [V, 2]]  # as wide as the known lines


def test_a_text_is_read_in_blocks_and_cut(monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 3)
    lines = [f"{i:05d}" for i in range(10)]
    text = Text(iter(lines), 4)
    assert [len(block) for block in text] == [3, 3, 3, 1]
    assert text.lines() == [line[:4] for line in lines]
    assert text.line(7) == "0000"
    assert text.take(np.array([0, 4, 9])).lines() == ["0000"] * 3
    whole = Vocabulary([text]).rows(text)
    assert whole.take(np.array([2, 5])).tolist() == whole.whole()[[2, 5]].tolist()


def test_rows_without_some_are_the_others_in_their_order(monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 3)
    text = Text([chr(97 + i) for i in range(10)], 1)
    whole = Vocabulary([text]).rows(text)
    apart = np.array([0, 4, 5, 9])
    rest = whole.without(apart)
    assert len(rest) == 6
    assert rest.whole()[:, 0].tolist() == [2, 3, 4, 7, 8, 9]
    assert [line for block in text.without(apart) for line in block] == list("bcdghi")
    places = rest.places(np.arange(6))
    assert places.tolist() == [1, 2, 3, 6, 7, 8]
    assert whole.take(places).tolist() == rest.whole().tolist()


def test_the_fingerprint_is_that_of_the_cut_lines(monkeypatch):
    lines = ["abc", "d", "", "e\ud800"]
    expected = hashlib.sha256(
        "\n".join(["ab", "d", "", "e\ud800"]).encode("utf-8", "surrogatepass")
    )
    for at_once in (1, 2, 9):
        monkeypatch.setattr(module, "AT_ONCE", at_once)
        assert Text(lines, 2).sha == expected.hexdigest()[:8]
    # SHA-256 of "abc" as published by NIST (FIPS 180-2, appendix B.1)
    assert Text(["abc"], 3).sha == "ba7816bf"


def test_an_unknown_unit_is_refused():
    with pytest.raises(InputError, match="found the unit 'line', expected char, byte"):
        Vocabulary([Text(["a"], 1)], "line")


def test_a_file_is_read_as_it_stands(tmp_path):
    text = " kept \n\n   \ntwice\ntwice\r\ne\u0301 is not composed"
    (tmp_path / "a.txt").write_bytes(text.encode())
    expected = [" kept ", "twice", "twice", "e\u0301 is not composed"]
    assert list(read(tmp_path / "a.txt")) == expected
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(text.encode()))
    assert list(read(tmp_path / "a.txt.gz")) == expected


@pytest.mark.parametrize("content", [b"", b"\n  \n"])
def test_a_file_without_text_is_refused(tmp_path, content):
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(InputError, match="found no text"):
        list(read(tmp_path / "a.txt"))


@pytest.mark.parametrize("content", [bytes(range(256)) * 9, "Zoë\n".encode("latin-1") * 9])
def test_what_is_no_text_is_refused_and_not_judged(content, tmp_path):
    path = tmp_path / "data"
    path.write_bytes(content)
    with pytest.raises(InputError, match="lines are no utf-8 text; name another --encoding"):
        list(read(str(path)))


def test_one_bad_line_in_many_is_judged_as_it_stands(tmp_path):
    path = tmp_path / "data"
    path.write_bytes(b"fine\n" * 200 + b"b\xe4d\n")
    assert list(read(str(path)))[-1] == "b\ufffdd"
