"""What the benchmark of a GPU needs of the device, behind one interface; a CPU stands in for it.

All calls that only CUDA has are here and in `textgan.training.execution.record_graph`.
"""

import platform
import time
from collections.abc import Callable
from typing import Protocol

import torch

from textgan.training import execution
from textgan.training.execution import Memory

__all__ = ["PEAKS", "Card", "CpuCard", "CudaCard", "card_of", "record_call"]

# Name by the driver -> 10¹² operations per second in bfloat16, without sparsity, by the data sheets
PEAKS = {
    "NVIDIA H200": 989.4,
    "NVIDIA H100 80GB HBM3": 989.4,
    "NVIDIA H100 PCIe": 756.5,
    "NVIDIA A100-SXM4-40GB": 312.0,
    "NVIDIA A100-SXM4-80GB": 312.0,
}


class Card(Protocol):
    """A device to be measured."""

    device: torch.device

    def clock(self) -> float:
        """Return seconds, after all that was launched is done."""

    def name(self) -> str:
        """Return the name of the device."""

    def versions(self) -> str:
        """Return the versions of its libraries."""


class CudaCard:
    """The current CUDA device."""

    device = torch.device("cuda")

    def clock(self) -> float:
        """Return seconds, after all that was launched is done."""
        torch.cuda.synchronize()
        return time.perf_counter()

    def name(self) -> str:
        """Return the name that the driver has for it."""
        return torch.cuda.get_device_name()

    def versions(self) -> str:
        """Return the versions of CUDA and cuDNN."""
        return f"CUDA {torch.version.cuda}, cuDNN {torch.backends.cudnn.version()}"


class CpuCard:
    """The CPU in place of a card, for a trial of all but the numbers.

    Graphs are plain calls (`record_call`), and what is compiled is only traced.
    """

    device = torch.device("cpu")

    def __init__(self) -> None:
        execution.record_graph = record_call
        execution.BACKEND = "eager"

    def clock(self) -> float:
        """Return seconds."""
        return time.perf_counter()

    def name(self) -> str:
        """Return that there is no card."""
        return f"no card, {platform.machine()}"

    def versions(self) -> str:
        """Return that there is no CUDA."""
        return "no CUDA"


def card_of(device: str) -> Card:
    """Return the device of that name, `cuda` or `cpu`."""
    return CudaCard() if device == "cuda" else CpuCard()


def record_call(call: Callable[[], Memory]) -> tuple[Memory, Callable[[], None]]:
    """Return what a call writes, and what makes it again into the same memory.

    It stands in for `record_graph` where there is no CUDA.
    """
    memory = call()

    def replay() -> None:
        for place, value in zip(memory, call(), strict=True):
            if place is not None and value is not None:
                place.data.copy_(value)

    return memory, replay
