"""The text of a run as lines; loads no torch."""

from collections.abc import Iterator

from corpora import Corpus

__all__ = ["corpus_lines", "longest_line"]

BATCH_ROWS = 1 << 14  # decoded at a time


def corpus_lines(corpus: Corpus, part: str) -> Iterator[str]:
    """Yield the lines of a part of a corpus, with a batch of them in memory at a time."""
    size = len(corpus.rows(part))
    for start in range(0, size, BATCH_ROWS):
        yield from corpus.lines(part, start, start + BATCH_ROWS)


def longest_line(corpus: Corpus) -> int:
    """Return the most characters of a training or test line, at least the length T of a row.

    A token may have more than one character, so that T alone would cut lines.
    """
    lengths = (len(line) for part in ("train", "test") for line in corpus_lines(corpus, part))
    return max(corpus.length, max(lengths, default=0))
