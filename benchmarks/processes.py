"""What sampling, reading a text and starting take: whole commands, in processes of their own.

Beside them stand the reference's reading, in such a process too, and its sampling, in this one.
"""

import contextlib
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from statistics import median
from typing import NamedTuple

import numpy as np

import corpora
from benchmarks.clock import median_ratio, seconds
from benchmarks.operations import V
from benchmarks.reference import Reference
from textgan.config.settings import Config
from textgan.training.run import train

ROOT = Path(__file__).parent.parent
CORPUS, NAMES = "sotu-1983-2021", "us-baby-names"

# Runs a command from a small process: a child's peak begins with that of the process it comes from.
LAUNCH = """
import json, resource, subprocess, sys, time
start = time.perf_counter()
done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
seconds = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
print(json.dumps([done.returncode, seconds, peak, done.stdout, done.stderr[-2000:]]))
"""

# Print the seconds of reading a text, the start of Python left out.
READ = """
import corpora, sys, time
start = time.perf_counter()
corpora.encode(sys.argv[1], sys.argv[2], length=32)
print(time.perf_counter() - start)
"""
READ_AS_PUBLISHED = """
import sys, time
from benchmarks.reference import load
start = time.perf_counter()
held = load(sys.argv[1], 32)
print(time.perf_counter() - start)
"""


class Child(NamedTuple):
    """What a process of its own took: seconds, peak memory in MB; and what it printed."""

    seconds: float
    peak: float
    output: str


def child(*arguments: object) -> Child:
    """Run Python with these arguments, in the checkout.

    Raises:
        RuntimeError: It failed; with the last it said.
    """
    command = [sys.executable, "-c", LAUNCH, sys.executable, *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True)
    code, took, peak, output, errors = json.loads(done.stdout)
    if code:
        raise RuntimeError(f"{' '.join(command[4:])} failed: {errors}")
    return Child(took, peak, output)


def small_run(folder: Path, length: int = 32) -> Path:
    """Return a run of the quick preset's networks, one step old: as fast as a trained one."""
    settings = {"corpus": CORPUS, "length": length, "steps": 1, "samples": 64, "device": "cpu"}
    return train(Config.build(settings), out=folder / "run")


def sampling(lines: int, few: int = 1000) -> None:
    """Print lines per second of `textgan sample`, its memory, and the reference's sampling."""
    with temporary() as folder:
        run, out = small_run(folder), folder / "lines.txt"
        command = ("-m", "textgan", "sample", run, "--seed", 1, "--force", "--out", out, "-n")
        short, long = child(*command, few), child(*command, lines)
    width = Config.generator_width
    theirs = Reference(np.zeros((1, 32)), V, width)
    theirs.sample(few)
    plain = few / median(seconds(lambda _: theirs.sample(few), number) for number in range(5))
    rate = (lines - few) / (long.seconds - short.seconds)
    print(f"\nSampling, T = 32, networks of the quick preset; after {short.seconds:.1f} s to start")
    print(f"{'lines':>10}{'lines per second':>16}{'peak MB':>9}")
    print(f"{few:>10,}{few / short.seconds:>16,.0f}{short.peak:>9.0f}  start included")
    print(f"{lines:>10,}{rate:>16,.0f}{long.peak:>9.0f}")
    print(f"{few:>10,}{plain:>16,.0f}{'':>9}  reference, width {width}, ids not written as text")


def ingestion(sizes: Iterable[float]) -> None:
    """Print megabytes per second and memory of encoding files of so many MB."""
    print("\nReading a text of distinct lines, cut at T = 32")
    print(f"{'MB':>7}{'':>3}{'':<10}{'s':>8}{'MB per second':>13}{'peak MB':>9}")
    with temporary() as folder:
        for number, size in enumerate(sizes):
            if shutil.disk_usage(folder).free < 4e6 * size:
                print(f"{size:>7,}   skipped: it takes {4 * size:,.0f} MB of disk")
                continue
            text = folder / "text.txt"
            write_text(text, size)
            children = {"textgan": child("-c", READ, text, folder / "corpus")}
            if number == 0:  # what it holds in memory grows with the text
                children["reference"] = child("-c", READ_AS_PUBLISHED, text)
            for who, measured in children.items():
                took = float(measured.output)
                row = f"{size:>7,}{'':>3}{who:<10}{took:>8.1f}{size / took:>13.1f}"
                print(f"{row}{measured.peak:>9.0f}", flush=True)


def write_text(path: Path, size: float) -> None:
    """Write so many MB of a bundled corpus, again and again, a counter before each line."""
    lines = [line for block in corpora.read_lines(CORPUS) for line in block]
    size_written = count = 0
    with path.open("w", encoding="utf-8") as file:
        while size_written < 1e6 * size:
            block = "".join(f"{count + i} {line}\n" for i, line in enumerate(lines))
            block = block[: max(1, int(1e6 * size) - size_written)]
            size_written, count = size_written + file.write(block), count + len(lines)


def starting(repeats: int) -> None:
    """Print how long commands take from start to end, and whether they load torch."""
    with temporary() as folder:
        run, names = small_run(folder), folder / "names.txt"
        lines = [line for block in corpora.read_lines(NAMES) for line in block]
        names.write_text("".join(f"{line}\n" for line in lines[:1000]), encoding="utf-8")
        commands: dict[str, tuple[object, ...]] = {
            'python -c "import torch"': ("-c", "import torch"),
            "textgan --help": ("-m", "textgan", "--help"),
            "textgan sample -n 100": ("-m", "textgan", "sample", run, "-n", 100),
            "textgan evaluate FILE": ("-m", "textgan", "evaluate", names, "--against", NAMES),
        }
        print(f"\nStart to end, {repeats} turns; FILE has 1,000 lines, against {NAMES}")
        starts(commands, repeats)


def starts(commands: dict[str, tuple[object, ...]], repeats: int) -> None:
    """Print how long each command takes, beside the first one."""
    turns = [
        {name: child(*command).seconds for name, command in commands.items()}
        for _ in range(repeats)
    ]
    first = [next(iter(turn.values())) for turn in turns]
    print(f"{'':<26}{'s':>7}{'of the first':>14}{'loads torch':>13}")
    for name, command in commands.items():
        took = [turn[name] for turn in turns]
        torch_too = "yes" if loads_torch(*command) else "no"
        print(f"{name:<26}{median(took):>7.2f}{median_ratio(took, first):>14.2f}{torch_too:>13}")


def loads_torch(*arguments: object) -> bool:
    """Return whether a command has torch imported."""
    command = [sys.executable, "-X", "importtime", *map(str, arguments)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return any(line.split("|")[-1].strip() == "torch" for line in done.stderr.splitlines())


@contextlib.contextmanager
def temporary() -> Iterator[Path]:
    """Give a folder that is deleted in the end."""
    with tempfile.TemporaryDirectory() as folder:
        yield Path(folder)
