"""Lines are split into their columns; those that lack one are left out and counted."""

import pytest

import corpora
from corpora.columns import parse_columns, split_columns
from tests.corpora.texts import all_conditions

LABELLED = [
    *(f"city\ttown {number}" for number in range(40)),
    "  river \tElbe\tand more",
    "no column",
    "neither",
    " \tno label",
    "no text\t ",
    "",
    "\t",
    *(f"river\tstream {number}" for number in range(40)),
]


def test_lines_that_lack_a_column_are_left_out_and_counted(tmp_path):
    corpus = corpora.encode(LABELLED, tmp_path, columns="labels")
    rows = sorted(all_conditions(corpus))
    assert len(rows) == corpus.counts.rows == 81
    assert ("river", "Elbe\tand more") in rows
    counts = corpus.counts
    assert (counts.lines, counts.blank, counts.without_tab, counts.blank_column) == (87, 2, 2, 2)
    assert counts.usable == 81
    assert "2 lines (2.4%) left out: without a TAB" in corpus.notes()
    assert "2 lines (2.4%) left out: with an empty label or no text" in corpus.notes()


def test_pairs_have_exactly_two_columns(tmp_path):
    lines = [*(f"{n}\t{n * n}" for n in range(200)), "a\tb\tc", "none", "x\t ", "\ty", "é\te\u0301"]
    corpus = corpora.encode(lines, tmp_path, columns="pairs")
    rows = sorted(all_conditions(corpus))
    assert len(rows) == 201
    assert (corpus.counts.without_tab, corpus.counts.blank_column) == (2, 2)
    assert corpus.counts.normalised == 1
    assert "2 lines (1.0%) left out: without exactly one TAB" in corpus.notes()
    assert "2 lines (1.0%) left out: with a blank source or target" in corpus.notes()
    assert any(note.startswith("split by content of the source: ") for note in corpus.notes())


@pytest.mark.parametrize("columns", ["labels", "pairs"])
def test_columns_that_were_joined_are_split_again(columns):
    lines = ["a\tb", "label\ttext \tand more", "x\t y"]
    block, counts = parse_columns(columns, lines)
    assert split_columns(columns, block.join_columns()) == block
    assert len(block.lines) + counts.without_tab + counts.blank_column == 3
