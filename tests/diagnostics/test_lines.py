"""Two lines, and hard and soft text: W is the distance, JS is log 2."""

import math

import numpy as np
import pytest

from textgan.diagnostics.experiments.lines import LINES, compare_lines, measure_distances, soften

LOG_2 = math.log(2)


@pytest.mark.parametrize("theta", [-1.0, -0.3, 1e-6, 0.5, 2.0])
def test_w_is_the_distance_of_the_lines_and_js_is_log_2(theta):
    distances = compare_lines(theta, points=50)
    assert distances.by_transport == pytest.approx(abs(theta), abs=1e-9)
    assert distances.by_sums == pytest.approx(abs(theta), abs=1e-9)
    assert distances.js == pytest.approx(LOG_2, abs=1e-9)
    assert distances.kl == math.inf


def test_all_distances_of_a_line_to_itself_are_0():
    assert compare_lines(0.0, points=50) == (0, 0, 0, 0)


def test_w_of_softened_text_is_the_norm_of_the_change():
    hard = np.eye(5)[[[0, 1, 2], [0, 1, 3], [4, 4, 4], [2, 1, 0]]].reshape(4, -1)  # T = 3, V = 5
    for theta in (0.25, 0.5, 0.9):
        distances = measure_distances(hard, soften(hard, theta, 5))
        assert distances.by_transport == pytest.approx(theta * math.sqrt(3 * (1 - 1 / 5)))
        assert distances.by_sums == pytest.approx(distances.by_transport)
        assert distances.js == pytest.approx(LOG_2)


def test_the_bound_by_sums_is_below_w_where_a_point_must_move_past_the_nearest():
    first, second = np.array([[0.0], [10.0]]), np.array([[1.0], [2.0]])
    distances = measure_distances(first, second)
    assert distances.by_transport == pytest.approx((1 + 8) / 2)
    assert distances.by_sums == pytest.approx((1 + 2) / 2)


def test_the_record_finds_all_parts_of_the_claim(corpus_file):
    record = LINES({"corpus": str(corpus_file), "points": 20, "text_lines": 20})
    assert [finding.seen for finding in record.findings] == [True, True, True]
    np.testing.assert_allclose(
        record.measured["wasserstein"], np.abs(record.measured["theta"]), atol=1e-9
    )
    assert record.measured["kl"].count("infinity") == 20
