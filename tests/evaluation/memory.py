"""How much memory a call takes at most, and text that it reads piece by piece."""

import tracemalloc

import numpy as np


def peak_of(function):
    """What a function returns, and the most bytes that Python held while it ran."""
    tracemalloc.start()
    result = function()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return result, peak


def stream(pieces, symbols, T=16):
    """Random pieces of 500 rows, made one by one."""
    for seed in range(pieces):
        yield np.random.default_rng(seed).integers(0, symbols, (500, T))
