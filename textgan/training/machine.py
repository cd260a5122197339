"""The machine that a run trains on: its device, its threads and the precision it is faster in."""

import os
import time
from collections.abc import Callable
from statistics import median

import torch

from corpora.errors import InputError
from textgan.configs import Config
from textgan.networks.blocks import ResidualBlock
from textgan.networks.layout import to_channels

__all__ = ["check_threads", "choose_device", "choose_precision", "set_up"]

FASTER = 1.1  # times as fast as float32 bfloat16 has to be to be chosen
TRIES = 7


def choose_device(name: str) -> torch.device:
    """Return the device of that name; `auto` is CUDA where there is one.

    Raises:
        InputError: CUDA was asked for and is not there.
    """
    if name == "cuda" and not torch.cuda.is_available():
        raise InputError(
            "device is 'cuda' but torch finds no CUDA device; use --device cpu or auto"
        )
    if name == "auto":
        name = "cuda" if torch.cuda.is_available() else "cpu"
    return torch.device(name)


def check_threads(threads: int | None) -> None:
    """Refuse more threads than processors: they wait for each other, thousands end the process."""
    processors = os.cpu_count() or 1
    if threads is not None and threads > processors:
        raise InputError(f"threads is {threads}; this machine has {processors}: give at most that")


def set_up(config: Config, device: torch.device) -> None:
    """Make torch compute as `config` says, for the whole process.

    Denormal numbers are 0: the gradients of a hard softmax are full of them, and slow. On CUDA,
    products and convolutions that are left in float32 round to the ten bits of TF32 where the rest
    is in bfloat16, and nowhere else: torch's own default has convolutions in TF32. Differences of
    scores would drown in it, so that the penalty `fd` has none of it.
    """
    if config.threads is not None:
        torch.set_num_threads(config.threads)
    torch.set_flush_denormal(True)
    if device.type == "cuda":
        rounded = config.precision == "bfloat16" and config.pieces.penalty != "fd"
        torch.backends.cuda.matmul.allow_tf32 = rounded
        torch.backends.cudnn.allow_tf32 = rounded
        torch.backends.cudnn.deterministic = True  # or a resumed run would not be exact


def choose_precision(config: Config, length: int) -> str:
    """Return the precision that `config` names; `auto` is the faster one, by a quick measurement.

    It is float32 where the device has no instructions for bfloat16.
    """
    if config.precision != "auto":
        return config.precision
    device = choose_device(config.device)
    if not has_bfloat16(device):
        return "float32"
    return "bfloat16" if gain(config, length, device) >= FASTER else "float32"


def has_bfloat16(device: torch.device) -> bool:
    """Return whether `device` has instructions for bfloat16."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return bool(getattr(torch.cpu, "_is_avx512_bf16_supported", lambda: False)())


def gain(config: Config, length: int, device: torch.device) -> float:
    """Return how many times as fast as in float32 a critic's block is in bfloat16, both ways."""
    with torch.random.fork_rng(devices=[]):
        block = ResidualBlock(config.critic_width).to(device)
        text = torch.randn(2 * config.batch_size, length, config.critic_width)
    x = to_channels(text.to(device)).requires_grad_()

    def seconds(lowered: bool) -> float:
        start = time.perf_counter()
        with torch.autocast(device.type, torch.bfloat16, enabled=lowered):
            loss = block(x).sum()
        torch.autograd.grad(loss, [x, *block.parameters()])
        if device.type == "cuda":
            torch.cuda.synchronize(device)
        return time.perf_counter() - start

    return median_ratio(lambda: seconds(False), lambda: seconds(True))


def median_ratio(one: Callable[[], float], other: Callable[[], float]) -> float:
    """Return the median of one() / other(), called in turns after a first time."""
    one(), other()
    return median(one() / other() for _ in range(TRIES))
