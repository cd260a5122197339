"""One pass reads the text: what cannot be used is refused, and memory does not grow."""

import random
import tracemalloc

import pytest

import corpora
import corpora.build
import corpora.reader
from corpora.errors import InputError
from tests.corpora.texts import all_lines

BAD_TEXT = {
    "empty": (b"", "the file is empty"),
    "one line": (b"Anna\n", "one row; expected at least two that differ"),
    "one repeated": (b"Anna\n" * 99, "all 99 rows are the same; expected at least two"),
    "the same when cut": (b"x" * 40 + b"1\n" + b"x" * 40 + b"2\n", "--long split"),
    "blank": (b"\n \n\t\n", "all 3 lines are blank"),
    "binary": (random.Random(0).randbytes(9000), "looks like a binary file"),
    "zeros": (bytes(9000), "looks like a binary file"),
    "utf-16": ("Zoë\nBob\n".encode("utf-16"), "--encoding utf-16"),
    "utf-16 unmarked": ("Anna\nBob\nCarl\n".encode("utf-16-le"), "--encoding utf-16-le"),
    "latin-1": ("Zoë\nRené\nAnna Maria\n".encode("latin-1"), "perhaps --encoding cp1252"),
}


@pytest.mark.parametrize("kind", BAD_TEXT)
def test_bad_text_is_refused_in_one_line_and_nothing_is_left(tmp_path, kind):
    data, message = BAD_TEXT[kind]
    path = tmp_path / "bad.txt"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        corpora.encode(path, tmp_path / "new" / "folder")
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [entry.name for entry in tmp_path.iterdir()] == ["bad.txt"]


def test_another_encoding_makes_the_same_rows(tmp_path):
    path = tmp_path / "latin.txt"
    path.write_bytes("Zoë\nRené\nAnna\n".encode("latin-1"))
    corpus = corpora.encode(path, tmp_path / "c", encoding="latin-1")
    assert sorted(all_lines(corpus)) == ["Anna", "René", "Zoë"]


def test_a_line_without_end_is_read_in_flat_memory(tmp_path, monkeypatch, small_blocks):
    # the line is 70 kB, its words are 500 kB of Python objects
    small_blocks(1 << 10, 1 << 10)
    monkeypatch.setattr(corpora.reader, "LONGEST", 1 << 10)
    words = [f"{n:06}" for n in range(10_000)]
    path = tmp_path / "text.txt"
    path.write_text(" ".join(words))
    tracemalloc.start()
    corpus = corpora.encode(path, tmp_path / "c", encoder="byte", long="split", length=8)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sorted(line.strip() for line in all_lines(corpus)) == words
    assert peak < 4e5


@pytest.mark.parametrize("encoder", ["char", "byte"])
def test_a_length_is_enough_for_nearly_all_sources_and_targets(tmp_path, encoder):
    # four of 1,000 sources are long, and four other targets: 0.4% of either, under 0.5%
    lines = [
        f"{number}{'s' * 20 * (number < 4)}\t{number}{'t' * 20 * (number > 995)}"
        for number in range(1000)
    ]
    corpus = corpora.encode(lines, tmp_path, encoder=encoder, columns="pairs")
    assert (corpus.length, corpus.counts.long) == (4, 8)
    lines[4:6] = [f"{number}{'s' * 20}\tx" for number in (4, 5)]
    assert corpora.encode(lines, tmp_path, encoder=encoder, columns="pairs").length == 32


BAD_COLUMNS = {
    "no TAB in any": ("labels", [" Anna", "Bert"], r"of 2 lines .* \(the first is ' Anna'\)"),
    "no TAB in pairs": ("pairs", ["Anna", "Bert"], "or leave out --pairs to take the lines as"),
    "two TABs": ("pairs", ["a\tb\tc", "", "d\te\tf"], "expected source<TAB>target"),
    "no label": ("labels", ["\ta", "\tb"], "expected label<TAB>text"),
    "all labels differ": ("labels", [f"{n}\tx" for n in range(1001)], "1,001 different labels in"),
    "equal": ("labels", ["a\tx", "b\tx"], "all 2 rows are the same"),
    "too long": ("pairs", ["a\tlong line", "b\tlong text"], "T = 4, a greater --length would keep"),
}


@pytest.mark.parametrize("kind", BAD_COLUMNS)
def test_what_has_no_columns_is_refused_in_one_line_and_nothing_is_left(tmp_path, kind):
    columns, lines, message = BAD_COLUMNS[kind]
    with pytest.raises(InputError, match=message) as caught:
        corpora.encode(lines, tmp_path / "c", columns=columns, length=4, long="drop")
    assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


def test_another_encoding_is_named_before_too_many_labels(tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes("".join(f"café {n}\tla mère\n" for n in range(2000)).encode("latin-1"))
    with pytest.raises(InputError, match="perhaps --encoding cp1252"):
        corpora.encode(path, tmp_path / "c", columns="labels")


def test_a_text_that_is_blank_once_cut_is_a_row_as_in_plain_text(tmp_path):
    texts = ["a", "b", f"{' ' * 99}x"]
    plain = corpora.encode(texts, tmp_path, length=4)
    corpus = corpora.encode([f"l\t{text}" for text in texts], tmp_path, length=4, columns="labels")
    assert corpus.lines("train") == plain.lines("train") == ["a", "b", "    "]
