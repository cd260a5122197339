import random

import numpy as np
import pytest
from scipy.stats import t as student

from textgan.evaluation.metrics import full
from textgan.evaluation.metrics.bleu import self_bleu
from textgan.evaluation.statistics.seeding import choose
from textgan.evaluation.text.texts import gather


def words(seed, count):
    rng = random.Random(seed)
    return ["".join(rng.choices("abcdef", k=rng.randint(1, 6))) for _ in range(count)]


def test_halves_find_the_standard_error_of_a_mean():
    # Of m lines of variance 4 the mean has a variance of 4/m; its halves differ with 4 times that.
    m = 400
    features = np.random.default_rng(0).normal(scale=2, size=(m, 1))
    squares = [full._halves(features, lambda some: some.mean(), seed) ** 2 for seed in range(100)]
    assert np.mean(squares) == pytest.approx(features.var(ddof=1) / m, rel=0.12)


@pytest.mark.parametrize("draws", [2, 10])
def test_the_interval_of_draws_is_students(draws, monkeypatch):
    # Ten draws of 100 lines: the quantile of Student's t of 9 degrees of freedom is 2.262.
    values = np.random.default_rng(1).normal(size=(2, draws))
    plans = iter(values.ravel().tolist())
    monkeypatch.setattr(full, "transport", lambda *_: (next(plans), ()))
    m = 100 if draws == 10 else 30
    texts = gather(
        words(0, draws * m), words(1, 3_000), words(2, draws * m), {},
        length=6, unit="char", m=None, seed=0,
    )  # fmt: skip
    found = full._transport(texts, texts.base(0))[0]["transport"]
    apart = values[0] - values[1]
    wide = student.ppf(0.975, draws - 1) * apart.std(ddof=1) / np.sqrt(draws)
    if draws == 10:
        assert wide == pytest.approx(2.262 * apart.std(ddof=1) / np.sqrt(10), rel=1e-3)
    assert found.excess == pytest.approx(apart.mean())
    assert found.interval == pytest.approx((apart.mean() - wide, apart.mean() + wide))


def test_the_error_of_a_difference_of_means_is_that_of_both():
    a, b = np.array([1.0, 2.0, 6.0]), np.array([0.0, 4.0])
    # Variances 7 and 8 of the lines, 7/3 and 8/2 of the means
    assert full._error(a, b) == pytest.approx(np.sqrt(7 / 3 + 8 / 2))
    assert full._error(a, b[:1]) is None


def test_the_self_bleu_of_fewer_samples_is_that_of_a_draw_of_them():
    # The first lines of a sorted file are more alike than a draw of as many.
    texts = gather(
        sorted(words(0, 60)), words(1, 20), words(2, 10), {},
        length=6, unit="char", m=None, seed=0,
    )  # fmt: skip
    found = full._bleu(texts, {}, texts.base(0))["self-bleu4"]
    places = choose(60, 20, 0, "variety")
    assert found.at_real_size == self_bleu(texts.samples.rows[places])
