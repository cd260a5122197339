"""Runs targets on many inputs by atheris, which looks for inputs that reach new code.

    python -m tests.fuzz.fuzzer --runs 10000             all targets: counts, seconds, memory, finds
    python -m tests.fuzz.fuzzer reader --input FILE      one input again, with its traceback

An input fails if the target raises or takes over 10 seconds of processor time. It is saved, the
first of each kind, and the run goes on. An input that does not come back within five minutes, or
makes the process larger than 2 GB, is saved and ends the run.
"""

import argparse
import hashlib
import importlib
import importlib.util
import os
import pkgutil
import resource
import subprocess
import sys
import time
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

__all__ = ["TARGETS", "main"]

TARGETS = ("reader", "encoders", "run_folders", "command_lines")
PACKAGES = ("corpora", "textgan", "cli")
SECONDS, PATIENCE = 10, 300  # of one input: of processor time, by the clock of a busy machine
MEGABYTES = 2048  # of the process
REPORT_EVERY = 10_000


def main() -> None:
    """Run the targets that the command line names, or all; exit with 1 if an input failed."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("targets", nargs="*", metavar="TARGET", help=", ".join(TARGETS))
    parser.add_argument("--runs", type=int, default=10_000, help="number of inputs [10000]")
    parser.add_argument("--seed", type=int, default=1, help="seed of the inputs [1]")
    parser.add_argument("--max-length", type=int, default=2048, help="bytes of an input [2048]")
    parser.add_argument("--finds", type=Path, default=Path("fuzz-finds"), help="folder of finds")
    parser.add_argument("--input", type=Path, help="run this one input")
    options = parser.parse_args()
    targets = options.targets or list(TARGETS)
    for target in targets:
        if target not in TARGETS:
            parser.error(f"found {target}, expected one of {', '.join(TARGETS)}")
    if options.input is not None:
        if len(targets) > 1:
            parser.error("--input goes with one target: name it")
        _module(targets[0]).target(options.input.read_bytes())
    elif importlib.util.find_spec("atheris") is None:
        sys.exit("atheris is not installed; install it: pip install -e '.[fuzz]'")
    elif len(targets) == 1:
        _fuzz(targets[0], options)
    else:  # each in a process of its own, whose memory is measured
        command = [sys.executable, "-m", "tests.fuzz.fuzzer", *_flags(sys.argv[1:], targets)]
        codes = [subprocess.run([*command, target], check=False).returncode for target in targets]
        sys.exit(any(codes))


def _flags(arguments: list[str], targets: list[str]) -> list[str]:
    return [argument for argument in arguments if argument not in targets]


def _fuzz(target: str, options: argparse.Namespace) -> None:
    """Run a target on `options.runs` inputs; does not return."""
    import atheris

    sys.dont_write_bytecode = True
    with atheris.instrument_imports(include=PACKAGES):
        for name in PACKAGES:
            _import_all(importlib.import_module(name))
        module = _module(target)
    from tests.fuzz.runs import folder_in_memory

    seeds = folder_in_memory()
    for number, seed in enumerate(module.SEEDS):
        (seeds / f"seed-{number:03}").write_bytes(seed)
    options.finds.mkdir(parents=True, exist_ok=True)
    module.target(b"")  # makes what all inputs share, and may take longer than an input
    tally = Tally(module.target, options.finds / target, options.runs)
    atheris.Setup(
        [
            sys.argv[0],
            f"-seed={options.seed}",
            f"-max_len={options.max_length}",
            f"-timeout={PATIENCE}",
            f"-report_slow_units={PATIENCE}",
            f"-rss_limit_mb={MEGABYTES}",
            f"-artifact_prefix={options.finds / target}-",
            "-print_final_stats=0",
            "-verbosity=0",
            str(seeds),
        ],
        tally,
    )
    atheris.Fuzz()


class Tally:
    """Calls a target, counts, and ends the process after `runs` inputs."""

    def __init__(self, target: Callable[[bytes], None], finds: Path, runs: int) -> None:
        self.target, self.finds, self.runs = target, finds, runs
        self.count, self.slowest = 0, 0.0
        self.failures: Counter[str] = Counter()
        self.started = time.perf_counter()

    def __call__(self, data: bytes) -> None:
        self.count += 1
        started = time.process_time()
        try:
            self.target(data)
        except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it is, it is a find
            self._note(error, data)
        seconds = time.process_time() - started
        self.slowest = max(self.slowest, seconds)
        if seconds > SECONDS:
            self._note(TimeoutError(f"{seconds:.1f} s"), data)
        if self.count % REPORT_EVERY == 0 or self.count == self.runs:
            self._report()
        if self.count >= self.runs:
            sys.stderr.flush()
            importlib.import_module("atexit")._run_exitfuncs()
            os._exit(bool(self.failures))

    def _note(self, error: BaseException, data: bytes) -> None:
        kind = type(error).__name__
        if frames := traceback.extract_tb(error.__traceback__):
            kind = f"{kind} in {frames[-1].name} of {Path(frames[-1].filename).name}"
        self.failures[kind] += 1
        if self.failures[kind] == 1:
            self._save(data, f"{kind}: {error!s:.300}")

    def _save(self, data: bytes, reason: str) -> None:
        digest = hashlib.sha256(data).hexdigest()[:8]
        path = self.finds.with_name(f"{self.finds.name}-{digest}")
        path.write_bytes(data)
        sys.stderr.write(f"{reason}\n  saved as {path}\n")

    def _report(self) -> None:
        usage = resource.getrusage(resource.RUSAGE_SELF)
        sys.stderr.write(
            f"{self.finds.name}: {self.count:,} inputs in {time.perf_counter() - self.started:,.0f}"
            f" s ({usage.ru_utime + usage.ru_stime:,.0f} s of processor), slowest "
            f"{self.slowest:.2f} s, at most {usage.ru_maxrss / 1024:,.0f} MB, "
            f"{sum(self.failures.values()):,} failures of {len(self.failures)} kinds\n"
        )


def _module(target: str) -> ModuleType:
    return importlib.import_module(f"tests.fuzz.{target}")


def _import_all(package: ModuleType) -> None:
    """Import every module of a package, so that all of it is instrumented."""
    for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        if not module.name.endswith("__main__"):
            importlib.import_module(module.name)


if __name__ == "__main__":
    main()
