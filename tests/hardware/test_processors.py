"""How many processors a process may use."""

import os

from textgan.hardware.processors import processors


def test_a_process_may_use_those_that_the_system_leaves_it(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _process: {2, 5, 7}, raising=False)
    assert processors() == 3


def test_without_such_limits_it_may_use_all(monkeypatch):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    for count, expected in ((16, 16), (None, 1)):
        monkeypatch.setattr(os, "cpu_count", lambda count=count: count)
        assert processors() == expected
