import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from textgan.evaluation.metrics import diversity as variety
from textgan.evaluation.metrics.diversity import (
    distinct,
    lengths,
    lengths_of_both,
    matches,
    symbols,
    unique,
    within,
)

ROWS = arrays(np.uint8, st.tuples(st.integers(1, 12), st.just(4)), elements=st.integers(0, 2))


def padded(*lines, width=4):
    """Ids of lines, a = 1."""
    rows = np.zeros((len(lines), width), dtype=np.uint8)
    for row, line in zip(rows, lines, strict=True):
        row[: len(line)] = [ord(c) - 96 for c in line]
    return rows


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

    monkeypatch.setattr(variety._Lines, "_hash", blind)
    rows = np.array([[1, 2, 0], [3, 3, 0]])
    text = np.array([[2, 1, 0], [1, 2, 1], [3, 3, 0]])
    assert within(rows, [text]).tolist() == [False, True]


def test_hashes_that_collide_are_drawn_anew(monkeypatch):
    drawn = []
    hashed = variety._Lines._hash

    def blind_at_first(self, rows):
        if not any(words is self._words for words in drawn):
            drawn.append(self._words)
        return hashed(self, rows) if len(drawn) > 2 else np.zeros(len(rows), dtype=np.uint64)

    monkeypatch.setattr(variety._Lines, "_hash", blind_at_first)
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
    monkeypatch.setattr(variety, "CELLS", 13)
    assert within(rows, [text[:7], text[7:]]).tolist() == whole.tolist()
    assert shares == (lengths(text), symbols(rows, [text[:7], text[7:]], 3, ["", "a", "b"]))


def test_distinct_ngrams_are_counted_in_the_text_alone():
    rows = padded("abab", "ab", "")
    assert distinct(rows, 1) == 2 / 6  # a and b
    assert distinct(rows, 2) == 2 / 4  # ab three times, ba once
    assert distinct(rows, 3) == 2 / 2  # aba, bab
    assert distinct(rows, 5) is None
    assert distinct(padded("", ""), 1) is None


def test_a_line_ends_before_its_first_padding():
    rows = np.array([[1, 2, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0], [2, 0, 1, 0]])
    assert lengths(rows) == (1 / 4, 1 / 4, 1 / 4, 0, 1 / 4)
    both = lengths_of_both(rows[:1], [rows[:2], rows[2:]])
    assert both.samples == (0, 0, 1, 0, 0)
    assert both.real == lengths(rows)


def test_symbols_are_ranked_by_the_training_text_the_end_last():
    training = padded("bbb", "bac", width=3), padded("a", width=3)
    found = symbols(padded("ab", "d", width=3), training, 5, ["", "a", "b", "c", "d"])
    # Training: b 4, a 2, c 1, and 2 places behind the end of "a"; d, not in it, is not shown.
    assert found.symbols == ("b", "a", "c", "")
    assert found.real == pytest.approx((4 / 9, 2 / 9, 1 / 9, 2 / 9))
    assert found.samples == pytest.approx((1 / 6, 1 / 6, 0, 3 / 6))
    expected = [(2 / 3, 1 / 3, 1 / 3), (1 / 3, 1 / 3, 0), (0, 0, 1 / 3), (0, 1 / 3, 1 / 3)]
    assert [list(at) for at in found.real_at] == [pytest.approx(at) for at in expected]
    assert found.samples_at == ((0, 1 / 2, 0), (1 / 2, 0, 0), (0, 0, 0), (0, 1 / 2, 1))


def test_at_most_24_symbols_are_shown_and_equals_by_id():
    names = ["", *map(chr, range(97, 97 + 30))]
    rows = np.arange(1, 31)[:, None]
    assert symbols(rows, [rows], 31, names).symbols == tuple(names[1:25])
    rows = np.concatenate([rows, [[30]], [[0]]])
    found = symbols(rows, [rows], 31, names)
    assert found.symbols == (names[30], *names[1:23], "")
    assert found.real[0] == 2 / 32
    with pytest.raises(ValueError, match="found 31 names of symbols, expected 30"):
        symbols(rows, [rows], 30, names)
    with pytest.raises(ValueError, match="found id 30, expected 0 to 29"):
        symbols(rows, [rows], 30, names[:30])


def test_matches_are_the_distinct_held_out_lines_among_the_first_guesses():
    held_out = padded("a", "b", "a", "c", "d")  # four lines
    guesses = ["x", "a", *["y"] * 7, "b", "a", "c"]  # a is second, b tenth, c twelfth
    twins = padded("d", "b", "b")
    found = matches(padded(*guesses), held_out, twins)
    assert found.guesses == (10, 12)
    assert found.samples == (2 / 4, 3 / 4)
    assert found.real == (2 / 4, 2 / 4)
    assert matches(padded(*guesses[:9]), held_out, twins).guesses == (9,)
    assert matches(padded(*guesses[:9]), held_out, twins).samples == (1 / 4,)
    assert matches(padded(*guesses[:10]), held_out, twins).guesses == (10,)


@given(samples=ROWS, held_out=ROWS, twins=ROWS)
def test_matches_are_those_of_sets(samples, held_out, twins):
    found = matches(np.tile(samples, (10, 1)), held_out, twins)
    wanted = set(map(tuple, held_out.tolist()))
    for k, ours, real in zip(found.guesses, found.samples, found.real, strict=True):
        first = set(map(tuple, np.tile(samples, (10, 1))[:k].tolist()))
        assert ours == len(wanted & first) / len(wanted)
        assert real == len(wanted & set(map(tuple, twins[:k].tolist()))) / len(wanted)
    assert found.guesses[-1] == 10 * len(samples)


def test_no_lines_and_other_widths_are_refused():
    rows = padded("a")
    with pytest.raises(ValueError, match="found no lines"):
        unique(rows[:0])
    with pytest.raises(ValueError, match="found no lines"):
        lengths(rows[:0])
    with pytest.raises(ValueError, match="found no lines"):
        symbols(rows, [rows[:0]], 2, ["", "a"])
    with pytest.raises(ValueError, match="0 held-out lines"):
        matches(rows, rows[:0], rows)
    with pytest.raises(ValueError, match="found rows of 3 ids, expected 4"):
        within(rows, [rows[:, :3]])
    with pytest.raises(ValueError, match="found rows of 3 ids, expected 4"):
        lengths_of_both(rows, [rows[:, :3]])
    with pytest.raises(ValueError, match="expected integer"):
        within(rows.astype(float), [rows])
