"""The lines of a corpus, and the longest of them."""

from types import SimpleNamespace

from textgan.run_evaluation.text import corpus_lines, longest_line


def test_lines_are_those_of_the_part_whatever_the_batch(encoded, monkeypatch):
    corpus = encoded["text"]
    monkeypatch.setattr("textgan.run_evaluation.text.BATCH_ROWS", 7)
    for part in ("train", "valid", "test"):
        assert list(corpus_lines(corpus, part)) == corpus.lines(part)


def test_the_longest_line_has_its_characters_or_those_of_a_row():
    lines = {"train": ["ab", "abcdef"], "test": ["abc"]}
    corpus = SimpleNamespace(
        length=3, rows=lines.__getitem__, lines=lambda part, a, b: lines[part][a:b]
    )
    assert longest_line(corpus) == 6  # a token may have more than one character
    lines["train"].pop()
    assert longest_line(corpus) == 3
