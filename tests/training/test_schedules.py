"""Schedules: where they begin, where they end, and the way between."""

import pytest

from textgan.training.schedules import (
    average_decay,
    noise_level,
    progress,
    rate_factor,
    visible_length,
)

HORIZONS = (1, 2, 3, 7, 1000)


def test_the_average_remembers_a_share_of_all_steps_once_that_is_more():
    assert average_decay(10**6, 0.9, 0.0) == 0.9
    assert average_decay(79, 0.9, 0.125) == 0.9  # 10 steps are an eighth of 80
    assert average_decay(160, 0.9, 0.125) == pytest.approx(1 - 1 / 20)


def test_a_decay_of_0_is_no_average_whatever_the_share():
    assert [average_decay(step, 0.0, 0.125) for step in (1, 8, 9, 10**6)] == [0, 0, 0, 0]


def test_rates_fall_with_the_inverse_root_of_the_step():
    assert rate_factor(10**6, 0) == 1.0
    assert rate_factor(1, 100) == 1.0
    assert rate_factor(301, 100) == pytest.approx(1 / 2)
    assert rate_factor(9901, 100) == pytest.approx(1 / 10)


@pytest.mark.parametrize("horizon", HORIZONS)
def test_progress_is_1_from_the_horizon_on_and_0_at_the_first_step_where_there_is_a_way(horizon):
    assert progress(1, horizon) == (0 if horizon > 1 else 1)
    assert [progress(horizon + more, horizon) for more in (0, 1, 10**6)] == [1, 1, 1]


def test_progress_is_even():
    assert [progress(step, 5) for step in range(1, 6)] == [0, 0.25, 0.5, 0.75, 1]


def test_instance_noise_falls_evenly_to_nothing_at_its_horizon():
    assert [noise_level(step, 0.8, 5) for step in range(1, 7)] == pytest.approx(
        [0.8, 0.6, 0.4, 0.2, 0, 0]
    )
    assert noise_level(5, 0.8, 5) == 0  # and not nearly so: no noise is drawn any more


@pytest.mark.parametrize("horizon", HORIZONS)
@pytest.mark.parametrize("length", [1, 4, 32])
def test_visible_text_grows_from_one_position_to_all_and_never_shrinks(length, horizon):
    lengths = [visible_length(step, length, horizon) for step in range(1, horizon + 3)]
    assert lengths == sorted(lengths)
    assert lengths[0] == (1 if horizon > 1 else length)
    assert lengths[horizon - 1 :] == [length] * 3
    assert all(type(found) is int for found in lengths)


def test_visible_text_grows_evenly():
    # T − 1 = 4 more positions in 8 steps
    assert [visible_length(step, 5, 9) for step in range(1, 10)] == [1, 1, 2, 2, 3, 3, 4, 4, 5]
