"""Lines of a text: cut, kept on disk, and read in blocks."""

import hashlib

import numpy as np

from textgan.evaluation.text import lines as module
from textgan.evaluation.text.lines import Text, blocks
from textgan.evaluation.text.vocabulary import Vocabulary


def test_a_text_is_read_in_blocks_and_cut(monkeypatch):
    monkeypatch.setattr(module, "BLOCK_LINES", 3)
    lines = [f"{i:05d}" for i in range(10)]
    text = Text(iter(lines), 4)
    assert [len(block) for block in text] == [3, 3, 3, 1]
    assert text.lines() == [line[:4] for line in lines]
    assert text.line(7) == "0000"
    assert text.take(np.array([0, 4, 9])).lines() == ["0000"] * 3
    every = Vocabulary([text]).rows(text)
    assert every.take(np.array([2, 5])).tolist() == every.array()[[2, 5]].tolist()


def test_rows_without_some_are_the_others_in_their_order(monkeypatch):
    monkeypatch.setattr(module, "BLOCK_LINES", 3)
    text = Text([chr(97 + i) for i in range(10)], 1)
    every = Vocabulary([text]).rows(text)
    apart = np.array([0, 4, 5, 9])
    rest = every.without(apart)
    assert len(rest) == 6
    assert rest.array()[:, 0].tolist() == [2, 3, 4, 7, 8, 9]
    assert [line for block in text.without(apart) for line in block] == list("bcdghi")
    places = rest.places(np.arange(6))
    assert places.tolist() == [1, 2, 3, 6, 7, 8]
    assert every.take(places).tolist() == rest.array().tolist()


def test_the_fingerprint_is_that_of_the_cut_lines(monkeypatch):
    lines = ["abc", "d", "", "e\ud800"]
    expected = hashlib.sha256(
        "\n".join(["ab", "d", "", "e\ud800"]).encode("utf-8", "surrogatepass")
    )
    for at_once in (1, 2, 9):
        monkeypatch.setattr(module, "BLOCK_LINES", at_once)
        assert Text(lines, 2).sha == expected.hexdigest()[:8]
    # SHA-256 of "abc" as published by NIST (FIPS 180-2, appendix B.1)
    assert Text(["abc"], 3).sha == "ba7816bf"


def test_a_text_is_read_in_blocks_bounded_by_its_longest_line(monkeypatch):
    monkeypatch.setattr(module, "BLOCK_CELLS", 100)
    lines = ["a"] * 60 + ["b" * 70, "c" * 20, "d" * 500, *"efg"]
    cut = Text(lines, 90)
    assert [len(block) for block in cut] == [60, 1, 1, 1, 3]
    assert cut.lines() == [line[:90] for line in lines]


def test_blocks_are_bounded_by_lines_symbols_and_characters():
    lines = ["a"] * 5 + ["bbbb"] * 3 + ["c" * 9, "d"]

    def sizes(length=4, lines_at_most=99, cells=99, **bounds):
        found = list(
            blocks(iter(lines), length, lines_at_most=lines_at_most, cells=cells, **bounds)
        )
        assert [line for block in found for line in block] == lines
        return [len(block) for block in found]

    assert sizes() == [10]
    assert sizes(lines_at_most=4) == [4, 4, 2]
    assert sizes(cells=8) == [5, 2, 2, 1]  # 1 · 5, 4 · 2, 4 · 2 of the cut line, 1
    assert sizes(characters=9) == [6, 2, 1, 1]
    assert sizes(cells=1) == [1] * 10
