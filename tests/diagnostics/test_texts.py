"""Rows of real text: different ones, from all of it."""

import numpy as np

from corpora.build import encode
from textgan.diagnostics.texts import distinct_rows


def test_rows_are_different_and_from_all_of_the_text(tmp_path):
    text = tmp_path / "lines.txt"
    text.write_text("".join(f"{number:05}\n" for number in range(4000)), encoding="utf-8")
    corpus = encode(str(text), tmp_path / "corpus")
    rows = distinct_rows(corpus, 100, seed=0)
    assert rows.shape == (100, corpus.length)
    assert len(np.unique(rows, axis=0)) == 100
    numbers = [int(line) for line in corpus.encoder.decode_rows(rows)]
    quarters = np.bincount(np.array(numbers) // 1000, minlength=4)
    assert quarters.min() >= 10  # of 25 that are expected
    assert not np.array_equal(rows, distinct_rows(corpus, 100, seed=1))


def test_a_text_of_few_lines_gives_those_it_has(tmp_path):
    text = tmp_path / "lines.txt"
    text.write_text("one\ntwo\nthree\n" * 50, encoding="utf-8")
    corpus = encode(str(text), tmp_path / "corpus")
    assert len(distinct_rows(corpus, 100, seed=0)) == len(np.unique(corpus.train, axis=0))
