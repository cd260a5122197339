"""The log of a run: what is left after a crash, and what is refused."""

import pytest

from corpora.errors import InputError
from textgan.runs.log import Log, read_log


def test_a_log_line_cut_short_by_a_crash_is_left_out(tmp_path):
    path = tmp_path / "stats.jsonl"
    path.write_text(
        '{"step": 1, "seconds": 1}\n{"step": 2, "seconds": 2, "provisional": true}\n'
        '{"step": 3, "seconds": 3}\n{"st'
    )
    assert [line["step"] for line in read_log(path)] == [1, 2, 3]
    before = path.read_bytes()
    log = Log(path, 2)
    assert path.read_bytes() == before  # until the run goes on
    log.cut()
    assert path.read_text() == '{"step": 1, "seconds": 1}\n'


def test_a_log_damaged_inside_is_refused(tmp_path):
    path = tmp_path / "stats.jsonl"
    path.write_text('{"step": 1, "seconds": 1}\nnonsense\n{"step": 3, "seconds": 3}\n')
    with pytest.raises(InputError, match="line 2"):
        read_log(path)
