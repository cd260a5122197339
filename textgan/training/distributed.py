"""Data parallelism: workers share the rows of each batch and add up their gradients.

A worker is a process with its own copy of the networks. Of a batch of B rows worker r of N computes
rows ⌊rB/N⌋ to ⌊(r+1)B/N⌋ − 1. Random numbers are functions of the row, so that all workers together
draw what a single worker draws. After each backward pass one all-reduce adds up the gradients of
all workers, each multiplied by its share n/B of the rows: the gradient of a mean over the batch.
Then every worker makes the same update. DistributedDataParallel is not used: it does not support
the double backward pass of a gradient penalty.

`torchrun` starts the workers, or `textgan train --workers N` (`textgan.training.launch`).
"""

import atexit
import datetime
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
import torch.distributed as dist
from numpy.typing import NDArray
from torch import Tensor
from torch.distributed.distributed_c10d import PrefixStore
from torch.distributed.rendezvous import rendezvous

from corpora.errors import InputError
from textgan.config.compatibility import normalises_batches
from textgan.config.settings import Config

__all__ = [
    "ALONE",
    "BatchShare",
    "WorkerLostError",
    "Workers",
    "check_workers",
    "join_workers",
    "launched",
    "local_workers",
    "restarted",
]

PATIENCE = datetime.timedelta(days=30)  # worker 0 encodes and validates while the others wait


class WorkerLostError(InputError):
    """Another worker has ended in the middle of a step."""


@dataclass(frozen=True)
class Workers:
    """The workers of a run, of which this process is one; these do not communicate.

    Attributes:
        rank: Number of this worker, from 0. Worker 0 alone writes and prints.
        size: How many there are, N.
    """

    rank: int = 0
    size: int = 1

    def rows(self, batch_size: int) -> NDArray[np.int64]:
        """Return which rows of a batch are this worker's."""
        first, stop = (batch_size * rank // self.size for rank in (self.rank, self.rank + 1))
        return np.arange(first, stop)

    def add(self, tensor: Tensor) -> None:
        """Replace a tensor by the sum of all workers' tensors, in place."""

    def any(self, flag: bool) -> bool:
        """Return whether the flag of any worker is set. All workers wait for each other."""
        numbers = torch.tensor([float(flag)])
        self.add(numbers)
        return bool(numbers.item())

    def from_first(self, text: str) -> str:
        """Return the text of worker 0."""
        content = np.frombuffer(text.encode(), np.uint8) if self.rank == 0 else np.empty(0)
        size = torch.tensor([len(content)])
        self.add(size)
        received = torch.zeros(int(size), dtype=torch.uint8)
        if self.rank == 0:
            received += torch.from_numpy(content.copy())
        self.add(received)
        return received.numpy().tobytes().decode()


ALONE = Workers()


class _Processes(Workers):
    """Workers that are processes of one group of torch.distributed."""

    def add(self, tensor: Tensor) -> None:
        """Replace a tensor by the sum of all workers' tensors, in place.

        Raises:
            WorkerLostError: Another worker has ended.
        """
        try:
            dist.all_reduce(tensor)
        except RuntimeError as error:  # gloo: connection closed by peer
            raise WorkerLostError("another worker of this run has ended") from error


@dataclass(frozen=True)
class BatchShare:
    """A worker's share of each batch of B rows."""

    workers: Workers
    batch_size: int  # B

    @property
    def rows(self) -> NDArray[np.int64]:
        """Which rows of a batch are this worker's."""
        return self.workers.rows(self.batch_size)

    @property
    def weight(self) -> float:
        """The share of the rows that is this worker's, n/B."""
        return len(self.rows) / self.batch_size

    def mean(self, mean: Tensor) -> Tensor:
        """Return the mean over the whole batch, from the mean over this worker's rows.

        Its gradient is that of the worker's own mean: `reduce` adds up those of all workers.
        """
        if self.workers.size == 1:
            return mean
        total = mean.detach() * self.weight
        self.workers.add(total)
        return mean + (total - mean.detach())

    def gather(self, rows: Tensor) -> Tensor:
        """Return the rows of all workers, (B, ...), of this worker's, (n, ...), whole numbers."""
        if self.workers.size == 1:
            return rows
        gathered = rows.new_zeros(self.batch_size, *rows.shape[1:])
        gathered[torch.from_numpy(self.rows)] = rows
        self.workers.add(gathered)
        return gathered

    def reduce(self, parameters: Iterable[Tensor], values: Sequence[Tensor]) -> list[float]:
        """Make gradients those of the whole batch, and return means over the whole batch.

        Args:
            parameters: Their gradients, of means over this worker's rows, are changed in place.
            values: Means over this worker's rows, scalars.
        """
        measured = torch.stack([value.detach().to(values[0].dtype) for value in values])
        if self.workers.size == 1:
            return measured.tolist()
        gradients = [parameter.grad for parameter in parameters if parameter.grad is not None]
        parts = [*gradients, measured]
        flat = torch.cat([part.reshape(-1) for part in parts]) * self.weight
        self.workers.add(flat)
        means = torch.split(flat, [part.numel() for part in parts])
        for part, mean in zip(parts, means, strict=True):
            part.copy_(mean.view(part.shape))
        return measured.tolist()


def launched() -> bool:
    """Return whether torchrun started this process, as one of several workers."""
    return "TORCHELASTIC_RUN_ID" in os.environ and int(os.environ.get("WORLD_SIZE", "1")) > 1


def restarted() -> bool:
    """Return whether torchrun has started the workers again, after one of them failed."""
    return launched() and _attempt() > 0


def _attempt() -> int:
    return int(os.environ.get("TORCHELASTIC_RESTART_COUNT", "0"))


def join_workers() -> Workers:
    """Return the workers that torchrun started, after all have joined; else this process alone.

    On machines with CUDA each worker of a machine has a device of its own.
    """
    if not launched():
        return ALONE
    if dist.is_initialized():
        return _Processes(dist.get_rank(), dist.get_world_size())
    backend = "gloo"
    if torch.cuda.is_available():
        backend = "cpu:gloo,cuda:nccl"
        torch.cuda.set_device(int(os.environ["LOCAL_RANK"]) % torch.cuda.device_count())
    store, rank, size = next(rendezvous("env://", timeout=PATIENCE))
    store = PrefixStore(f"attempt-{_attempt()}", store)  # which may outlive a failed attempt
    dist.init_process_group(backend, store=store, rank=rank, world_size=size, timeout=PATIENCE)
    atexit.register(dist.destroy_process_group)  # its threads end before the process does
    return _Processes(dist.get_rank(), dist.get_world_size())


def local_workers() -> int:
    """Return how many workers run on this machine."""
    return int(os.environ["LOCAL_WORLD_SIZE"]) if launched() else 1


def check_workers(config: Config, size: int) -> None:
    """Raise InputError for a run that several workers cannot train as one worker does."""
    if size == 1:
        return
    if config.batch_size < size:
        raise InputError(
            f"found {size} workers for a batch of {config.batch_size} lines, expected a line or "
            "more for each; use fewer --workers"
        )
    if normalises_batches(config):
        raise InputError(
            "batch normalisation with several workers: its mean and variance are those of the "
            "whole batch, and a worker has a part of it; train with one worker, or without "
            "--generator dcgan and --normalisation batch"
        )
    if config.pieces.penalty == "fd" and config.fd_points == "chord":
        raise InputError(
            "--fd-points chord with several workers: a chord connects two lines of the batch, and "
            "they may belong to different workers; use --fd-points gradient"
        )
