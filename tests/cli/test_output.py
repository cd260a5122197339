"""`-o FILE`: whole or not at all, whoever else writes to the same name."""

from pathlib import Path

import pytest

from cli.output import output
from corpora.errors import InputError


def test_two_commands_that_write_one_file_leave_the_whole_text_of_the_later(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with output(path) as (first, _):
        first.write("1\n" * 9)
        with output(path) as (second, _):
            second.write("2\n" * 5)
        first.write("1\n")
    assert path.read_text() == "1\n" * 10
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_is_one_line_that_names_it(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "no" / "a.txt"):
        with pytest.raises(InputError, match=f"cannot write {path}: "), output(path):
            pass
