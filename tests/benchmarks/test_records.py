"""Results are appended, and what a killed process left of a line is dropped."""

import pytest

from benchmarks import records
from corpora.errors import InputError


def test_records_come_back_in_their_order_and_a_missing_file_has_none(tmp_path):
    path = tmp_path / "results" / "x.jsonl"
    assert records.read(path) == []
    for number in range(3):
        records.append(path, {"n": number, "text": "ä\u2028b"})
    assert records.read(path) == [{"n": number, "text": "ä\u2028b"} for number in range(3)]


def test_a_line_that_was_cut_short_is_left_out_and_the_next_stands_alone(tmp_path):
    path = tmp_path / "x.jsonl"
    path.write_text('{"n":0}\n{"n":')
    assert records.read(path) == [{"n": 0}]
    with records.locked(path):
        records.append(path, {"n": 1})
    assert path.read_text() == '{"n":0}\n{"n":1}\n'


@pytest.mark.parametrize("line", ["{", "3", "[1]"])
def test_any_other_line_that_is_no_object_is_named(tmp_path, line):
    path = tmp_path / "x.jsonl"
    path.write_text(f'{{"n":0}}\n{line}\n{{"n":1}}\n')
    with pytest.raises(InputError, match="line 2: found no JSON object"):
        records.read(path)


def test_a_second_writer_is_refused(tmp_path):
    path = tmp_path / "x.jsonl"
    with (
        records.locked(path),
        pytest.raises(InputError, match="in use by another process"),
        records.locked(path),
    ):
        pass
    with records.locked(path):
        pass
