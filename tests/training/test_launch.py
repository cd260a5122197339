"""Workers as processes: the command ends as with one worker, whoever is killed on the way."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from safetensors.torch import load_file

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")
SMALL = [
    "--generator-width", "8", "--critic-width", "8", "--generator-blocks", "1",
    "--critic-blocks", "1", "--batch-size", "8", "--samples", "32", "--optimizer", "sgd",
    "--checkpoint-every", "5", "--evaluate-every", "1000000", "--seed", "1",
]  # fmt: skip
COMMAND = [sys.executable, "-m", "textgan", "train"]
TORCHRUN = [
    sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "--max-restarts", "1",
    "-m", "textgan", "train",
]  # fmt: skip


@pytest.fixture
def start(corpus_file, tmp_path):
    """(arguments of `train`, command) -> the process that trains on a small corpus."""
    processes = []

    def begin(*arguments, command=COMMAND):
        process = subprocess.Popen(
            [*command, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
            cwd=Path(__file__).parents[2],
            env={name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"},
        )  # fmt: skip
        processes.append(process)
        return process

    begin.new = lambda name, steps: [
        str(corpus_file), *SMALL, "--steps", str(steps), "--out", str(tmp_path / name),
    ]  # fmt: skip
    yield begin
    for process in processes:
        process.kill()


def state(run):
    try:
        return json.loads((run / "state.json").read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {"step": 0}


def worker(process, rank):
    """Return the process of a worker, once it is there."""
    while True:
        for child in psutil.Process(process.pid).children(recursive=True):
            if child.environ().get("RANK") == str(rank):
                return child
        time.sleep(0.1)


def wait_for_step(run, step, process):
    while state(run)["step"] < step:
        assert process.poll() is None, process.communicate()
        time.sleep(0.05)


def weights(run):
    return load_file(run / "checkpoints" / "last.safetensors")


def largest_difference(run, other):
    pairs = zip(weights(run).items(), weights(other).values(), strict=True)
    return max((a - b).abs().max().item() for (name, a), b in pairs if "optimizer" not in name)


def end(process):
    out, error = process.communicate(timeout=120)
    return process.returncode, out, error


def test_two_workers_train_as_one_does_and_worker_0_alone_writes(start, tmp_path):
    one, two = (start(*start.new(f"{n}", 3), "--workers", str(n)) for n in (1, 2))
    for process, n in ((one, 1), (two, 2)):
        status, out, error = end(process)
        assert status == 0, error
        assert out == f"{tmp_path / str(n)}\n"
        assert state(tmp_path / str(n))["workers"] == n
    assert ", 2 workers of 1 thread\n" in error
    assert largest_difference(tmp_path / "1", tmp_path / "2") < 1e-5


@pytest.mark.slow
def test_a_run_of_which_a_worker_was_killed_resumes_and_ends_as_undisturbed(start, tmp_path):
    assert end(start(*start.new("whole", 40), "--workers", "2"))[0] == 0
    for rank in (0, 1):
        run = tmp_path / f"killed-{rank}"
        process = start(*start.new(run.name, 1_000_000), "--workers", "2")
        wait_for_step(run, 10, process)
        worker(process, rank).kill()
        killed = time.monotonic()
        status, _, error = end(process)
        assert time.monotonic() - killed < 10
        assert status == 1
        assert len([line for line in error.splitlines() if line.startswith("textgan: ")]) == 1
        assert "keeps its last checkpoint: go on with --resume" in error.splitlines()[-1]
        step = state(run)["step"]
        assert step >= 10
        if step <= 40:
            assert end(start("--resume", str(run), "--steps", "40", "--workers", "2"))[0] == 0
            assert largest_difference(run, tmp_path / "whole") == 0


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_the_command_saves_the_run(start, tmp_path, number):
    process = start(*start.new("run", 1_000_000), "--workers", "2")
    wait_for_step(tmp_path / "run", 5, process)
    process.send_signal(number)
    status, _, error = end(process)
    assert status == 128 + number
    assert f"saved; resume with: textgan train --resume {tmp_path / 'run'}" in error
    assert state(tmp_path / "run")["status"] == "stopped"


@pytest.mark.slow
def test_torchrun_starts_the_workers_again_and_the_run_ends_as_undisturbed(start, tmp_path):
    assert end(start(*start.new("whole", 60), "--workers", "2"))[0] == 0
    process = start(*start.new("run", 60), command=TORCHRUN)
    wait_for_step(tmp_path / "run", 5, process)
    worker(process, 1).kill()
    assert end(process)[0] == 0
    assert state(tmp_path / "run")["step"] == 60
    assert largest_difference(tmp_path / "run", tmp_path / "whole") == 0


@pytest.mark.slow
def test_a_run_goes_on_with_fewer_and_with_more_workers(start, tmp_path):
    assert end(start(*start.new("one", 6), "--workers", "1"))[0] == 0
    for first, then in ((1, 2), (2, 1)):
        run = tmp_path / f"{first}-{then}"
        assert end(start(*start.new(run.name, 3), "--workers", str(first)))[0] == 0
        arguments = ("--resume", str(run), "--steps", "6", "--workers", str(then))
        assert end(start(*arguments))[0] == 0
        assert largest_difference(run, tmp_path / "one") < 1e-4


def test_an_error_is_said_once_and_ends_all_workers(start, tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "file").touch()
    status, out, error = end(start(*start.new("run", 3), "--workers", "2"))
    assert (status, out) == (1, "")
    assert error.splitlines() == [
        f"textgan: {tmp_path / 'run'} exists; name another folder with --out, or add --force"
    ]
