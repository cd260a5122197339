"""The loop: what it writes and when, which scores choose, and what stops it."""

import dataclasses
import resource
import shutil
import signal
from types import SimpleNamespace

import pytest
import torch

from corpora.errors import InputError
from textgan import runs
from textgan.runs.log import read_log
from textgan.runs.tensors import read_tensors
from textgan.training.divergence import DivergenceError
from textgan.training.run import open_run, prepare, train


def resume(run, steps):
    open_run(run, steps=steps)()


def choosing(loop, choices):
    """Make the loop's scores those of a table step -> choice, 1 where there is none."""
    validator = loop.validator
    loop.validator = lambda models, step: dataclasses.replace(
        validator(models, step), choice=choices.get(step, 1.0)
    )
    return loop


def test_the_best_is_the_lowest_of_the_regular_scores(quick, tmp_path):
    config = dataclasses.replace(quick, steps=13, evaluate_every=3)
    run = prepare(config, out=tmp_path / "run")
    choosing(open_run(run), {3: 0.9, 6: 0.5, 9: 0.7, 12: 0.6, 13: 0.1})()  # 13 is provisional
    assert read_tensors(runs.checkpoint(run, "best"))[1] == 6
    assert runs.read_state(run)["best"]["step"] == 6
    choosing(open_run(run, steps=15), {15: 0.55})()
    assert read_tensors(runs.checkpoint(run, "best"))[1] == 6


def test_the_best_checkpoint_holds_the_averaged_generator(quick, tmp_path):
    run = prepare(dataclasses.replace(quick, steps=4, average=0.5), out=tmp_path / "run")
    loop = open_run(run)
    loop()
    found, _ = read_tensors(runs.checkpoint(run, "best"))
    for name, tensor in loop.trainer.models.average.state_dict().items():
        assert torch.equal(found[f"average.{name}"], tensor)
    assert not all(
        torch.equal(found[f"average.{name}"], tensor)
        for name, tensor in loop.trainer.models.generator.state_dict().items()
    )


def test_the_best_checkpoint_is_the_one_of_the_lowest_score_on_validation_text(quick, tmp_path):
    config = dataclasses.replace(quick, steps=12, evaluate_every=3)
    run = train(config, out=tmp_path / "run")
    validated = [line for line in read_log(run / "stats.jsonl") if "scores" in line]
    assert [line["step"] for line in validated] == [3, 6, 9, 12]
    best = min(validated, key=lambda line: line["scores"]["choice"])
    assert read_tensors(runs.checkpoint(run, "best"))[1] == best["step"]
    assert runs.read_state(run)["best"]["step"] == best["step"]


def test_a_new_best_is_never_ahead_of_the_last_checkpoint(quick, tmp_path):
    config = dataclasses.replace(quick, steps=9, evaluate_every=2, checkpoint_every=100)
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


def test_a_diverged_run_keeps_what_was_known(quick, tmp_path):
    run = prepare(quick, out=tmp_path / "run")
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


@pytest.mark.parametrize("network", ["generator", "critic"])
def test_a_weight_that_is_lost_at_a_checkpoint_is_named_and_not_written(network, quick, tmp_path):
    run = prepare(dataclasses.replace(quick, steps=8), out=tmp_path / "run")
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


def test_slow_steps_are_reported_to_callbacks_and_change_no_weight(
    tiny, tmp_path, monkeypatch, files
):
    small = {"generator": "mlp", "critic": "mlp", "generator_width": 1, "critic_width": 1}
    small |= {"optimizer": "adam", "critic_steps": 1, "batch_size": 2}
    config = dataclasses.replace(tiny, steps=54, evaluate_every=50, checkpoint_every=50, **small)
    whole = train(config, out=tmp_path / "whole")
    loop = open_run(prepare(config, out=tmp_path / "slow"))
    now, step, reported = [0.0], loop.trainer.step, []

    def timed(number):
        now[0] += 0.1 if number < 30 else 0.8
        return step(number)

    loop.trainer.step = timed
    monkeypatch.setattr("textgan.training.loop.time", SimpleNamespace(perf_counter=lambda: now[0]))
    loop([lambda progress: reported.append((progress.step, progress.slower))])
    # by step 40 the median of 21 is a slow one; 13 of them are ten seconds
    assert [(n, pytest.approx(t)) for n, t in reported if t is not None] == [(52, 8.0)]
    assert files(tmp_path / "slow") == files(whole)


def test_a_loop_goes_on_where_it_stopped(quick, tmp_path, files):
    whole = train(dataclasses.replace(quick, steps=9), out=tmp_path / "whole")
    run = prepare(dataclasses.replace(quick, steps=9), out=tmp_path / "parts")
    loop = open_run(run)
    for stop in (3, 5):
        assert loop(should_stop=lambda stop=stop: loop.step >= stop) == "stopped"
    spent = runs.read_state(run)["seconds"]
    assert spent == pytest.approx(loop.seconds, rel=0.2)
    assert loop() == "finished"
    assert runs.read_state(run)["seconds"] > spent
    assert files(run) == files(whole)


def test_a_run_is_trained_by_one_process_at_a_time(quick, tmp_path, files):
    run = prepare(quick, out=tmp_path / "run")
    loop, other = open_run(run), open_run(run)
    contents = []

    def start_another(_):
        with pytest.raises(InputError, match="is being trained by another process"):
            other()
        contents.append(files(run))

    assert loop((start_another,)) == "finished"
    assert len(contents) == quick.steps
    with pytest.raises(InputError, match="already trained"):
        open_run(run)


def test_a_run_that_was_trained_meanwhile_is_not_overwritten(trained, tmp_path, files):
    run = shutil.copytree(trained, tmp_path / "run")
    loop = open_run(run, steps=7)
    resume(run, 8)
    before = files(run)
    with pytest.raises(InputError, match="was trained meanwhile by another process"):
        loop()
    assert files(run) == before


def test_minutes_stop_a_run(quick, tmp_path):
    run = train(dataclasses.replace(quick, steps=None, minutes=0.005), out=tmp_path / "run")
    state = runs.read_state(run)
    assert state["status"] == "finished"
    assert state["seconds"] >= 0.3


def test_minutes_count_all_sessions(quick, tmp_path):
    run = train(quick, out=tmp_path / "run")
    spent = runs.read_state(run)["seconds"]
    loop = open_run(run, steps=8)
    assert loop.seconds == spent
    loop()
    assert runs.read_state(run)["seconds"] > spent


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


def test_time_spent_is_known_after_a_crash_between_two_files(quick, tmp_path):
    run = train(quick, out=tmp_path / "run")
    spent = read_log(run / "stats.jsonl")[-2]["seconds"]
    state = runs.read_state(run)
    runs.write_state(run, {**state, "step": 4, "seconds": 0.0})
    assert open_run(run, steps=9).seconds >= spent


def test_a_run_that_was_stopped_before_its_first_step_has_the_files_of_one_that_was_not(
    quick, tmp_path, files
):
    run = prepare(quick, out=tmp_path / "run")
    open_run(run)(should_stop=lambda: True)
    assert (run / "samples" / "step-000000.txt").is_file()
    open_run(run)()
    whole = train(quick, out=tmp_path / "whole")
    assert set(files(run / "samples")) == set(files(whole / "samples"))


def test_a_run_without_its_folder_of_samples_goes_on(quick, tmp_path):
    run = train(quick, out=tmp_path / "run")
    shutil.rmtree(run / "samples")
    resume(run, 8)
    assert (run / "samples" / "step-000008.txt").is_file()


def test_the_log_has_scores_with_floors_and_estimates_on_both_texts(trained):
    lines = read_log(trained / "stats.jsonl")
    scores = next(line["scores"] for line in lines if "scores" in line)
    for n in (1, 2, 3, 4):
        assert 0 <= scores[f"jsd{n}"] <= 1
        assert 0 < scores[f"jsd{n}_floor"] < 1
    assert scores["wasserstein_train"] != scores["wasserstein_held_out"]
