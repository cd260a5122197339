import random
from dataclasses import replace

import numpy as np
import pytest

from tests.evaluation.render.terminal.printed import printed
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.harness import measure, variance_of_pairs
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics import detection
from textgan.evaluation.metrics.detection import FOLDS, classify, detect
from textgan.evaluation.metrics.hashed_ngrams import hashed
from textgan.evaluation.metrics.workspace import Workspace
from textgan.evaluation.render.html import page
from textgan.evaluation.render.terminal import report as terminal
from textgan.evaluation.text.texts import gather

M = 400
QUICK = {"orders": (1,), "model": Setting(order=1), "length": 16}


def real(seed, count=M):
    """Lines of syllables: a consonant and a vowel in turn."""
    rng = random.Random(seed)
    syllables = [c + v for c in "bdfgklmnprst" for v in "aeiou"]
    weights = range(1, 61)
    return [
        "".join(rng.choices(syllables, weights=weights, k=rng.randint(1, 5))) for _ in range(count)
    ]


def unigram(seed, count=M):
    """Lines with the characters and lengths of real ones, in any order."""
    rng = random.Random(seed)
    lines = real(seed + 1000, count)
    characters = "".join(lines)
    return ["".join(rng.choices(characters, k=len(line))) for line in lines]


def detected(samples, text, seed=0):
    return detect(hashed(samples), hashed(text), seed)


def test_real_text_cannot_be_told_from_real_text():
    found = detected(real(0), real(1))
    assert abs(found.auc - 0.5) < 1.96 * found.variance.error < 0.1


def test_the_parts_of_the_variance_are_those_of_samples_and_of_real_lines():
    found = detected(unigram(2)[: M // 2] + real(3)[: M // 2], real(1))  # unlike each other
    assert found.samples.var() > 1.1 * found.real.var()
    alone = replace(found.paired, influence=np.zeros(M))
    parts = variance_of_pairs(found.paired, alone) + found.paired.sampling_variance
    assert parts.value == pytest.approx(found.variance.value, rel=0.02)  # but a 0 and a 1 added


def test_what_makes_real_lines_hard_drops_out_of_a_difference():
    found, again = (detected(real(0), real(1), seed) for seed in (0, 0))
    assert variance_of_pairs(found.paired, again.paired).value == 0
    other = detected(real(2), real(1))
    assert variance_of_pairs(found.paired, other.paired).value < 2.25 * found.real.var() / M * 2


def test_of_differently_many_real_lines_the_parts_are_independent():
    found, other = detected(real(0), real(1)), detected(real(2, M // 2), real(1, M // 2))
    parts = found.paired.influence.var(ddof=1) / M + other.paired.influence.var(ddof=1) / (M // 2)
    assert variance_of_pairs(found.paired, other.paired).value == pytest.approx(parts)
    short = evaluate(real(0), real(1, 150), real(2), **QUICK)  # the training text is the shortest
    low, high = short.measures["detection"].interval
    assert low < short.measures["detection"].excess < high


def test_samples_that_repeat_lines_are_told_by_them():
    # Two thirds of the samples are one of ten lines, each of which is real.
    repeated = random.Random(0).choices(real(0)[:10], k=2 * M // 3) + real(2, M - 2 * M // 3)
    assert detected(repeated, real(1)).auc > 0.75


def test_texts_without_a_common_letter_are_all_told_apart():
    found = detected([line.upper() for line in real(0)], real(1))
    assert found.auc == 1
    assert 0 < found.variance.error < 0.02


def test_a_mixture_has_the_auc_that_its_share_allows():
    # Of half real and half unigram text: AUC = AUC(real)/2 + AUC(unigram)/2.
    text = real(1)
    of_unigram = detected(unigram(2), text).auc
    of_real = detected(real(3), text).auc
    assert of_unigram > 0.9
    found = detected(unigram(2)[: M // 2] + real(3)[: M // 2], text)
    assert found.auc == pytest.approx((of_real + of_unigram) / 2, abs=0.05)
    halves = found.samples[: M // 2].mean(), found.samples[M // 2 :].mean()
    assert found.auc == pytest.approx(np.mean(halves), abs=1e-12)
    assert halves[1] == pytest.approx(0.5, abs=0.1)


def test_the_seed_alone_decides():
    features = hashed(real(0)), hashed(unigram(1))
    first, again, other = (detect(*features, seed) for seed in (3, 3, 4))
    assert (first.auc, first.variance) == (again.auc, again.variance)
    assert (first.weights == again.weights).all()
    assert first.auc != other.auc


def test_unequal_or_too_few_lines_are_refused():
    for a, b in ((9, 10), (9, 9)):
        with pytest.raises(ValueError, match=f"found {a} and {b} lines"):
            detected(real(0, a), real(1, b))
    assert detected(real(0, 2 * FOLDS), real(1, 2 * FOLDS)).samples.shape == (2 * FOLDS,)


@pytest.fixture(scope="module")
def report():
    lines = [f"{line[:-1]}<q>" for line in real(0, 150)]
    return evaluate(lines, real(1, 600), real(2, 200), **QUICK)


def test_a_report_has_the_figure_with_that_of_real_text(report):
    measure = report.measures["detection"]
    assert measure.samples == measure.at_real_size > 0.98
    assert measure.real == pytest.approx(0.5, abs=0.15)
    low, high = measure.interval
    assert 0 < low < measure.excess < high < 1
    settings = "|settings:ngrams=1-4,buckets=65536,folds=5,C=3|"
    for signature in (measure.signature, measure.real_signature):
        assert "|m:150|" in signature
        assert settings in signature
        assert "|held-out:200@" in signature
    assert "|interval:paired-delong+folds|" in measure.real_signature


def test_what_is_classified_beforehand_is_not_classified_again(monkeypatch):
    texts = gather(
        real(0, 150), real(1, 600), real(2, 200), {}, length=16, unit="char", m=None, seed=0
    )
    work = Workspace(texts, Setting(order=1), 0, (1,))
    classify(work)
    work.forget()
    monkeypatch.setattr(detection, "detect", None)
    assert 0 < measure(detection.DETECTION, work, work.samples, None).samples < 1


def test_an_error_of_the_classifier_is_raised(monkeypatch):
    def fails(*_):
        raise MemoryError

    monkeypatch.setattr(detection, "detect", fails)
    with pytest.raises(MemoryError):
        evaluate(real(0, 150), real(1, 600), real(2, 200), **QUICK)


def test_the_ngrams_that_reveal_samples_come_with_their_shares(report):
    by_text = {(ngram.ngram, ngram.starts, ngram.ends): ngram for ngram in report.revealing}
    mark = by_text["<q>", False, True]
    assert (mark.samples, mark.real) == (1, 0)
    assert len(by_text) == len(report.revealing) <= 20
    for ngram in report.revealing[:10]:
        assert ngram.samples > ngram.real
    assert report.revealing[-1].samples < report.revealing[-1].real


def test_they_are_listed_on_a_page_and_on_a_terminal_escaped(report):
    html = page(report)
    assert "N-grams that reveal samples" in html
    assert "&lt;q&gt;" in html
    assert "<q>" not in html
    assert "N-grams that reveal samples" in printed(terminal.show, report, 80, tables=True)


def test_there_are_none_where_nothing_is_told_apart():
    assert evaluate(real(0, 150), real(1, 600), real(2, 200), **QUICK).revealing == ()


def test_fewer_than_100_lines_have_no_figure():
    few = evaluate(real(0, 99), real(1, 600), real(2, 200), **QUICK)
    assert "detection" not in few.measures
    assert few.revealing is None
