import random

import numpy as np
import pytest

from textgan.evaluation.harness import families, measure, measure_family
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics.bleu import SELF_BLEU, self_bleu
from textgan.evaluation.metrics.metric import Metric, OwnInterval, Paired, StandardError
from textgan.evaluation.metrics.registry import METRICS
from textgan.evaluation.metrics.workspace import Workspace
from textgan.evaluation.statistics.normal import Variance
from textgan.evaluation.statistics.proportions import difference
from textgan.evaluation.statistics.seeding import choose
from textgan.evaluation.text.texts import gather


def words(seed, count):
    rng = random.Random(seed)
    return ["".join(rng.choices("abcdef", k=rng.randint(1, 6))) for _ in range(count)]


def workspace(m=60, training=20, held_out=10):
    texts = gather(
        sorted(words(0, m)), words(1, training), words(2, held_out), {},
        length=6, unit="char", m=None, seed=0,
    )  # fmt: skip
    return Workspace(texts, Setting(order=2), 0, (1,))


def made(spread, **about):
    """A metric of 0.5 for the samples and 0.2 for real text, of known uncertainty."""
    return Metric(
        name="made", title="made", unit="", better="lower", form=".1f", blind_to="all",
        figure=lambda case: 0.5 if case.lines is case.work.samples else 0.2,
        uncertainty=lambda case: spread(0 if case.lines is case.work.samples else 1), **about,
    )  # fmt: skip


def interval(spread, **about):
    work = workspace()
    return measure(made(spread, **about), work, work.samples, None).interval


def test_errors_of_independent_figures_add_up_in_squares():
    for spread in (lambda i: StandardError((0.03, 0.04)[i]), lambda i: Variance((9e-4, 16e-4)[i])):
        assert interval(spread) == pytest.approx((0.3 - 1.96 * 0.05, 0.3 + 1.96 * 0.05))
    assert interval(lambda i: StandardError(0.9)) == pytest.approx(
        (0.3 - 2.495, 0.3 + 2.495), abs=1e-3
    )
    assert interval(lambda i: StandardError(0.9), bounded=True) == (-1, 1)


def test_intervals_of_their_own_make_that_of_the_difference():
    ends = (0.4, 0.7), (0.1, 0.35)
    expected = difference(0.5, ends[0], 0.2, ends[1])
    assert interval(lambda i: OwnInterval(ends[i])) == pytest.approx(expected)


def test_of_paired_lines_what_both_share_drops_out():
    hard = np.random.default_rng(0).normal(size=50)
    own = np.linspace(-1, 1, 50)
    values = hard + own, hard
    low, high = interval(lambda i: Paired(values[i], values[i], sampling_variance=Variance(0.01)))
    error = np.sqrt(own.var(ddof=1) / 50 + 0.02)
    assert (low, high) == pytest.approx((0.3 - 1.96 * error, 0.3 + 1.96 * error))


def test_without_an_uncertainty_there_is_no_interval():
    assert interval(lambda i: None) is None
    assert interval(lambda i: (None, StandardError(0.1))[i]) is None


def test_real_lines_are_held_out_or_matched_and_too_few_are_none():
    work = workspace()

    def lines(**about):
        metric = made(lambda i: None, **about)
        return measure(metric, work, work.samples, None)

    assert "|m:10|held-out:10@" in lines().real_signature.replace(f"|ref:{work.texts.part}", "")
    assert "|m:20|" in lines(real="matched").real_signature
    assert lines(floor=True).real_signature.startswith("made-floor|")
    assert lines(min_real_lines=11).real is None
    assert "|m:5|" in lines(max_lines=5).real_signature
    assert "|m:5|" in lines(max_lines=5).signature


def test_the_self_bleu_of_fewer_samples_is_that_of_a_draw_of_them():
    # The first lines of a sorted file are more alike than a draw of as many.
    work = workspace()
    found = measure(SELF_BLEU, work, work.samples, 4)
    places = choose(60, 20, 0, "variety")
    assert found.at_real_size == self_bleu(work.samples.rows[places])


def test_families_keep_the_order_of_their_metrics():
    every = [metric.name for _, metrics in families(METRICS.values()) for metric in metrics]
    assert every == list(METRICS)


def test_baselines_are_measured_where_a_metric_says_how():
    work = workspace()
    work.add_baselines()
    found = measure_family([METRICS["jsd"], METRICS["text-jsd"]], work, work.samples)
    assert list(found["jsd1"].baselines) == list(work.baselines)
    assert not found["text-jsd1"].baselines
