"""Batches of lines made by several processes: the same lines in the same order as by one."""

import multiprocessing
import signal
from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import torch

from corpora.errors import InputError
from textgan.hardware.device import threads_of_worker
from textgan.sampling.batch import Batch
from textgan.sampling.seeds import line_seeds

if TYPE_CHECKING:
    from textgan.sampling.sampler import Sampler

__all__ = ["Processes"]

LOOKAHEAD = 2  # batches of each process that are made before they are asked for

_sampler: "Sampler | None" = None  # of a process that `_load` has prepared


@dataclass(frozen=True)
class Processes:
    """Processes that make batches of a run, each with a sampler of its own.

    They start with the first batch, which takes seconds, and end with the iterator.

    Attributes:
        run: The run folder.
        checkpoint: best, last or None, as of `Sampler.load`.
        device: Where they compute.
        count: How many there are.
        candidates: Of each line; their ratio is stored in the run.
    """

    run: Path
    checkpoint: str | None
    device: str
    count: int
    candidates: int = 1

    def batches(
        self, seed: int, label: str | None, codes: Mapping[int, float] | None, batch_size: int
    ) -> Iterator[Batch]:
        """Yield the lines of a seed batch by batch, without end; see `Sampler.batches`.

        Raises:
            InputError: A process has ended.
        """
        threads = threads_of_worker(self.count)
        pool = ProcessPoolExecutor(
            self.count, multiprocessing.get_context("spawn"), _load,
            (self.run, self.checkpoint, self.device, threads, self.candidates),
        )  # fmt: skip
        ready: deque[Future[Batch]] = deque()
        first = 0
        try:
            while True:
                while len(ready) < LOOKAHEAD * self.count:
                    ready.append(pool.submit(_make, seed, first, batch_size, label, codes))
                    first += batch_size
                yield ready.popleft().result()
        except BrokenProcessPool as error:
            raise InputError(
                "a sampling process has ended, perhaps for want of memory; use fewer --workers"
            ) from error
        finally:
            pool.shutdown(cancel_futures=True)


def _load(run: Path, checkpoint: str | None, device: str, threads: int, candidates: int) -> None:
    """Prepare this process."""
    global _sampler
    from textgan.sampling.sampler import Sampler

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the main process, which ends this
    torch.set_num_threads(threads)
    _sampler = Sampler.load(run, checkpoint, device, candidates=candidates)


def _make(
    seed: int, first: int, count: int, label: str | None, codes: Mapping[int, float] | None
) -> Batch:
    assert _sampler is not None
    return _sampler.batch(line_seeds(seed, first, count), label, codes)
