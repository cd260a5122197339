from math import exp, log

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.translate.bleu_score import SmoothingFunction, sentence_bleu

from tests.evaluation.rows import padded
from textgan.evaluation.metrics import bleu as module
from textgan.evaluation.metrics.bleu import bleu, score, score_leave_one_out, self_bleu

WIDTH = 9
LINES = st.text("abc", max_size=WIDTH)


def rows(lines, width=WIDTH):
    return padded(*lines, width=width)


def nltk_bleu(sample, references, order):
    return sentence_bleu(
        [list(line) for line in references],
        list(sample),
        weights=(1 / order,) * order,
        smoothing_function=SmoothingFunction().method1,
    )


@settings(max_examples=150)
@given(
    samples=st.lists(LINES, min_size=1, max_size=6),
    references=st.lists(LINES, min_size=1, max_size=6),
    order=st.integers(1, 5),
)
def test_each_sample_scores_what_nltk_gives_it(samples, references, order):
    expected = [nltk_bleu(line, references, order) for line in samples]
    assert score(rows(samples), rows(references), order).tolist() == pytest.approx(
        expected, abs=1e-9
    )


@settings(max_examples=150)
@given(samples=st.lists(LINES, min_size=2, max_size=7), order=st.integers(1, 5))
def test_each_line_scores_what_nltk_gives_it_against_all_others(samples, order):
    expected = [
        nltk_bleu(line, samples[:i] + samples[i + 1 :], order) for i, line in enumerate(samples)
    ]
    assert score_leave_one_out(rows(samples), order).tolist() == pytest.approx(expected, abs=1e-9)


def test_the_means_are_those_of_nltk_on_lines_of_many_symbols():
    rng = np.random.default_rng(0)
    alphabet = [chr(97 + i) for i in range(12)]
    lines = ["".join(rng.choice(alphabet, rng.integers(0, 20))) for _ in range(120)]
    ours, theirs = lines[:50], lines[50:]
    expected = np.mean([nltk_bleu(line, theirs, 4) for line in ours])
    assert bleu(rows(ours, 20), rows(theirs, 24)) == pytest.approx(expected, abs=1e-9)
    expected = np.mean(
        [nltk_bleu(line, ours[:i] + ours[i + 1 :], 3) for i, line in enumerate(ours)]
    )
    assert self_bleu(rows(ours, 20), 3) == pytest.approx(expected, abs=1e-9)


def test_the_score_worked_by_hand():
    # "abab" against "abc" and "bbaaa": unigrams a 2 of 2, b 2 of 2 (of the other reference) = 4/4;
    # bigrams ab 1 of 2, ba 1 of 1 = 2/3; the lengths 3 and 5 are equally near: 3, no penalty.
    expected = exp((log(4 / 4) + log(2 / 3)) / 2)
    assert bleu(rows(["abab"]), rows(["abc", "bbaaa"]), 2) == pytest.approx(expected, abs=1e-12)
    # Against "abcab" alone the sample is too short: e^(1 − 5/4); a 2, b 2, ab 2, ba 0.
    expected = exp(1 - 5 / 4) * exp((log(4 / 4) + log(2 / 3)) / 2)
    assert bleu(rows(["abab"]), rows(["abcab"]), 2) == pytest.approx(expected, abs=1e-12)


def test_no_line_is_its_own_reference_but_its_copy_is():
    assert score_leave_one_out(rows(["abcd", "xyzw"]), 4).tolist() == [0.0, 0.0]
    assert score_leave_one_out(rows(["abcd", "xyzw", "abcd"]), 4).tolist() == [1.0, 0.0, 1.0]


def test_lines_that_are_references_score_one():
    lines = rows(["abcabc", "bbca", "cccca"])
    assert score(lines, lines, 4).tolist() == pytest.approx([1.0, 1.0, 1.0], abs=1e-12)


def test_references_read_piece_by_piece_change_nothing(monkeypatch):
    rng = np.random.default_rng(1)
    samples, references = rng.integers(0, 5, (30, 8)), rng.integers(0, 5, (40, 8))
    whole = score(samples, references, 3)
    monkeypatch.setattr(module, "BLOCK_ROWS", 7)
    assert (score(samples, references, 3) == whole).all()


def test_wide_vocabularies_score_as_narrow_ones():
    # 5,726 symbols at n = 6 need 75 bits: keys of two words.
    narrow = np.random.default_rng(2).integers(0, 3, (40, 12))
    wide = np.where(narrow > 0, narrow + 5_723, 0)
    assert score(wide, wide[:9], 6).tolist() == score(narrow, narrow[:9], 6).tolist()
    assert score_leave_one_out(wide, 6).tolist() == score_leave_one_out(narrow, 6).tolist()


def test_too_few_lines_are_refused():
    some = rows(["a"])
    with pytest.raises(ValueError, match="found 0 lines, expected at least 1"):
        bleu(some, some[:0])
    with pytest.raises(ValueError, match="found 0 lines, expected at least 1"):
        bleu(some[:0], some)
    with pytest.raises(ValueError, match="found 1 lines, expected at least 2"):
        self_bleu(some)
    with pytest.raises(ValueError, match="order 0"):
        bleu(some, some, 0)
