"""Runs: prepared, opened and trained, and what is refused."""

import dataclasses
import shutil

import numpy as np
import pytest
import torch

from corpora.errors import InputError
from textgan import runs
from textgan.runs.tensors import read_tensors
from textgan.training.run import open_run, prepare, seconds_per_step, train
from textgan.training.step import Trainer


def test_every_run_has_both_checkpoints_however_short(quick, tmp_path):
    run = train(dataclasses.replace(quick, steps=1), out=tmp_path / "short")
    for name in ("last", "best"):
        assert read_tensors(runs.checkpoint(run, name))[1] == 1


def test_two_distinct_lines_train_and_one_does_not(quick, tmp_path):
    (tmp_path / "two.txt").write_text("this\nthat\n" * 3)
    run = train(dataclasses.replace(quick, corpus=str(tmp_path / "two.txt")), out=tmp_path / "run")
    assert runs.read_state(run)["status"] == "finished"
    assert runs.read_state(run)["best"]["wasserstein_held_out"] is None
    (tmp_path / "one.txt").write_text("this\n" * 50)
    with pytest.raises(InputError, match="all 50 rows are the same"):
        train(dataclasses.replace(quick, corpus=str(tmp_path / "one.txt")), out=tmp_path / "none")
    assert not list(tmp_path.glob("*none*"))


def test_a_run_that_has_come_so_far_is_not_trained_again(trained, tmp_path):
    run = shutil.copytree(trained, tmp_path / "run")
    with pytest.raises(InputError, match="already trained 6 steps"):
        open_run(run)
    with pytest.raises(InputError, match="already trained 6 steps"):
        open_run(run, steps=5)


def test_a_run_starts_from_the_networks_of_another(tiny, trained, tmp_path):
    config = dataclasses.replace(tiny, seed=8)
    run = prepare(config, out=tmp_path / "run", init=trained)
    found, step = read_tensors(runs.checkpoint(run, "last"))
    wanted, _ = read_tensors(runs.checkpoint(trained, "last"))
    assert step == 0
    for name, tensor in found.items():
        counts = name.startswith("ngrams.")  # begin anew
        assert counts or torch.equal(tensor, wanted[name]), name


def test_networks_of_another_shape_or_alphabet_are_refused(tiny, trained, tmp_path):
    with pytest.raises(InputError, match="expected shape"):
        prepare(dataclasses.replace(tiny, critic_width=9), out=tmp_path / "a", init=trained)
    with pytest.raises(InputError, match="has encoder"):
        prepare(dataclasses.replace(tiny, encoder="byte"), out=tmp_path / "b", init=trained)
    with pytest.raises(InputError, match="has length"):
        prepare(dataclasses.replace(tiny, length=20), out=tmp_path / "c", init=trained)
    assert not list(tmp_path.iterdir())


def test_a_folder_in_the_way_is_kept(quick, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    for force in (False, True):
        with pytest.raises(InputError, match="exists"):
            train(quick, out=tmp_path / "mine", force=force)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_force_replaces_a_run(quick, trained, tmp_path):
    run = shutil.copytree(trained, tmp_path / "run")
    train(dataclasses.replace(quick, seed=4), out=run, force=True)
    assert runs.read_config(run).seed == 4


def test_measuring_a_step_moves_nothing(tiny, tmp_path):
    loop = open_run(prepare(tiny, out=tmp_path / "run"))
    before = [p.clone() for p in loop.trainer.models.critic.parameters()]
    assert seconds_per_step(loop, tries=1) > 0
    for old, new in zip(before, loop.trainer.models.critic.parameters(), strict=True):
        assert torch.equal(old, new)


def test_measuring_a_step_does_not_copy_the_text(tiny, tmp_path, monkeypatch):
    config = dataclasses.replace(tiny, ngram_matching=1.0)
    loop = open_run(prepare(config, out=tmp_path / "run"))
    assert isinstance(loop.trainer.corpus.train, np.memmap)
    monkeypatch.setattr(np.memmap, "__deepcopy__", lambda *_: pytest.fail("copied"), raising=False)
    seconds_per_step(loop, tries=1)


def test_minutes_that_are_over_are_not_trained_again(quick, tmp_path):
    run = prepare(dataclasses.replace(quick, steps=None, minutes=1.0), out=tmp_path / "run")
    runs.write_state(run, {**runs.read_state(run), "seconds": 60.0})
    with pytest.raises(InputError, match="already trained"):
        open_run(run)


def test_a_run_that_another_trains_is_neither_opened_nor_changed(trained, tmp_path, files):
    run = shutil.copytree(trained, tmp_path / "run")
    before = files(run)
    with runs.locked(run), pytest.raises(InputError, match="is being trained by another process"):
        open_run(run, minutes=77)
    loop = open_run(run, minutes=77)
    with runs.locked(run), pytest.raises(InputError, match="is being trained by another process"):
        loop()
    assert files(run) == before


def test_a_stranger_among_the_samples_is_left_alone(trained, tmp_path):
    run = shutil.copytree(trained, tmp_path / "run")
    (run / "samples" / "step-mine.txt").write_text("kept")
    open_run(run, steps=7)
    assert (run / "samples" / "step-mine.txt").read_text() == "kept"


@pytest.mark.parametrize(("hardware", "expected"), [(True, "bfloat16"), (False, "float32")])
def test_a_run_keeps_the_precision_that_it_began_with(
    hardware, expected, tiny, tmp_path, monkeypatch
):
    monkeypatch.setattr("textgan.hardware.device.has_bfloat16", lambda _device: hardware)
    run = prepare(dataclasses.replace(tiny, precision="auto"), out=tmp_path / "run")
    assert runs.read_config(run).precision == expected
    monkeypatch.setattr("textgan.hardware.device.has_bfloat16", lambda _device: not hardware)
    assert open_run(run).config.precision == expected


def test_networks_of_other_labels_are_refused(quick, labelled_file, tmp_path):
    config = dataclasses.replace(quick, steps=1, columns="labels", corpus=str(labelled_file))
    run = train(config, out=tmp_path / "run")
    other = tmp_path / "other.txt"
    other.write_text(labelled_file.read_text().replace("vowel\t", "a vowel\t"))
    config = dataclasses.replace(config, corpus=str(other))
    with pytest.raises(InputError, match="has labels vowel, the new run a vowel;"):
        prepare(config, out=tmp_path / "none", init=run)


def test_a_refused_resume_changes_no_file(quick, tmp_path):
    run = train(quick, out=tmp_path / "run")  # its last scores are provisional
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    with pytest.raises(InputError, match="already trained 6 steps"):
        open_run(run)
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


def test_the_forecast_is_of_the_next_step_and_no_training(quick, tmp_path, monkeypatch):
    loop = open_run(train(quick, out=tmp_path / "run"), steps=9)
    made, seconds = [], loop.seconds
    monkeypatch.setattr(Trainer, "step", lambda _self, step: made.append(step))
    seconds_per_step(loop, tries=2)
    assert made == [7, 7, 7]
    assert loop.seconds == seconds


@pytest.mark.parametrize(
    ("durations", "expected"),
    [
        ([30.0, 0.5, 0.75, 0.25], 0.5),  # the first compiles, say
        ([30.0, 13.0], 13.0),  # of slow steps one is enough
    ],
)
def test_the_first_step_does_not_count_however_slow_it_is(
    durations, expected, tiny, tmp_path, monkeypatch
):
    loop = open_run(prepare(tiny, out=tmp_path / "run"))
    clock, left = [0.0], iter(durations)

    def step(*_) -> None:
        clock[0] += next(left)

    monkeypatch.setattr(Trainer, "step", step)
    monkeypatch.setattr("time.perf_counter", lambda: clock[0])
    assert seconds_per_step(loop, tries=3) == expected


def test_labels_that_differ_beyond_what_a_line_shows_are_refused(quick, labelled_file, tmp_path):
    runs_of = []
    for name in ("one", "other"):
        path = tmp_path / f"{name}.txt"
        text = labelled_file.read_text().replace("vowel\t", f"{'v' * 200}{name}\t")
        path.write_text(text)
        config = dataclasses.replace(quick, steps=1, columns="labels", corpus=str(path))
        if runs_of:
            with pytest.raises(InputError, match="has labels"):
                prepare(config, out=tmp_path / "none", init=runs_of[0])
        else:
            runs_of.append(train(config, out=tmp_path / "run"))


def test_a_run_may_be_made_of_a_corpus_alone(corpus_file, tmp_path):
    run = prepare(str(corpus_file), out=tmp_path / "run")
    assert runs.read_config(run).corpus == str(corpus_file)
    with pytest.raises(InputError, match=r"nosuch: no such file"):
        train("nosuch", out=tmp_path / "other")
    with pytest.raises(InputError, match="found list, expected a Config, a path, or the name"):
        train(["Anna", "Bert"], out=tmp_path / "other")
