import numpy as np
import pytest

from textgan.evaluation.harness import measure
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.metrics.ngram_distance import ngram_distance
from textgan.evaluation.metrics.overlap import precision
from textgan.evaluation.metrics.workspace import Case, Workspace
from textgan.evaluation.statistics.jackknife import standard_error
from textgan.evaluation.text.texts import gather

METRIC = ngram_distance(
    precision, "precision", padded=False, name="seen", title="seen", unit="share", better="real",
    form=".1%", blind_to="all",
)  # fmt: skip


def workspace(samples, held_out=("ab", "bc", "cd")):
    texts = gather(samples, ["ab", "bc", "ca"], held_out, {}, length=3, unit="char", m=None, seed=0)
    return Workspace(texts, Setting(order=1), 0, (1, 2, 3))


def test_a_share_worked_by_hand_with_its_error_and_floor():
    work = workspace(["abx", "abc", "xxx", "b"])
    found = measure(METRIC, work, work.samples, 1)
    assert found.samples == 6 / 10
    assert found.real == 5 / 6  # d is not in the training text
    assert "seen-floor|" in found.real_signature
    assert "|m:3|" in found.real_signature
    ours, real = work.of_equal_size(work.samples, work.held_out)
    q = work.reference_counts(padded=False, whole=False)[1]
    errors = [standard_error(lines.rows, q, "precision", end=0) for lines in (ours, real)]
    half = 1.96 * np.hypot(*errors)
    ends = max(-1, found.excess - half), min(1, found.excess + half)
    assert found.interval == pytest.approx(ends)


def test_without_ngrams_there_is_no_figure_and_of_a_line_no_error():
    work = workspace(["a", "b"])
    assert METRIC.figure(Case(work.samples, work, 2)) is None
    one = workspace(["ab"])
    assert METRIC.figure(Case(one.samples, one, 2)) == 1
    assert METRIC.uncertainty(Case(one.samples, one, 2)) is None
    assert measure(METRIC, one, one.samples, 2).real is None  # of one line there is no floor
