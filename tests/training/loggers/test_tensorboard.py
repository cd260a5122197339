"""TensorBoard receives what `stats.jsonl` receives, and training does not notice."""

import dataclasses
import shutil

import pytest
import torch

from textgan import runs
from textgan.runs.log import read_log
from textgan.runs.tensors import read_tensors
from textgan.training.loggers import open_loggers
from textgan.training.loggers.records import Records
from textgan.training.run import open_run, prepare

accumulator = pytest.importorskip(
    "tensorboard.backend.event_processing.event_accumulator",
    reason="needs tensorboard: pip install 'textgan[tensorboard]'",
)


def trained(config, run, *, log, steps=None):
    if not run.exists():
        prepare(config, out=run)
    loop = open_run(run, steps=steps)
    names = ("tensorboard",) if log else ()
    with open_loggers(names, run, loop.config, loop.step) as loggers:
        loop((Records(loggers, loop.config),))
    return run


def events_of(run):
    events = accumulator.EventAccumulator(str(run / "tensorboard"), {"histograms": 0})
    events.Reload()
    return events


def logged(run, name):
    return [(event.step, event.value) for event in events_of(run).Scalars(name)]


def float32(value):
    return torch.tensor(value, dtype=torch.float32).item()


def test_the_event_file_has_the_numbers_of_the_log(tiny, tmp_path):
    run = trained(dataclasses.replace(tiny, steps=8), tmp_path / "run", log=True)
    lines = [line for line in read_log(run / "stats.jsonl") if not line.get("provisional")]
    assert [line["step"] for line in lines] == [2, 4, 6, 8]
    for name in ("critic_loss", "generator_loss", "wasserstein", "penalty", "slope"):
        expected = [(line["step"], float32(line[name])) for line in lines]
        assert logged(run, f"train/{name}") == expected
    scored = [line for line in lines if "scores" in line]
    for name in scored[0]["scores"]:
        expected = [(line["step"], float32(line["scores"][name])) for line in scored]
        assert logged(run, f"validation/{name}") == expected
    for event, line in zip(events_of(run).Histograms("slopes"), scored, strict=True):
        assert event.step == line["step"]
        assert event.histogram_value.num == min(tiny.samples, 1024)
        mean = event.histogram_value.sum / event.histogram_value.num
        assert mean == pytest.approx(line["scores"]["slope"], rel=1e-5)
    texts = events_of(run).Tensors("samples/text_summary")
    assert [event.step for event in texts] == [4, 8]
    (first,) = texts[0].tensor_proto.string_val
    sampled = (run / "samples" / "step-000004.txt").read_text().splitlines()
    assert [line[4:] for line in first.decode().split("\n")] == sampled


def test_the_weights_are_those_of_a_run_that_logs_nothing(tiny, tmp_path):
    plain = trained(tiny, tmp_path / "plain", log=False)
    run = trained(tiny, tmp_path / "run", log=True)
    expected, _ = read_tensors(runs.checkpoint(plain, "last"))
    found, _ = read_tensors(runs.checkpoint(run, "last"))
    assert set(found) == set(expected)
    assert all(torch.equal(found[name], expected[name]) for name in expected)
    assert not (plain / "tensorboard").exists()


def test_steps_that_come_again_are_there_once(quick, tmp_path):
    run = trained(dataclasses.replace(quick, steps=4), tmp_path / "run", log=True)
    first = (run / "checkpoints" / "last.safetensors").read_bytes()
    state = (run / "state.json").read_bytes()
    trained(quick, run, log=True, steps=8)
    (run / "checkpoints" / "last.safetensors").write_bytes(first)  # as where it was killed
    (run / "state.json").write_bytes(state)
    trained(quick, run, log=True, steps=8)
    assert [step for step, _ in logged(run, "train/critic_loss")] == [2, 4, 6, 8]


def test_steps_of_a_run_that_was_killed_before_its_first_checkpoint_are_there_once(quick, tmp_path):
    run = prepare(dataclasses.replace(quick, steps=4), out=tmp_path / "run")
    begun = shutil.copytree(run, tmp_path / "begun")
    trained(quick, run, log=True)
    shutil.copytree(run / "tensorboard", begun / "tensorboard")
    trained(quick, begun, log=True)
    assert [step for step, _ in logged(begun, "train/critic_loss")] == [2, 4]
