"""What a step takes on a card: eager, as CUDA graphs and compiled, beside the reference.

The reference (`benchmarks.reference`) computes in float32 without TF32, at the width of the
preset's critic, with as many critic updates. For `paper` it is the same mathematics. `quick` and
`best` have other networks and SOAP, so there it is only a measure that stays the same.

Operations of a step are those that `torch.utils.flop_counter` counts in ten eager steps, divided by
ten: convolutions and products of matrices, forward and backward, products with padding and those of
SOAP among them. QR decompositions, which it does not count, are in the time alone.
"""

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from statistics import median
from typing import Any

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from benchmarks.card import PEAKS, Card
from benchmarks.clock import median_ratio
from benchmarks.costs import BLOCK_STEPS, take_turns
from benchmarks.operations import V, matmul_gflops
from benchmarks.random_text import ROWS, random_rows, random_trainer
from benchmarks.records import Record
from benchmarks.reference import Reference
from corpora.errors import InputError
from textgan.config.settings import Config
from textgan.hardware.device import set_up
from textgan.training.step import Trainer

__all__ = ["TINY", "T", "compiled", "config_of", "reason_of", "steps"]

PRESETS = ("paper", "best", "quick")  # the widest first: a stage may run out of time
PRECISIONS = ("bfloat16", "tf32", "float32")
T = 32
TINY = {"generator_width": 8, "critic_width": 8, "batch_size": 8}  # of a trial
ERRORS = (RuntimeError, InputError, ValueError, TypeError, AssertionError)  # of torch and of ours


def steps(card: Card, *, trial: bool = False) -> Iterator[Record]:
    """Yield the card's peak, then seconds of eager steps and of graphs for each cell."""
    peaks = matmul_peaks(card, 64 if trial else 8192)
    yield {"kind": "peak", "teraflops": peaks, "vendor": PEAKS.get(card.name())}
    for precision, preset in cells(trial):
        yield from cell(card, preset, precision, ("eager", "graphs"), peaks["bfloat16"], trial)


def compiled(card: Card, *, trial: bool = False) -> Iterator[Record]:
    """Yield seconds of eager and of compiled steps for each cell, as far as time allows."""
    peak = matmul_peaks(card, 64 if trial else 8192, ["bfloat16"])["bfloat16"]
    for precision, preset in cells(trial):
        torch.compiler.reset()  # each function is compiled for a few trainers at most
        yield from cell(card, preset, precision, ("eager", "compiled"), peak, trial)


def cells(trial: bool) -> list[tuple[str, str]]:
    """Return pairs of precision and preset, the most important first."""
    return [("float32", "quick")] if trial else list(itertools.product(PRECISIONS, PRESETS))


def matmul_peaks(card: Card, size: int, precisions: Sequence[str] = PRECISIONS) -> dict[str, float]:
    """Return 10¹² operations per second of products of square matrices in each precision."""
    peaks = {}
    for precision in precisions:
        set_up(config_of("quick", precision, "eager", card), card.device)
        kind = torch.bfloat16 if precision == "bfloat16" else torch.float32
        gflops = matmul_gflops(kind, size, 5, 20, card.device, card.clock)
        peaks[precision] = 1e-3 * gflops
    return peaks


def config_of(
    preset: str,
    precision: str,
    execution: str,
    card: Card,
    **settings: Any,  # noqa: ANN401
) -> Config:
    """Return the settings of a preset as they are timed."""
    named = {"precision": precision, "execution": execution, "device": card.device.type}
    return Config.build({"corpus": "random", "length": T, **named, **settings}, preset=preset)


def cell(
    card: Card, preset: str, precision: str, executions: Sequence[str], peak: float, trial: bool
) -> Iterator[Record]:
    """Yield what steps of a preset in a precision take; an execution that fails says why.

    Args:
        card: Where they are made.
        preset: Of the settings.
        precision: Of the steps; the reference's is float32.
        executions: Those that take turns; the first is eager.
        peak: 10¹² operations per second in bfloat16.
        trial: Whether networks and blocks are tiny.
    """
    about = {"kind": "step", "preset": preset, "precision": precision}
    changes: Mapping[str, Any] = TINY if trial else {}
    length, rounds = (1, 1) if trial else (BLOCK_STEPS, 3)
    configs = {e: config_of(preset, precision, e, card, **changes) for e in executions}
    blocks: dict[str, Callable[[], object]] = {}
    gflop = None
    for execution, config in configs.items():
        try:
            set_up(config, card.device)
            trainer = random_trainer(config, random_rows(T), card.device)
            if execution == "eager":
                gflop = gflop_of(trainer, length)
            blocks[execution] = block_of(config, trainer, length, card)
            blocks[execution]()
        except ERRORS as error:
            blocks.pop(execution, None)
            yield {**about, "kind": "failure", "execution": execution, "error": reason_of(error)}
    plain = config_of(preset, "float32", "eager", card, **changes)
    theirs = Reference(np.zeros((ROWS, T)), V, plain.critic_width, card.device)

    def reference_block() -> None:
        set_up(plain, card.device)
        for _ in range(length):
            theirs.step(plain.critic_steps)

    reference, *columns = take_turns([reference_block, *blocks.values()], rounds, card.clock)
    for execution, column in zip(blocks, columns, strict=True):
        seconds = median(column) / length
        rate = None if gflop is None else 1e-3 * gflop / seconds  # 10¹² a second
        yield {
            **about,
            "execution": execution,
            "seconds": seconds,
            "rounds": [each / length for each in column],
            "ratio": median_ratio(reference, column),
            "reference": median(reference) / length,
            "gflop": gflop,
            "teraflops": rate,
            "share": None if rate is None else rate / peak,
        }


def gflop_of(trainer: Trainer, count: int) -> float:
    """Return 10⁹ operations of a step, the mean of the first `count`."""
    counter = FlopCounterMode(display=False)
    with counter:
        for step in range(1, count + 1):
            trainer.step(step)
    return 1e-9 * counter.get_total_flops() / count


def block_of(config: Config, trainer: Trainer, length: int, card: Card) -> Callable[[], None]:
    """Return what makes the next steps of a trainer at each call, as its settings say."""
    numbers = itertools.count(BLOCK_STEPS + 1)

    def block() -> None:
        set_up(config, card.device)
        for _ in range(length):
            trainer.step(next(numbers))

    return block


def reason_of(error: BaseException) -> str:
    """Return an error in one line."""
    lines = str(error).strip().splitlines() or [""]
    return f"{type(error).__name__}: {lines[0]}"[:300]
