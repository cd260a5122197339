"""Whole runs: exact resume, what is on disk, and what happens when something is wrong."""

import dataclasses
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from types import SimpleNamespace

import pytest
import torch

from corpora.errors import InputError
from textgan import runs
from textgan.config.presets import COLUMN_SETTINGS
from textgan.registry import OBJECTIVES
from textgan.runs.log import read_log
from textgan.runs.tensors import read_tensors
from textgan.training.divergence import DivergenceError
from textgan.training.run import open_run, prepare, seconds_a_step, train
from textgan.training.step import Trainer


def files(run):
    """All that a run says, less the times of day."""
    found = {}
    for path in sorted(run.rglob("*")):
        if not path.is_file():
            continue
        content = path.read_bytes()
        if path.name in ("stats.jsonl", "state.json"):
            text = path.read_text(encoding="utf-8")
            lines = text.splitlines() if path.suffix == ".jsonl" else [text]
            content = [{**json.loads(line), "seconds": None} for line in lines]
        found[str(path.relative_to(run))] = content
    return found


def resume(run, steps):
    open_run(run, steps=steps)()


STOPS = [  # before, at and behind a checkpoint for some, before one for all
    (name, stop) for name in OBJECTIVES for stop in (3, 4, 5) if stop == 3 or "wgan" in name
]


@pytest.mark.parametrize(("objective", "stop"), STOPS)
def test_a_resumed_run_writes_what_an_unbroken_one_writes(objective, stop, tiny, tmp_path):
    config = dataclasses.replace(tiny, objective=objective, steps=9)
    if objective == "wgan":
        config = dataclasses.replace(config, optimizer="rmsprop")
    whole = train(config, out=tmp_path / "whole")
    parts = train(dataclasses.replace(config, steps=stop), out=tmp_path / "parts")
    resume(parts, 9)
    assert files(parts) == files(whole)


def test_chord_differences_resume_exactly_too(tiny, tmp_path):
    config = dataclasses.replace(tiny, objective="wgan-fd", fd_points="chord", decay_steps=7)
    whole = train(config, out=tmp_path / "whole")
    parts = train(dataclasses.replace(config, steps=2), out=tmp_path / "parts")
    resume(parts, 6)
    assert files(parts) == files(whole)


PAIRS = {"columns": "pairs", **COLUMN_SETTINGS["pairs"]}
KINDS = {
    "spectral buffers": {"objective": "sngan", "codes": "2"},
    "batch norm's buffers": {
        "objective": "gan", "generator": "dcgan", "critic": "strided", "normalisation": "batch",
    },
    "a ladder of critics": {"curriculum": "critics", "curriculum_steps": 5},
    "a ladder of spectral critics": {
        "objective": "sngan", "curriculum": "critics", "curriculum_steps": 5, "optimizer": "adam",
    },
    "growing text": {"curriculum": "length", "curriculum_steps": 5, "critic": "strided"},
    "labels and codes": {"columns": "labels", "codes": "3,c2", "critic": "mlp"},
    "pairs": PAIRS,
    "pairs with all": {**PAIRS, "objective": "rpgan", "feature_matching": 1.0},
    "hard draws": {"output": "gumbel-hard", "generator": "attention", "critic": "attention"},
    "plain descent": {"optimizer": "sgd"},
    "instance noise": {"instance_noise": 0.5, "instance_noise_steps": 5, "feature_matching": 1.0},
}  # fmt: skip


@pytest.fixture
def kind(request, tiny, labelled_file, pairs_file):
    """Settings of a run of some kind, in a text of its columns."""
    changes = KINDS[request.param]
    files = {"text": tiny.corpus, "labels": str(labelled_file), "pairs": str(pairs_file)}
    corpus = files[changes.get("columns", "text")]
    return dataclasses.replace(tiny, steps=6, samples=16, corpus=corpus, **changes)


@pytest.mark.parametrize("kind", KINDS, indirect=True)
def test_a_run_of_every_kind_resumes_exactly(kind, tmp_path):
    whole = train(kind, out=tmp_path / "whole")
    parts = train(dataclasses.replace(kind, steps=3), out=tmp_path / "parts")
    resume(parts, 6)
    assert files(parts) == files(whole)


@pytest.mark.parametrize("kind", KINDS, indirect=True)
def test_how_often_a_run_is_judged_changes_nothing_in_it(kind, tmp_path):
    found = []
    for every in (1, 100):
        config = dataclasses.replace(kind, steps=3, evaluate_every=every)
        run = train(config, out=tmp_path / str(every))
        found.append(runs.checkpoint(run, "last").read_bytes())
    assert found[0] == found[1]


def test_a_killed_run_goes_on_from_its_last_checkpoint_to_the_same_end(tiny, tmp_path):
    config = dataclasses.replace(tiny, steps=40)
    whole = train(config, out=tmp_path / "whole")
    run = prepare(dataclasses.replace(config, steps=10**9), out=tmp_path / "killed")
    code = "import pathlib, sys; from textgan.training.run import open_run; "
    code += "open_run(pathlib.Path(sys.argv[1]))()"
    process = subprocess.Popen([sys.executable, "-c", code, str(run)])
    deadline = time.monotonic() + 120
    while runs.read_state(run)["step"] < 8 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    process.wait()
    reached = runs.read_state(run)["step"]
    assert reached >= 8
    if reached < 40:
        resume(run, 40)
        assert files(run) == files(whole)


def test_the_same_seed_gives_the_same_files(tiny, trained, tmp_path):
    again = train(dataclasses.replace(tiny, seed=3), out=tmp_path / "again")
    assert files(again) == files(trained)


def test_every_run_has_both_checkpoints_however_short(tiny, tmp_path):
    run = train(dataclasses.replace(tiny, steps=1), out=tmp_path / "short")
    for name in ("last", "best"):
        assert read_tensors(runs.checkpoint(run, name))[1] == 1


def test_the_best_checkpoint_is_the_one_of_the_lowest_score_on_validation_text(tiny, tmp_path):
    config = dataclasses.replace(tiny, steps=12, evaluate_every=3)
    run = train(config, out=tmp_path / "run")
    judged = [line for line in read_log(run / "stats.jsonl") if "scores" in line]
    assert [line["step"] for line in judged] == [3, 6, 9, 12]
    best = min(judged, key=lambda line: line["scores"]["choice"])
    assert read_tensors(runs.checkpoint(run, "best"))[1] == best["step"]
    assert runs.read_state(run)["best"]["step"] == best["step"]


def test_the_log_has_scores_with_floors_and_estimates_on_both_texts(trained):
    lines = read_log(trained / "stats.jsonl")
    scores = next(line["scores"] for line in lines if "scores" in line)
    for n in (1, 2, 3, 4):
        assert 0 <= scores[f"jsd{n}"] <= 1
        assert 0 < scores[f"jsd{n}_floor"] < 1
    assert scores["wasserstein_train"] != scores["wasserstein_held_out"]


def test_two_distinct_lines_train_and_one_does_not(tiny, tmp_path):
    (tmp_path / "two.txt").write_text("this\nthat\n" * 3)
    run = train(dataclasses.replace(tiny, corpus=str(tmp_path / "two.txt")), out=tmp_path / "run")
    assert runs.read_state(run)["status"] == "finished"
    assert runs.read_state(run)["best"]["wasserstein_held_out"] is None
    (tmp_path / "one.txt").write_text("this\n" * 50)
    with pytest.raises(InputError, match="all 50 rows are the same"):
        train(dataclasses.replace(tiny, corpus=str(tmp_path / "one.txt")), out=tmp_path / "none")
    assert not list(tmp_path.glob("*none*"))


def test_divergence_names_step_and_tensor_and_keeps_the_last_good_checkpoint(tiny, tmp_path):
    run = prepare(tiny, out=tmp_path / "run")
    loop = open_run(run)
    step = loop.trainer.step

    def poisoned(number):
        if number == 6:
            with torch.no_grad():
                loop.trainer.models.critic.score.weight[0, 0] = torch.nan
        return step(number)

    loop.trainer.step = poisoned
    with pytest.raises(
        InputError, match=r"step 6: the critic's loss is nan, first seen in critic\.score"
    ):
        loop()
    assert read_tensors(runs.checkpoint(run, "last"))[1] == 4
    assert runs.read_state(run)["status"] == "diverged"


def test_minutes_stop_a_run(tiny, tmp_path):
    run = train(dataclasses.replace(tiny, steps=None, minutes=0.02), out=tmp_path / "run")
    state = runs.read_state(run)
    assert state["status"] == "finished"
    assert state["seconds"] >= 1.2


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
        assert torch.equal(tensor, wanted[name]), name


def test_networks_of_another_shape_or_alphabet_are_refused(tiny, trained, tmp_path):
    with pytest.raises(InputError, match="expected shape"):
        prepare(dataclasses.replace(tiny, critic_width=9), out=tmp_path / "a", init=trained)
    with pytest.raises(InputError, match="has encoder"):
        prepare(dataclasses.replace(tiny, encoder="byte"), out=tmp_path / "b", init=trained)
    with pytest.raises(InputError, match="has length"):
        prepare(dataclasses.replace(tiny, length=20), out=tmp_path / "c", init=trained)
    assert not list(tmp_path.iterdir())


def test_a_folder_in_the_way_is_kept(tiny, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    for force in (False, True):
        with pytest.raises(InputError, match="exists"):
            train(tiny, out=tmp_path / "mine", force=force)
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_force_replaces_a_run(tiny, trained, tmp_path):
    run = shutil.copytree(trained, tmp_path / "run")
    train(dataclasses.replace(tiny, seed=4), out=run, force=True)
    assert runs.read_config(run).seed == 4


def damaged(path):
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])


def edited(path):
    content = bytearray(path.read_bytes())
    content[-3] ^= 0xFF
    path.write_bytes(content)


def rewritten(path):
    path.write_text(path.read_text().replace('"format": 1', '"format": 99'))


@pytest.mark.parametrize(
    ("file", "harm"),
    [
        ("config.json", damaged),
        ("config.json", rewritten),
        ("checkpoints/last.safetensors", damaged),
        ("checkpoints/last.safetensors", edited),
        ("corpus/train.npy", damaged),
        ("corpus/train.npy", edited),
        ("state.json", damaged),
        ("corpus/header.json", damaged),
        ("corpus/header.json", rewritten),
        ("corpus/encoder.json", damaged),
        ("checkpoints/last.safetensors", os.remove),
        ("corpus/encoder.json", os.remove),
        ("config.json", os.remove),
    ],
)
def test_a_damaged_run_is_one_clear_line(file, harm, trained, tmp_path):
    run = shutil.copytree(trained, tmp_path / "run")
    harm(run / file)
    with pytest.raises(InputError) as caught:
        open_run(run)
    message = str(caught.value)
    assert "\n" not in message
    assert file.split("/")[-1].split(".")[0] in message


def choosing(loop, choices):
    """Make the loop's scores those of a table step -> choice, 1 where there is none."""
    validator = loop.validator
    loop.validator = lambda models, step: dataclasses.replace(
        validator(models, step), choice=choices.get(step, 1.0)
    )
    return loop


def test_the_best_is_the_lowest_of_the_regular_scores(tiny, tmp_path):
    config = dataclasses.replace(tiny, steps=13, evaluate_every=3)
    run = prepare(config, out=tmp_path / "run")
    choosing(open_run(run), {3: 0.9, 6: 0.5, 9: 0.7, 12: 0.6, 13: 0.1})()  # 13 is provisional
    assert read_tensors(runs.checkpoint(run, "best"))[1] == 6
    assert runs.read_state(run)["best"]["step"] == 6
    choosing(open_run(run, steps=15), {15: 0.55})()
    assert read_tensors(runs.checkpoint(run, "best"))[1] == 6


def test_the_best_checkpoint_holds_the_averaged_generator(tiny, tmp_path):
    run = prepare(dataclasses.replace(tiny, steps=4, average=0.5), out=tmp_path / "run")
    loop = open_run(run)
    loop()
    found, _ = read_tensors(runs.checkpoint(run, "best"))
    for name, tensor in loop.trainer.models.average.state_dict().items():
        assert torch.equal(found[f"average.{name}"], tensor)
    assert not all(
        torch.equal(found[f"average.{name}"], tensor)
        for name, tensor in loop.trainer.models.generator.state_dict().items()
    )


def test_minutes_count_all_sessions(tiny, tmp_path):
    run = train(tiny, out=tmp_path / "run")
    spent = runs.read_state(run)["seconds"]
    loop = open_run(run, steps=8)
    assert loop.seconds == spent
    loop()
    assert runs.read_state(run)["seconds"] > spent


def test_a_diverged_run_keeps_what_was_known(tiny, tmp_path):
    run = prepare(tiny, out=tmp_path / "run")
    loop = open_run(run)
    step = loop.trainer.step

    def failing(number):
        if number == 6:
            raise DivergenceError("step 6: the critic's loss is nan", step=6, tensor=None)
        return step(number)

    loop.trainer.step = failing
    with pytest.raises(DivergenceError, match=r"step 6: the critic's loss is nan; .* of step 4"):
        loop()
    state = runs.read_state(run)
    assert (state["status"], state["step"], state["best"]["step"]) == ("diverged", 4, 4)


def test_measuring_a_step_moves_nothing(tiny, tmp_path):
    loop = open_run(prepare(tiny, out=tmp_path / "run"))
    before = [p.clone() for p in loop.trainer.models.critic.parameters()]
    assert seconds_a_step(loop, tries=1) > 0
    for old, new in zip(before, loop.trainer.models.critic.parameters(), strict=True):
        assert torch.equal(old, new)


def test_minutes_that_are_over_are_not_trained_again(tiny, tmp_path):
    run = prepare(dataclasses.replace(tiny, steps=None, minutes=1.0), out=tmp_path / "run")
    runs.write_state(run, {**runs.read_state(run), "seconds": 60.0})
    with pytest.raises(InputError, match="already trained"):
        open_run(run)


@pytest.mark.parametrize("network", ["generator", "critic"])
def test_a_weight_that_is_lost_at_a_checkpoint_is_named_and_not_written(network, tiny, tmp_path):
    run = prepare(dataclasses.replace(tiny, steps=8), out=tmp_path / "run")
    loop = open_run(run)
    step = loop.trainer.step

    def poisoned(number):
        stats = step(number)
        if number == 8:
            with torch.no_grad():
                next(getattr(loop.trainer.models, network).parameters())[0] = torch.inf
        return stats

    loop.trainer.step = poisoned
    with pytest.raises(InputError, match=rf"step 8: {network}\.\S+ is not finite; .* of step 4"):
        loop()
    assert read_tensors(runs.checkpoint(run, "last"))[1] == 4
    assert runs.read_state(run)["status"] == "diverged"


def test_a_lost_generator_weight_is_not_blamed_on_the_critic(tiny, tmp_path):
    loop = open_run(prepare(tiny, out=tmp_path / "run"))
    with torch.no_grad():
        loop.trainer.models.generator.write.bias[3] = torch.nan
    with pytest.raises(InputError, match=r"step 1: .* is nan, first seen in generator\.write"):
        loop()


def test_a_new_best_is_never_ahead_of_the_last_checkpoint(tiny, tmp_path):
    config = dataclasses.replace(tiny, steps=9, evaluate_every=2, checkpoint_every=100)
    run = prepare(config, out=tmp_path / "run")
    seen = []

    def look(progress):
        if runs.checkpoint(run, "best").exists():
            steps = [read_tensors(runs.checkpoint(run, name))[1] for name in ("best", "last")]
            seen.append((progress.step, *steps, runs.read_state(run)["best"]["step"]))

    choosing(open_run(run), {2: 0.9, 4: 0.8, 6: 0.7, 8: 0.95})((look,))
    assert seen == [
        (k, s, s, s) for k, s in ((2, 2), (3, 2), (4, 4), (5, 4), (6, 6), (7, 6), (8, 6), (9, 6))
    ]


def test_a_run_that_another_trains_is_neither_opened_nor_changed(trained, tmp_path):
    run = shutil.copytree(trained, tmp_path / "run")
    before = files(run)
    with runs.locked(run), pytest.raises(InputError, match="is being trained by another process"):
        open_run(run, minutes=77)
    loop = open_run(run, minutes=77)
    with runs.locked(run), pytest.raises(InputError, match="is being trained by another process"):
        loop()
    assert files(run) == before


def test_a_run_that_was_trained_meanwhile_is_not_taken_back(trained, tmp_path):
    run = shutil.copytree(trained, tmp_path / "run")
    loop = open_run(run, steps=7)
    resume(run, 8)
    before = files(run)
    with pytest.raises(InputError, match="was trained meanwhile by another process"):
        loop()
    assert files(run) == before


def test_a_full_disk_names_the_checkpoint_and_leaves_the_last_one(trained, tmp_path):
    run = shutil.copytree(trained, tmp_path / "run")
    last = runs.checkpoint(run, "last")
    before, state = last.read_bytes(), runs.read_state(run)
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    loop = open_run(run, steps=8)
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large") as caught:
            loop()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert caught.value.filename in (str(last), str(runs.checkpoint(run, "best")))
    assert last.read_bytes() == before
    assert runs.read_state(run) == state
    assert not [path for path in run.rglob("*") if "unfinished" in path.name]
    resume(run, 8)


def test_a_resume_that_fails_changes_no_setting(trained, tmp_path):
    run = shutil.copytree(trained, tmp_path / "run")
    damaged(runs.checkpoint(run, "last"))
    before = (run / "config.json").read_bytes()
    with pytest.raises(InputError):
        open_run(run, steps=99)
    assert (run / "config.json").read_bytes() == before


def test_a_stranger_among_the_samples_is_left_alone(trained, tmp_path):
    run = shutil.copytree(trained, tmp_path / "run")
    (run / "samples" / "step-mine.txt").write_text("kept")
    open_run(run, steps=7)
    assert (run / "samples" / "step-mine.txt").read_text() == "kept"


def test_time_spent_is_known_after_a_crash_between_two_files(tiny, tmp_path):
    run = train(tiny, out=tmp_path / "run")
    spent = read_log(run / "stats.jsonl")[-2]["seconds"]
    state = runs.read_state(run)
    runs.write_state(run, {**state, "step": 4, "seconds": 0.0})
    assert open_run(run, steps=9).seconds >= spent


def test_slow_steps_are_told_to_callbacks_and_change_no_weight(tiny, tmp_path, monkeypatch):
    config = dataclasses.replace(tiny, steps=60, evaluate_every=50, checkpoint_every=50)
    whole = train(config, out=tmp_path / "whole")
    loop = open_run(prepare(config, out=tmp_path / "slow"))
    now, step, told = [0.0], loop.trainer.step, []

    def timed(number):
        now[0] += 0.1 if number < 30 else 0.8
        return step(number)

    loop.trainer.step = timed
    monkeypatch.setattr("textgan.training.loop.time", SimpleNamespace(perf_counter=lambda: now[0]))
    loop([lambda progress: told.append((progress.step, progress.slower))])
    # by step 40 the median of 21 is a slow one; 13 of them are ten seconds
    assert [(n, pytest.approx(t)) for n, t in told if t is not None] == [(52, 8.0)]
    assert files(tmp_path / "slow") == files(whole)


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_a_run_of_either_precision_resumes_exactly(precision, tiny, tmp_path):
    config = dataclasses.replace(tiny, precision=precision)
    whole = train(config, out=tmp_path / "whole")
    parts = train(dataclasses.replace(config, steps=3), out=tmp_path / "parts")
    resume(parts, 6)
    assert files(parts) == files(whole)


@pytest.mark.parametrize(("hardware", "expected"), [(True, "bfloat16"), (False, "float32")])
def test_a_run_keeps_the_precision_that_it_began_with(
    hardware, expected, tiny, tmp_path, monkeypatch
):
    monkeypatch.setattr("textgan.hardware.device.has_bfloat16", lambda _device: hardware)
    run = prepare(dataclasses.replace(tiny, precision="auto"), out=tmp_path / "run")
    assert runs.read_config(run).precision == expected
    monkeypatch.setattr("textgan.hardware.device.has_bfloat16", lambda _device: not hardware)
    assert open_run(run).config.precision == expected


def test_networks_of_other_labels_are_refused(tiny, labelled_file, tmp_path):
    config = dataclasses.replace(tiny, steps=1, columns="labels", corpus=str(labelled_file))
    run = train(config, out=tmp_path / "run")
    other = tmp_path / "other.txt"
    other.write_text(labelled_file.read_text().replace("vowel\t", "a vowel\t"))
    config = dataclasses.replace(config, corpus=str(other))
    with pytest.raises(InputError, match="has labels vowel, the new run a vowel;"):
        prepare(config, out=tmp_path / "none", init=run)


def test_a_refused_resume_changes_no_file(tiny, tmp_path):
    run = train(tiny, out=tmp_path / "run")  # its last scores are provisional
    before = {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}
    with pytest.raises(InputError, match="already trained 6 steps"):
        open_run(run)
    assert {path: path.read_bytes() for path in run.rglob("*") if path.is_file()} == before


def test_a_run_without_its_folder_of_samples_goes_on(tiny, tmp_path):
    run = train(tiny, out=tmp_path / "run")
    shutil.rmtree(run / "samples")
    resume(run, 8)
    assert (run / "samples" / "step-000008.txt").is_file()


def test_the_forecast_is_of_the_next_step_and_no_training(tiny, tmp_path, monkeypatch):
    loop = open_run(train(tiny, out=tmp_path / "run"), steps=9)
    made, seconds = [], loop.seconds
    monkeypatch.setattr(Trainer, "step", lambda _self, step: made.append(step))
    seconds_a_step(loop, tries=2)
    assert made == [7, 7, 7]
    assert loop.seconds == seconds


def test_labels_that_differ_beyond_what_a_line_shows_are_refused(tiny, labelled_file, tmp_path):
    runs_of = []
    for name in ("one", "other"):
        path = tmp_path / f"{name}.txt"
        text = labelled_file.read_text().replace("vowel\t", f"{'v' * 200}{name}\t")
        path.write_text(text)
        config = dataclasses.replace(tiny, steps=1, columns="labels", corpus=str(path))
        if runs_of:
            with pytest.raises(InputError, match="has labels"):
                prepare(config, out=tmp_path / "none", init=runs_of[0])
        else:
            runs_of.append(train(config, out=tmp_path / "run"))


def test_a_loop_goes_on_where_it_stopped(tiny, tmp_path):
    whole = train(dataclasses.replace(tiny, steps=9), out=tmp_path / "whole")
    run = prepare(dataclasses.replace(tiny, steps=9), out=tmp_path / "parts")
    loop = open_run(run)
    for stop in (3, 5):
        assert loop(should_stop=lambda stop=stop: loop.step >= stop) == "stopped"
    spent = runs.read_state(run)["seconds"]
    assert spent == pytest.approx(loop.seconds, rel=0.2)
    assert loop() == "finished"
    assert runs.read_state(run)["seconds"] > spent
    assert files(run) == files(whole)


def test_a_run_is_trained_by_one_process_at_a_time(tiny, tmp_path):
    run = prepare(tiny, out=tmp_path / "run")
    loop, other = open_run(run), open_run(run)
    said = []

    def start_another(_):
        with pytest.raises(InputError, match="is being trained by another process"):
            other()
        said.append(files(run))

    assert loop((start_another,)) == "finished"
    assert len(said) == tiny.steps
    with pytest.raises(InputError, match="already trained"):
        open_run(run)


@pytest.mark.parametrize(
    ("optimizer", "weight", "culprit"),
    [
        ("soap", 1e30, r"step 1: the gradient of critic\.blocks\S+, squared, is not finite"),
        ("adam", 1e25, r"step \d: critic_optimizer\S+ is not finite"),
    ],
)
def test_gradients_too_large_to_square_are_a_divergence(optimizer, weight, culprit, tiny, tmp_path):
    config = dataclasses.replace(tiny, optimizer=optimizer, penalty_weight=weight)
    run = prepare(config, out=tmp_path / "run")
    with pytest.raises(InputError, match=rf"{culprit}; .* of step 0"):
        open_run(run)()
    assert runs.read_state(run)["status"] == "diverged"


def test_a_run_may_be_made_of_a_corpus_alone(corpus_file, tmp_path):
    run = prepare(str(corpus_file), out=tmp_path / "run")
    assert runs.read_config(run).corpus == str(corpus_file)
    with pytest.raises(InputError, match=r"nosuch: no such file"):
        train("nosuch", out=tmp_path / "other")
    with pytest.raises(InputError, match="found list, expected a Config, a path, or the name"):
        train(["Anna", "Bert"], out=tmp_path / "other")
