"""Every line is read, blank ones too, and none is longer than memory allows."""

import gzip

import pytest

from corpora.errors import InputError
from textgan.sampling.lines import every_line


def test_every_line_is_read_blank_ones_too(tmp_path):
    path = tmp_path / "text.txt"
    path.write_bytes(b"\xef\xbb\xbfa\r\n\r\n \nb\tc\n\xe2\x80\xa8d")
    assert list(every_line(path)) == ["a", "", " ", "b\tc", "\u2028d"]
    path.write_bytes(b"")
    assert list(every_line(path)) == []
    path.write_bytes("é\n".encode("cp1252"))
    assert list(every_line(path, encoding="cp1252")) == ["é"]
    with pytest.raises(InputError, match=r"not utf-8 .*--encoding"):
        list(every_line(path))
    with pytest.raises(InputError, match="unknown encoding"):
        list(every_line(path, encoding="utf-9"))
    packed = tmp_path / "text.gz"
    packed.write_bytes(gzip.compress(b"a\n\nb\n"))
    assert list(every_line(packed)) == ["a", "", "b"]
    packed.write_bytes(packed.read_bytes()[:-6])
    with pytest.raises(InputError, match="gzip"):
        list(every_line(packed))


def test_a_line_too_long_to_be_held_comes_as_several(tmp_path, monkeypatch):
    monkeypatch.setattr("textgan.sampling.lines.LONGEST", 10)
    path, long = tmp_path / "text.txt", []
    lines = ["0123456789", "one two three four", "x" * 25, "", "0123456789 ", " " + "y" * 14, "end"]
    path.write_text("\n".join(lines))
    texts = list(every_line(path, on_long=long.append))
    assert max(map(len, texts)) <= 10
    assert texts == [
        "0123456789", "one two ", "three four", "x" * 10, "x" * 10, "x" * 5, "", "0123456789", " ",
        " ", "y" * 10, "y" * 4, "end",
    ]  # fmt: skip
    assert long == [2, 3, 5, 6]
