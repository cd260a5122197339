from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from textgan.evaluation.text.spool import Spool

PIECES = [
    np.arange(12, dtype=np.uint32).reshape(4, 3),
    np.array([[300, 1, 2]], dtype=np.uint32),
    np.array([[1 << 20, 1, 2], [3, 4, 5]], dtype=np.uint32),
]


@pytest.fixture
def spool():
    spool = Spool(3)
    for piece in PIECES:
        spool.append(piece)
        spool.append(piece[:0])
    return spool


def test_pieces_can_be_read_again_and_again(spool):
    for _ in range(2):
        assert [piece.tolist() for piece in spool] == [piece.tolist() for piece in PIECES]
    assert [start for start, _ in spool.pieces()] == [0, 4, 5]
    assert len(spool) == 7
    assert not list(Spool(3))


def test_each_piece_takes_the_smallest_type_that_holds_it(spool):
    assert [piece.dtype for piece in spool] == [np.uint8, np.uint16, np.uint32]


def test_rows_at_places_across_pieces(spool):
    whole = np.concatenate(PIECES)
    for places in ([], [0], [3, 4, 5], [1, 6], range(7)):
        at = np.array(places, dtype=np.intp)
        found = [row for piece in spool.rows_at(at) for row in piece.tolist()]
        assert found == whole[at].tolist()


def test_columns_of_0_at_the_end_are_not_kept(tmp_path, monkeypatch):
    file = (tmp_path / "spool").open("w+b")
    monkeypatch.setattr("textgan.evaluation.text.spool.temporary_file", lambda: file)
    spool = Spool(100_000)
    spool.append(np.array([[1, 0, 0, 0], [0, 2, 0, 0]], dtype=np.uint32))
    spool.append(np.zeros((1, 4), dtype=np.uint32))
    assert [piece.tolist() for piece in spool] == [[[1, 0], [0, 2]], [[0]]]
    assert (tmp_path / "spool").stat().st_size == 2 * 2 + 1
    assert spool.used == 2


def test_two_may_read_at_once(spool):
    first, second = spool.pieces(), spool.pieces()
    next(first)
    assert [start for start, _ in second] == [0, 4, 5]
    assert next(first)[1].tolist() == PIECES[1].tolist()
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda _: sum(int(p.sum()) for p in spool), range(200)))
    assert set(found) == {sum(int(piece.sum()) for piece in PIECES)}


def test_the_file_vanishes_with_its_owner(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    spool = Spool(3)
    spool.append(PIECES[0])
    assert next(iter(spool)).tolist() == PIECES[0].tolist()
    del spool
    assert not list(tmp_path.iterdir())
