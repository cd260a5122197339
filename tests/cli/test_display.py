"""What `train` says before and while it trains."""

import datetime
from types import SimpleNamespace

import pytest

from cli.display import Display, _slower
from cli.progress import clock, counted
from textgan.configs import Config

NOON = datetime.datetime(2026, 5, 1, 12)


def forecast(capsys, **stop):
    loop = SimpleNamespace(config=Config.build({"corpus": "x", **stop}), step=0, seconds=0.0)
    Display(loop).forecast(0.5, NOON)
    return capsys.readouterr().err.splitlines()[1]


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        ({"steps": 1}, "1 step: about 0 s, until 12:00"),
        ({"steps": 7200}, "7,200 steps: about 60.0 min, until 13:00"),
        ({"minutes": 3000}, "3,000 minutes in all: about 50.0 h, until 2026-05-03 14:00"),
        ({"steps": 10**9, "minutes": 1}, "1,000,000,000 steps or 1 minute in all: about 60 s, "
         "until 12:01"),
        ({"minutes": 1e13}, "1e+13 minutes in all: over a hundred years; Ctrl-C saves and stops"),
        ({"steps": 10**15}, "1,000,000,000,000,000 steps: over a hundred years; Ctrl-C saves and "
         "stops"),
    ],
)  # fmt: skip
def test_a_forecast_has_the_day_where_it_is_another_and_no_end_beyond_a_century(stop, said, capsys):
    assert forecast(capsys, **stop) == said


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (42, "42 s"),
        (252, "4.2 min"),
        (6120, "1.7 h"),
        (1036800, "12 days"),
        (1e9, "11,574 days"),
    ],
)
def test_a_time_has_a_unit_that_fits(seconds, shown):
    assert clock(seconds) == shown


def test_one_is_no_plural():
    assert [counted(n, "line") for n in (0, 1, 1.0, 1.5, 1000)] == [
        "0 lines", "1 line", "1 line", "1.5 lines", "1,000 lines",
    ]  # fmt: skip


def test_fewer_threads_are_advised_where_there_are_several():
    assert _slower(4.21, 1) == "steps take 4.2 times as long as at first: do other processes run?"
    assert _slower(4.21, 2).endswith("processes run? --threads 1 suffers least from them")
