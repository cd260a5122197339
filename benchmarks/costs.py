"""What a step of a variant costs, and how many steps equal seconds are.

Seconds of the clock depend on what else a computer does. So no run of the study stops by the clock:
the budget of a run is a number of steps. It comes from two numbers that are measured once for each
corpus, and stored:

    steps = seconds / (b · r)

- b: seconds that a step of the baseline takes, the median of its blocks of ten steps;
- r: how many times as long a step of the variant takes. Variant and baseline train in one process
  and take turns, block by block; r is the median over the rounds of the ratio of their blocks.

Both are CPU seconds of one thread, so that waiting for a processor does not count. What slows a
processor down, such as another program on the same core, slows both blocks of a round alike.
Validation, checkpoints and the start are in no budget.

Two variants that differ only in numbers that change no shape, such as a rate or κ, have one cost:
r = 1 exactly where these are the baseline's networks.
"""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, fields
from pathlib import Path
from statistics import median
from typing import Any, get_args

from benchmarks.clock import median_ratio
from benchmarks.processes import temporary
from textgan.config.field import settings_of
from textgan.config.settings import Config
from textgan.training.run import open_run, prepare

__all__ = ["VALIDATIONS", "cost_key", "measure", "relative_cost", "steps_for", "take_turns"]

BLOCK_STEPS = 10  # in which SOAP updates its bases once; short, so that turns are alike
ROUNDS = 11
VALIDATIONS = 10  # of each run, at equal parts of its steps

OTHER_GROUPS = ("When to stop", "Scores and checkpoints")  # no part of a step
FREE = ("decay_steps", "instance_noise_steps", "initialisation")  # values cost the same
ON_A_CPU = {"execution": "eager"}  # the one value there, and no part of the digests of old costs

Block = Callable[[], object]


def cost_key(config: Config) -> str:
    """Return a digest of the settings that a step's cost depends on.

    Of a setting that is a float it depends only on whether it is 0.
    """
    settings = settings_of(config)
    types = {field.name: field.type for field in fields(config)}
    values = {**config.to_dict(), "corpus": "", "seed": 0, **asdict(config.pieces)}
    compared = {
        name: bool(value) if float in (get_args(types[name]) or (types[name],)) else value
        for name, value in values.items()
        if settings[name].group not in OTHER_GROUPS
        and name not in FREE
        and ON_A_CPU.get(name, ...) != value
    }
    return hashlib.sha256(json.dumps(compared, sort_keys=True).encode()).hexdigest()[:8]


def measure(baseline: Config, variant: Config | None, rounds: int = ROUNDS) -> list[list[float]]:
    """Return CPU seconds per step, of each block, of the baseline and of a variant if there is one.

    They train on their own texts, which are prepared in a temporary folder.
    """
    with temporary() as folder:
        blocks = [
            _block(config, folder / str(number))
            for number, config in enumerate([baseline, variant])
            if config is not None
        ]
        times = take_turns(blocks, rounds, time.process_time)
    return [[seconds / BLOCK_STEPS for seconds in column] for column in times]


def _block(config: Config, run: Path) -> Block:
    """Return what trains a new run for a block of steps at each call."""
    trainer = open_run(prepare(config, out=run)).trainer
    step = 0

    def block() -> None:
        nonlocal step
        for _ in range(BLOCK_STEPS):
            trainer.step(step := step + 1)

    return block


def take_turns(
    blocks: Sequence[Block], rounds: int, clock: Callable[[], float]
) -> list[list[float]]:
    """Return the seconds of each block by rounds; every second round has the reverse order.

    One round before, which allocates memory, does not count.
    """
    times: list[list[float]] = [[] for _ in blocks]
    for block in blocks:
        block()
    for number in range(rounds):
        turns = list(zip(blocks, times, strict=True))
        for block, column in reversed(turns) if number % 2 else turns:
            start = clock()
            block()
            column.append(clock() - start)
    return times


def relative_cost(record: Mapping[str, Any]) -> float:
    """Return r of a stored measurement."""
    return median_ratio(record["seconds"], record["baseline"])


def steps_for(seconds: float, baseline: Mapping[str, Any], variant: Mapping[str, Any]) -> int:
    """Return the steps of a budget by two stored measurements, a multiple of VALIDATIONS."""
    each = median(baseline["baseline"]) * relative_cost(variant)
    return VALIDATIONS * max(1, round(seconds / each / VALIDATIONS))
