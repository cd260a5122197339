from collections import Counter, defaultdict
from math import inf, log2

import numpy as np
import pytest

from tests.evaluation.rows import random_rows
from textgan.evaluation.language_model.model import NgramModel
from textgan.evaluation.language_model.smoothing import (
    SMOOTHINGS,
    Options,
    one_discount,
    three_discounts,
)

END, A, B, C = range(4)
AB_AA = np.array([[A, B, END], [A, A, END]])


def steps(row, order):
    """Each predicted symbol of a row with its context; nltk wants strings."""
    line = [str(s) for s in row]
    line = line[: line.index(str(END)) + 1] if str(END) in line else line
    padded = ["<s>"] * (order - 1) + line
    for i, symbol in enumerate(line):
        yield tuple(padded[i : i + order - 1]), symbol


def fitted(model, rows, order, smoothing):
    """The nltk model, fitted on the n-grams that end at a symbol of a line or at its end.

    Rules that use shorter contexts count one start symbol: in n-grams that begin with two the first
    is replaced by a symbol of that line alone. It is in no context that is looked up, but each is
    one more symbol before the line, so nltk counts as many continuations of a beginning as lines.
    """
    interpolated = smoothing not in ("mle", "lidstone", "laplace")

    def ngrams(number, row):
        for context, w in steps(row, order):
            for n in range(order):
                ngram = (*context[len(context) - n :], w)
                repeated = interpolated and ngram[:2] == ("<s>", "<s>")
                yield (f"line {number}", *ngram[1:]) if repeated else ngram

    model.counts.update(ngrams(number, row) for number, row in enumerate(rows))
    return model


def assert_same(model, oracle, rows, order):
    bits = model.log2_probabilities(rows)
    for row, row_bits in zip(rows, bits, strict=True):
        expected = [oracle(w, context) for context, w in steps(row, order)]
        expected = [log2(p) if p else -inf for p in expected]
        assert row_bits[: len(expected)].tolist() == pytest.approx(expected, abs=1e-9)
        assert not row_bits[len(expected) :].any()


def nltk_model(lm, smoothing, order, vocabulary_size):
    # The label of unknown words is one of the words, so that nltk counts V of them.
    words = [str(s) for s in range(vocabulary_size)]
    vocabulary = lm.Vocabulary(words[:-1], unk_label=words[-1])
    assert len(vocabulary) == vocabulary_size
    return {
        "mle": lambda: lm.MLE(order, vocabulary),
        "lidstone": lambda: lm.Lidstone(0.3, order, vocabulary),
        "laplace": lambda: lm.Laplace(order, vocabulary),
        "witten-bell": lambda: lm.WittenBellInterpolated(order, vocabulary=vocabulary),
        "absolute-discounting": lambda: lm.AbsoluteDiscountingInterpolated(
            order, discount=0.4, vocabulary=vocabulary
        ),
        "kneser-ney": lambda: lm.KneserNeyInterpolated(order, discount=0.1, vocabulary=vocabulary),
    }[smoothing]()


SETTINGS = {
    "lidstone": {"gamma": 0.3},
    "absolute-discounting": {"discount": 0.4},
    "kneser-ney": {"discount": 0.1},
}


SIZES = [(30, 1), (30, 2), (30, 4), (5_726, 6), (6_000, 10)]  # V and order


@pytest.mark.parametrize(
    ("vocabulary_size", "order", "smoothing"),
    [
        (*size, smoothing)
        for size in SIZES
        for smoothing in SMOOTHINGS
        # At order 1 nltk divides by the number of its continuations, of which it has none.
        if smoothing != "modified-kneser-ney" and (smoothing, size[1]) != ("kneser-ney", 1)
    ],
)
def test_nltk_gives_the_same_probabilities(vocabulary_size, order, smoothing):
    # 5,727 symbols at order 6 need 75 bits: keys of two words, and of three at order 10.
    lm = pytest.importorskip("nltk.lm")
    known, new = random_rows(3, 30, 12, vocabulary_size), random_rows(4, 10, 12, vocabulary_size)
    settings = SETTINGS.get(smoothing, {})
    model = NgramModel(
        known, vocabulary_size, order=order, smoothing=smoothing, uniform=False, **settings
    )
    oracle = fitted(nltk_model(lm, smoothing, order, vocabulary_size), known, order, smoothing)
    for rows in (known, new):
        assert_same(model, oracle.unmasked_score, rows, order)


class ByDefinition:
    """Kneser-Ney smoothing, ordinary and modified, written down from its equations."""

    def __init__(self, rows, order, vocabulary_size, discounts):
        self.V = vocabulary_size
        self.orders = {}
        for n in range(1, order + 1):
            longer = [(*context, w) for row in rows for context, w in steps(row, n + 1)]
            raw = Counter(ngram[1:] for ngram in longer)
            preceded = Counter(ngram[1:] for ngram in set(longer))
            self.orders[n] = {
                ngram: count if n == order or ngram[0] == "<s>" else preceded[ngram]
                for ngram, count in raw.items()
                if ngram[:2] != ("<s>", "<s>")
            }
        self.after = {n: defaultdict(list) for n in self.orders}
        self.D = {}
        for n, counts in self.orders.items():
            for ngram, count in counts.items():
                self.after[n][ngram[:-1]].append(count)
            of_counts = Counter(counts.values())
            self.D[n] = [0.0, *discounts([of_counts[k] for k in (1, 2, 3, 4)])]

    def discount(self, n, count):
        return self.D[n][min(count, 3)]

    def __call__(self, w, context):
        n = len(context) + 1
        shorter = self(w, context[1:]) if context else 1 / self.V
        counts = self.after[n].get(context)
        if counts is None:
            return shorter
        count = self.orders[n].get((*context, w), 0)
        left = sum(self.discount(n, c) for c in counts) / sum(counts)
        return (count - self.discount(n, count)) / sum(counts) + left * shorter


def filled_up(n, k, expected):
    """n_{k+1} by n_k, which is filled up to 100 with n-grams of the ratio that is expected."""
    missing = max(0, 100 - n[k - 1])
    return (n[k] + expected * missing) / (n[k - 1] + missing)


def chen_and_goodman(n):
    first = filled_up(n, 1, 1 / 3)
    s = -log2(first) if first else inf  # n_k falls as k^−s
    r = [first, filled_up(n, 2, (3 / 2) ** -s), filled_up(n, 3, (4 / 3) ** -s)]
    Y = 1 / (1 + 2 * first)
    D = [1 - 2 * Y * r[0], 2 - 3 * Y * r[1], 3 - 4 * Y * r[2]]
    return [min(max(d, 0.1), k) for k, d in enumerate(D, start=1)]


def ney(n):
    D = max(0.1, 1 / (1 + 2 * filled_up(n, 1, 1 / 3)))
    return D, D, D


@pytest.mark.parametrize(
    ("smoothing", "discounts"), [("kneser-ney", ney), ("modified-kneser-ney", chen_and_goodman)]
)
@pytest.mark.parametrize(("vocabulary_size", "order"), SIZES)
def test_kneser_ney_is_as_its_equations_say(vocabulary_size, order, smoothing, discounts):
    known, new = random_rows(5, 100, 12, vocabulary_size), random_rows(6, 20, 12, vocabulary_size)
    model = NgramModel(known, vocabulary_size, order=order, smoothing=smoothing)
    oracle = ByDefinition(known, order, vocabulary_size, discounts)
    for rows in (known, new):
        assert_same(model, oracle, rows, order)


@pytest.mark.parametrize("order", [1, 4])
def test_the_uniform_share_of_witten_bell_goes_to_all_symbols_alike(order):
    lm = pytest.importorskip("nltk.lm")
    known, new = random_rows(3, 80, 10, 30), random_rows(4, 40, 10, 30)

    class Uniform(lm.smoothing.WittenBell):
        def unigram_score(self, word):
            seen = self.counts.unigrams
            return (seen[word] + len(seen) / 30) / (seen.N() + len(seen))

    oracle = fitted(nltk_model(lm, "witten-bell", order, 30), known, order, "witten-bell")
    oracle.estimator = Uniform(oracle.vocab, oracle.counts)
    assert_same(NgramModel(known, 30, order=order), oracle.unmasked_score, new, order)


def test_kneser_ney_worked_by_hand():
    # Lines ab and aa, D = 1/2. Continuations: a after a start and after a, b after a, an end after
    # b and after a: 5 in all, of 3 distinct symbols.
    # P(a) = (2 − .5)/5 + .5 · 3/5 · 1/4 = .375, P(b) = .175, P(end) = .375, P(c) = .075
    # P(a|start) = (2 − .5)/2 + .5 · 1/2 · .375 = .84375; after a: b, a and end once each
    # P(b|a) = (1 − .5)/3 + .5 · 3/3 · .175 = .25416…; P(end|b) = .5/1 + .5 · .375 = .6875
    model = NgramModel(AB_AA, 4, order=2, smoothing="kneser-ney", discount=0.5)
    bits = model.log2_probabilities(np.array([[A, B, END], [C, END, END]]))
    assert (2.0 ** bits[0]).tolist() == pytest.approx([0.84375, 0.5 / 3 + 0.0875, 0.6875])
    assert (2.0 ** bits[1, :2]).tolist() == pytest.approx([0.5 * 0.5 * 0.075, 0.375])


@pytest.mark.parametrize("order", [3, 4, 10])
def test_what_begins_a_line_counts_as_often_as_it_does(order):
    # c begins two lines, d one. Continuations: c and d after a start, ends after c and after d.
    rows = np.array([[C, END], [C, END], [4, END]])
    model = NgramModel(rows, 5, order=order, smoothing="kneser-ney", discount=0.5, uniform=False)
    bits = model.log2_probabilities(np.array([[C, END], [4, END]]))
    # P(c) = P(d) = 1/4, P(end) = 2/4. P(c|start) = (2 − .5)/3 + .5 · 2/3 · 1/4 = .58333…
    # P(d|start) = (1 − .5)/3 + .5 · 2/3 · 1/4 = .25
    assert (2.0 ** bits[:, 0]).tolist() == pytest.approx([0.5 + 0.25 / 3, 0.25])
    # An end follows c once, as a continuation: (1 − .5)/1 + .5 · 1/1 · 2/4 = .75; likewise d.
    # P(end|start c) = (2 − .5)/2 + .5 · 1/2 · .75 = .9375, P(end|start d) = .5/1 + .5 · .75
    assert (2.0 ** bits[:, 1]).tolist() == pytest.approx([0.9375, 0.875])


def test_lidstone_and_laplace_worked_by_hand():
    # After a: b, a and an end once each. With gamma = 1/2 and V = 4: (1 + .5)/(3 + 2).
    row = np.array([[A, B, C]])
    half = NgramModel(AB_AA, 4, order=2, smoothing="lidstone", gamma=0.5)
    laplace = NgramModel(AB_AA, 4, order=2, smoothing="laplace")
    assert (2.0 ** half.log2_probabilities(row)[0]).tolist() == pytest.approx(
        [2.5 / 4, 1.5 / 5, 0.5 / 3]
    )
    assert (2.0 ** laplace.log2_probabilities(row)[0]).tolist() == pytest.approx(
        [3 / 6, 2 / 7, 1 / 5]
    )


def test_discounts_worked_by_hand():
    assert one_discount((600, 300, 0, 0)) == pytest.approx((0.5, 0.5, 0.5))
    # Y = 800/1600: 1 − 2 · .5 · 400/800, 2 − 3 · .5 · 200/400, 3 − 4 · .5 · 100/200
    assert three_discounts((800, 400, 200, 100)) == pytest.approx((0.5, 1.25, 2.0))


@pytest.mark.parametrize(
    "n", [(100, 100, 100, 0), (991, 250, 117, 66), (91_203, 20_000, 9_871, 5_012)]
)
def test_discounts_of_a_hundred_ngrams_or_more_are_those_of_chen_and_goodman(n):
    Y = n[0] / (n[0] + 2 * n[1])
    expected = [k - (k + 1) * Y * n[k] / n[k - 1] for k in (1, 2, 3)]
    assert all(0.1 < D <= k for k, D in enumerate(expected, start=1))
    assert three_discounts(n) == pytest.approx(expected)
    assert one_discount(n) == pytest.approx((Y, Y, Y))


def test_where_nothing_is_counted_discounts_are_those_of_a_power_law():
    # n_k as k^−s, 2^−s = 1/3: Y = 1/(1 + 2/3) = .6, D_1 = 1 − 2 · .6/3 = .6
    s = log2(3)
    expected = [0.6, 2 - 3 * 0.6 * (2 / 3) ** s, 3 - 4 * 0.6 * (3 / 4) ** s]
    assert three_discounts((0, 0, 0, 0)) == pytest.approx(expected)
    assert one_discount((0, 0, 0, 0)) == pytest.approx((0.6, 0.6, 0.6))


def test_few_ngrams_are_filled_up():
    # r_1 = 20/500, Y = 500/540; n_2 = 20 is filled up with 80 n-grams of the ratio .04^log₂ 1.5
    r_2 = (10 + 0.04 ** log2(1.5) * 80) / 100
    expected = (500 / 540, 2 - 3 * 500 / 540 * r_2)
    assert three_discounts((500, 20, 10, 0))[:2] == pytest.approx(expected)


def test_discounts_stay_in_their_range():
    assert three_discounts((100, 100, 900, 100))[1] == 0.1  # 2 − 3 · 100/300 · 9 is below 0
    assert three_discounts((0, 5_000, 0, 5_000))[1] == 2.0
    assert one_discount((0, 5_000, 0, 0)) == (0.1, 0.1, 0.1)


def test_an_ngram_more_moves_a_discount_a_little():
    # None of ten thousand had stood for a fallback: D_1 went from 1 to 0.5, D_3 from 3 to 1.5.
    rng = np.random.default_rng(0)
    sparse = [(10_000, k, 1, 0) for k in range(40)] + [(300, 10, k, 1) for k in range(20)]
    every = sparse + [tuple(map(int, rng.integers(0, high, 4))) for high in range(2, 200)]
    for n in every:
        for k in range(4):
            more = tuple(count + (place == k) for place, count in enumerate(n))
            for rule, most in ((three_discounts, 0.1), (one_discount, 0.02)):
                change = np.abs(np.subtract(rule(more), rule(n))).max()
                assert change <= most, (rule, n, more)


def test_a_line_less_moves_the_reverse_likelihood_a_little():
    # 4-grams and longer of 250 lines are so few that hardly any comes four times.
    rows = random_rows(2, 450, 8, 40)
    known, new = rows[:250], rows[250:]

    def bits(some):
        model = NgramModel(some, 40, order=6, smoothing="modified-kneser-ney")
        return model.score(new).bits_per_character

    whole = bits(known)
    moved = [abs(bits(np.delete(known, i, axis=0)) - whole) for i in range(25)]
    assert max(moved) < 0.02


@pytest.mark.parametrize("smoothing", SMOOTHINGS)
def test_what_is_taken_off_and_added_is_what_is_handed_over(smoothing):
    counts = np.array([3, 1, 1, 2, 7, 4])
    starts = np.array([0, 3])
    rule = SMOOTHINGS[smoothing](Options(vocabulary_size=9))
    discounts = rule.discounts((800, 400, 200, 100))
    whole, handed_over = rule.share(counts, starts, discounts)
    taken = np.array([0, *discounts])[[3, 1, 1, 2, 3, 3]]
    kept = np.add.reduceat(counts - taken, starts)
    assert (kept + handed_over).tolist() == pytest.approx(whole.tolist())
