"""Start the workers of a run on this machine, with the engine of torchrun."""

import logging
import os
import signal
import sys
from collections.abc import Sequence

from torch.distributed.elastic.multiprocessing.api import SignalException
from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
from torch.distributed.launcher.api import LaunchConfig, elastic_launch

__all__ = ["FailedWorkerError", "launch"]

SAVE_SECONDS = "120"  # that workers have to save the run after a signal


class FailedWorkerError(Exception):
    """A worker has failed: the first of them.

    Attributes:
        rank: Its number.
        exit_code: As of `subprocess.Popen.returncode`: −n after signal n.
    """

    def __init__(self, rank: int, exit_code: int) -> None:
        super().__init__(f"worker {rank} ended with status {exit_code}")
        self.rank = rank
        self.exit_code = exit_code


def launch(workers: int, arguments: Sequence[str]) -> int | None:
    """Run `python -m textgan` with these arguments in each of several workers, to their end.

    They inherit the standard streams. A signal that ends this process is sent on to them.

    Returns:
        The number of the signal that ended them; None without one.

    Raises:
        FailedWorkerError: A worker has failed; the others were ended.
    """
    logging.disable()  # the engine's messages; workers and the exceptions below say the same
    os.environ.setdefault("TORCH_ELASTIC_SHUTDOWN_TIMEOUT", SAVE_SECONDS)
    config = LaunchConfig(
        min_nodes=1, max_nodes=1, nproc_per_node=workers, run_id=f"textgan-{os.getpid()}",
        rdzv_backend="c10d", rdzv_endpoint="localhost:0", local_addr="localhost",
        max_restarts=0, monitor_interval=0.2,
    )  # fmt: skip
    if hasattr(config, "signals_to_handle"):  # not in all versions of torch
        config.signals_to_handle = ",".join(_handled_signals())
    try:
        elastic_launch(config, sys.executable)("-m", "textgan", *arguments)
    except SignalException as error:
        return int(error.sigval)
    except ChildFailedError as error:
        rank, failure = error.get_first_failure()
        raise FailedWorkerError(rank, failure.exitcode) from error
    return None


def _handled_signals() -> list[str]:
    """Return the signals to send on: those that have a handler, HUP not under nohup."""
    names = ("SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGXCPU")
    return [
        name
        for name in names
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) != signal.SIG_IGN
    ]
