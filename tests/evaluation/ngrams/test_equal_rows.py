import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from tests.evaluation.rows import padded
from textgan.evaluation.metrics.diversity import unique
from textgan.evaluation.metrics.shape import lengths, symbols
from textgan.evaluation.ngrams import equal_rows
from textgan.evaluation.ngrams.equal_rows import within

ROWS = arrays(np.uint8, st.tuples(st.integers(1, 12), st.just(4)), elements=st.integers(0, 2))


@given(rows=ROWS, pieces=st.lists(ROWS, max_size=3))
def test_a_row_is_within_text_where_a_set_holds_it(rows, pieces):
    known = {tuple(row) for piece in pieces for row in piece.tolist()}
    assert within(rows, pieces).tolist() == [tuple(row) in known for row in rows.tolist()]
    assert unique(rows) == len(set(map(tuple, rows.tolist()))) / len(rows)


def test_rows_of_other_integers_are_the_same_rows():
    rows = np.array([[1, 300], [7, 0], [1, 300]])
    assert within(rows, [rows[1:2].astype(np.uint16)]).tolist() == [False, True, False]
    assert within(rows[:0], [rows]).tolist() == []


def test_colliding_hashes_change_nothing(monkeypatch):
    # Words that see the first two symbols only, and the sum of those: (1, 2) collides with (2, 1).
    def blind(self, rows):
        return rows[:, :2].sum(axis=1).astype(np.uint64)

    monkeypatch.setattr(equal_rows.DistinctRows, "_hash", blind)
    rows = np.array([[1, 2, 0], [3, 3, 0]])
    text = np.array([[2, 1, 0], [1, 2, 1], [3, 3, 0]])
    assert within(rows, [text]).tolist() == [False, True]


def test_hashes_that_collide_are_drawn_anew(monkeypatch):
    drawn = []
    hashed = equal_rows.DistinctRows._hash

    def blind_at_first(self, rows):
        if not any(words is self._words for words in drawn):
            drawn.append(self._words)
        return hashed(self, rows) if len(drawn) > 2 else np.zeros(len(rows), dtype=np.uint64)

    monkeypatch.setattr(equal_rows.DistinctRows, "_hash", blind_at_first)
    rows = padded("ab", "ba", "ab", "b")
    assert unique(rows) == 3 / 4
    assert len(drawn) == 3
    assert within(rows, [rows[3:]]).tolist() == [False, False, False, True]


def test_pieces_of_any_size_give_the_same(monkeypatch):
    rng = np.random.default_rng(0)
    rows, text = rng.integers(0, 3, (40, 5)), rng.integers(0, 3, (90, 5))
    whole = within(rows, [text])
    assert 0 < whole.sum() < 40
    shares = lengths(text), symbols(rows, [text], 3, ["", "a", "b"])
    monkeypatch.setattr(equal_rows, "CELLS", 13)
    assert within(rows, [text[:7], text[7:]]).tolist() == whole.tolist()
    assert shares == (lengths(text), symbols(rows, [text[:7], text[7:]], 3, ["", "a", "b"]))


def test_other_widths_and_what_is_no_id_are_refused():
    rows = padded("a")
    with pytest.raises(ValueError, match="found rows of 3 ids, expected 4"):
        within(rows, [rows[:, :3]])
    with pytest.raises(ValueError, match="expected integer"):
        within(rows.astype(float), [rows])
