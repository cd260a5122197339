"""The doctor describes any text, says what training would do, and suggests what suits it."""

import json
import random

import pytest

from corpora.errors import InputError
from corpora.inspect import inspect


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
    assert inspect("tang-poems", encoder="byte").unknown == 0


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
    assert "--encoding cp1252, as its bytes look" in found.suggestions


def test_what_cannot_be_read_is_an_error(tmp_path):
    with pytest.raises(InputError, match="no such file"):
        inspect(str(tmp_path / "none.txt"))
    with pytest.raises(InputError, match="unknown encoding"):
        inspect("us-baby-names", encoding="utf-99")


def test_nothing_is_left_behind(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    inspect(["a", "b", "c"])
    assert not list(tmp_path.iterdir())
