"""SIGKILL at any moment: trainings go on to the same end, and no half-written file has its name.

The commands run in forks of this process, which has loaded torch, so that a random moment is one
of the command's work and not of its start. Each phase is killed KILLS times.
"""

import json
import os
import random
import shutil
import signal
import sys
import time
from pathlib import Path

import pytest

from cli.main import main

pytestmark = [pytest.mark.slow, pytest.mark.skipif(os.name != "posix", reason="fork, signals")]
KILLS = 17
SMALL = [
    "--width", "8", "--generator-blocks", "1", "--critic-blocks", "1", "--batch-size", "8",
    "--samples", "64", "--threads", "1", "--length", "8", "--log-every", "2",
]  # fmt: skip


def begin(folder: Path, arguments: list[str]) -> int:
    """Start a command in a folder, and return its process."""
    process = os.fork()
    if process:
        return process
    try:
        os.chdir(folder)
        null = os.open(os.devnull, os.O_RDWR)
        errors = os.open("errors.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        for stream, target in enumerate((null, null, errors)):
            os.dup2(target, stream)
        sys.stdout, sys.stderr = open(1, "w"), open(2, "w")  # noqa: SIM115 - not of pytest
        sys.argv = ["textgan", *arguments]
        main()
    except SystemExit as end:
        sys.stderr.flush()
        os._exit(end.code if isinstance(end.code, int) else 0)
    finally:
        os._exit(70)


def end(process: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])


def complete(folder: Path, arguments: list[str]) -> float:
    """Run a command to its end, and return how long it took."""
    start = time.perf_counter()
    status = end(begin(folder, arguments))
    assert status == 0, (folder / "errors.txt").read_text(encoding="utf-8")
    return time.perf_counter() - start


def kill(folder: Path, arguments: list[str], seconds: float) -> bool:
    """Kill a command after some seconds; return whether it was still running."""
    process = begin(folder, arguments)
    time.sleep(seconds)
    os.kill(process, signal.SIGKILL)
    return end(process) == -signal.SIGKILL


def moments(duration: float, seed: str) -> list[float]:
    rng = random.Random(seed)
    return [rng.uniform(0, duration) for _ in range(KILLS)]


def fresh(folder: Path, name: str) -> Path:
    place = folder / name
    place.mkdir()
    return place


def left_over(folder: Path) -> list[str]:
    """Return the hidden files that a killed command left."""
    return [str(path) for path in folder.rglob(".*")]


TRAINING = {
    "encoding": ["--steps", "1"],
    "steps": ["--steps", "40", "--checkpoint-every", "10", "--evaluate-every", "20"],
    "checkpoints": ["--steps", "30", "--checkpoint-every", "1", "--evaluate-every", "15"],
}


@pytest.mark.parametrize("phase", TRAINING)
def test_a_killed_training_goes_on_to_the_end_of_an_undisturbed_one(
    phase, corpus_file, tmp_path, files
):
    text = corpus_file
    if phase == "encoding":  # long enough for 17 moments
        text = tmp_path / "long.txt"
        lines = corpus_file.read_text(encoding="utf-8").splitlines()
        text.write_text("".join(f"{n} {line}\n" for n in range(60) for line in lines))
    train = ["train", str(text), *SMALL, *TRAINING[phase], "--out", "run"]
    undisturbed = fresh(tmp_path, "undisturbed")
    duration = complete(undisturbed, train)
    killed = 0
    for number, moment in enumerate(moments(duration, phase)):
        folder = fresh(tmp_path, str(number))
        killed += kill(folder, train, moment)
        run = folder / "run"
        if run.exists():
            state = json.loads((run / "state.json").read_text(encoding="utf-8"))
            if state["status"] != "finished":
                steps = TRAINING[phase][1]
                complete(folder, ["train", "--resume", "run", "--steps", steps])
        else:
            complete(folder, train)
        assert files(run) == files(undisturbed / "run"), moment
        assert left_over(folder) == []
        shutil.rmtree(folder)
    assert killed > KILLS // 2


@pytest.fixture(scope="module")
def runs(corpus_file, pairs_file, tmp_path_factory):
    """A folder with a run on text and a run on pairs."""
    folder = tmp_path_factory.mktemp("runs")
    steps = ["--steps", "2", "--evaluate-every", "2"]
    complete(folder, ["train", str(corpus_file), *SMALL, *steps, "--out", "text"])
    complete(folder, ["train", str(pairs_file), "--pairs", *SMALL, *steps, "--out", "pairs"])
    return folder


WRITING = {
    "sample": (["sample", "text", "-n", "20000", "--seed", "1", "-o", "out.txt"], ["out.txt"]),
    "evaluate": (
        ["evaluate", "text", "--samples", "300", "--html", "page.html"],
        ["text/report.json", "page.html"],
    ),
    "translate": (
        ["translate", "many.txt", "--run", "pairs", "-o", "out.txt"],
        ["out.txt"],
    ),
}


@pytest.mark.parametrize("phase", WRITING)
def test_no_half_written_file_has_the_name_that_was_asked_for(phase, runs, corpus_file, tmp_path):
    arguments, names = WRITING[phase]
    undisturbed = tmp_path / "undisturbed"
    lines = corpus_file.read_text(encoding="utf-8").lower() * 30

    def prepare(folder):
        shutil.copytree(runs, folder)
        (folder / "many.txt").write_text(lines, encoding="utf-8")
        return folder

    duration = complete(prepare(undisturbed), arguments)
    expected = {name: (undisturbed / name).read_bytes() for name in names}
    killed = 0
    for number, moment in enumerate(moments(duration, phase)):
        folder = prepare(tmp_path / str(number))
        killed += kill(folder, arguments, moment)
        for name in names:
            path = folder / name
            assert not path.exists() or path.read_bytes() == expected[name], (name, moment)
        complete(folder, [*arguments, "--force"] if "-o" in arguments else arguments)
        assert {name: (folder / name).read_bytes() for name in names} == expected
        assert left_over(folder) == []
        shutil.rmtree(folder)
    assert killed > KILLS // 2
