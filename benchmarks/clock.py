"""Seconds that calls take, and how many times as fast one is as another, turn by turn."""

import time
from collections.abc import Callable
from statistics import median


def seconds(function: Callable[[int], object], number: int) -> float:
    """Return how long a call took."""
    start = time.perf_counter()
    function(number)
    return time.perf_counter() - start


def ratio(references: list[float], measurements: list[float]) -> float:
    """Return how many times as fast ours is: the median of the ratios of each turn."""
    return median(
        reference / measured for reference, measured in zip(references, measurements, strict=True)
    )
