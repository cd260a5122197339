"""What many tests need: a small corpus, and a run trained on it once."""

import dataclasses
import json
import os
import shutil
import tempfile
from pathlib import Path

import hypothesis
import pytest

import corpora
from corpora import Corpus

hypothesis.settings.register_profile("textgan", deadline=None, max_examples=40)  # no times
hypothesis.settings.load_profile("textgan")
os.environ["OMP_NUM_THREADS"] = "1"  # before torch is loaded: networks this small want no more
os.environ["OMP_WAIT_POLICY"] = "PASSIVE"  # as commands set it: runs record it

NOBODY = 65534
NAMES = [
    "Anna", "Bert", "Clara", "David", "Emma", "Frank", "Greta", "Hans", "Ida", "Jakob", "Karla",
    "Leo", "Mia", "Noah", "Olga", "Paul", "Quinn", "Rosa", "Sven", "Tina", "Ulf", "Vera", "Willi",
    "Xenia", "Yann", "Zoe",
]  # fmt: skip


@pytest.fixture(scope="session")
def corpus_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """676 short lines, enough to be split into three parts."""
    path = tmp_path_factory.mktemp("text") / "pairs.txt"
    lines = [f"{first} {second}" for first in NAMES for second in NAMES]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def labelled_file(corpus_file: Path) -> Path:
    """The same lines, each behind the kind of its first letter: of three, by no means even."""
    kinds = dict.fromkeys("AEIOU", "vowel") | dict.fromkeys("QXYZ", "rare")
    lines = corpus_file.read_text(encoding="utf-8").splitlines()
    path = corpus_file.with_name("labelled.txt")
    path.write_text("".join(f"{kinds.get(x[0], 'plain')}\t{x}\n" for x in lines), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def pairs_file(corpus_file: Path) -> Path:
    """The same lines, each behind itself without capitals."""
    lines = corpus_file.read_text(encoding="utf-8").splitlines()
    path = corpus_file.with_name("restore.txt")
    path.write_text("".join(f"{x.lower()}\t{x}\n" for x in lines), encoding="utf-8")
    return path


@pytest.fixture(scope="session")
def encoded(corpus_file: Path, labelled_file: Path, pairs_file: Path) -> dict[str, Corpus]:
    """Columns -> corpus of them, encoded with T = 8."""
    files = {"text": corpus_file, "labels": labelled_file, "pairs": pairs_file}
    return {
        columns: corpora.encode(
            path, path.with_name(f"{columns}-encoded"), length=8, columns=columns
        )
        for columns, path in files.items()
    }


@pytest.fixture(scope="session")
def tiny(corpus_file: Path):
    """Settings of a run that trains in moments."""
    from textgan.config.settings import Config

    return Config(
        corpus=str(corpus_file), generator_width=8, critic_width=8, generator_blocks=1,
        critic_blocks=2, noise=8, batch_size=8, steps=6, samples=32, log_every=2, evaluate_every=4,
        checkpoint_every=4, threads=1, device="cpu",
        precision="float32",  # the same on every processor
    )  # fmt: skip


@pytest.fixture(scope="session")
def quick(tiny):
    """The same of the networks and updates that take least, where it matters not which."""
    return dataclasses.replace(
        tiny, generator="mlp", critic="mlp", optimizer="adam", critic_steps=1, samples=16
    )


@pytest.fixture(scope="session")
def trained(tiny, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run folder, trained six steps; not to be changed."""
    from textgan.training.run import train

    config = dataclasses.replace(tiny, seed=3)
    return train(config, folder=tmp_path_factory.mktemp("trained") / "runs")


@pytest.fixture
def quick_ratios(monkeypatch):
    """Density ratios are trained six steps, on few validation lines."""
    monkeypatch.setattr("textgan.sampling.ratio_training.STEPS", 6)
    monkeypatch.setattr("textgan.sampling.ratio_training.EVALUATE_EVERY", 3)
    monkeypatch.setattr("textgan.runs.MIN_VALIDATION_LINES", 10)


@pytest.fixture
def no_pictures(monkeypatch):
    """Pages are without pictures, which take most of their time."""
    monkeypatch.setattr("textgan.evaluation.render.html.plots", lambda report: [])


@pytest.fixture
def as_nobody():
    """A folder owned by a user without root's rights, who runs the test: root may read all."""
    folder = Path(tempfile.mkdtemp())
    root = os.geteuid() == 0
    if root:
        os.chown(folder, NOBODY, NOBODY)
        os.seteuid(NOBODY)
    try:
        yield folder
    finally:
        if root:
            os.seteuid(0)
        for path in folder.iterdir():
            path.chmod(0o700)
        shutil.rmtree(folder)


@pytest.fixture(scope="session")
def files():
    """(run) -> what its files hold, by their names, without the times."""

    def read(run):
        contents = {}
        for path in sorted(run.rglob("*")):
            if not path.is_file():
                continue
            contents[str(path.relative_to(run))] = path.read_bytes()
            if path.name in ("stats.jsonl", "state.json"):
                text = path.read_text(encoding="utf-8")
                lines = text.splitlines() if path.suffix == ".jsonl" else [text]
                objects = [{**json.loads(line), "seconds": None} for line in lines]
                contents[str(path.relative_to(run))] = objects
        return contents

    return read
