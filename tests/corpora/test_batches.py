"""A batch is a pure function of (seed, step, update, global row)."""

import numpy as np
import pytest

from corpora.batches import batch_indices, batch_rows
from corpora.errors import InputError

ROWS = np.arange(1000, dtype=np.uint16)[:, None] * np.ones(3, np.uint16)


def draw(seed=0, step=0, update=0, rows=ROWS, batch_size=64, **share):
    return batch_rows(rows, seed=seed, step=step, update=update, batch_size=batch_size, **share)


def test_the_same_coordinates_give_the_same_batch():
    assert (draw(3, 5, 1) == draw(3, 5, 1)).all()


@pytest.mark.parametrize("other", [(1, 0, 0), (0, 1, 0), (0, 0, 1), (-1, 0, 0), (2**70, 0, 0)])
def test_other_coordinates_give_another_batch(other):
    assert (draw(0, 0, 0) != draw(*other)).any()


def test_the_indices_are_those_of_the_rows():
    # row i of ROWS is i: drawing rows and drawing indices are the same draw
    share = {"batch_size": 64, "first": 5, "count": 20}
    indices = batch_indices(len(ROWS), seed=3, step=7, update=2, **share)
    assert indices.dtype == np.int64
    assert (batch_rows(ROWS, seed=3, step=7, update=2, **share)[:, 0] == indices).all()


def test_the_draw_is_pinned():
    # by which runs are resumed: these rows of the batch, whatever else changes
    drawn = batch_indices(1000, seed=3, step=7, update=2, batch_size=5)
    assert drawn.tolist() == [452, 196, 999, 960, 226]


def test_workers_take_slices_of_the_same_batch():
    whole = draw(batch_size=10)
    parts = [
        draw(batch_size=10, first=first, count=count) for first, count in ((0, 4), (4, 3), (7, 3))
    ]
    assert (np.concatenate(parts) == whole).all()
    assert (draw(batch_size=10, first=4) == whole[4:]).all()


def test_a_share_outside_of_the_batch_is_a_mistake():
    for share in ({"first": -1}, {"first": 60, "count": 5}, {"first": 65}):
        with pytest.raises(ValueError, match="batch of 64"):
            draw(**share)


def test_a_corpus_smaller_than_a_batch_is_drawn_with_replacement():
    assert sorted(set(draw(rows=ROWS[:2])[:, 0].tolist())) == [0, 1]


def test_every_row_comes_up_equally_often():
    rows = np.arange(10)[:, None]
    drawn = np.concatenate([draw(step=step, rows=rows)[:, 0] for step in range(500)])
    counts = np.bincount(drawn, minlength=10)
    expected = 500 * 64 / 10
    chi_square = ((counts - expected) ** 2 / expected).sum()
    assert chi_square < 27.9  # 9 degrees of freedom, p = 0.001


def test_no_rows_are_refused():
    with pytest.raises(InputError, match="no rows"):
        draw(rows=ROWS[:0])
