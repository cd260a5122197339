"""`stats.jsonl`: lines are appended, and a damaged line is refused unless a crash explains it."""

import pytest

from corpora.errors import InputError
from textgan.runs.log import Log, read_log


def test_lines_come_back_as_they_were_written(tmp_path):
    log = Log(tmp_path / "stats.jsonl")
    lines = [
        {"step": 1, "seconds": 0.5, "text": "é"},
        {"step": 2, "seconds": 1.0, "scores": {"choice": 0.25}},
    ]
    for line in lines:
        log.write(line)
    assert read_log(log.path) == lines
    assert Log(log.path, 1).kept == lines[:1]


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


@pytest.mark.parametrize(
    "line",
    [
        '{"step": 1}', '{"step": "1", "seconds": 1}', '{"step": 1, "seconds": 1e17}', "[1]",
        '{"step": 1, "seconds": 1, "scores": 3}', '{"step": 1, "seconds": 1, "scores": {}}',
        '{"step": 1, "seconds": 1, "text": "%s"}' % ("x" * (1 << 20)),
    ],
)  # fmt: skip
def test_a_line_without_its_numbers_or_too_long_is_damaged(line, tmp_path):
    path = tmp_path / "stats.jsonl"
    path.write_text(line + '\n{"step": 3, "seconds": 3}\n')
    with pytest.raises(InputError, match="line 1 is damaged"):
        read_log(path)


def test_a_log_that_is_a_link_is_neither_read_nor_written(tmp_path):
    (tmp_path / "other").write_text("precious")
    (tmp_path / "stats.jsonl").symlink_to(tmp_path / "other")
    with pytest.raises(InputError, match="is a link"):
        read_log(tmp_path / "stats.jsonl")
    log = object.__new__(Log)
    log.path = tmp_path / "stats.jsonl"
    with pytest.raises(OSError, match=r"stats\.jsonl"):
        log.write({"step": 1, "seconds": 1})
    assert (tmp_path / "other").read_text() == "precious"
