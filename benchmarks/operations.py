"""How many operations a step needs, and how many a second the processor can do at most."""

import time
from collections.abc import Callable

import torch

from benchmarks.reference import BATCH, BLOCKS, Z

V = 100  # symbols, about as many as English text has


def matmul_gflops(
    kind: torch.dtype, size: int, tries: int = 10, products: int = 1,
    device: torch.device | str = "cpu", clock: Callable[[], float] = time.perf_counter,
) -> float:  # fmt: skip
    """Return 10⁹ operations per second of products of square matrices, by the fastest try.

    Args:
        kind: Of the numbers.
        size: Rows and columns of a matrix.
        tries: How many times it is measured.
        products: Those of a try.
        device: Where they are made.
        clock: Returns seconds, after all that was launched is done.
    """
    a, b = torch.randn(2, size, size, device=device).to(kind)
    times = []
    for _ in range(tries):
        start = clock()
        for _ in range(products):
            a @ b
        times.append(clock() - start)
    return 2e-9 * size**3 * products / min(times)


def step_gflop(width: int, T: int, critic_steps: int) -> float:
    """Return 10⁹ operations of the products of a step, each multiplication and addition one.

    A forward pass of a sample takes `read`, `blocks` and `score`; a backward pass as much for the
    weights and as much for the inputs, where these need a gradient. A critic update is a forward
    and backward pass of two samples, a forward pass and input gradient of x̂, and a backward pass
    through that gradient.
    """
    taps = 5 * T - 6  # of a convolution over T positions, padding left out
    blocks = BLOCKS * 2 * taps * width**2
    read, score, spread, write = T * V * width, T * width, Z * T * width, T * width * V
    critic_update = (2 + 1 + 2 + 2 + 1 + 2) * blocks + (2 + 1 + 2 + 1 + 2) * read + 6 * score
    generator = spread + blocks + write
    generator_update = 3 * generator - spread + 2 * (read + blocks + score)
    return 2e-9 * BATCH * (critic_steps * (critic_update + generator) + generator_update)
