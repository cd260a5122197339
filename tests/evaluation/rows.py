"""Made-up lines and rows of ids, and their n-grams by the definition."""

from collections import Counter

import numpy as np


def padded(*lines, width=4):
    """Ids of lines, a = 1."""
    rows = np.zeros((len(lines), width), dtype=np.uint8)
    for row, line in zip(rows, lines, strict=True):
        row[: len(line)] = [ord(c) - 96 for c in line]
    return rows


def random_rows(seed, count, T, vocabulary_size):
    """Lines of random length over the ids from 1, padded with 0."""
    rng = np.random.default_rng(seed)
    rows = np.minimum(rng.zipf(1.5, (count, T)), vocabulary_size - 1)
    return np.where(np.arange(T) < rng.integers(0, T + 1, count)[:, None], rows, 0)


def labelled_words(seed, m, first="abc"):
    """m lines of 3 to 7 letters; the label of each is the place of its first letter."""
    rng = np.random.default_rng(seed)
    labels = rng.integers(len(first), size=m)
    ends = rng.integers(2, 7, size=m)
    rest = ["".join(rng.choice(list("defgh"), size=end)) for end in ends]
    lines = [first[label] + tail for label, tail in zip(labels, rest, strict=True)]
    return lines, labels.tolist()


def ngrams_of(rows, n):
    """How often each n-gram comes in rows of ids, by the definition: all windows."""
    return Counter(tuple(map(int, row[i : i + n])) for row in rows for i in range(len(row) - n + 1))
