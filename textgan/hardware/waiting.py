"""How the threads of a computation wait for each other: asleep, so that others may compute.

At the end of each parallel loop OpenMP's threads wait for the last one. libgomp has them spin for
some milliseconds, which is fastest on a machine of one's own; beside other processes a thread that
spins keeps a processor from the thread that it waits for, and training falls to a tenth of its
speed. The environment is read once, when torch loads libgomp.
"""

import os

__all__ = ["sleep_while_waiting", "waiting"]

# of OpenMP, of GNU's and of LLVM's
VARIABLES = ("OMP_WAIT_POLICY", "GOMP_SPINCOUNT", "KMP_BLOCKTIME")


def sleep_while_waiting() -> None:
    """Have OpenMP's threads sleep while they wait, if the user says nothing of it.

    Only before torch is loaded, and for the whole process: commands do it, the library does not.
    """
    if not any(name in os.environ for name in VARIABLES):
        os.environ["OMP_WAIT_POLICY"] = "PASSIVE"


def waiting() -> str:
    """Return what the environment says of waiting: `OMP_WAIT_POLICY=PASSIVE`, or `default`."""
    found = [f"{name}={os.environ[name]}" for name in VARIABLES if name in os.environ]
    return " ".join(found) or "default"
