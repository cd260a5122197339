"""When slow steps are reported; all times are made up."""

import pytest

from textgan.training.pace import Pace

FAST = [0.05] * 50


def reports(seconds, pace=None):
    """Return (number of the step, times slower) of all reports."""
    pace = pace or Pace()
    paces = [(number, pace(each)) for number, each in enumerate(seconds)]
    return [(number, times) for number, times in paces if times is not None]


def test_steps_five_times_as_slow_are_reported_once_after_ten_seconds():
    ((number, times),) = reports(FAST + [0.25] * 500)
    assert times == pytest.approx(5)
    # the median has turned after 11 slow steps; from then on ten seconds are 40 of them
    assert number == len(FAST) + 10 + 39


@pytest.mark.parametrize(
    "seconds",
    [
        FAST + [0.14] * 1000,  # less than three times
        FAST + ([9.0] * 5 + [0.05] * 30) * 20,  # hiccups
        [5.0, 3.0, *FAST, *FAST],  # the first step allocates
        [0.001] * 50 + [0.05] * 100,  # fifty times, for five seconds
        [0.25] * 50 + [0.05] * 500,  # faster
    ],
)
def test_steps_that_vary_are_not_reported(seconds):
    assert reports(seconds) == []


def test_each_episode_is_reported_once_and_is_over_when_steps_are_less_than_twice_as_slow():
    slow = [0.5] * 100
    assert len(reports(FAST + slow + FAST + slow)) == 2
    assert len(reports(FAST + slow + [0.12] * 100 + slow)) == 1


def test_few_steps_are_not_reported():
    assert reports([1.0] * 20) == []
