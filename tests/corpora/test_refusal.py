"""The encoding of bytes is guessed, and only damage in quantity is refused."""

import random

import pytest

from corpora.counts import Counts
from corpora.refusal import guess_encoding, refusal


@pytest.mark.parametrize(
    ("head", "guess"),
    [
        (b"Anna\nBob\n", "utf-8"),
        ("Zoë\n한국\n".encode(), "utf-8"),
        ("한국".encode()[:-1], "utf-8"),  # the head of a file may end inside a character
        ("Zoë\n".encode("utf-16"), "utf-16"),
        ("Zoë\n".encode("utf-32"), "utf-32"),
        ("Anna Maria\n".encode("utf-16-le"), "utf-16-le"),
        ("Anna Maria\n".encode("utf-16-be"), "utf-16-be"),
        ("Zoë and René, Anna\n".encode("latin-1"), "cp1252"),
        (random.Random(1).randbytes(5000), None),
        (bytes(5000), None),
        (b"", "utf-8"),
    ],
)
def test_the_likely_encoding_of_some_bytes(head, guess):
    assert guess_encoding(head) == guess


def test_one_line_in_a_hundred_may_be_damaged():
    few = Counts(bytes=1000, lines=100, damaged=1)
    many = Counts(bytes=1000, lines=100, damaged=2)
    assert refusal(few, 100, b"caf\xe9 and others\n", "utf-8") is None
    said = refusal(many, 100, b"caf\xe9 and others\n", "utf-8")
    assert said is not None
    assert "2 of 100 lines (2.0%)" in said
    assert "--encoding cp1252" in said


def test_a_marked_encoding_that_was_named_is_not_refused():
    head = "Anna\n".encode("utf-16")
    assert refusal(Counts(bytes=12, lines=1), 1, head, "utf-16") is None
    assert refusal(Counts(bytes=12, lines=1), 1, head, "UTF_16") is None
    assert "use --encoding utf-16" in str(refusal(Counts(bytes=12, lines=1), 1, head, "utf-8"))
