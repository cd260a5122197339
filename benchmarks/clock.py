"""Seconds that calls take, and how many times as fast one is as another, turn by turn."""

import time
from collections.abc import Callable
from statistics import median


def seconds(function: Callable[[int], object], number: int) -> float:
    """Return how long a call took."""
    start = time.perf_counter()
    function(number)
    return time.perf_counter() - start


def ratio(theirs: list[float], ours: list[float]) -> float:
    """Return how many times as fast ours is: the median of the ratios of each turn."""
    return median(one / other for one, other in zip(theirs, ours, strict=True))
