"""An encoded corpus describes itself; a damaged one is refused in one line."""

import json
import os

import numpy as np
import pytest

import corpora
import corpora.build
import corpora.reader
from corpora.errors import InputError
from tests.corpora.texts import NAMES, labelled_lines, paired_lines


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
        ({"encoder": "a\nb\x1b"}, r"made with 'a\\nb\\x1b'; encode"),
        ({"long": "keep"}, "long is 'keep'"),
        ({"counts": {}}, "counts"),
        ({"sha256": None}, "sha256 is missing"),
        ({"columns": "csv"}, "columns is 'csv'"),
        ({"columns": "labels"}, "labels are not different names"),
        ({"labels": ["a"]}, "labels are not different names"),
        ({"columns": "pairs"}, r"train.given.npy is missing"),
    ],
)
def test_an_edited_header_is_one_clear_line(tmp_path, changes, message):
    corpora.encode(NAMES, tmp_path)
    edit(tmp_path / "header.json", **changes)
    with pytest.raises(InputError, match=message) as error:
        corpora.open_corpus(tmp_path)
    assert str(error.value).isprintable()


@pytest.mark.parametrize("name", ["header.json", "encoder.json", "train.npy", "valid.npy"])
def test_a_cut_or_missing_file_is_one_clear_line(tmp_path, name):
    corpora.encode(NAMES, tmp_path)
    path = tmp_path / name
    for size in (path.stat().st_size - 3, 20, 0):
        os.truncate(path, size)
        with pytest.raises(InputError, match=name):
            corpora.open_corpus(tmp_path)
    path.unlink()
    with pytest.raises(InputError, match=f"{name} is missing"):
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


def test_sources_are_memory_mapped_like_rows(tmp_path):
    corpus = corpora.encode(paired_lines(), tmp_path, columns="pairs")
    condition = corpora.open_corpus(tmp_path).condition("train")
    assert isinstance(condition, np.memmap)
    assert (condition.shape, condition.dtype) == (corpus.train.shape, corpus.train.dtype)
    with pytest.raises(ValueError, match="part 'all'"):
        corpus.condition("all")


@pytest.mark.parametrize("columns", ["labels", "pairs"])
def test_a_cut_missing_or_edited_file_is_one_clear_line(tmp_path, columns):
    lines = list(labelled_lines(600) if columns == "labels" else paired_lines(600))
    corpus = corpora.encode(lines, tmp_path, columns=columns)
    path = tmp_path / "valid.given.npy"
    condition = np.load(path)
    bound = len(corpus.labels) if columns == "labels" else corpus.encoder.size
    condition.flat[-1] = bound
    np.save(path, condition)
    with pytest.raises(InputError, match=f"found id {bound}, expected ids below {bound}"):
        corpora.open_corpus(tmp_path)
    np.save(path, condition[1:])
    with pytest.raises(InputError, match=r"valid.given.npy: found \("):
        corpora.open_corpus(tmp_path)
    np.save(path, condition)
    os.truncate(path, path.stat().st_size - 1)
    with pytest.raises(InputError, match=r"valid.given.npy: truncated"):
        corpora.open_corpus(tmp_path)
    path.unlink()
    with pytest.raises(InputError, match=r"valid.given.npy is missing"):
        corpora.open_corpus(tmp_path)


@pytest.mark.parametrize(("encoder", "said"), [("char", "2 characters"), ("byte", "256 bytes")])
def test_padding_and_the_unknown_are_no_symbols_of_the_vocabulary(tmp_path, encoder, said):
    corpus = corpora.encode(["ab", "ba", "aa"], tmp_path, encoder=encoder)
    assert any(f"{said} in the vocabulary" in note for note in corpus.notes())
