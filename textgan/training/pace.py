"""Whether steps have become much slower, as when other processes use the processors."""

from collections import deque
from statistics import median

__all__ = ["Pace"]

WINDOW = 21  # steps of which a median is taken: a few slow steps do not count
SLOWER = 3.0  # times as long as the first steps: an episode begins
RECOVERED = 2.0  # times as long: an episode ends
MIN_SECONDS = 10.0  # that steps are slow before it is reported


class Pace:
    """Compares the seconds of the last 21 steps with those of the first 21, by their medians.

    An episode begins when steps were more than 3 times as slow for 10 seconds of stepping, and ends
    when they are less than twice as slow. Time between steps, of validation and checkpoints, does
    not count.
    """

    def __init__(self) -> None:
        self.last: deque[float] = deque(maxlen=WINDOW)
        self.first: float | None = None  # seconds, the median
        self.slow_for = 0.0  # seconds
        self.reported = False

    def __call__(self, seconds: float) -> float | None:
        """Return how many times slower steps have become, once an episode; else None."""
        self.last.append(seconds)
        if len(self.last) < WINDOW:
            return None
        now = median(self.last)
        if self.first is None:
            self.first = now
        ratio = now / max(self.first, 1e-9)
        self.slow_for = self.slow_for + seconds if ratio > SLOWER else 0.0
        self.reported = self.reported and ratio >= RECOVERED
        if self.reported or self.slow_for < MIN_SECONDS:
            return None
        self.reported = True
        return ratio
