"""Temporary files: they vanish, and a full disk is an error that says what to do."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from corpora.errors import UnwritableError
from corpora.temporary import temporary_file, temporary_folder


def test_a_file_is_read_as_it_was_written() -> None:
    with temporary_file() as file:
        file.write(b"text")
        file.seek(0)
        assert file.read() == b"text"


def test_a_full_disk_is_an_error_with_what_to_do(
    full_disk: Callable[[], AbstractContextManager[None]],
) -> None:
    with full_disk(), temporary_file() as file:
        file.write(b"x" * 1000)
        with pytest.raises(
            UnwritableError, match=r"temporary file in .+File too large.+set TMPDIR"
        ):
            file.flush()


def test_a_folder_vanishes_with_all_that_is_in_it() -> None:
    with temporary_folder() as folder:
        (folder / "a").mkdir()
        (folder / "a" / "b").write_text("x")
    assert not folder.exists()


def test_a_folder_that_cannot_be_made_is_an_error_with_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "absent"))
    with pytest.raises(UnwritableError, match=r"set TMPDIR"), temporary_folder():
        pass
