"""Runs of which one file is damaged, edited or replaced, opened as commands open them."""

import copy
import functools
import json
import os
import shutil
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import torch

from corpora import open_corpus
from corpora.errors import InputError
from tests.fuzz.draws import Draws, damaged
from tests.fuzz.reader import check_message
from tests.fuzz.runs import KINDS, folder_in_memory, make_runs
from textgan import runs
from textgan.run_evaluation.curves import read_curves
from textgan.run_evaluation.evaluate_run import evaluate_run
from textgan.runs.log import Log
from textgan.runs.tensors import load_weights, read_tensors, write_tensors
from textgan.sampling.sampler import Sampler
from textgan.sampling.translator import Translator
from textgan.training.checkpoint import restore
from textgan.training.memory import estimate
from textgan.training.models import Models
from textgan.training.run import open_run

__all__ = ["SEEDS", "target"]

VALUES = (
    None, True, False, 0, 1, 2, 3, 8, -1, 255, 65_536, 10**6, 10**15, 2**53 + 1, 10**24, 0.5, 1.5,
    -0.0, 1e-300, 1e35, 1e308, "", "x", "\x1b[0m", "\ud800", "\n", "none", "plain", [], [[]],
    ["a"], {}, {"a": 1},
    "deconv", "unet", "dcgan", "patch", "strided", "attention", "ensemble", "gp", "fd", "r1r2",
    "clip", "layer", "batch", "spectral", "softmax", "gumbel-hard", "straight-through", "adam",
    "sgd", "rmsprop", "soap", "critics", "length", "text", "labels", "pairs", "char", "byte",
    "subword", "3,c1", "10,10,c2", "cuda", "bfloat16", "best", "last",
)  # fmt: skip
HARMS = ("bytes", "values", "bytes", "values", "bytes", "values", "tensors", "place")
SMALL = 50e6  # bytes of the networks of a run that makes a step
SEEDS = [
    bytes((kind, file, harm)) + bytes(range(harm * 30, harm * 30 + 24))
    for kind in range(len(KINDS))
    for file in range(0, 14)
    for harm in (0, 1, 6, 7)
]


@functools.cache
def _run(kind: str) -> Path:
    """Return a copy of a run, which is damaged and mended."""
    return shutil.copytree(make_runs() / kind, folder_in_memory() / "runs" / kind)


@functools.cache
def _files(kind: str) -> dict[str, bytes]:
    folder = make_runs() / kind
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.parent.name != "samples"
    }


@functools.cache
def _models(kind: str) -> Models:
    folder = make_runs() / kind
    corpus = open_corpus(folder / "corpus")
    return Models.build(runs.read_config(folder), corpus, torch.device("cpu"))


def target(data: bytes) -> None:
    """Damage one file of a run, open the run, and mend the file."""
    draws = Draws(data)
    kind = draws.choice(tuple(KINDS))
    file = draws.choice(tuple(_files(kind)))
    harm = draws.choice(HARMS)
    full = zlib.crc32(data) % 32 == 0  # which takes 200 ms; no choice of the fuzzer
    run, content = _run(kind), _files(kind)[file]
    path = run / file
    try:
        if harm == "place":
            _displace(path, draws)
        elif harm == "tensors" and path.suffix == ".safetensors":
            _edit_tensors(path, draws)
        elif harm == "values" and path.suffix in (".json", ".jsonl"):
            path.write_bytes(_edited(content, draws))
        else:
            path.write_bytes(damaged(content, draws))
        before = _state(run)
        for way in _ways(run, kind, file, draws, full=full):
            try:
                way()
            except InputError as error:
                check_message(error)
        assert _state(run) == before
    finally:
        if path.is_symlink() or path.is_fifo() or path.is_file():
            path.unlink()
        elif path.is_dir():
            path.rmdir()
        path.write_bytes(content)


def _state(run: Path) -> list[tuple[str, int, int]]:
    """Return the name, size and time of all that is in a run."""
    folders = (run, run / "corpus", run / "checkpoints", run / "samples")
    entries = [entry for folder in folders for entry in os.scandir(folder)]
    status = [entry.stat(follow_symlinks=False) for entry in entries]
    return [
        (entry.path, each.st_size, each.st_mtime_ns)
        for entry, each in zip(entries, status, strict=True)
    ]


def _ways(
    run: Path, kind: str, file: str, draws: Draws, *, full: bool
) -> Iterator[Callable[[], Any]]:
    """Yield what reads the file, and where `full` what opens all of the run."""
    if file == "config.json":
        yield lambda: runs.read_config(run)
    elif file == "state.json":
        yield lambda: runs.read_state(run)
    elif file == "stats.jsonl":
        yield lambda: read_curves(run)
        yield lambda: Log(run / file, 1)
    elif file.startswith("corpus/"):
        yield lambda: [
            open_corpus(run / "corpus").lines("test"),
            open_corpus(run / "corpus").notes(),
        ]
        yield lambda: runs.default_checkpoint(run)
    else:
        networks = {"average": _models(kind).average, "critic": _models(kind).critic}
        yield lambda: load_weights(run / file, **networks)
        if file.endswith("last.safetensors"):
            yield lambda: restore(run / file, _models(kind))
    yield lambda: runs.find(kind, run.parent)
    if not full:
        return
    checkpoint = draws.choice(("last", "best", None))
    yield lambda: _resume(run)
    yield lambda: _sample(run, checkpoint)
    yield lambda: [*Translator.load(run, checkpoint)(["anna", "x y 李 ab", "", "\0\ud800"])]
    if draws.one_in(16):
        yield lambda: evaluate_run(run, checkpoint=checkpoint, m=4, orders=(1, 2))


def _resume(run: Path) -> None:
    loop = open_run(run, steps=9)
    corpus = loop.trainer.corpus
    size = {"length": corpus.length, "vocabulary": corpus.encoder.size, "labels": 2}
    if sum(estimate(loop.config, **size)) < SMALL:
        loop.trainer.step(loop.step + 1)


def _sample(run: Path, checkpoint: str | None) -> None:
    sampler = Sampler.load(run, checkpoint)
    if runs.read_config(run).columns != "pairs":  # whose commands refuse it
        assert len(list(sampler.lines(3, 0))) == 3


def _edited(content: bytes, draws: Draws) -> bytes:
    """Return JSON, or lines of JSON, of which one value at any depth or its name is another."""
    lines = content.decode().splitlines(keepends=True)
    whole = lines[0] == "{\n"
    at = 0 if whole else draws.integer(0, len(lines) - 1)
    values = json.loads(content.decode() if whole else lines[at])
    for _ in range(draws.integer(1, 2)):
        places: list[tuple[Any, Any]] = []
        _walk(values, places)
        if not places:
            break
        node, key = draws.choice(places)
        how = draws.integer(0, 7)
        value = copy.deepcopy(draws.choice(VALUES))  # the next edit may be inside it
        if how == 0:
            del node[key]
        elif how == 1 and isinstance(node, dict):
            node[draws.choice((f"{key}s", "", "step", "scores", "corpus", "\x00"))] = value
        elif how == 2 and isinstance(node[key], int | float):
            node[key] = node[key] * 2 + 1
        else:
            node[key] = value
    text = json.dumps(values)
    return (text if whole else "".join([*lines[:at], f"{text}\n", *lines[at + 1 :]])).encode()


def _walk(node: Any, places: list[tuple[Any, Any]]) -> None:
    for key in list(node) if isinstance(node, dict) else range(len(node)):
        places.append((node, key))
        if isinstance(node[key], dict | list):
            _walk(node[key], places)


def _edit_tensors(path: Path, draws: Draws) -> None:
    """Write a checkpoint whose hash is right, by somebody who knows how, with one tensor edited."""
    tensors, step = read_tensors(path)
    name = draws.choice(sorted(tensors))
    tensor = tensors.pop(name)
    how = draws.integer(0, 6)
    if how == 0:
        name = draws.choice(
            (f"{name}s", name[1:], name.replace("critic", "generator"), "", "a.b.c")
        )
    elif how == 1:
        tensor = tensor.flatten()
    elif how == 2:
        tensor = tensor.to(draws.choice((torch.float64, torch.int64, torch.bool, torch.float16)))
    elif how == 3:
        tensor = torch.zeros(draws.choice(((), (0,), (1, 0, 7), (3, 4, 5, 6), (100_000,))))
    elif how == 4 and tensor.is_floating_point():
        value = draws.choice((0.0, -1.0, 1e38, -3e38, 1e-40, float("nan"), float("inf")))
        tensor = torch.full_like(tensor, value)
    if how < 5:
        tensors[name] = tensor
    if how == 6:
        step = draws.choice((0, 1, 3, 2**53, 2**53 + 1, -1, "2", None, 1.0, True))
    write_tensors(path, tensors, step)


def _displace(path: Path, draws: Draws) -> None:
    """Put something else where the file was, or nothing, or a file of another run."""
    how = draws.integer(0, 6)
    path.unlink()
    if how == 0:
        path.mkdir()
    elif how == 1:
        path.symlink_to(draws.choice((path, "/dev/zero", path.parent, "nowhere")))
    elif how == 2 and hasattr(os, "mkfifo"):
        os.mkfifo(path)
    elif how == 3:
        path.write_bytes(b"")
    elif how in (4, 5):
        others = [*_files(draws.choice(tuple(KINDS))).values()]
        path.write_bytes(draws.choice(others))
