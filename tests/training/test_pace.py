"""When training says that steps have become slow; all times are made up."""

import pytest

from textgan.training.pace import Pace

FAST = [0.05] * 50


def said(seconds, pace=None):
    """Return (number of the step, times slower) of all that is said."""
    pace = pace or Pace()
    found = [(number, pace(one)) for number, one in enumerate(seconds)]
    return [(number, times) for number, times in found if times is not None]


def test_steps_five_times_as_slow_are_said_once_after_ten_seconds():
    ((number, times),) = said(FAST + [0.25] * 500)
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
def test_nothing_is_said_of_steps_that_vary(seconds):
    assert said(seconds) == []


def test_each_episode_is_said_once_and_is_over_when_steps_are_less_than_twice_as_slow():
    slow = [0.5] * 100
    assert len(said(FAST + slow + FAST + slow)) == 2
    assert len(said(FAST + slow + [0.12] * 100 + slow)) == 1


def test_few_steps_say_nothing():
    assert said([1.0] * 20) == []
