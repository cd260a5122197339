"""Rows on disk are .npy files as numpy writes them; any other file is refused in one line."""

import os

import numpy as np
import pytest

from corpora.errors import InputError
from corpora.row_files import RowWriter, open_rows

ROWS = np.arange(12, dtype=np.uint8).reshape(4, 3)


def written(path, rows=ROWS):
    with RowWriter(path, rows.shape[1:], rows.dtype) as file:
        for row in rows:
            file.append(row[None])
    return path


@pytest.mark.parametrize("dtype", ["u1", "u2", "i4"])
@pytest.mark.parametrize("shape", [(12,), (4, 3), (0, 3)])
def test_numpy_reads_what_is_appended_row_by_row(tmp_path, dtype, shape):
    rows = np.arange(12, dtype=dtype)[: int(np.prod(shape))].reshape(shape)
    path = written(tmp_path / "a.npy", rows)
    assert (np.load(path) == rows).all()
    opened = open_rows(path, shape, np.dtype(dtype), 12)
    assert (opened == rows).all()
    assert opened.dtype == np.dtype(dtype)
    assert isinstance(opened, np.memmap) == bool(rows.size)


def test_numbers_below_the_bound_are_checked_in_any_block(tmp_path, monkeypatch):
    path = written(tmp_path / "a.npy")
    for cells in (1, 5, 1 << 20):
        monkeypatch.setattr("corpora.row_files.CELLS", cells)
        assert (open_rows(path, (4, 3), np.dtype("u1"), 12) == ROWS).all()
        with pytest.raises(InputError, match="found id 11, expected ids below 11: it was edited"):
            open_rows(path, (4, 3), np.dtype("u1"), 11)


def test_a_negative_number_is_no_id(tmp_path):
    path = written(tmp_path / "a.npy", np.array([[0, -1]], np.int32))
    with pytest.raises(InputError, match="found id 4294967295"):
        open_rows(path, (1, 2), np.dtype("i4"), 5)


def test_another_shape_or_type_is_named(tmp_path):
    path = written(tmp_path / "a.npy")
    message = r"a.npy: found \(4, 3\) uint8, expected \(4, 4\) uint8 by header.json; encode"
    with pytest.raises(InputError, match=message):
        open_rows(path, (4, 4), np.dtype("u1"), 12)
    with pytest.raises(InputError, match=r"expected \(4, 3\) uint16"):
        open_rows(path, (4, 3), np.dtype("u2"), 12)


def test_a_cut_missing_or_other_file_is_one_line(tmp_path):
    path = written(tmp_path / "a.npy")
    for size in (path.stat().st_size - 1, 20, 0):
        os.truncate(path, size)
        with pytest.raises(InputError, match=r"a.npy: truncated or not a .npy file; encode"):
            open_rows(path, (4, 3), np.dtype("u1"), 12)
    path.unlink()
    with pytest.raises(InputError, match=r"a.npy is missing; encode the corpus again"):
        open_rows(path, (4, 3), np.dtype("u1"), 12)


def test_a_header_that_runs_code_is_only_read(tmp_path):
    path = tmp_path / "a.npy"
    header = b"__import__('os').abort()".ljust(117) + b"\n"
    path.write_bytes(b"\x93NUMPY\x01\x00" + len(header).to_bytes(2, "little") + header)
    with pytest.raises(InputError, match="truncated or not"):
        open_rows(path, (4, 3), np.dtype("u1"), 12)
