"""Results line by line; test_signals has what a signal does to them."""

import pytest

from cli.lines import write_lines


def test_fields_are_written_with_tabs_between_and_lines_are_counted(tmp_path):
    assert write_lines(tmp_path / "out", [("a", "b"), ("c", "")], "writing") == 2
    assert (tmp_path / "out").read_text() == "a\tb\nc\t\n"


def test_an_error_leaves_no_file(tmp_path):
    def lines():
        yield ("a",)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        write_lines(tmp_path / "out", lines(), "writing")
    assert not list(tmp_path.iterdir())
