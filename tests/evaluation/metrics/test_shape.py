import numpy as np
import pytest

from tests.evaluation.rows import padded
from textgan.evaluation.metrics.shape import lengths, lengths_of_both, symbols
from textgan.evaluation.ngrams.windows import ends


def test_a_line_ends_before_its_first_padding():
    rows = np.array([[1, 2, 0, 0], [1, 1, 1, 1], [0, 0, 0, 0], [2, 0, 1, 0]])
    assert ends(rows).tolist() == [2, 4, 0, 1]
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


def test_no_lines_and_other_widths_are_refused():
    rows = padded("a")
    with pytest.raises(ValueError, match="found no lines"):
        lengths(rows[:0])
    with pytest.raises(ValueError, match="found no lines"):
        symbols(rows, [rows[:0]], 2, ["", "a"])
    with pytest.raises(ValueError, match="found rows of 3 ids, expected 4"):
        lengths_of_both(rows, [rows[:, :3]])
