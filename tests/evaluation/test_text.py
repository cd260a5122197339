import gzip

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from corpora.errors import InputError
from textgan.evaluation.text import PADDING, encode, fingerprint, read

TEXTS = st.lists(st.text(alphabet=st.characters(), max_size=9), max_size=9)


@given(texts=st.lists(TEXTS, max_size=3), length=st.integers(1, 8))
def test_rows_hold_every_character_exactly(texts, length):
    coded = encode(*texts, length=length)
    for lines, rows in zip(texts, coded.rows, strict=True):
        assert rows.shape == (len(lines), length)
        for line, row in zip(lines, rows, strict=True):
            ids = row[: min(len(line), length)].tolist()
            assert "".join(coded.alphabet[i - 1] for i in ids) == line[:length]
            assert PADDING not in ids
            assert (row[len(line) :] == PADDING).all()
    assert coded.vocabulary_size == 1 + len({c for t in texts for s in t for c in s[:length]})


def test_nul_and_lone_surrogates_are_characters_like_any_other():
    coded = encode(["a\0", "\0", "", "\ud800"], length=2)
    assert coded.alphabet == "\0a\ud800"
    assert coded.rows[0].tolist() == [[2, 1], [1, 0], [0, 0], [3, 0]]


@pytest.mark.parametrize(("characters", "dtype"), [(255, np.uint8), (256, np.uint16)])
def test_ids_take_the_smallest_type_that_holds_them(characters, dtype):
    rows = encode(["".join(map(chr, range(100, 100 + characters)))], length=300).rows[0]
    assert rows.dtype == dtype
    assert rows.max() == characters


def test_the_fingerprint_changes_with_any_line():
    prints = {
        fingerprint(lines)
        for lines in ([], ["a"], ["b"], ["a", "b"], ["b", "a"], ["ab"], ["\ud800"])
    }
    assert len(prints) == 7
    # SHA-256 of "abc" as published by NIST (FIPS 180-2, appendix B.1)
    assert fingerprint(["abc"]) == "ba7816bf"


def test_a_file_is_read_as_it_stands(tmp_path):
    text = " kept \n\n   \ntwice\ntwice\r\ne\u0301 is not composed"
    (tmp_path / "a.txt").write_bytes(text.encode())
    expected = [" kept ", "twice", "twice", "e\u0301 is not"]
    assert read(tmp_path / "a.txt", length=9) == expected
    (tmp_path / "a.txt.gz").write_bytes(gzip.compress(text.encode()))
    assert read(tmp_path / "a.txt.gz", length=9) == expected


@pytest.mark.parametrize("content", [b"", b"\n  \n"])
def test_a_file_without_text_is_refused(tmp_path, content):
    (tmp_path / "a.txt").write_bytes(content)
    with pytest.raises(InputError, match="found no text"):
        read(tmp_path / "a.txt", length=9)


@pytest.mark.parametrize("content", [bytes(range(256)) * 9, "Zoë\n".encode("latin-1") * 9])
def test_what_is_no_text_is_refused_and_not_judged(content, tmp_path):
    path = tmp_path / "data"
    path.write_bytes(content)
    with pytest.raises(InputError, match="lines are no utf-8 text; name another --encoding"):
        read(str(path), length=32)


def test_one_bad_line_in_many_is_judged_as_it_stands(tmp_path):
    path = tmp_path / "data"
    path.write_bytes(b"fine\n" * 200 + b"b\xe4d\n")
    assert read(str(path), length=32)[-1] == "b\ufffdd"
