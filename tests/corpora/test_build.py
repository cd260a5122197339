"""A text becomes a folder that is whole or not there, and says what was done to it."""

import errno
import gzip
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import corpora
import corpora.build
import corpora.reader
from corpora.errors import InputError

PARTS = ("train", "valid", "test")
NAMES = [f"name {number}" for number in range(400)]


def all_lines(corpus):
    return [line for part in PARTS for line in corpus.lines(part)]


def test_every_line_comes_back_once(tmp_path):
    corpus = corpora.encode(NAMES, tmp_path)
    assert sorted(all_lines(corpus)) == sorted(NAMES)
    assert [len(getattr(corpus, part)) > 0 for part in PARTS] == [True] * 3
    assert corpus.train.shape == (len(corpus.lines("train")), corpus.length)
    assert corpus.train.dtype == corpus.encoder.dtype


@pytest.mark.parametrize("encoder", ["char", "byte", "subword"])
@pytest.mark.parametrize("long", ["cut", "drop", "split"])
def test_equal_rows_never_stand_on_two_sides(tmp_path, encoder, long):
    words = ["red", "green", "blue", "violet", "한국어", "orange"]
    draw = random.Random(0)
    lines = [" ".join(draw.choices(words, k=draw.randint(1, 6))) for _ in range(3000)]
    corpus = corpora.encode(lines, tmp_path, encoder=encoder, long=long, length=12)
    sides = [{tuple(row) for row in getattr(corpus, part).tolist()} for part in PARTS]
    assert all(sides)
    assert not sides[0] & sides[1]
    assert not sides[0] & sides[2]
    assert not sides[1] & sides[2]


def test_a_line_keeps_its_side_when_others_come_or_go(tmp_path):
    few = corpora.encode(NAMES, tmp_path / "few", length=12)
    many = corpora.encode([*NAMES[::-1], *map(str, range(900))], tmp_path / "many", length=12)
    for part in PARTS:
        assert set(few.lines(part)) <= set(many.lines(part))


def test_the_vocabulary_is_that_of_the_training_part_alone(tmp_path):
    # each line has a character of its own: those of held-out lines must be unknown
    lines = [f"line {chr(0x4E00 + number)}" for number in range(300)]
    corpus = corpora.encode(lines, tmp_path)
    trained = set("".join(corpus.lines("train")))
    assert set(corpus.encoder.characters) == trained
    held_out = len(corpus.valid) + len(corpus.test)
    assert held_out > 0
    assert corpus.counts.unknown == held_out
    assert all("\ufffd" in line for line in corpus.lines("valid"))


def test_too_few_rows_to_hold_some_out_are_all_trained_on(tmp_path):
    corpus = corpora.encode(["ab", "ba"], tmp_path)
    assert sorted(corpus.lines("train")) == ["ab", "ba"]
    assert corpus.valid.shape == corpus.test.shape == (0, 4)
    assert corpus.lines("valid") == []
    assert corpus.encoder.characters == "ab"
    assert any("all 2 are trained on" in note for note in corpus.notes())


@given(st.lists(st.text(alphabet="abc ", max_size=6), min_size=1, max_size=60))
@settings(max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_all_rows_are_kept_whatever_the_split(tmp_path, lines):
    worth = [line for line in lines if line.strip()]
    try:
        corpus = corpora.encode(lines, tmp_path, length=6)
    except InputError:
        assert len(set(worth)) < 2
    else:
        assert sorted(all_lines(corpus)) == sorted(worth)
        assert len(set(corpus.lines("train"))) >= 2
        assert (len(corpus.valid) > 0) == (len(corpus.test) > 0)


LONG = ["short", "exactly ten", "a line that is too long", "unbreakableword", "other"]


def test_long_lines_are_cut(tmp_path):
    corpus = corpora.encode(LONG, tmp_path, length=11)
    expected = ["short", "exactly ten", "a line that", "unbreakable", "other"]
    assert sorted(all_lines(corpus)) == sorted(expected)
    assert (corpus.counts.long, corpus.counts.dropped, corpus.counts.rows) == (2, 0, 5)
    assert "2 lines (40.0%) over 11 characters: cut there" in corpus.notes()


def test_long_lines_are_dropped(tmp_path):
    corpus = corpora.encode(LONG, tmp_path, length=11, long="drop")
    assert sorted(all_lines(corpus)) == ["exactly ten", "other", "short"]
    assert (corpus.counts.long, corpus.counts.dropped, corpus.counts.rows) == (2, 2, 3)
    assert "2 lines (40.0%) over 11 characters: left out" in corpus.notes()


def test_long_lines_are_split(tmp_path):
    corpus = corpora.encode(LONG, tmp_path, length=11, long="split")
    expected = [
        "short",
        "exactly ten",
        "a line that",
        "is too long",
        "unbreakable",
        "word",
        "other",
    ]
    assert sorted(all_lines(corpus)) == sorted(expected)
    assert (corpus.counts.long, corpus.counts.dropped, corpus.counts.rows) == (2, 0, 7)
    assert "2 lines (40.0%) over 11 characters: split at word boundaries" in corpus.notes()


def test_lengths_are_in_the_units_of_the_encoder(tmp_path):
    lines = ["한국어", "abcd", "abcdefgh", "abcdefghi"]  # 9, 4, 8 and 9 bytes
    corpus = corpora.encode(lines, tmp_path, encoder="byte", length=8, long="drop")
    assert all_lines(corpus) == ["abcd", "abcdefgh"]
    assert corpus.counts.dropped == 2


def test_lines_are_measured_in_pieces_when_rows_are_pieces(tmp_path):
    names = corpora.bundled()["us-baby-names"].read_text(encoding="utf-8").split()[:2000]
    corpus = corpora.encode(names, tmp_path, encoder="subword", length=4, long="drop")
    short = [name for name in names if len(corpus.encoder.encode(name)) <= 4]
    assert 0 < len(short) < len(names)
    assert any(len(name) > 4 for name in short)
    assert sorted(all_lines(corpus)) == sorted(short)
    assert corpus.counts.long == corpus.counts.dropped == len(names) - len(short)


def test_names_need_sixteen_characters(tmp_path):
    corpus = corpora.encode("us-baby-names", tmp_path)
    assert (corpus.length, corpus.source) == (16, "us-baby-names")
    assert corpus.encoder.size == 52 + 2
    assert sum(len(getattr(corpus, part)) for part in PARTS) == 104_819
    assert corpora.encode("us-baby-names", tmp_path, length=32).length == 32


def test_characters_beyond_the_vocabulary_are_counted_and_said(tmp_path):
    corpus = corpora.encode(["aaab", "aaac", "aaba"], tmp_path, max_vocabulary=1)
    assert corpus.encoder.characters == "a"
    assert (corpus.counts.unknown, corpus.counts.symbols) == (3, 12)
    assert any("3 characters (25.0%) outside the vocabulary" in note for note in corpus.notes())


def test_what_was_done_to_the_text_is_said(tmp_path):
    path = tmp_path / "messy.txt"
    good = b"".join(b"line %d\n" % number for number in range(500))
    path.write_bytes(b"\xef\xbb\xbf" + good + b"\nbell\x07\r\nbad \xff\nZoe\xcc\x88")
    said = "; ".join(corpora.encode(path, tmp_path / "c").notes())
    for note in (
        "504 lines read",
        "byte order mark removed",
        "1 line ended in a carriage return",
        "1 blank line skipped",
        "1 control character removed",
        "1 undecodable sequence of bytes",
        "1 line brought to Unicode form NFC",
    ):
        assert note in said


def test_the_hash_is_of_the_text_packed_or_not(tmp_path):
    data = "\n".join(NAMES).encode()
    (tmp_path / "a.txt").write_bytes(data)
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(data))
    for name in ("a.txt", "a.txt.gz"):
        corpus = corpora.encode(tmp_path / name, tmp_path / "c")
        assert corpus.sha256 == hashlib.sha256(data).hexdigest()
        assert corpus.source == "a"


@pytest.mark.parametrize("encoder", ["char", "byte", "subword"])
@pytest.mark.parametrize("long", ["cut", "split"])
def test_small_blocks_make_the_same_corpus(tmp_path, small_blocks, encoder, long):
    path = tmp_path / "text.txt"
    lines = [f"Zoë {n} 한국 {n * n} end\r\n" for n in range(200)]
    path.write_bytes("".join(lines).encode())
    options = {"encoder": encoder, "long": long, "length": 8}
    whole = corpora.encode(path, tmp_path / "whole", **options)
    small_blocks(7, 24)
    parts = corpora.encode(path, tmp_path / "parts", **options)
    assert parts.counts == whole.counts
    assert parts.encoder.signature == whole.encoder.signature
    for part in PARTS:
        assert (getattr(parts, part) == getattr(whole, part)).all()


BAD = {
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


@pytest.mark.parametrize("kind", BAD)
def test_bad_text_is_refused_in_one_line_and_nothing_is_left(tmp_path, kind):
    data, message = BAD[kind]
    path = tmp_path / "bad.txt"
    path.write_bytes(data)
    with pytest.raises(InputError) as caught:
        corpora.encode(path, tmp_path / "new" / "folder")
    assert message in str(caught.value)
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert [entry.name for entry in tmp_path.iterdir()] == ["bad.txt"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"length": 3}, "length 3"),
        ({"length": 2.5}, "length 2.5"),
        ({"long": "keep"}, "expected cut, drop, split"),
        ({"encoder": "word"}, "expected char, byte, subword"),
        ({"max_vocabulary": 0}, "max_vocabulary 0"),
        ({"encoding": "utf-99"}, "unknown encoding"),
        ({"columns": "csv"}, "expected text, labels, pairs"),
        ({"columns": "pairs", "long": "split"}, "would not belong together: choose cut or drop"),
    ],
)
def test_impossible_choices_are_refused(tmp_path, options, message):
    with pytest.raises(InputError, match=message):
        corpora.encode(NAMES, tmp_path / "c", **options)
    assert not list(tmp_path.iterdir())


def test_dropping_all_lines_is_told(tmp_path):
    with pytest.raises(InputError, match=r"0 rows; .*2 lines are over T = 4, --long split"):
        corpora.encode(["too long", "also long"], tmp_path / "c", length=4, long="drop")


def test_another_encoding_makes_the_same_rows(tmp_path):
    path = tmp_path / "latin.txt"
    path.write_bytes("Zoë\nRené\nAnna\n".encode("latin-1"))
    corpus = corpora.encode(path, tmp_path / "c", encoding="latin-1")
    assert sorted(all_lines(corpus)) == ["Anna", "René", "Zoë"]


@pytest.mark.parametrize("stop", [KeyboardInterrupt, MemoryError])
def test_an_interruption_leaves_the_old_corpus_or_nothing(tmp_path, monkeypatch, stop):
    corpora.encode(NAMES, tmp_path / "old")
    before = {path.name: path.read_bytes() for path in (tmp_path / "old").iterdir()}

    def interrupted(*args, **kwargs):
        raise stop

    monkeypatch.setattr(corpora.build, "_symbols", interrupted)
    for folder in ("old", "new"):
        with pytest.raises(stop):
            corpora.encode(["other", "lines"], tmp_path / folder)
    assert [path.name for path in tmp_path.iterdir()] == ["old"]
    assert {path.name: path.read_bytes() for path in (tmp_path / "old").iterdir()} == before


def test_a_folder_that_cannot_be_written_to_is_told(as_nobody):
    (as_nobody / "file").write_text("x")
    with pytest.raises(InputError, match="cannot be written to"):
        corpora.encode(NAMES, as_nobody / "file")
    locked = as_nobody / "locked"
    locked.mkdir(mode=0o500)
    with pytest.raises(InputError, match="cannot be written to"):
        corpora.encode(NAMES, locked / "c")
    assert not list(locked.iterdir())


def test_encoding_again_with_another_encoder_leaves_no_old_model(tmp_path):
    corpora.encode(NAMES, tmp_path, encoder="subword")
    corpus = corpora.encode(NAMES, tmp_path)
    assert corpus.encoder.name == "char"
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "encoder.json",
        "header.json",
        "test.npy",
        "train.npy",
        "valid.npy",
    ]


def test_memory_does_not_grow_with_the_file(tmp_path, small_blocks):
    small_blocks(1 << 16, 1 << 16)
    peaks = []
    for count in (20_000, 200_000):
        path = tmp_path / "text.txt"
        path.write_text("".join(f"sample number {n}\n" for n in range(count)))
        tracemalloc.start()
        corpora.encode(path, tmp_path / "c")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.05 * peaks[0]


def test_a_line_without_end_is_read_in_flat_memory(tmp_path, monkeypatch, small_blocks):
    small_blocks(1 << 12, 1 << 12)
    monkeypatch.setattr(corpora.reader, "LONGEST", 1 << 12)
    words = [f"{n:06}" for n in range(100_000)]
    path = tmp_path / "text.txt"
    path.write_text(" ".join(words))
    tracemalloc.start()
    corpus = corpora.encode(path, tmp_path / "c", long="split", length=8)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert sorted(line.strip() for line in all_lines(corpus)) == words
    assert peak < 40e6


def test_reading_text_loads_no_torch():
    code = (
        "import sys, corpora, corpora.inspection.inspect; "
        "print('torch' in sys.modules, 'rich' in sys.modules)"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.split() == ["False", "False"]


def test_what_a_killed_process_left_of_its_encoding_is_removed(tmp_path):
    left = tmp_path / ".encoding-rows.0123abcd.unfinished"
    left.mkdir()
    (left / "tidy").touch()
    corpora.encode(["ab", "cd", "ef"], tmp_path)
    assert not left.exists()


def test_a_full_temporary_folder_is_told_with_what_to_do(tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("corpora.build.RowWriter.append", full)
    (tmp_path / "text").write_text("ab\ncd\nef\n")
    with pytest.raises(InputError, match=r"written to \(No space left on device\); set TMPDIR"):
        corpora.encode(tmp_path / "text", tmp_path / "corpus")
    monkeypatch.setattr(tempfile, "tempdir", "/elsewhere")
    with pytest.raises(InputError, match=r"written to \(No space left on device\)$"):
        corpora.encode(tmp_path / "text", tmp_path / "corpus")
    assert [path.name for path in tmp_path.iterdir()] == ["text"]


def edit(header, **changes):
    content = json.loads(header.read_text())
    content.update(changes)
    header.write_text(json.dumps(content))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"format": 2}, "format 2; this version reads 1"),
        ({"length": 12}, "expected"),
        ({"length": "16"}, "length is missing or no int"),
        ({"sizes": {"train": 1}}, "three natural numbers"),
        ({"sizes": {"train": -1, "valid": 2, "test": 3}}, "three natural numbers"),
        ({"encoder": "char:9:000000"}, "the encoder is char:"),
        ({"long": "keep"}, "long is 'keep'"),
        ({"counts": {}}, "counts"),
        ({"sha256": None}, "sha256 is missing"),
        ({"columns": "csv"}, "columns is 'csv'"),
        ({"columns": "labels"}, "labels are not different names"),
        ({"labels": ["a"]}, "labels are not different names"),
        ({"columns": "pairs"}, r"train.given.npy: missing"),
    ],
)
def test_an_edited_header_is_one_clear_line(tmp_path, changes, message):
    corpora.encode(NAMES, tmp_path)
    edit(tmp_path / "header.json", **changes)
    with pytest.raises(InputError, match=message):
        corpora.open_corpus(tmp_path)


@pytest.mark.parametrize("name", ["header.json", "encoder.json", "train.npy", "valid.npy"])
def test_a_cut_or_missing_file_is_one_clear_line(tmp_path, name):
    corpora.encode(NAMES, tmp_path)
    path = tmp_path / name
    for size in (path.stat().st_size - 3, 20, 0):
        os.truncate(path, size)
        with pytest.raises(InputError, match=name):
            corpora.open_corpus(tmp_path)
    path.unlink()
    with pytest.raises(InputError, match=f"{name}: missing"):
        corpora.open_corpus(tmp_path)


def test_rows_of_another_corpus_are_noticed(tmp_path):
    corpora.encode(NAMES, tmp_path)
    np.save(tmp_path / "train.npy", np.zeros((3, 16), np.uint8))
    with pytest.raises(InputError, match=r"found \(3, 16\)"):
        corpora.open_corpus(tmp_path)


def test_a_folder_without_a_corpus_is_told(tmp_path):
    with pytest.raises(InputError, match=r"header.json is missing"):
        corpora.open_corpus(tmp_path)


def test_an_opened_corpus_is_the_one_that_was_written(tmp_path):
    written = corpora.encode(NAMES, tmp_path, length=20, long="drop")
    opened = corpora.open_corpus(str(tmp_path))
    assert opened.notes() == written.notes()
    assert opened.encoder.signature == written.encoder.signature
    assert isinstance(opened.train, np.memmap)
    assert opened.lines("train", 5, 9) == written.lines("train")[5:9]
    with pytest.raises(ValueError, match="part 'all'"):
        opened.lines("all")


PINNED = {  # as they were before lines could have columns
    "encoder.json": "72723d1519b2f5a805f0d9d63aa41c6d6c6b15b30b49226ca6a0e9fa652bc007",
    "test.npy": "dcd35c95ca9aae8516b87ad7aa06b5e8f867faa2c2c51450411f369539ce0b2e",
    "train.npy": "221ad76dcd7af257094261546c189ce4872472e263445a41bb5a32ba146cb426",
    "valid.npy": "e4b2b4cded927da7bcdb53c0312bebf0f0e74b56093ebd6854733b2c5d85cf08",
}


def test_the_files_of_plain_text_are_pinned(tmp_path):
    corpus = corpora.encode(NAMES, tmp_path)
    assert (corpus.columns, corpus.labels, corpus.condition("train")) == ("text", (), None)
    for name, digest in PINNED.items():
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest


def test_a_corpus_from_before_lines_had_columns_opens(tmp_path):
    written = corpora.encode(NAMES, tmp_path)
    header = json.loads((tmp_path / "header.json").read_text())
    for name in ("columns", "labels"):
        del header[name]
    for name in ("unparted", "lacking", "untrained"):
        del header["counts"][name]
    (tmp_path / "header.json").write_text(json.dumps(header))
    opened = corpora.open_corpus(tmp_path)
    assert opened.notes() == written.notes()
    assert (opened.columns, opened.condition("valid"), opened.counts) == (
        "text",
        None,
        written.counts,
    )
    del header["counts"]["rows"]
    (tmp_path / "header.json").write_text(json.dumps(header))
    with pytest.raises(InputError, match="counts"):
        corpora.open_corpus(tmp_path)


def test_short_subword_rows_with_few_beginnings_are_split_by_their_whole_lines(tmp_path):
    lines = [f"password{number:04}" for number in range(2000)]
    corpus = corpora.encode(lines, tmp_path / "corpus", encoder="subword", length=4)
    assert 60 < len(corpus.valid) < 140
    assert 60 < len(corpus.test) < 140
