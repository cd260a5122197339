from collections import Counter

import numpy as np
import pytest
from scipy.stats import chisquare

from textgan.evaluation.language_model.model import NgramModel

END, A, B, C = range(4)
T = 10


def markov_rows(seed, count):
    """Lines of which each symbol depends on the one before, some of them cut at T."""
    rng = np.random.default_rng(seed)
    chances = rng.dirichlet(np.full(5, 0.7), 5).cumsum(axis=1)
    rows = np.zeros((count, T), dtype=np.uint8)
    symbol = rng.integers(1, 5, count)
    for t in range(T):
        rows[:, t] = symbol
        drawn = (rng.random(count)[:, None] > chances[symbol]).sum(axis=1)
        symbol = np.where(symbol == END, END, np.minimum(drawn, 4))
    return rows


def ngrams(rows, n):
    """The n-grams of the lines, their ends included, with start symbols before them."""
    for row in rows.tolist():
        line = row[: row.index(END) + 1] if END in row else row
        padded = ["start"] * (n - 1) + line
        yield from (tuple(padded[i : i + n]) for i in range(len(line)))


def test_single_symbols_come_by_their_shares():
    known = markov_rows(0, 2000)
    lines = NgramModel(known, 5, order=1).generate(8_000, 40, 1)
    drawn, shares = Counter(ngrams(lines, 1)), Counter(ngrams(known, 1))
    total = sum(shares.values())
    expected = [shares[s] / total * sum(drawn.values()) for s in sorted(shares)]
    # Where a line ends is drawn too: symbols behind the 40th are few enough not to matter.
    assert chisquare([drawn[s] for s in sorted(shares)], expected).pvalue > 0.01


@pytest.mark.parametrize("order", [2, 3, 5])
def test_symbols_come_by_their_shares_after_each_context(order):
    known = markov_rows(1, 500)
    lines = NgramModel(known, 5, order=5).generate(8_000, T, 2, order=order)
    drawn, seen = Counter(ngrams(lines, order)), Counter(ngrams(known, order))
    contexts = Counter(ngram[:-1] for ngram in drawn.elements())
    totals = Counter(ngram[:-1] for ngram in seen.elements())
    statistic, freedom = 0.0, 0
    for context, times in contexts.items():
        after = [ngram for ngram in seen if ngram[:-1] == context]
        expected = np.array([seen[ngram] / totals[context] * times for ngram in after])
        if len(after) > 1 and expected.min() > 5:
            statistic += (((np.array([drawn[n] for n in after]) - expected) ** 2) / expected).sum()
            freedom += len(after) - 1
    assert freedom > 10
    assert statistic == pytest.approx(freedom, abs=3 * np.sqrt(2 * freedom))


@pytest.mark.parametrize("order", [1, 2, 4, 10])
def test_every_ngram_drawn_occurs_in_the_text(order):
    known = markov_rows(3, 300)
    known = known[(known == END).any(axis=1)]  # no line was cut
    lines = NgramModel(known, 5, order=order).generate(500, T, 3)
    assert set(ngrams(lines, order)) <= set(ngrams(known, order))
    assert len(np.unique(lines, axis=0)) > 50


@pytest.mark.parametrize(("vocabulary_size", "order"), [(5, 4), (6_000, 10), (1_114_112, 6)])
def test_a_text_of_one_line_comes_back(vocabulary_size, order):
    line = np.array([vocabulary_size - 1, 2, 3, 1, 2, 2, 4, END, 3])
    model = NgramModel(np.tile(line, (3, 1)), vocabulary_size, order=order)
    lines = model.generate(4, 9, 0)
    assert lines.tolist() == [[*line[:8], END]] * 4
    assert model.generate(2, 5, 0).tolist() == [line[:5].tolist()] * 2
    assert model.generate(2, 12, 0).tolist() == [[*line[:8], END, END, END, END]] * 2


def test_an_order_below_the_models_draws_as_a_model_of_that_order_does():
    known = markov_rows(4, 200)
    low, high = NgramModel(known, 5, order=2), NgramModel(known, 5, order=4)
    kneser_ney = NgramModel(known, 5, order=4, smoothing="kneser-ney")
    lines = low.generate(50, T, 6)
    assert (high.generate(50, T, 6, order=2) == lines).all()
    assert (kneser_ney.generate(50, T, 6, order=2) == lines).all()  # whatever its smoothing


def test_a_context_that_only_ever_was_cut_off_hands_over_to_a_shorter_one():
    model = NgramModel(np.array([[A, B], [A, C]]), 4, order=3)
    lines = model.generate(400, 5, 0)
    assert set(lines[:, 0]) == {A}
    assert set(lines[:, 1]) == {B, C}  # as in the text
    assert Counter(lines[:, 2].tolist())[A] == pytest.approx(200, abs=40)  # half of all symbols


def test_a_line_depends_on_its_number_and_the_seed_alone():
    model = NgramModel(markov_rows(5, 200), 5, order=3)
    lines = model.generate(50, T, 7)
    assert (model.generate(20, T, 7) == lines[:20]).all()
    assert (model.generate(50, T, 7) == lines).all()
    assert (model.generate(50, T, 8) != lines).any()
    assert lines.dtype == np.uint8
    assert model.generate(0, T, 7).shape == (0, T)


@pytest.mark.parametrize("order", [0, 4])
def test_an_order_that_was_not_counted_is_refused(order):
    with pytest.raises(ValueError, match="expected 1 to 3"):
        NgramModel(markov_rows(5, 20), 5, order=3).generate(1, T, 0, order=order)
