import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpora.errors import InputError
from textgan.evaluation.ngrams.windows import PADDING
from textgan.evaluation.text.lines import Text
from textgan.evaluation.text.vocabulary import Vocabulary

LINES = st.lists(st.text(alphabet=st.characters(), max_size=9), max_size=9)


def rows_of(lines, length, unit="char"):
    text = Text(lines, length)
    vocabulary = Vocabulary([text], unit)
    return vocabulary, vocabulary.rows(text).array()


@settings(max_examples=50)
@given(texts=st.lists(LINES, min_size=1, max_size=3), length=st.integers(1, 8))
def test_rows_hold_every_character_exactly(texts, length):
    kept = [Text(lines, length) for lines in texts]
    vocabulary = Vocabulary(kept)
    for lines, text in zip(texts, kept, strict=True):
        rows = vocabulary.rows(text).array()
        assert rows.shape == (len(lines), length)
        assert vocabulary.read(rows) == [tuple(line[:length]) for line in lines]
        for line, row in zip(lines, rows, strict=True):
            assert (row[len(line) :] == PADDING).all()
            assert PADDING not in row[: len(line)]
        assert text.lines() == [line[:length] for line in lines]
    assert len(vocabulary) == 1 + len({c for t in texts for s in t for c in s[:length]})


@settings(max_examples=40)
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
    for unit, first, second in (("char", "ba", "ca"), ("word", "b a", "c a")):
        texts = [Text([first], 9), Text([second], 9)]
        found = []
        for order in (texts, texts[::-1]):
            vocabulary = Vocabulary(order, unit)
            found.append((vocabulary.symbols, vocabulary.rows(texts[0]).array().tolist()))
        assert found[0] == found[1]
        assert found[0][0] == ["", "a", "b", "c"]


def test_nul_and_lone_surrogates_are_characters_like_any_other():
    vocabulary, rows = rows_of(["a\0", "\0", "", "\ud800"], 2)
    assert vocabulary.symbols == ["", "\0", "a", "\ud800"]
    assert rows.tolist() == [[2, 1], [1, 0], [0, 0], [3, 0]]


def test_words_need_no_home(monkeypatch):
    # As in a container: no HOME, and no user of that number. nltk reads the home as it is imported.
    def nltk(name):
        assert Path.home() == Path("/")
        del module.__getattr__
        module.NLTKWordTokenizer = type(name, (), {"tokenize": lambda self, line: line.split()})
        return module.NLTKWordTokenizer

    module = ModuleType("nltk.tokenize")
    module.__getattr__ = nltk
    monkeypatch.setitem(sys.modules, "nltk", ModuleType("nltk"))
    monkeypatch.setitem(sys.modules, "nltk.tokenize", module)
    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr("pwd.getpwuid", {}.pop)
    assert Vocabulary([Text(["a b"], 9)], "word").symbols == ["", "a", "b"]
    assert "HOME" not in os.environ


@pytest.mark.slow
def test_nltk_itself_needs_no_home():
    subprocess.run(
        [sys.executable, "-c", "import os, pwd; os.environ.pop('HOME', 0); pwd.getpwuid = {}.pop;"
         "from textgan.evaluation.text.lines import Text;"
         "from textgan.evaluation.text.vocabulary import Vocabulary;"
         "assert Vocabulary([Text(['a b'], 9)], 'word').symbols == ['', 'a', 'b'];"
         "assert 'HOME' not in os.environ"],
        check=True,
    )  # fmt: skip


@pytest.mark.parametrize("unit", ["char", "byte", "word"])
def test_symbols_of_another_text_are_unknown(unit):
    known = Text(["ab cd", "cd"], 9)
    vocabulary = Vocabulary([known], unit)
    other = vocabulary.rows(Text(["cd ef", "zz cd ef gh ij"], 14)).array()
    V = vocabulary.unknown
    assert len(vocabulary) == V
    assert other.shape[1] == vocabulary.width
    assert (other == V).any()
    assert vocabulary.rows(known).array().max() < V
    if unit == "word":
        assert other.tolist() == [[2, V], [V, 2]]  # as wide as the known lines


def test_an_unknown_unit_is_refused():
    with pytest.raises(InputError, match="found the unit 'line', expected char, byte"):
        Vocabulary([Text(["a"], 1)], "line")
