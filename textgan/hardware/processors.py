"""The processors that this process may use."""

import os

__all__ = ["processors"]


def processors() -> int:
    """Return how many there are: where the system limits a process to some of them, those.

    Such limits are `taskset`, and the allocations of batch systems.
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
