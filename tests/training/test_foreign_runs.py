"""Run folders from elsewhere: nothing is followed out of them, and no pipe is waited for."""

import contextlib
import json
import os
import shutil

import pytest

from cli.display import Display
from cli.plan import introduction
from corpora.errors import InputError
from textgan import runs
from textgan.run_evaluation.curves import read_curves
from textgan.sampling.sampler import Sampler
from textgan.training.run import open_run

PARTS = [
    "config.json", "state.json", "stats.jsonl", "samples", "checkpoints",
    "checkpoints/last.safetensors", "checkpoints/best.safetensors", "corpus",
    "corpus/header.json", "corpus/encoder.json", "corpus/train.npy",
]  # fmt: skip


@pytest.fixture
def run(trained, tmp_path):
    return shutil.copytree(trained, tmp_path / "run")


def contents(folder):
    return {path: path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


@pytest.mark.parametrize("part", PARTS)
def test_a_link_in_a_run_is_refused_and_what_it_leads_to_stays(part, run, tmp_path):
    (run / part).rename(tmp_path / "elsewhere")
    (run / part).symlink_to(tmp_path / "elsewhere")
    before = contents(tmp_path)
    with pytest.raises(InputError, match=f"{part} is a link"):
        open_run(run, steps=8)()
    assert contents(tmp_path) == before


@pytest.mark.parametrize("part", ["checkpoints/best.safetensors", "corpus", "config.json"])
def test_a_link_is_refused_by_sampling_too(part, run, tmp_path):
    (run / part).rename(tmp_path / "elsewhere")
    (run / part).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match=f"{part} is a link"):
        Sampler.load(run, "best")


@pytest.mark.parametrize("part", [part for part in PARTS if "." in part])
def test_a_pipe_in_a_run_is_refused_and_not_waited_for(part, run):
    (run / part).unlink()
    os.mkfifo(run / part)
    with pytest.raises(InputError, match=f"{part} is no regular file"):
        open_run(run, steps=8)()
    for way in (Sampler.load, read_curves, runs.read_state, runs.read_config):
        with contextlib.suppress(InputError):  # not all read it
            way(run)


@pytest.mark.parametrize(
    "name",
    [
        "config.json.partial", "state.json.partial", "stats.jsonl.partial",
        "checkpoints/last.partial", "checkpoints/best.partial", ".config.json.00000000.unfinished",
        "samples/step-000008.txt",
    ],
)  # fmt: skip
def test_a_link_under_a_name_that_training_writes_is_not_written_through(name, run, tmp_path):
    victim = tmp_path / "victim"
    victim.write_text("precious")
    (run / name).symlink_to(victim)
    open_run(run, steps=8)()
    assert victim.read_text() == "precious"


def test_a_link_to_a_run_is_a_run(run, tmp_path):
    (tmp_path / "link").symlink_to(run)
    open_run(tmp_path / "link", steps=7)()
    assert runs.read_state(run)["step"] == 7


def test_the_words_of_a_run_reach_the_terminal_without_their_escape_sequences(run, capsys):
    settings = json.loads((run / "config.json").read_text())
    settings["config"]["corpus"] = "\x1b]0;title\x07names\x9b31m"
    (run / "config.json").write_text(json.dumps(settings))
    loop = open_run(run, steps=7)
    Display(loop).say(*introduction(loop))
    said = capsys.readouterr().err
    assert "names" in said
    assert not set("\x1b\x07\x9b") & set(said)
