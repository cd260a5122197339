"""Whatever a run folder holds, it is refused in one line: seeded damage to each of its files."""

import json
import os
import random
import shutil

import pytest

from corpora import open_corpus
from corpora.errors import InputError
from textgan import runs
from textgan.run_evaluation.curves import read_curves
from textgan.sampling.sampler import Sampler
from textgan.training.run import open_run

VALUES = [
    None, True, -1, 0, 1.5, 10**400, 1e308, "", "x", "\x1b[0m", [], [[]], {}, {"a": 1},
]  # fmt: skip
JSON = ["config.json", "state.json", "corpus/header.json", "corpus/encoder.json"]
BINARY = [
    "corpus/train.npy", "corpus/test.npy", "checkpoints/last.safetensors",
    "checkpoints/best.safetensors",
]  # fmt: skip


@pytest.fixture(scope="module")
def run(trained, tmp_path_factory):
    return shutil.copytree(trained, tmp_path_factory.mktemp("damaged") / "run")


def opened(run):
    """Open a run as resuming, sampling and evaluating do; return how many refused it."""
    said = []
    for way in (
        lambda: open_run(run, steps=99),
        lambda: Sampler.load(run, "best"),
        lambda: list(open_corpus(runs.corpus_folder(run)).lines("test")),
        lambda: read_curves(run),
        lambda: runs.read_state(run),
    ):
        try:
            way()
        except InputError as error:
            said.append(str(error))
    assert all("\n" not in line and len(line) < 1000 for line in said)
    return len(said)


def flipped(content, chance):
    """Return bytes of which one to three are others, most often near the beginning."""
    content = bytearray(content)
    for _ in range(chance.randint(1, 3)):
        end = len(content) if chance.random() < 0.3 else min(len(content), 400)
        content[chance.randrange(end)] = chance.randrange(256)
    if chance.random() < 0.1:
        del content[chance.randrange(len(content)) :]
    return bytes(content)


def replaced(values, chance):
    """Return a JSON object in which one value at any depth is another, or its name is."""
    places = []

    def walk(node):
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            places.append((node, key))
            if isinstance(node[key], dict | list):
                walk(node[key])

    values = json.loads(json.dumps(values))
    walk(values)
    node, key = chance.choice(places)
    if isinstance(node, dict) and chance.random() < 0.2:
        node[f"{key}s"] = node.pop(key)
    else:
        node[key] = chance.choice(VALUES)
    return values


def test_the_run_itself_opens(run):
    assert opened(run) == 0


@pytest.mark.parametrize("file", [*JSON, *BINARY, "stats.jsonl"])
def test_flipped_bytes_are_one_line_at_most(file, run):
    path, chance = run / file, random.Random(file)
    whole = path.read_bytes()
    try:
        for _ in range(8):
            path.write_bytes(flipped(whole, chance))
            opened(run)
    finally:
        path.write_bytes(whole)


@pytest.mark.parametrize("file", [*JSON, "stats.jsonl"])
def test_other_values_in_json_are_one_line_at_most(file, run):
    path, chance = run / file, random.Random(file)
    whole = path.read_text()
    lines = whole.splitlines() if file == "stats.jsonl" else [whole]
    try:
        for _ in range(8):
            changed = list(lines)
            place = chance.randrange(len(lines))
            changed[place] = json.dumps(replaced(json.loads(lines[place]), chance))
            path.write_text("\n".join(changed) + "\n")
            opened(run)
    finally:
        path.write_text(whole)


@pytest.mark.parametrize("file", [*JSON, "stats.jsonl"])
def test_json_nested_deep_is_one_line(file, run):
    path = run / file
    whole = path.read_bytes()
    path.write_text("[" * 100_000 + "\n" + "[" * 100_000 + "\n")
    try:
        assert opened(run) >= 1
    finally:
        path.write_bytes(whole)


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


@pytest.mark.parametrize("name", ["generator_width", "critic_width"])
@pytest.mark.parametrize("load", [open_run, lambda run: Sampler.load(run, "best")])
def test_settings_of_huge_networks_are_refused_before_they_are_built(load, name, trained, tmp_path):
    run = shutil.copytree(trained, tmp_path / "run")
    values = json.loads((run / "config.json").read_text())
    values["config"][name] = 65_536  # of which one layer takes 86 GB
    (run / "config.json").write_text(json.dumps(values))
    with pytest.raises(InputError, match=r"GB of memory|bytes, expected at least"):
        load(run)


def test_a_resume_that_fails_changes_no_setting(trained, tmp_path):
    run = shutil.copytree(trained, tmp_path / "run")
    damaged(runs.checkpoint(run, "last"))
    before = (run / "config.json").read_bytes()
    with pytest.raises(InputError):
        open_run(run, steps=99)
    assert (run / "config.json").read_bytes() == before
