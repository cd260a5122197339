"""The benchmark of a GPU, tried on a CPU: all but its numbers."""

import itertools
import re

import numpy as np
import pytest
import torch

import corpora
from benchmarks import card, gpu, gpu_steps, gpu_tables, gpu_training, records
from benchmarks.random_text import random_rows, random_trainer
from textgan.evaluation.metrics.jsd import JsdReference
from textgan.training import execution


@pytest.fixture
def cpu(monkeypatch):
    """The CPU in place of a card; what it changes for the process is put back."""
    monkeypatch.setattr(execution, "record_graph", execution.record_graph)
    monkeypatch.setattr(execution, "BACKEND", execution.BACKEND)
    torch.compiler.reset()
    yield card.card_of("cpu")
    torch.compiler.reset()


def test_steps_are_in_turns_with_the_reference(cpu):
    peak, eager, graphs = gpu_steps.steps(cpu, trial=True)
    assert set(peak["teraflops"]) == {"bfloat16", "tf32", "float32"}
    assert peak["vendor"] is None
    assert [record["execution"] for record in (eager, graphs)] == ["eager", "graphs"]
    for record in (eager, graphs):
        assert record["ratio"] == pytest.approx(record["reference"] / record["seconds"])
        rate = 1e-3 * record["gflop"] / record["seconds"]
        assert record["teraflops"] == pytest.approx(rate)
        assert record["share"] == pytest.approx(rate / peak["teraflops"]["bfloat16"])


def test_operations_are_those_of_a_step(cpu):
    """A hidden layer of n inputs and m units: 2nm a line and pass; critic and generator of quick.

    Real and generated lines take a forward pass and one for the gradients of the weights, with two
    of the deeper layers for those of the inputs; points between them as much for their slopes.
    """
    trainer = random_trainer(
        gpu_steps.config_of(
            "quick", "float32", "eager", cpu, generator="mlp", critic="mlp", generator_width=1,
            critic_width=1, generator_blocks=1, critic_blocks=1, noise=4, optimizer="adam",
            critic_steps=1, batch_size=2, objective="gan", penalty="none",
        ),
        random_rows(gpu_steps.T), cpu.device,
    )  # fmt: skip
    lines, T, V, Z, wide = 2, 32, 100, 4, 8
    generator = Z * wide + wide * T * V  # products of a line
    critic = T * V * wide + wide
    critic_update = 2 * lines * (2 * critic + wide)  # forward, weights; inputs of the last layer
    generator_update = lines * (2 * generator + wide * T * V) + lines * 2 * critic
    expected = 2 * (lines * generator + critic_update + generator_update)
    assert gpu_steps.gflop_of(trainer, 3) == pytest.approx(1e-9 * expected, rel=1e-3)


def test_an_execution_that_fails_is_one_record_and_the_others_are_timed(cpu, monkeypatch):
    def fails(_call):
        raise RuntimeError("operation not permitted when stream is capturing\nand more")

    monkeypatch.setattr(execution, "record_graph", fails)
    found = list(gpu_steps.cell(cpu, "quick", "bfloat16", ("eager", "graphs"), 1.0, True))
    assert [record["kind"] for record in found] == ["failure", "step"]
    assert found[0]["error"] == "RuntimeError: operation not permitted when stream is capturing"
    assert (found[0]["execution"], found[1]["execution"]) == ("graphs", "eager")


@pytest.fixture
def corpus(corpus_file, tmp_path):
    """The text of the stages, encoded."""
    return corpora.encode(corpus_file, tmp_path / "corpus", length=32)


@pytest.fixture
def trained(cpu, corpus, tmp_path, monkeypatch):
    """What a trial of training writes, and its record; weights of its points are in `copies`."""
    lines_of, copies = gpu_training.lines_of, []

    def spy(weights, *given):
        copies.append(weights)
        return lines_of(weights, *given)

    ticks = itertools.count()  # seconds: a clock that goes on by one at each look, after a step
    monkeypatch.setattr(cpu, "clock", lambda: float(next(ticks)))
    monkeypatch.setattr(gpu_training, "lines_of", spy)
    found = gpu_training.training(
        cpu, "wide", "names", corpus, 36, "eager", tmp_path / "wide.npz", trial=True
    )
    return tmp_path / "wide.npz", copies, *found


def test_lines_of_several_points_are_compared_with_the_training_text(trained, corpus, monkeypatch):
    path, copies, record = trained
    assert (record["error"], record["precision"], record["execution"]) == (
        None,
        "bfloat16",
        "eager",
    )
    with np.load(path) as written:
        ids, steps, seconds = written["ids"], written["steps"].tolist(), written["seconds"]
    # 1, 2, 4, 6, 9 and 12 twelfths; while weights are copied the clock is stopped
    assert steps == seconds.tolist() == [3, 6, 12, 18, 27, 36]
    assert (record["steps"], record["seconds"]) == (36, 36)
    assert len(copies) == len(ids) == len(steps)
    assert not torch.equal(copies[0]["write.weight"], copies[-1]["write.weight"])
    monkeypatch.setattr(gpu_training, "SIZES", (100, 5120))
    found = list(gpu_training.scores("wide", "names", corpus, path))
    assert [(r["step"], r["m"]) for r in found] == [(s, m) for s in steps for m in (100, 5120)]
    reference = JsdReference(corpus.train, corpus.encoder.size, (4, 6))
    few, many = reference(ids[0][:100]), reference(ids[0])
    assert [(r["jsd4"], r["jsd6"]) for r in found[:2]] == [(x[4], x[6]) for x in (few, many)]
    assert found[0]["floor_lines"] == min(100, len(corpus.valid))
    assert 0 < found[0]["jsd4_floor"] < found[0]["jsd4"]


def test_a_training_that_diverges_has_the_lines_before(cpu, corpus, tmp_path, monkeypatch):
    from textgan.training.step import Trainer

    step = Trainer.step

    def diverges(self, number):
        if number > 3:
            raise gpu_training.DivergenceError("step 4: nan", step=4, tensor=None)
        return step(self, number)

    monkeypatch.setattr(Trainer, "step", diverges)
    monkeypatch.setattr(gpu_training, "POINTS", (1e-9, 1.0))
    out = tmp_path / "paper.npz"
    (record,) = gpu_training.training(cpu, "paper", "names", corpus, 1e4, "eager", out, trial=True)
    assert record["error"] == "DivergenceError: step 4: nan"
    with np.load(out) as written:
        assert written["steps"].tolist() == [1]


def test_lines_a_second_are_of_text(cpu, corpus, monkeypatch):
    monkeypatch.setattr(gpu_training, "rate", lambda _card, count, make: (make(count), count)[1])
    found = list(gpu_training.sampling(cpu, corpus, trial=True))
    assert [(r["recipe"], r["batch"]) for r in found][:3] == [
        ("quick", 256), ("quick", 4096), ("best", 256),
    ]  # fmt: skip
    assert {r["lines_a_second"] for r in found} == {64}


def test_a_corpus_that_is_not_there_is_refused_before_all_stages(tmp_path):
    with pytest.raises(SystemExit, match=r"nothing\.txt"):
        gpu.main(["nothing.txt", "--device", "cpu", "--results", str(tmp_path / "gpu.jsonl")])
    assert not (tmp_path / "gpu.jsonl").exists()


def test_git_is_not_asked_for_a_commit_that_is_given(tmp_path, monkeypatch):
    monkeypatch.setattr(gpu, "commit", lambda: "of git")
    assert options(tmp_path).commit == "of git"
    assert options(tmp_path, "--commit", "").commit == ""


def options(path, *more):
    return gpu.parse(["--device", "cpu", "--quick", "--results", str(path), *more])


def test_a_stage_that_fails_or_runs_out_of_time_is_one_record(tmp_path):
    given = options(tmp_path / "gpu.jsonl")
    with gpu.started(given, tmp_path, "nothing", 60) as process:
        process.wait()
    with gpu.started(given, tmp_path, "steps", 0.0) as process:
        process.wait()
    first, second = records.read(given.results)
    assert (first["kind"], first["stage"], first["run"]) == ("failure", "nothing", given.run)
    assert first["error"].startswith("exit code 1: ")
    assert "nothing" in first["error"]
    assert second["error"] == "stopped after its limit of 0 s"
    assert process.process.poll() is not None


def test_every_stage_has_its_part_of_eight_minutes():
    trainings = len(gpu_training.RECIPES) * gpu.SECONDS
    before_the_last = sum(limit for stage, limit in gpu.LIMITS.items() if stage != "compiled")
    after_training = 60 * gpu.MINUTES - before_the_last - trainings + gpu.LIMITS["sampling"]
    assert after_training >= gpu.SCORES
    assert set(gpu_training.RECIPES) < set(gpu.LIMITS)


def test_outcomes_of_tests_are_counted_also_where_time_ran_out():
    said = f"""
{gpu.TESTS}::test_a[wgan-gp] PASSED                 [  3%]
{gpu.TESTS}::test_a[labels and codes] FAILED        [  6%]
{gpu.TESTS}::test_b SKIPPED (only CUDA has it)      [  9%]
{gpu.TESTS}::test_c """
    assert gpu.counts(said) == {
        "passed": 1, "failed": 1, "skipped": 1, "failures": ["test_a[labels and codes]"],
    }  # fmt: skip
    said += f"\nFAILED {gpu.TESTS}::test_a[labels and codes] - assert 0.2 < 0.1\n"
    assert gpu.counts(said)["failures"] == [
        f"FAILED {gpu.TESTS}::test_a[labels and codes] - assert 0.2 < 0.1"
    ]


RUN = {"run": "now", "stage": "steps", "preset": "paper", "precision": "bfloat16"}
STEP = {
    "kind": "step", **RUN, "rounds": [0.01], "ratio": 8.0, "reference": 0.08, "gflop": 3000.0,
}  # fmt: skip
TIMED = [
    {**STEP, "execution": "eager", "seconds": 0.01, "teraflops": 300.0, "share": 0.4},
    {**STEP, "execution": "graphs", "seconds": 0.008, "teraflops": 375.0, "share": 0.5},
]
PASSED = {
    "kind": "tests", "run": "now", "stage": "tests", "error": None, "passed": 80, "failed": 0,
    "skipped": 0, "failures": [],
}  # fmt: skip


@pytest.mark.parametrize(
    ("tests", "stage", "expected"),
    [
        ({}, "paper", "graphs"),
        ({}, "wide", "eager"),  # no time of `best`
        ({"failures": ["FAILED test_a_step_as_graphs_is[x]"]}, "paper", "eager"),
        ({"failures": ["FAILED test_a_compiled_step"]}, "paper", "graphs"),
        ({"passed": 0}, "paper", "eager"),
        ({"run": "before"}, "paper", "eager"),
    ],
)
def test_training_uses_the_faster_execution_where_the_tests_passed(
    tests, stage, expected, tmp_path
):
    given = options(tmp_path / "gpu.jsonl", "--run", "now")
    for record in ({**PASSED, **tests}, *TIMED):
        records.append(given.results, record)
    assert gpu.faster(given, stage) == expected


def test_tables_have_every_record():
    found = [
        {**PASSED, "failed": 1, "failures": ["FAILED test_a"], "card": "H", "versions": "CUDA 13"},
        {"kind": "peak", "teraflops": {"bfloat16": 750.0}, "vendor": 1000.0},
        *TIMED,
        {"kind": "failure", **RUN, "execution": "graphs", "error": "RuntimeError: no"},
        {
            "kind": "training", "recipe": "paper", "corpus": "names", "steps": 12_000,
            "seconds": 120.0, "precision": "bfloat16", "execution": "graphs", "error": None,
        },
        {
            "kind": "score", "recipe": "paper", "step": 12_000, "seconds": 120.0, "m": 640,
            "jsd4": 0.25, "jsd6": 0.5, "jsd4_floor": 0.125, "jsd6_floor": None,
        },
        {
            "kind": "sampling", "recipe": "quick", "batch": 256, "lines_a_second": 54321.0,
            "reference": 99999.0,
        },
    ]  # fmt: skip
    said = gpu_tables.table(found).splitlines()
    assert said[0] == "H; CUDA 13"
    assert "Tests on the card: 80 passed, 1 failed, 0 skipped" in said
    assert "- FAILED test_a" in said
    assert (
        "Products of matrices, TFLOP/s: 750.0 in bfloat16; by the vendor 1,000.0 in bfloat16"
        in said
    )
    assert "| paper | bfloat16 | graphs | 8.00 | 8.00 | 3000.0 | 375.00 | 50.0% | 37.5% |" in said
    assert "paper on names: 12,000 steps in 120 s, bfloat16, graphs" in said
    assert "| paper | 120 | 12,000 | 640 | 0.2500 (0.1250) | 0.5000 (-) |" in said
    assert "| quick | 256 | 54,321 | 99,999 |" in said
    assert said[-1] == "failed: steps paper bfloat16 graphs: RuntimeError: no"


@pytest.mark.parametrize("name", card.PEAKS)
def test_a_share_of_the_vendors_peak_is_of_the_device_of_that_name(name, monkeypatch):
    monkeypatch.setattr(torch.cuda, "get_device_name", lambda: name)
    assert card.PEAKS[card.CudaCard().name()] == card.PEAKS[name]
    assert "NVIDIA H200 NVL" not in card.PEAKS


@pytest.mark.slow
def test_the_whole_command_on_a_cpu(corpus_file, tmp_path, monkeypatch, capsys):
    results = tmp_path / "gpu.jsonl"
    gpu.main([str(corpus_file), "--device", "cpu", "--quick", "--results", str(results)])
    found = records.read(results)
    assert {record["stage"] for record in found} == {*gpu.LIMITS, "scores-paper", "scores-wide"}
    assert not [record for record in found if record["kind"] == "failure"]
    (tests,) = [record for record in found if record["kind"] == "tests"]
    assert (tests["passed"], tests["failed"]) == (1, 0)
    said = capsys.readouterr().out
    assert re.search(r"^\| quick \| float32 \| compiled \| ", said, re.MULTILINE)
    assert re.search(r"^\| wide \| \d+ \| [\d,]+ \| 5,120 \| ", said, re.MULTILINE)
    with pytest.raises(SystemExit, match="in use by another process"), records.locked(results):
        gpu.main(["--device", "cpu", "--results", str(results)])
