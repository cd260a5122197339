"""Only damage in quantity is refused, with the encoding that the bytes look like."""

import re

import pytest

from corpora.counts import Counts
from corpora.refusal import refusal
from corpora.sniff import Sample


def test_one_line_in_a_hundred_may_be_damaged():
    few = Counts(bytes=1000, lines=100, damaged=1)
    many = Counts(bytes=1000, lines=100, damaged=2)
    assert refusal(few, 100, Sample(b"caf\xe9 and others\n"), "utf-8") is None
    said = refusal(many, 100, Sample(b"caf\xe9 and others\n"), "utf-8")
    assert said is not None
    assert "2 of 100 lines (2.0%)" in said
    assert "--encoding cp1252" in said


def test_a_marked_encoding_that_was_named_is_not_refused():
    head = Sample("Anna\n".encode("utf-16"))
    assert refusal(Counts(bytes=12, lines=1), 1, head, "utf-16") is None
    assert refusal(Counts(bytes=12, lines=1), 1, head, "UTF_16") is None
    assert "use --encoding utf-16" in str(refusal(Counts(bytes=12, lines=1), 1, head, "utf-8"))


@pytest.mark.parametrize("named", ["utf-8", "cp1252"])
def test_the_encoding_that_is_advised_is_not_the_one_that_was_named(named):
    data = "東京の山\nさくらソフト\n東京タワー\n".encode("cp932") * 5
    said = refusal(Counts(bytes=99, lines=15, damaged=15), 15, Sample(data), named)
    assert said is not None
    assert said.startswith(f"not text in {named}: 15 of 15 lines (100%)")
    assert said.endswith("perhaps --encoding cp932 (reads '東京の山')")


def test_where_it_is_not_sure_a_few_are_told_for_the_user_to_judge():
    data = "Zoë\nRené\n".encode("latin-1")
    said = refusal(Counts(bytes=9, lines=2, damaged=2), 2, Sample(data), "utf-8")
    assert said is not None
    assert "perhaps --encoding cp1252 (reads 'Zoë'), --encoding" in said
    assert said.endswith(": choose the one that reads correctly")


def test_text_of_which_a_part_is_damaged_is_to_be_mended():
    data = ("Zoë\nRené\n" * 20).encode() + b"caf\xe9\n" * 2
    said = refusal(Counts(bytes=999, lines=42, damaged=2), 42, Sample(data), "utf-8")
    assert said is not None
    assert said.startswith("2 of 42 lines (4.8%) hold NUL or bytes that are not utf-8")
    assert "iconv -c" in said


def test_escapes_of_japanese_mail_are_not_taken_for_text():
    data = "東京の山\nさくら\n".encode("iso2022_jp")
    assert "--encoding iso2022_jp" in str(
        refusal(Counts(bytes=30, lines=2, controls=4), 2, Sample(data), "utf-8")
    )
    assert refusal(Counts(bytes=30, lines=2), 2, Sample(data), "ISO-2022-JP") is None


@pytest.mark.parametrize(
    ("head", "kind"),
    [
        (b"%PDF-1.7\n", "a PDF document; .*pdftotext"),
        (b"PK\x03\x04\x14\0", "a zip file, as .docx"),
        (b"\xfd7zXZ\0\0\x04", "an xz file; .*xz -dc FILE"),
        (b"{\\rtf1\\ansi", "a document in RTF"),
    ],
)
def test_a_file_of_another_kind_is_named_with_what_to_do(head, kind):
    damaged = int(not head.isascii() or b"\0" in head)
    said = refusal(Counts(bytes=9, lines=1, damaged=damaged), 1, Sample(head), "utf-8")
    assert re.match(f"is {kind}", str(said))


def test_text_that_begins_as_a_packed_file_does_is_text():
    assert refusal(Counts(bytes=9, lines=2), 2, Sample(b"BZh\nPAR1\n"), "utf-8") is None
