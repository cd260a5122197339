"""Baselines draw lines, n-grams and symbols by their shares in the training text."""

from collections import Counter

import numpy as np
import pytest

from textgan.evaluation.language_model.baselines import NAMES, baselines, samplers
from textgan.evaluation.language_model.model import NgramModel
from textgan.evaluation.text.lines import Text
from textgan.evaluation.text.vocabulary import Vocabulary

LINES = ["abc", "abd", "b", "bcd", "ca"] * 4
M, WIDTH = 400, 5


@pytest.fixture(scope="module")
def drawn():
    text = Text(LINES, WIDTH)
    vocabulary = Vocabulary([text])
    training = vocabulary.rows(text, vocabulary.columns)
    model = NgramModel(training, len(vocabulary), order=6)
    rows = baselines(training, model, len(vocabulary), M, WIDTH, seed=3)
    lines = {name: ["".join(line) for line in vocabulary.read(part)] for name, part in rows.items()}
    return lines, rows, model, vocabulary


def test_there_are_m_lines_of_each_the_nearest_to_real_text_first(drawn):
    lines, rows, *_ = drawn
    assert list(lines) == ["training lines", *NAMES, "uniform"]
    assert NAMES == ("6-gram", "5-gram", "4-gram", "3-gram", "2-gram", "unigram")
    assert {len(part) for part in lines.values()} == {M}
    assert all(part.shape[1] <= WIDTH for part in rows.values())


def test_training_lines_and_full_contexts_are_real_lines(drawn):
    lines, *_ = drawn
    for name in ("training lines", "6-gram", "5-gram", "4-gram"):
        assert set(lines[name]) == set(LINES)
    assert set(lines["2-gram"]) - set(LINES)


def test_uniform_symbols_are_equally_frequent_and_end_as_often(drawn):
    lines, _, _, vocabulary = drawn
    V = len(vocabulary)
    symbols = Counter("".join(lines["uniform"]))
    assert set(symbols) == set("abcd")
    expected = sum(symbols.values()) / 4
    assert max(abs(count - expected) for count in symbols.values()) < 5 * np.sqrt(expected)
    assert lines["uniform"].count("") == pytest.approx(M / V, abs=5 * np.sqrt(M / V))


def test_samplers_are_the_same_lines_whatever_m_is(drawn):
    _, rows, model, _ = drawn
    few = samplers(model, 10, WIDTH, seed=3)
    for name in NAMES:
        width = min(few[name].shape[1], rows[name].shape[1])
        assert few[name][:, :width].tolist() == rows[name][:10, :width].tolist()
