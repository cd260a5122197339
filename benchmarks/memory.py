"""The peak memory of commands on a small text, and on texts 10 and 100 times as long.

    python -m benchmarks.memory [--sizes 36 360 3600] [--commands train inspect ...]

A command is measured on made-up text of so many MB: words and numbers of several scripts, most
lines distinct, one in 2,000 of tens of thousands of characters. The same size gives the same text.
`sample` has no text to read: it writes a number of lines in proportion to the size, that are not in
the text of its run.

Memory is the peak of RssAnon of the process, read every 10 ms: what the process holds and the
system cannot free. Pages of mapped files, which the system can free, do not count. RLIMIT_DATA
limits what a process may hold to `--limit` MB: one that needs more fails. Linux alone has both.
"""

import argparse
import contextlib
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).parent.parent
SAMPLES = 2  # MB of the short text that a long one is compared with
LINES = 200  # that `sample` writes for each MB of the text
BLOCK = 20_000  # lines of a text made at a time
LONG = 2_000  # of so many lines one is long
SCRIPTS = (
    (0x61, 26), (0x61, 26), (0x61, 26), (0xE0, 22), (0x3B1, 24), (0x430, 32), (0x5D0, 27),
    (0x905, 50), (0x3042, 80), (0x4E00, 6000), (0xAC00, 3000), (0x1F600, 60),
)  # fmt: skip
WORDS = 4_000  # of each script
NUMBERS = 100_000

# Limits the data segment, and becomes the command.
LIMITED = """
import os, resource, sys
limit = int(sys.argv[1])
resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))
os.execv(sys.argv[2], sys.argv[2:])
"""

TEXTGAN = ("-m", "textgan")
Arguments = tuple[object, ...]


class Files(NamedTuple):
    """The files of commands on one text."""

    text: Path
    short: Path  # of SAMPLES MB
    run: Path  # trained on the text
    lines: int  # that `sample` writes


COMMANDS = {
    "train": lambda f: ("train", f.text, "--steps", 3, "--out", f.run, "--force"),
    "sample": lambda f: ("sample", f.run, "-n", f.lines, "--seed", 1),
    "novel": lambda f: ("sample", f.run, "-n", f.lines, "--seed", 1, "--novel", "--unique"),
    "evaluate-run": lambda f: ("evaluate", f.run),
    "inspect": lambda f: ("inspect", f.text),
    "against": lambda f: ("evaluate", f.short, "--against", f.text),
    "evaluate": lambda f: ("evaluate", f.text, "--against", f.short),
    "model": lambda f: ("score", f.short, "--model", f.text),
    "score": lambda f: ("score", f.text, "--model", f.short, "--sort", "best"),
}
NEED_RUN = ("sample", "novel", "evaluate-run")


class Measured(NamedTuple):
    """What a command took."""

    code: int
    seconds: float
    peak: float  # MB
    errors: str


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[36, 360, 3600], help="MB of text")
    parser.add_argument("--commands", nargs="+", choices=COMMANDS, default=list(COMMANDS))
    parser.add_argument("--limit", type=int, default=1000, help="MB that a command may hold")
    given = parser.parse_args()
    print(f"{'':<14}{'MB of text':>11}{'peak MB':>9}{'of the first':>14}{'s':>9}")
    first: dict[str, float] = {}
    for size in given.sizes:
        with files(size) as made:
            for command in with_training(given.commands):
                found = measure(COMMANDS[command](made), given.limit)
                first.setdefault(command, found.peak)
                row = f"{command:<14}{size:>11,}{found.peak:>9.0f}"
                row = f"{row}{found.peak / first[command]:>14.2f}{found.seconds:>9.1f}"
                failed = f"  failed: {found.errors[-200:]!r}" if found.code else ""
                print(f"{row}{failed}", flush=True)


def with_training(commands: list[str]) -> list[str]:
    """Return the commands, with `train` first where one of them needs a run."""
    others = [command for command in commands if command != "train"]
    needed = "train" in commands or any(command in NEED_RUN for command in others)
    return ["train", *others] if needed else others


@contextlib.contextmanager
def files(size: int) -> Iterator[Files]:
    """Give a text of so many MB, a short one, and where its run will be; deleted at the end."""
    with tempfile.TemporaryDirectory(prefix="textgan-memory-") as name:
        folder = Path(name)
        made = Files(folder / "text.txt", folder / "short.txt", folder / "run", LINES * size)
        write_text(made.text, size * 10**6, seed=0)
        write_text(made.short, SAMPLES * 10**6, seed=1)
        yield made


def measure(arguments: Arguments, limit: int) -> Measured:
    """Run a command with at most `limit` MB of data, and return what it took."""
    command = [sys.executable, "-c", LIMITED, str(limit * 10**6), sys.executable, *TEXTGAN]
    start, peak = time.perf_counter(), 0
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            [*command, *map(str, arguments)],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
        )
        while process.poll() is None:
            peak = max(peak, anonymous(process.pid))
            time.sleep(0.01)
        errors.seek(0)
        said = errors.read().decode("utf-8", "replace")
    return Measured(process.returncode, time.perf_counter() - start, peak / 1e6, said)


def anonymous(process: int) -> int:
    """Return the bytes that a process holds and that are not of a file; 0 once it has ended."""
    with contextlib.suppress(OSError):
        status = Path(f"/proc/{process}/status").read_text(encoding="ascii", errors="replace")
        for line in status.splitlines():
            if line.startswith("RssAnon:"):
                return 1024 * int(line.split()[1])
    return 0


def write_text(path: Path, size: int, *, seed: int) -> None:
    """Write lines of just under `size` bytes, a function of size and seed."""
    words, block = made_up_words(), 0
    with path.open("wb") as file:
        while (left := size - file.tell()) > 0:
            lines = made_up_lines(words, np.random.default_rng((seed, block)))
            data = "".join(f"{line}\n" for line in lines).encode()
            file.write(data if len(data) <= left else data[: data.rfind(b"\n", 0, left) + 1])
            if len(data) >= left:
                return
            block += 1


def made_up_words() -> NDArray[np.object_]:
    """Return WORDS words of each script, the commonest first, and numbers behind them all."""
    rng = np.random.default_rng(0)
    words: list[str] = []
    for first, letters in SCRIPTS:
        lengths = 1 + rng.poisson(2 if letters > 1000 else 4, WORDS)
        codes = (letters * rng.random(lengths.sum()) ** 1.5).astype(int) + first
        text, ends = "".join(map(chr, codes.tolist())), np.cumsum(lengths).tolist()
        words += [text[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    words += [f"{number:05}" for number in range(NUMBERS)]
    return np.array(words, dtype=object)


def made_up_lines(words: NDArray[np.object_], rng: np.random.Generator) -> Iterator[str]:
    """Yield BLOCK lines, each of words of one script and a few numbers."""
    sizes = 1 + rng.poisson(5, BLOCK)
    sizes[rng.integers(LONG, size=BLOCK) == 0] = 10_000
    script = np.repeat(rng.integers(len(SCRIPTS), size=BLOCK), sizes)
    rank = WORDS ** rng.random(len(script))  # words are about as frequent as 1 / rank
    number = WORDS * len(SCRIPTS) + rng.integers(NUMBERS, size=len(script))
    chosen = np.where(rng.random(len(script)) < 0.15, number, script * WORDS + rank.astype(int) - 1)
    tokens, ends = words[chosen].tolist(), np.cumsum(sizes).tolist()
    for start, end in zip([0, *ends], ends, strict=False):
        yield " ".join(tokens[start:end])


if __name__ == "__main__":
    main()
