"""What is taken over is what encoding anew would give, byte by byte, or nothing is taken over."""

import errno
import gzip
import hashlib
import json
import os
import shutil

import pytest

import corpora
import corpora.build
import corpora.reuse
from corpora.errors import UnreadableError
from corpora.registry import ENCODERS as REGISTRY
from corpora.reuse import VERSION, made_by
from tests.corpora.texts import ENCODERS, NAMES, labelled_lines, paired_lines

TEXTS = {"text": NAMES, "labels": list(labelled_lines(900)), "pairs": list(paired_lines(900))}


def contents(folder):
    """Name -> bytes of all files, subfolders not expected."""
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def written(tmp_path):
    """A file of names."""
    path = tmp_path / "names.txt"
    path.write_text("".join(f"{name}\n" for name in NAMES))
    return path


@pytest.fixture
def cleanings(monkeypatch):
    """A list with an entry for each text that was read to be encoded."""
    done = []
    clean_file = corpora.build.clean_file
    monkeypatch.setattr(
        corpora.build, "clean_file", lambda *a, **k: (done.append(1), clean_file(*a, **k))[1]
    )
    return done


@pytest.mark.parametrize("columns", TEXTS)
@pytest.mark.parametrize("encoder", ENCODERS)
@pytest.mark.parametrize("options", [{}, {"length": 12, "long": "drop", "max_vocabulary": 300}])
def test_what_is_taken_over_equals_what_is_encoded_anew(
    tmp_path, cleanings, encoder, columns, options
):
    path = tmp_path / "lines.txt"
    path.write_text("".join(f"{line}\n" for line in TEXTS[columns]))
    options = {"encoder": encoder, "columns": columns, **options}
    corpora.encode(path, tmp_path / "old", **options)
    anew = corpora.encode(path, tmp_path / "anew", **options)
    assert anew.taken_from is None
    assert len(cleanings) == 2
    taken = corpora.encode(path, tmp_path / "taken", earlier=[tmp_path / "old"], **options)
    assert taken.taken_from == tmp_path / "old"
    assert len(cleanings) == 2  # the text was not encoded
    assert contents(tmp_path / "taken") == contents(tmp_path / "anew")
    assert taken.notes() == anew.notes()


def test_one_text_by_several_ways_is_one_text_and_keeps_its_own_name(tmp_path, written):
    corpora.encode(written, tmp_path / "old")
    packed = tmp_path / "packed.txt.gz"
    packed.write_bytes(gzip.compress(written.read_bytes()))
    for source, name in ((packed, "packed"), (NAMES, "lines")):
        corpus = corpora.encode(source, tmp_path / name, earlier=[tmp_path / "old"])
        assert corpus.taken_from == tmp_path / "old"
        assert corpus.source == name
        assert corpus.sha256 == hashlib.sha256(written.read_bytes()).hexdigest()


CHANGES = {
    "encoder": "byte",
    "length": 16,  # as the text chose: given is another setting
    "long": "drop",
    "max_vocabulary": 511,
    "encoding": "latin-1",
    "normalise": False,
}


@pytest.mark.parametrize("name", CHANGES)
def test_another_setting_is_not_taken_over(tmp_path, written, name):
    old = corpora.encode(written, tmp_path / "old")
    assert old.length == 8 or name != "length"
    corpus = corpora.encode(
        written, tmp_path / "new", earlier=[old.folder], **{name: CHANGES[name]}
    )
    assert corpus.taken_from is None
    again = corpora.encode(
        written, tmp_path / "again", earlier=[old.folder, corpus.folder], **{name: CHANGES[name]}
    )
    assert again.taken_from == corpus.folder


def test_a_length_that_was_given_is_not_taken_for_one_that_the_text_chose(tmp_path, written):
    old = corpora.encode(written, tmp_path / "old", length=8)
    new = corpora.encode(written, tmp_path / "new", earlier=[old.folder])
    assert (new.length, new.taken_from) == (8, None)


def test_other_columns_are_not_taken_over(tmp_path):
    lines = list(paired_lines(300))
    old = corpora.encode(lines, tmp_path / "old")
    for columns in ("labels", "pairs"):
        assert (
            corpora.encode(lines, tmp_path / columns, columns=columns, earlier=[old.folder])
        ).taken_from is None


def test_a_text_with_one_other_byte_is_not_taken_over(tmp_path, written):
    old = corpora.encode(written, tmp_path / "old")
    data = bytearray(written.read_bytes())
    data[0] ^= 1
    written.write_bytes(data)
    assert corpora.encode(written, tmp_path / "new", earlier=[old.folder]).taken_from is None


def test_a_text_of_another_size_is_not_read_for_its_hash(tmp_path, written, monkeypatch):
    old = corpora.encode(written, tmp_path / "old")
    written.write_text(written.read_text() + "one more\n")
    monkeypatch.delattr(corpora.reuse, "title_of")  # which only the hash of a text needs
    assert corpora.encode(written, tmp_path / "new", earlier=[old.folder]).taken_from is None


@pytest.mark.parametrize("made", ["", "corpora 0, Unicode 1.0.0", None])
def test_what_other_code_made_is_not_taken_over(tmp_path, written, made):
    old = corpora.encode(written, tmp_path / "old")
    header = json.loads((old.folder / "header.json").read_text())
    header["made_by"] = made
    if made is None:
        del header["made_by"], header["digests"]  # as before these were written
    (old.folder / "header.json").write_text(json.dumps(header))
    assert corpora.open_corpus(old.folder).lines("test") == old.lines("test")
    assert corpora.encode(written, tmp_path / "new", earlier=[old.folder]).taken_from is None


def flip_an_id(folder):
    path = folder / "train.npy"
    data = bytearray(path.read_bytes())
    data[-8] = 2  # an id that there is: the file opens as before
    path.write_bytes(data)
    corpora.open_corpus(folder)


def edit_the_sizes(folder):
    header = json.loads((folder / "header.json").read_text())
    header["sizes"]["train"] += 1
    (folder / "header.json").write_text(json.dumps(header))


DAMAGE = {
    "other sizes": edit_the_sizes,
    "another id": flip_an_id,
    "a row less": lambda folder: os.truncate(
        folder / "valid.npy", (folder / "valid.npy").stat().st_size - 8
    ),
    "no rows": lambda folder: (folder / "test.npy").unlink(),
    "no header": lambda folder: (folder / "header.json").unlink(),
    "half a header": lambda folder: os.truncate(folder / "header.json", 200),
    "no encoder": lambda folder: (folder / "encoder.json").unlink(),
    "another encoder": lambda folder: (folder / "encoder.json").write_text(
        (folder / "encoder.json").read_text().replace("am", "ma")
    ),
    "a link": lambda folder: (
        (folder / "train.npy").rename(folder.parent / "elsewhere.npy"),
        (folder / "train.npy").symlink_to(folder.parent / "elsewhere.npy"),
    ),
    "a pipe": lambda folder: ((folder / "train.npy").unlink(), os.mkfifo(folder / "train.npy")),
    "no folder": shutil.rmtree,
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_corpus_is_passed_over(tmp_path, written, cleanings, damage):
    anew = contents(corpora.encode(written, tmp_path / "anew").folder)
    for name in ("damaged", "whole"):
        corpora.encode(written, tmp_path / name)
    DAMAGE[damage](tmp_path / "damaged")
    del cleanings[:]
    for earlier, taken in ((["damaged", "whole"], tmp_path / "whole"), (["damaged"], None)):
        corpus = corpora.encode(
            written, tmp_path / "new", earlier=[tmp_path / name for name in earlier]
        )
        assert corpus.taken_from == taken
        assert contents(tmp_path / "new") == anew
    assert len(cleanings) == 1


def test_a_linked_folder_is_passed_over(tmp_path, written):
    corpora.encode(written, tmp_path / "old")
    (tmp_path / "link").symlink_to(tmp_path / "old")
    assert (
        corpora.encode(written, tmp_path / "new", earlier=[tmp_path / "link"])
    ).taken_from is None


def test_files_are_linked_and_each_corpus_can_be_deleted(tmp_path, written):
    old = corpora.encode(written, tmp_path / "old")
    new = corpora.encode(written, tmp_path / "new", earlier=[old.folder])
    for name in ("train.npy", "encoder.json"):
        assert (new.folder / name).samefile(old.folder / name)
    assert not (new.folder / "header.json").samefile(old.folder / "header.json")
    lines = new.lines("train")
    shutil.rmtree(old.folder)
    assert corpora.open_corpus(new.folder).lines("train") == lines


def test_encoding_into_a_folder_changes_no_corpus_that_shares_its_files(tmp_path, written):
    old = corpora.encode(written, tmp_path / "old")
    corpora.encode(written, tmp_path / "new", earlier=[old.folder])
    before = contents(old.folder)
    corpora.encode(["other", "lines"], tmp_path / "new")
    assert contents(old.folder) == before


@pytest.mark.parametrize("code", [errno.EXDEV, errno.EPERM, errno.EMLINK])
def test_files_are_copied_where_they_cannot_be_linked(tmp_path, written, monkeypatch, code):
    def link(*_arguments, **_options):
        raise OSError(code, os.strerror(code))

    old = corpora.encode(written, tmp_path / "old")
    monkeypatch.setattr(corpora.reuse.os, "link", link)
    new = corpora.encode(written, tmp_path / "new", earlier=[old.folder])
    assert new.taken_from == old.folder
    assert contents(new.folder) == contents(old.folder)
    assert not (new.folder / "train.npy").samefile(old.folder / "train.npy")


def test_files_of_other_users_are_not_taken_over(tmp_path, written, monkeypatch):
    old = corpora.encode(written, tmp_path / "old")
    monkeypatch.setattr(corpora.reuse.os, "geteuid", lambda: os.getuid() + 1)
    assert corpora.encode(written, tmp_path / "new", earlier=[old.folder]).taken_from is None


def test_the_encoder_of_a_plug_in_is_not_taken_over(tmp_path, written, monkeypatch):
    monkeypatch.setitem(REGISTRY._pieces, "char-too", REGISTRY["char"])
    old = corpora.encode(written, tmp_path / "old", encoder="char-too")
    new = corpora.encode(written, tmp_path / "new", encoder="char-too", earlier=[old.folder])
    assert made_by("char-too") == ""
    assert new.taken_from is None


def test_a_text_that_cannot_be_read_is_told_before_anything_is_taken_over(tmp_path, written):
    old = corpora.encode(written, tmp_path / "old")
    packed = tmp_path / "packed.gz"
    packed.write_bytes(gzip.compress(written.read_bytes())[:-9])
    with pytest.raises(UnreadableError, match=r"packed.gz: the gzip file is damaged"):
        corpora.encode(packed, tmp_path / "new", earlier=[old.folder])
    assert not (tmp_path / "new").exists()


# VERSION -> SHA-256 of all rows of these texts. Another hash with the same version would let runs
# take over rows that are no longer made so: when the rows change, VERSION changes with them.
ROWS = {1: "d6c3c7d52c3e7a8d2673c080675178539c2534a3808fd9b11d6aa01f09b8698a"}


def test_the_version_changes_with_the_rows(tmp_path):
    awkward = "\ufeffZoë\r\ne\u0301t\u00e9\x07\n\n \nB\xa0o\u200bb\nlast\x00\n".encode() + b"\xff\n"
    texts = {
        "text": awkward + "".join(f"{n} {n * n}\n" for n in range(3000)).encode(),
        "labels": "".join(f"{line}\n" for line in TEXTS["labels"]).encode(),
        "pairs": "".join(f"{line}\n" for line in TEXTS["pairs"]).encode(),
    }
    digest = hashlib.sha256()
    for columns, text in texts.items():
        (tmp_path / "text").write_bytes(text)
        for encoder in ("char", "byte"):  # pieces depend on the version of sentencepiece
            for long in ("cut", "drop") if columns == "pairs" else ("cut", "drop", "split"):
                corpus = corpora.encode(
                    tmp_path / "text", tmp_path / "corpus", encoder=encoder, columns=columns,
                    long=long, length=None if long == "cut" else 7,
                )  # fmt: skip
                header = json.loads((corpus.folder / "header.json").read_text())
                digest.update(json.dumps([header["digests"], header["labels"]]).encode())
    assert digest.hexdigest() == ROWS[VERSION]
