from itertools import product
from math import inf, log2

import numpy as np
import pytest

from textgan.evaluation import likelihood
from textgan.evaluation.likelihood import Likelihood, NgramModel

END, A, B, C = range(4)
AB_AA = np.array([[A, B, END], [A, A, END]])


def probability(model, row):
    return 2.0 ** model.score_lines(np.array([row]))[0]


def random_rows(seed, count, T, vocabulary_size):
    """Lines of random length over the ids from 1, padded with 0."""
    rng = np.random.default_rng(seed)
    rows = np.minimum(rng.zipf(1.5, (count, T)), vocabulary_size - 1)
    return np.where(np.arange(T) < rng.integers(0, T + 1, count)[:, None], rows, END)


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


def test_a_row_without_padding_was_cut_and_has_no_end():
    model = NgramModel(AB_AA, 4, order=2)
    assert probability(model, [A, B]) == pytest.approx(29 / 36 * 19 / 72)


def test_what_stands_behind_the_end_does_not_count():
    model = NgramModel(AB_AA, 4, order=2)
    assert probability(model, [A, END, C]) == probability(model, [A, END, END])
    assert model.score(np.array([[A, END, C]])).characters == 2


@pytest.mark.parametrize("order", [1, 2, 4])
def test_all_rows_of_one_length_together_have_probability_one(order):
    model = NgramModel(random_rows(0, 20, 4, 3), 4, order=order)
    rows = {tuple(row) for row in product(range(4), repeat=4) if END not in row}
    for length in range(4):
        rows |= {(*line, *[END] * (4 - length)) for line in product((A, B, C), repeat=length)}
    assert len(rows) == 81 + 27 + 9 + 3 + 1
    scores = model.score_lines(np.array(sorted(rows)))
    assert (2.0**scores).sum() == pytest.approx(1, abs=1e-12)


@pytest.mark.parametrize(("vocabulary_size", "order"), [(12, 3), (5_726, 6)])
def test_after_every_context_the_probabilities_sum_to_one(vocabulary_size, order):
    rows = random_rows(1, 60, 9, vocabulary_size)
    model = NgramModel(rows, vocabulary_size, order=order)
    contexts = [row[:n] for row in random_rows(2, 20, 6, vocabulary_size) for n in range(6)]
    for context in (context for context in contexts if END not in context):
        every = np.zeros((vocabulary_size, len(context) + 1), dtype=int)
        every[:, :-1] = context
        every[:, -1] = range(vocabulary_size)
        last = model.log2_probabilities(every)[:, -1]
        assert (2.0**last).sum() == pytest.approx(1, abs=1e-12)


def nltk_model(rows, order, vocabulary_size, uniform):
    """nltk's model, fitted on the n-grams that end at a symbol of a line or at its end."""
    nltk_lm = pytest.importorskip("nltk.lm")

    class Uniform(nltk_lm.smoothing.WittenBell):
        def unigram_score(self, word):
            seen = self.counts.unigrams
            return (seen[word] + len(seen) / vocabulary_size) / (seen.N() + len(seen))

    model = nltk_lm.WittenBellInterpolated(order)
    if uniform:
        model.estimator = Uniform(model.vocab, model.counts)
    model.fit(
        [
            [
                (*context[len(context) - n :], w)
                for context, w in steps(row, order)
                for n in range(order)
            ]
            for row in rows
        ],
        vocabulary_text=["<s>", *map(str, range(vocabulary_size))],
    )
    return model


def steps(row, order):
    """Each predicted symbol of a row with its context; nltk wants strings."""
    line = [str(s) for s in row]
    line = line[: line.index(str(END)) + 1] if END in row else line
    padded = ["<s>"] * (order - 1) + line
    for i, symbol in enumerate(line):
        yield tuple(padded[i : i + order - 1]), symbol


@pytest.mark.parametrize("uniform", [True, False])
@pytest.mark.parametrize(("vocabulary_size", "order"), [(30, 1), (30, 2), (30, 4), (5_726, 6)])
def test_nltk_gives_the_same_probabilities(vocabulary_size, order, uniform):
    # 5,727 symbols at order 6 need 75 bits: keys of two words.
    known, new = random_rows(3, 150, 10, vocabulary_size), random_rows(4, 50, 10, vocabulary_size)
    model = NgramModel(known, vocabulary_size, order=order, uniform=uniform)
    oracle = nltk_model(known, order, vocabulary_size, uniform)
    for rows in (known, new):
        bits = model.log2_probabilities(rows)
        for row, row_bits in zip(rows, bits, strict=True):
            expected = [oracle.unmasked_score(w, context) for context, w in steps(row, order)]
            expected = [log2(p) if p else -inf for p in expected]
            assert row_bits[: len(expected)].tolist() == pytest.approx(expected, abs=1e-9)
            assert not row_bits[len(expected) :].any()


def test_no_score_is_infinite_unless_the_uniform_share_is_left_out():
    strange = np.array([[C, C, C]])
    assert np.isfinite(NgramModel(AB_AA, 4).score_lines(strange)).all()
    assert NgramModel(AB_AA, 4, uniform=False).score_lines(strange)[0] == -inf


def test_bits_and_perplexity_are_means_over_characters_and_ends():
    rows = random_rows(5, 40, 8, 9)
    model = NgramModel(rows, 9)
    score = model.score(rows)
    assert score.lines == 40
    assert score.characters == sum(len(list(steps(row, 1))) for row in rows)
    assert score.log2_likelihood == pytest.approx(model.score_lines(rows).sum())
    assert score.bits_per_character == -score.log2_likelihood / score.characters
    assert Likelihood(lines=1, characters=4, log2_likelihood=-12.0).perplexity == 8.0


def test_working_piece_by_piece_changes_nothing(monkeypatch):
    rows = random_rows(6, 100, 8, 9)
    whole = NgramModel(rows, 9).log2_probabilities(rows)
    monkeypatch.setattr(likelihood, "ROWS_AT_ONCE", 7)
    assert (NgramModel(rows, 9).log2_probabilities(rows) == whole).all()


@pytest.mark.parametrize(("rows", "order"), [(AB_AA[:0], 4), (AB_AA[:, :0], 4), (AB_AA, 0)])
def test_a_model_of_nothing_is_refused(rows, order):
    with pytest.raises(ValueError, match="expected"):
        NgramModel(rows, 4, order=order)
