"""The device, the threads and the precision that a run trains with."""

import contextlib
import dataclasses
import functools
import os
import warnings
from collections.abc import Iterator
from typing import Any

import torch

from corpora.counts import counted
from corpora.errors import InputError
from textgan.config.settings import Config
from textgan.hardware.processors import processors

__all__ = [
    "adapt_to_cpu",
    "check_device",
    "check_threads",
    "choose_device",
    "choose_precision",
    "choose_threads",
    "full_precision",
    "set_up",
    "threads_of_worker",
]

# setting -> the values that only CUDA has, and what a CPU has in place of them
OF_CUDA = {"precision": (("tf32",), "float32"), "execution": (("compiled", "graphs"), "eager")}
THREADED_OPERATIONS = 100_000_000  # of a layer: from here on several threads are faster
DEFAULT_THREADS = torch.get_num_threads()  # before a run of this process sets another number


def choose_device(name: str) -> torch.device:
    """Return the device of that name; `auto` is CUDA where there is one.

    Raises:
        InputError: The name is `cuda` and there is no CUDA device.
    """
    if name == "cuda" and not torch.cuda.is_available():
        raise InputError(
            "device is 'cuda' but torch finds no CUDA device; use --device cpu or auto"
        )
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)


def check_device(config: Config, device: torch.device) -> None:
    """Raise InputError for a setting that only CUDA has, on a CPU."""
    for name, instead in _only_of_cuda(config, device).items():
        raise InputError(
            f"{name} is {getattr(config, name)!r}, which only CUDA has, and the device is "
            f"{device.type}; use --{name} {instead}"
        )


def adapt_to_cpu(config: Config, device: torch.device) -> Config:
    """Return the settings, on a CPU without what only CUDA has: a run goes on with less speed."""
    changes = _only_of_cuda(config, device)
    return dataclasses.replace(config, **changes) if changes else config


def _only_of_cuda(config: Config, device: torch.device) -> dict[str, Any]:
    """Return the settings with values that this device lacks, and what it has in their place."""
    return {
        name: instead
        for name, (values, instead) in OF_CUDA.items()
        if device.type != "cuda" and getattr(config, name) in values
    }


def check_threads(threads: int | None, workers: int = 1) -> None:
    """Raise InputError for more threads than processors: they wait for each other.

    Args:
        threads: Of each worker.
        workers: Of this machine.
    """
    if threads is not None and threads * workers > processors():
        times = f" for each of {workers} workers" if workers > 1 else ""
        raise InputError(
            f"threads is {threads}{times}, and this process may use "
            f"{counted(processors(), 'processor')}: give at most {threads_of_worker(workers)}"
        )


def threads_of_worker(workers: int) -> int:
    """Return the threads of each of several workers of this machine: its processors, divided."""
    return max(1, processors() // workers)


def choose_threads(config: Config, length: int, workers: int = 1) -> int:
    """Return the threads that `config` names, or by a rule: one for small networks.

    Threads synchronise at the end of every layer. Where a layer of the wider network has fewer than
    100 million operations, one thread is nearly as fast as two, and does not wait for a thread that
    another process delays; wider networks get torch's default number. OMP_NUM_THREADS comes before
    the rule. Weights depend on the number, so a run keeps it. Measurements: docs/performance.md.

    With several workers on this machine, wider networks get an equal part of its processors each,
    and OMP_NUM_THREADS does not count: torchrun sets it to 1.
    """
    if config.threads is not None:
        return config.threads
    if workers == 1 and "OMP_NUM_THREADS" in os.environ:
        return DEFAULT_THREADS
    width = max(config.generator_width, config.critic_width)
    rows = config.batch_size / workers
    if 2 * 5 * width**2 * length * rows < THREADED_OPERATIONS:  # a convolution over 5 positions
        return 1
    return DEFAULT_THREADS if workers == 1 else threads_of_worker(workers)


def set_up(config: Config, device: torch.device) -> None:
    """Make torch compute as `config` says, for the whole process.

    Subnormal numbers are flushed to 0: gradients of a hard softmax have many, and they are slow. On
    CUDA, products and convolutions in float32 are rounded to TF32 (10 bits) with `tf32`, and where
    the others are in bfloat16; torch's default is TF32 for convolutions. The penalty `fd` never
    uses TF32: the rounding error exceeds its differences of scores.
    """
    if config.threads is not None:
        torch.set_num_threads(config.threads)
    torch.set_flush_denormal(True)
    if device.type == "cuda":
        rounded = config.precision in ("bfloat16", "tf32") and config.pieces.penalty != "fd"
        for flags in _tf32_flags():
            flags.allow_tf32 = rounded
        torch.backends.cudnn.deterministic = True  # or a resumed run would not be exact


@contextlib.contextmanager
def full_precision(device: torch.device) -> Iterator[None]:
    """Compute products and convolutions in float32 without TF32 meanwhile; a CPU has none."""
    if device.type != "cuda":
        yield
        return
    before = [flags.allow_tf32 for flags in _tf32_flags()]
    try:
        for flags in _tf32_flags():
            flags.allow_tf32 = False
        yield
    finally:
        for flags, value in zip(_tf32_flags(), before, strict=True):
            flags.allow_tf32 = value


@functools.cache
def _tf32_flags() -> tuple[Any, Any]:
    """Return what has the flag `allow_tf32`: for products, and for convolutions.

    Some versions of torch warn once, where it is first read, that it has another name too.
    """
    flags = torch.backends.cuda.matmul, torch.backends.cudnn
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for each in flags:
            _ = each.allow_tf32
    return flags


def choose_precision(config: Config) -> str:
    """Return the precision that `config` names; `auto` is a rule, so that runs can be repeated.

    It is bfloat16 exactly where the device has instructions for it. Measurements:
    docs/performance.md.
    """
    if config.precision != "auto":
        return config.precision
    return "bfloat16" if has_bfloat16(choose_device(config.device)) else "float32"


def has_bfloat16(device: torch.device) -> bool:
    """Return whether `device` has instructions for bfloat16: on a CPU AVX512-BF16 or AMX-BF16."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    # private functions, not all of them in every version of torch; every AMX so far has bfloat16
    probes = ("_is_avx512_bf16_supported", "_is_amx_tile_supported")
    return any(getattr(torch.cpu, probe, bool)() for probe in probes)
