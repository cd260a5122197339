"""The doctor describes any text, says what training would do, and suggests what suits it."""

import errno
import io
import json
import pathlib
import random
import tracemalloc

import pytest

import corpora.inspection.distinct_counter
import corpora.inspection.inspector
from corpora.errors import InputError
from corpora.inspection import inspect
from corpora.reader import read_blocks
from corpora.sources import open_source


def write(tmp_path, data):
    path = tmp_path / "text.txt"
    path.write_bytes(data)
    return str(path)


def test_a_healthy_text_has_no_problems():
    found = inspect("us-baby-names")
    assert found.refused is None
    assert found.problems == found.suggestions == []
    assert (found.length, found.vocabulary, found.over_length) == (16, 54, 0)
    assert (found.kept, found.distinct_lines, found.distinct_rows) == (104_819,) * 3
    assert found.lengths == {"shortest": 2, "median": 6, "95%": 9, "99.5%": 11, "longest": 15}
    assert sum(number for _, _, number in found.histogram) == found.kept


def test_lengths_copies_and_line_ends_of_a_text_worked_by_hand(tmp_path):
    # 4 lines of 2, 2, 5 and 9 characters, one of them twice, one blank
    found = inspect(write(tmp_path, b"\xef\xbb\xbfab\r\nab\nabcde\r\n\nabcdefghi"))
    assert (found.kept, found.distinct_lines) == (4, 3)
    assert (found.counts.crlf, found.counts.bom, found.counts.unended) == (2, 1, 1)
    assert found.histogram == [(1, 4, 2), (5, 8, 1), (9, 16, 1)]
    assert (found.lengths["shortest"], found.lengths["longest"]) == (2, 9)
    assert found.lengths["median"] == 2
    assert (found.characters, found.distinct_characters) == (18, 9)
    assert any("only 4 lines" in problem for problem in found.problems)
    assert any("1 lines (25.0%) are copies" in problem for problem in found.problems)


def test_rows_that_are_copies_only_after_cutting_are_told(tmp_path):
    text = "".join(f"{'x' * 40}{n}\ny{n}\n" for n in range(2000)).encode()
    found = inspect(write(tmp_path, text))
    assert (found.distinct_lines, found.distinct_rows) == (4000, 2001)
    assert any("copies once cut at 32" in problem for problem in found.problems)
    assert any("--length 48" in line for line in found.suggestions)
    assert any("--long split" in line for line in found.suggestions)


def test_rare_characters_are_named(tmp_path):
    text = ("a" * 999 + "\n") * 999 + "e\u200d\u0301\n"
    found = inspect(write(tmp_path, text.encode()))
    assert [(c.shown, c.code, c.name, c.count) for c in found.rarest] == [
        ("e", "U+0065", "LATIN SMALL LETTER E", 1),
        ("", "U+0301", "COMBINING ACUTE ACCENT", 1),
        ("", "U+200D", "ZERO WIDTH JOINER", 1),
    ]


def test_a_small_vocabulary_is_answered_with_a_larger_or_bytes(tmp_path):
    found = inspect("tang-poems")
    assert found.unknown is not None
    assert 0.2 < found.unknown < 0.3
    assert any("--max-vocabulary 5732" in line for line in found.suggestions)
    assert any("--encoder byte" in line for line in found.suggestions)
    assert inspect(["床前明月光", "疑是地上霜"] * 9, encoder="byte").unknown == 0


@pytest.mark.parametrize(
    ("data", "reason", "kept"),
    [
        (b"", "the file is empty", 0),
        (b"Anna\n", "one row", 1),
        (b"Anna\nAnna\n", "all 2 rows are the same", 2),
        (b" \n\n", "all 2 lines are blank", 0),
        ("Zoë\nRené\n".encode("latin-1"), "not text in utf-8", 2),
        (random.Random(0).randbytes(9000), "looks like a binary file", None),
    ],
)
def test_a_text_that_training_refuses_is_described_with_the_reason(tmp_path, data, reason, kept):
    found = inspect(write(tmp_path, data))
    assert found.refused is not None
    assert found.refused.startswith(reason)
    assert reason in found.problems[0]
    assert found.counts.bytes == len(data)
    assert kept is None or found.kept == kept
    json.dumps(found.to_plain())


def test_the_right_encoding_is_suggested(tmp_path):
    found = inspect(write(tmp_path, "Zoë\nRené\n".encode("latin-1")))
    assert "--encoding cp1252, which fits the bytes: 'Zoë'" in found.suggestions


def test_what_cannot_be_read_is_an_error(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        inspect(str(tmp_path / "none.txt"))
    with pytest.raises(InputError, match="unknown encoding"):
        inspect("us-baby-names", encoding="utf-99")


def test_characters_that_do_not_show_are_named_with_what_to_do(tmp_path):
    lines = ["plain"] * 90 + ["a\u200bb"] * 7 + ["a\u00a0b\u00a0"] * 3
    found = inspect(write(tmp_path, "\n".join(lines).encode()))
    assert [(c.code, c.name, c.count) for c in found.hidden] == [
        ("U+200B", "ZERO WIDTH SPACE", 7),
        ("U+00A0", "NO-BREAK SPACE", 3),
    ]
    (problem,) = (line for line in found.problems if "do not show" in line)
    assert problem.startswith("10 lines (10.0%) hold")
    assert problem.endswith("U+200B ZERO WIDTH SPACE in 7, U+00A0 NO-BREAK SPACE in 3")
    (advice,) = (line for line in found.suggestions if "remove them" in line)
    command = r"perl -CSD -pe 's/[\x{A0}]/ /g; s/[\x{200B}]//g' FILE > clean.txt"
    assert advice.endswith(command)
    assert any("10 lines (10.0%) with invisible characters" in note for note in found.notes)


@pytest.mark.parametrize("name", ["french-communes", "sotu-1983-2021", "emoji-names"])
def test_nothing_is_invisible_in_corpora_of_several_scripts(name):
    with open_source(name) as file:
        blocks = list(read_blocks(file))
    assert sum(counts.invisible for _, counts in blocks) == 0
    assert inspect(blocks[0][0][:500]).hidden == []


def test_the_text_is_read_once_and_progress_is_said(tmp_path, monkeypatch):
    said, read = [], []

    class Counted(io.BytesIO):
        def read(self, size=-1):
            data = super().read(size)
            read.append(len(data))
            return data

    path = write(tmp_path, "".join(f"sample {n}\n" for n in range(5000)).encode())
    file = Counted(pathlib.Path(path).read_bytes())
    monkeypatch.setattr(corpora.inspection.inspector, "open_source", lambda *_: file)
    inspect(path, progress=lambda *values: said.append(values))
    assert sum(read) == pathlib.Path(path).stat().st_size
    stages = dict.fromkeys(what for what, _ in said)
    assert list(stages) == ["reading", "learning symbols", "encoding", "counting rows"]
    for what in stages:
        portions = [portion for name, portion in said if name == what]
        assert portions == sorted(portions)
        assert 0 < portions[0] <= portions[-1] == 1


def test_memory_does_not_grow_with_the_text(tmp_path, small_blocks, monkeypatch):
    # 18,000 more lines would be over 1 MB of Python objects; counts of code points are 9 MB
    small_blocks(1 << 13, 1 << 13)
    monkeypatch.setattr(
        corpora.inspection.distinct_counter.DistinctCounter.__init__, "__defaults__", (1 << 10,)
    )
    monkeypatch.setattr(corpora.inspection.distinct_counter, "MAX_PENDING", 1 << 10)
    monkeypatch.setattr(corpora.inspection.inspector, "CELLS", 1 << 13)
    peaks = []
    for count in (2_000, 20_000):
        path = write(tmp_path, "".join(f"sample number {n}\n" for n in range(count)).encode())
        tracemalloc.start()
        inspect(path, encoder="byte")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.05 * peaks[0]


def test_of_a_refused_text_all_is_described(tmp_path, small_blocks):
    small_blocks(1 << 10, 1 << 10)
    data = "Zoë\n".encode("latin-1") * 2000 + b"plain\n" * 1000
    found = inspect(write(tmp_path, data))
    assert found.refused is not None
    assert found.refused.startswith("not text in utf-8: 2,000 of 3,000 lines")
    assert (found.kept, found.counts.bytes) == (3000, len(data))
    many = "".join(f"{n}\ttext\n" for n in range(3000)).encode()
    found = inspect(write(tmp_path, many), columns="labels")
    assert "different labels in the first" in str(found.refused)
    assert (found.kept, found.counts.bytes) == (3000, len(many))


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    inspect(["a", "b", "c"])
    assert not list(tmp_path.iterdir())


def test_a_full_temporary_folder_is_no_fault_of_the_text(monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("corpora.build.RowWriter.append", full)
    with pytest.raises(InputError, match=r"written to \(No space left on device\); set TMPDIR"):
        inspect(["ab", "cd", "ef"])
    monkeypatch.setattr("tempfile.mkdtemp", full)
    with pytest.raises(InputError, match=r"temporary file .*No space left on device.*set TMPDIR"):
        inspect(["ab", "cd", "ef"])


def test_the_doctor_tells_rare_labels_and_lines_left_out():
    lines = [f"{'ab'[n % 2]}\ttext {n}" for n in range(1500)]
    found = inspect(
        [*lines, *(f"c\tother {n}" for n in range(5)), *["no column"] * 30], columns="labels"
    )
    assert found.settings.columns == "labels"
    assert set(found.labels) == {"a", "b", "c"}
    assert sum(found.labels.values()) == found.rows["train"]
    assert (found.kept, found.distinct_lines, found.distinct_rows) == (1505,) * 3
    assert (found.lengths["shortest"], found.lengths["longest"]) == (6, 9)
    assert any("1 of 3 labels have under 100 rows to train on; 'c'" in p for p in found.problems)
    assert any("30 lines (2.0%) lack one of their columns" in p for p in found.problems)
    assert any(note.startswith("3 labels, with ") for note in found.notes)


def test_one_text_under_two_labels_is_no_copy():
    lines = [f"{label}\ttext {n}" for n in range(700) for label in "ab"]
    found = inspect(lines, columns="labels")
    assert (found.distinct_lines, found.distinct_rows) == (1400, 1400)
    assert found.problems == []


def test_the_doctor_measures_both_sides_of_a_pair():
    # lines of 1 + 9 and 12 + 1 characters: their lengths are 9 and 12
    lines = [f"{n % 10}\ttext {n:04}" for n in range(1000)] + [
        f"long {n:07}\tx" for n in range(1000)
    ]
    found = inspect(lines, columns="pairs", length=10)
    assert found.histogram == [(1, 4, 0), (5, 8, 0), (9, 16, 2000)]
    assert found.characters == 10 * 1000 + 13 * 1000
    assert found.over_length == 0.5
    assert not any("--long split" in suggestion for suggestion in found.suggestions)


def test_the_doctor_says_why_text_without_columns_is_refused():
    found = inspect("us-baby-names", columns="pairs")
    assert found.refused.startswith("none of 104,819 lines has two columns (the first is 'James')")
    assert (found.kept, found.labels) == (0, {})
