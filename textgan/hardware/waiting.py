"""How the threads of a computation wait for each other: passively, so that others can compute.

At the end of each parallel loop OpenMP's threads wait for the last one. libgomp has them spin for
some milliseconds, which is fastest where nothing else runs. With other processes a thread that
spins takes the processor from the thread that it waits for, and training becomes ten times slower.
The environment is read once, when torch loads libgomp.

OpenBLAS, which multiplies for numpy, has threads of its own. They spin too, between products that
are too short to be shared out, while an evaluation has all processors at work already.
"""

import os

__all__ = ["multiply_on_one_thread", "sleep_while_waiting", "waiting"]

# of OpenMP, of GNU's and of LLVM's
VARIABLES = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME")


def sleep_while_waiting() -> None:
    """Let OpenMP's threads sleep while they wait, unless the environment sets how they wait.

    It has effect only before torch is loaded, and for the whole process: commands call it, the
    library does not.
    """
    if not any(name in os.environ for name in VARIABLES):
        os.environ["OMP_WAIT_POLICY"] = "PASSIVE"


def multiply_on_one_thread() -> None:
    """Let numpy's products take one thread each, unless the environment sets OpenBLAS's number.

    It has effect only before numpy is loaded, and for the whole process: commands call it, the
    library does not. Torch does not multiply by this OpenBLAS.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


def waiting() -> str:
    """Return how the environment sets waiting, as `OMP_WAIT_POLICY=PASSIVE`, or `default`."""
    settings = [f"{name}={os.environ[name]}" for name in VARIABLES if name in os.environ]
    return " ".join(settings) or "default"
