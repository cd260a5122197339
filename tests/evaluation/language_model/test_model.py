import tracemalloc
from itertools import product
from math import inf

import numpy as np
import pytest

from tests.evaluation.rows import random_rows
from textgan.evaluation.language_model.model import Likelihood, NgramModel
from textgan.evaluation.language_model.smoothing import SMOOTHINGS
from textgan.evaluation.ngrams import external_sort as external
from textgan.evaluation.ngrams import windows as window_pieces

END, A, B, C = range(4)
AB_AA = np.array([[A, B, END], [A, A, END]])


def probability(model, row):
    return 2.0 ** model.score_lines(np.array([row]))[0]


def test_the_probability_worked_by_hand():
    # Lines ab and aa: a is seen 3 times, b once, ends twice: N = 6, 3 distinct of V = 4.
    # P(a) = (3 + 3/4) / (6 + 3) = 5/12, P(b) = 7/36, P(c) = 1/12, P(end) = 11/36
    # After a start: 2 in all, 1 distinct. P(a|start) = (2 + 1 · 5/12) / (2 + 1) = 29/36
    # After a: b, a and end once each: 3 in all, 3 distinct.
    # P(b|a) = (1 + 3 · 7/36) / 6 = 19/72, P(c|a) = (0 + 3 · 1/12) / 6 = 1/24
    # After b: end once. P(end|b) = (1 + 1 · 11/36) / 2 = 47/72. c is unknown: P(end|c) = P(end)
    model = NgramModel(AB_AA, 4, order=2)
    assert probability(model, [A, B, END]) == pytest.approx(29 / 36 * 19 / 72 * 47 / 72)
    assert probability(model, [A, C, END]) == pytest.approx(29 / 36 * 1 / 24 * 11 / 36)


@pytest.mark.parametrize("order", [3, 4, 10])
def test_an_unseen_first_symbol_is_charged_once(order):
    # As above, P(c) = 1/12, and after a start: 2 in all, 1 distinct. P(c|start) = 1 · 1/12 / 3.
    # Two starts say what one says: they hand over whole, and do not charge 1 · 1/36 / 3.
    model = NgramModel(AB_AA, 4, order=order)
    assert probability(model, [C]) == pytest.approx(1 / 36)
    assert probability(model, [A]) == pytest.approx(29 / 36)


@pytest.mark.parametrize(
    "settings",
    [
        {"smoothing": "witten-bell"},
        {"smoothing": "absolute-discounting", "discount": 0.7},
        {"smoothing": "kneser-ney", "discount": 0.7},
    ],
)
@pytest.mark.parametrize(("vocabulary_size", "orders"), [(9, (2, 3, 6)), (5_726, (5, 6, 10))])
def test_a_longer_context_does_not_change_what_begins_a_line(vocabulary_size, orders, settings):
    rows, new = random_rows(7, 80, 12, vocabulary_size), random_rows(8, 80, 12, vocabulary_size)
    low, *higher = (NgramModel(rows, vocabulary_size, order=n, **settings) for n in orders)
    expected = low.log2_probabilities(new)
    for model in higher:
        found = model.log2_probabilities(new)
        # Up to order − 1 symbols, nothing but the start lies before what the lower order sees.
        begin = found[:, : low.order - 1], expected[:, : low.order - 1]
        assert begin[0].ravel().tolist() == pytest.approx(begin[1].ravel().tolist(), abs=1e-12)
        assert (found != expected).any()


@pytest.mark.parametrize("smoothing", ["mle", "lidstone", "laplace"])
def test_rules_without_shorter_contexts_keep_every_start_symbol(smoothing):
    low = NgramModel(AB_AA, 4, order=2, smoothing=smoothing).log2_probabilities(AB_AA)
    high = NgramModel(AB_AA, 4, order=4, smoothing=smoothing).log2_probabilities(AB_AA)
    assert high[:, 0].tolist() == low[:, 0].tolist()


def test_a_row_without_padding_was_cut_and_has_no_end():
    model = NgramModel(AB_AA, 4, order=2)
    assert probability(model, [A, B]) == pytest.approx(29 / 36 * 19 / 72)


def test_what_stands_behind_the_end_does_not_count():
    model = NgramModel(AB_AA, 4, order=2)
    assert probability(model, [A, END, C]) == probability(model, [A, END, END])
    assert model.score(np.array([[A, END, C]])).characters == 2


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize("order", [1, 2, 4, 10])
def test_all_rows_of_one_length_together_have_probability_one(order, smoothing):
    model = NgramModel(random_rows(0, 20, 4, 3), 4, order=order, smoothing=smoothing)
    rows = {tuple(row) for row in product(range(4), repeat=4) if END not in row}
    for length in range(4):
        rows |= {(*line, *[END] * (4 - length)) for line in product((A, B, C), repeat=length)}
    assert len(rows) == 81 + 27 + 9 + 3 + 1
    scores = model.score_lines(np.array(sorted(rows)))
    assert (2.0**scores).sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize(
    ("vocabulary_size", "order", "few"), [(12, 3, 30), (5_726, 6, 4), (6_000, 10, 4)]
)
def test_after_every_context_the_probabilities_sum_to_one(vocabulary_size, order, few, smoothing):
    rows = random_rows(1, 60, 12, vocabulary_size)
    model = NgramModel(rows, vocabulary_size, order=order, smoothing=smoothing)
    # At the start of a line, within it, seen and never seen.
    texts = np.concatenate([rows[:15], random_rows(2, 15, 12, vocabulary_size)])
    contexts = {tuple(row[:n]) for row in texts for n in range(12) if END not in row[:n]}
    assert {len(context) for context in contexts} == set(range(12))
    for context in sorted(contexts, key=len)[:: len(contexts) // few]:
        every = np.zeros((vocabulary_size, len(context) + 1), dtype=int)
        every[:, :-1] = context
        every[:, -1] = range(vocabulary_size)
        last = model.log2_probabilities(every)[:, -1]
        assert (2.0**last).sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize("smoothing", [name for name in SMOOTHINGS if name != "mle"])
def test_no_score_is_infinite_except_with_unsmoothed_shares(smoothing):
    strange = np.array([[C, C, C], [A, C, END], [B, B, B]])
    assert np.isfinite(NgramModel(AB_AA, 4, smoothing=smoothing).score_lines(strange)).all()
    assert NgramModel(AB_AA, 4, smoothing="mle").score_lines(strange).tolist() == [-inf] * 3
    if smoothing not in ("lidstone", "laplace"):
        model = NgramModel(AB_AA, 4, smoothing=smoothing, uniform=False)
        assert model.score_lines(strange)[0] == -inf


def test_unsmoothed_shares_know_nothing_after_a_context_never_seen():
    row = np.array([[C, A]])
    mle = NgramModel(AB_AA, 4, order=2, smoothing="mle")
    assert mle.log2_probabilities(row)[0].tolist() == [-inf, -2]  # one of V = 4
    nltks = NgramModel(AB_AA, 4, order=2, smoothing="mle", uniform=False)
    assert nltks.log2_probabilities(row)[0].tolist() == [-inf, -inf]


def test_bits_and_perplexity_are_means_over_characters_and_ends():
    rows = random_rows(5, 40, 8, 9)
    model = NgramModel(rows, 9)
    score = model.score(rows)
    assert score.lines == 40
    ends = [row.tolist().index(END) if END in row else 7 for row in rows]
    assert score.characters == sum(ends) + 40
    assert score.log2_likelihood == pytest.approx(model.score_lines(rows).sum(), rel=1e-13)
    assert score.bits_per_character == -score.log2_likelihood / score.characters
    assert Likelihood(lines=1, characters=4, log2_likelihood=-12.0).perplexity == 8.0


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
@pytest.mark.parametrize(("vocabulary_size", "order"), [(9, 1), (9, 4), (5_726, 6)])
def test_pieces_and_files_change_nothing(monkeypatch, vocabulary_size, order, smoothing):
    rows = random_rows(6, 40, 8, vocabulary_size)
    model = NgramModel(rows, vocabulary_size, order=order, smoothing=smoothing)
    lines = model.generate(20, 8, 0)
    scores, whole = model.log2_probabilities(lines), model.score(lines)
    monkeypatch.setattr(window_pieces, "BLOCK_WINDOWS", 7 * 8)
    monkeypatch.setattr(external, "BUDGET", 400)
    monkeypatch.setattr(external, "BLOCK_KEYS", 20)
    pieces = [rows[:15], rows[15:15], rows[15:]]
    model = NgramModel(pieces, vocabulary_size, order=order, smoothing=smoothing)
    assert (model.generate(20, 8, 0) == lines).all()
    assert (model.log2_probabilities(lines) == scores).all()
    again = model.score(iter([lines[:3], lines[3:]]))
    assert again.log2_likelihood == pytest.approx(whole.log2_likelihood, rel=1e-13)
    assert (again.lines, again.characters) == (20, whole.characters)


def test_a_text_larger_than_the_budget_is_never_held_whole(monkeypatch):
    monkeypatch.setattr(external, "BUDGET", 1 << 15)
    monkeypatch.setattr(external, "BLOCK_KEYS", 1 << 11)
    monkeypatch.setattr(window_pieces, "BLOCK_WINDOWS", 1 << 12)

    def text():
        for seed in range(10):
            yield np.random.default_rng(seed).integers(1, 100, (500, 16), dtype=np.uint8)

    tracemalloc.start()
    model = NgramModel(text(), 100, order=5, smoothing="modified-kneser-ney")
    model.score(text())
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # 80,000 windows, hardly two the same: 1.2 MB of keys and counts at the highest order alone,
    # and with the shorter orders and their contexts three times as much.
    assert model._counts.keys.nbytes == model._counts.counts.nbytes > 16 << 15
    assert peak < 24 << 15


@pytest.mark.parametrize(("rows", "order"), [(AB_AA[:0], 4), (AB_AA[:, :0], 4), (AB_AA, 0)])
def test_a_model_of_nothing_is_refused(rows, order):
    with pytest.raises(ValueError, match="expected"):
        NgramModel(rows, 4, order=order)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"smoothing": "kneser"}, "expected one of mle, lidstone"),
        ({"discount": 0.5}, "found a discount for witten-bell"),
        ({"smoothing": "modified-kneser-ney", "discount": 0.5}, "found a discount for modified"),
        ({"smoothing": "kneser-ney", "discount": 0.0}, "expected above 0, at most 1"),
        ({"smoothing": "kneser-ney", "discount": 1.1}, "expected above 0, at most 1"),
        ({"smoothing": "lidstone", "gamma": 0.0}, "found gamma 0"),
    ],
)
def test_settings_out_of_their_range_are_refused(settings, message):
    with pytest.raises(ValueError, match=message):
        NgramModel(AB_AA, 4, **settings)


def test_an_id_outside_the_vocabulary_is_neither_fitted_nor_scored():
    with pytest.raises(ValueError, match="found ids 0 to 2, expected 0 to 1"):
        NgramModel(AB_AA, 2)
    with pytest.raises(ValueError, match="found ids 4 to 4"):  # the start symbol
        NgramModel(AB_AA, 4).score_lines(np.array([[4]]))
