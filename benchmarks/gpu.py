"""All that is measured on a CUDA card, in at most eight minutes.

    python -m benchmarks.gpu CORPUS [--results FILE] [--only STAGE ...]
    python -m benchmarks.gpu CORPUS --device cpu --quick    # a trial of all but the numbers

Stages, each a process of its own with a time limit:

    tests      the tests that need CUDA, tests/hardware/test_cuda.py
    steps      seconds per step of `paper`, `best` and `quick` in bfloat16, TF32 and float32, eager
               and as CUDA graphs, in turns with the plain reference; shares of the bfloat16 peak
    paper      two minutes of `paper` at width 512
    wide       two minutes of `best` at larger widths
    scores     JSD-4 and JSD-6 of both at several points, on the CPU while the next stages run
    sampling   lines per second
    compiled   seconds per step with torch.compile, for as many cells as the rest of the time allows

Records are appended to `--results` as they come, each with the device, versions and commit. A stage
that fails or runs out of time is one record, and the next stages run all the same. Training uses
the faster of eager steps and graphs, by `steps`; eager ones if a test of graphs failed.
"""

import argparse
import contextlib
import datetime
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import corpora
from benchmarks import records
from benchmarks.card import Card, card_of
from benchmarks.gpu_steps import T, compiled, steps
from benchmarks.gpu_tables import table
from benchmarks.gpu_training import RECIPES, sampling, scores, training
from benchmarks.machine import commit, machine
from benchmarks.processes import CORPUS, ROOT, temporary
from benchmarks.records import Record
from corpora import Corpus
from corpora.errors import InputError
from corpora.sources import locate

__all__ = ["main"]

RESULTS = Path(__file__).parent / "results" / "gpu.jsonl"
MINUTES, SECONDS = 8.0, 120.0  # of all, and of each training
# of each stage, in their order; a training has its own seconds too
LIMITS = {"tests": 60, "steps": 75, "paper": 30, "wide": 30, "sampling": 20, "compiled": 120}
SCORES = 40
OF_TEXT = {*RECIPES, "sampling"}  # the stages that need the corpus
TRIAL = 10  # times as long limits: a trial may share a slow processor
TESTS = "tests/hardware/test_cuda.py"
OUTCOME = re.compile(rf"^{TESTS}::(\S.*?) (PASSED|FAILED|ERROR|SKIPPED)\b", re.MULTILINE)


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the stages and print the tables, or run one stage in this process."""
    options = parse(arguments)
    if options.stage:
        run_stage(options)
        return
    try:
        locate(options.corpus)
        with records.locked(options.results), temporary() as work:
            make(options, work)
        print(table(records_of_run(options)))
    except InputError as error:
        sys.exit(f"Error: {error}")


def parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    """Return the options."""
    about = __doc__.splitlines()[0]
    parser = argparse.ArgumentParser(prog="python -m benchmarks.gpu", description=about)
    add = parser.add_argument
    add("corpus", nargs="?", default=CORPUS, help="of the trainings: a file or a bundled name")
    add("--device", choices=("cuda", "cpu"), default="cuda")
    add("--quick", action="store_true", help="tiny sizes and moments: a trial")
    add("--only", nargs="+", choices=LIMITS, default=list(LIMITS), metavar="STAGE")
    add("--minutes", type=float, default=MINUTES, help="of all stages together [default: 8]")
    add("--seconds", type=float, default=None, help="of each training [default: 120]")
    add("--execution", choices=("eager", "graphs"), help="of the trainings [default: the faster]")
    add("--results", type=Path, default=RESULTS, metavar="FILE")
    add("--commit", help="of these files, where git does not know it")
    # of the process of a stage
    for hidden in ("--stage", "--run"):
        add(hidden, help=argparse.SUPPRESS)
    add("--work", type=Path, help=argparse.SUPPRESS)
    add("--limit", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    options.results = options.results.absolute()
    options.seconds = options.seconds or (0.5 if options.quick else SECONDS)
    options.commit = commit() if options.commit is None else options.commit
    options.run = options.run or datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds")
    return options


def make(options: argparse.Namespace, work: Path) -> None:
    """Run the stages one after the other, of one encoded corpus; scores beside the next ones."""
    slack = TRIAL if options.quick else 1
    end = time.monotonic() + 60 * options.minutes * slack
    if OF_TEXT.intersection(options.only):
        corpora.encode(options.corpus, work / "corpus", length=T)
    with contextlib.ExitStack() as beside:
        scoring = []
        for stage in options.only:
            limit = slack * LIMITS[stage] + (options.seconds if stage in RECIPES else 0)
            with started(options, work, stage, min(limit, end - time.monotonic())) as process:
                process.wait()
            if (work / f"{stage}.npz").exists():
                process = started(options, work, f"scores-{stage}", slack * SCORES)
                scoring.append(beside.enter_context(process))
        for process in scoring:
            process.wait()


class Stage:
    """The process of a stage, whose failure becomes a record.

    Attributes:
        process: It has a process group of its own.
        end: When it is killed, by the clock.
    """

    def __init__(self, options: argparse.Namespace, work: Path, stage: str, limit: float) -> None:
        self.options, self.stage, self.limit = options, stage, max(limit, 0.0)
        self.errors = work / f"{stage}.err"
        self.end = time.monotonic() + self.limit
        command = [
            sys.executable, "-m", "benchmarks.gpu", options.corpus, "--stage", stage,
            "--device", options.device, "--results", options.results, "--run", options.run,
            "--work", work, "--seconds", options.seconds, "--commit", options.commit,
            "--limit", self.limit, *(["--quick"] if options.quick else []),
        ]  # fmt: skip
        if stage in RECIPES:
            command += ["--execution", options.execution or faster(options, stage)]
        say(f"{stage}: at most {self.limit:.0f} s")
        with self.errors.open("wb") as errors:
            self.process = subprocess.Popen(
                list(map(str, command)), cwd=ROOT, stdin=subprocess.DEVNULL, stdout=errors,
                stderr=errors, start_new_session=True,
            )  # fmt: skip

    def wait(self) -> None:
        """Wait for its end, and write a record where it failed."""
        reason = None
        try:
            code = self.process.wait(max(self.end - time.monotonic(), 0.01))
            lines = self.errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()
            if code:
                reason = f"exit code {code}: {(lines or ['nothing said'])[-1]:.300}"
        except subprocess.TimeoutExpired:
            reason = f"stopped after its limit of {self.limit:.0f} s"
        if reason is not None:
            say(f"{self.stage}: {reason}")
            failure = {"kind": "failure", "stage": self.stage, "error": reason}
            records.append(self.options.results, {**failure, **provenance(self.options)})

    def kill(self) -> None:
        """End it and all that it started."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextlib.contextmanager
def started(options: argparse.Namespace, work: Path, stage: str, limit: float) -> Iterator[Stage]:
    """Give the process of a stage, which ends with the context at the latest."""
    process = Stage(options, work, stage, limit)
    try:
        yield process
    finally:
        process.kill()


def faster(options: argparse.Namespace, stage: str) -> str:
    """Return the execution that a training uses; see the text above."""
    mine = records_of_run(options)
    tested = [r for r in mine if r["kind"] == "tests" and r["passed"]]
    if not tested or any("graphs" in failure for r in tested for failure in r["failures"]):
        return "eager"
    timed = [
        (r["seconds"], r["execution"])
        for r in mine
        if r["kind"] == "step" and r["stage"] == "steps"
        and (r["preset"], r["precision"]) == (RECIPES[stage][0], "bfloat16")
    ]  # fmt: skip
    return min(timed)[1] if timed else "eager"


def records_of_run(options: argparse.Namespace) -> list[Record]:
    """Return what the stages of this run have written so far."""
    return [r for r in records.read(options.results) if r["run"] == options.run]


def run_stage(options: argparse.Namespace) -> None:
    """Run a stage in this process, and append its records."""
    stage = options.stage
    if stage.startswith("scores-"):
        recipe = stage.removeprefix("scores-")
        lines = options.work / f"{recipe}.npz"
        measured = scores(recipe, options.corpus, encoded(options), lines)
        about = provenance(options)
    else:
        card = card_of(options.device)
        measured = records_of(stage, options, card)
        about = {**provenance(options), "card": card.name(), "versions": card.versions()}
    for record in measured:
        records.append(options.results, {**record, "stage": stage, **about})


def records_of(stage: str, options: argparse.Namespace, card: Card) -> Iterator[Record]:
    """Return the records of a stage on a card."""
    trial = options.quick
    if stage in RECIPES:
        return training(
            card, stage, options.corpus, encoded(options), options.seconds, options.execution,
            options.work / f"{stage}.npz", trial=trial,
        )  # fmt: skip
    stages: dict[str, Callable[[], Iterator[Record]]] = {
        "tests": lambda: tests(options),
        "steps": lambda: steps(card, trial=trial),
        "sampling": lambda: sampling(card, encoded(options), trial=trial),
        "compiled": lambda: compiled(card, trial=trial),
    }
    return stages[stage]()


def encoded(options: argparse.Namespace) -> Corpus:
    """Return the corpus as `make` has encoded it for all stages."""
    return corpora.open_corpus(options.work / "corpus")


def tests(options: argparse.Namespace) -> Iterator[Record]:
    """Yield how many of the tests that need CUDA passed, also where time runs out."""
    plain = ("-v", "-p", "no:cacheprovider", "-W", "default")  # a warning is no failure here
    command = [sys.executable, "-m", "pytest", *plain, "-m", "cuda", TESTS]
    environment = {**os.environ, "TEXTGAN_CUDA_TESTS": options.device}
    if options.quick:
        command += ["-k", "graph and wgan-gp"]
    with (options.work / "tests.txt").open("w+b") as file:
        reason = None
        try:
            limit = max(options.limit - 5, 1)
            done = subprocess.run(
                command, cwd=ROOT, env=environment, stdout=file, stderr=subprocess.STDOUT,
                timeout=limit, check=False,
            )  # fmt: skip
            reason = None if done.returncode in (0, 1) else f"pytest's exit code {done.returncode}"
        except subprocess.TimeoutExpired:
            reason = f"stopped after {limit:.0f} s"
        file.seek(0)
        text = file.read().decode(errors="replace")
    yield {"kind": "tests", "error": reason, **counts(text)}


def counts(text: str) -> dict[str, Any]:
    """Return how many tests passed, failed and were skipped, of what `pytest -v` prints."""
    outcomes = OUTCOME.findall(text)
    failed = [name for name, outcome in outcomes if outcome in ("FAILED", "ERROR")]
    number = {kind: sum(o == kind for _, o in outcomes) for kind in ("PASSED", "SKIPPED")}
    reasons = re.findall(r"^(?:FAILED|ERROR) .*$", text, re.MULTILINE)
    return {
        "passed": number["PASSED"], "failed": len(failed), "skipped": number["SKIPPED"],
        "failures": [reason[:300] for reason in reasons] or failed,
    }  # fmt: skip


def provenance(options: argparse.Namespace) -> Record:
    """Return what each record says of where it is from."""
    return {"run": options.run, "machine": machine(), "commit": options.commit}


def say(text: str) -> None:
    """Print how far it is."""
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
