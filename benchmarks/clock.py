"""Seconds that calls take, and the ratio of two columns of measurements, turn by turn."""

import time
from collections.abc import Callable
from statistics import median


def seconds(function: Callable[[int], object], number: int) -> float:
    """Return how long a call took."""
    start = time.perf_counter()
    function(number)
    return time.perf_counter() - start


def median_ratio(numerators: list[float], denominators: list[float]) -> float:
    """Return the median of the ratios of each turn."""
    return median(a / b for a, b in zip(numerators, denominators, strict=True))
