"""Small runs to damage and to command, one of each kind, made once a process."""

import atexit
import dataclasses
import functools
import shutil
import tempfile
from pathlib import Path

from textgan.config.settings import Config
from textgan.training.run import train

__all__ = ["KINDS", "folder_in_memory", "make_runs", "write_texts"]

WORDS = ["Anna", "Bert", "Clara", "Émile", "Zoë", "李", "Ида", "x y", "Noah", "Tina"]
TINY = Config(
    corpus="", generator_width=4, critic_width=4, generator_blocks=1, critic_blocks=1, noise=4,
    batch_size=4, critic_steps=1, steps=2, samples=8, log_every=1, evaluate_every=1,
    checkpoint_every=1, length=8, threads=1, device="cpu", precision="float32",
)  # fmt: skip
KINDS: dict[str, dict[str, object]] = {
    "plain": {},
    "labels": {"corpus": "labels.txt", "columns": "labels", "encoder": "byte"},
    "pairs": {"corpus": "pairs.txt", "columns": "pairs", "generator": "unet", "critic": "patch"},
    "codes": {"codes": "3,c1", "encoder": "subword", "max_vocabulary": 40, "optimizer": "adam"},
}


def folder_in_memory() -> Path:
    """Return a new folder, in memory where the system has a file system for it."""
    memory = Path("/dev/shm")
    folder = Path(tempfile.mkdtemp(prefix="textgan-fuzz-", dir=memory if memory.is_dir() else None))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


def write_texts(folder: Path) -> None:
    """Write a text of each kind of columns."""
    lines = [f"{first} {second}" for first in WORDS for second in WORDS]
    (folder / "text.txt").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    labelled = "".join(f"{'odd' if i % 3 else 'even'}\t{line}\n" for i, line in enumerate(lines))
    (folder / "labels.txt").write_text(labelled, encoding="utf-8")
    pairs = "".join(f"{line.lower()}\t{line}\n" for line in lines)
    (folder / "pairs.txt").write_text(pairs, encoding="utf-8")


@functools.cache
def make_runs() -> Path:
    """Return a folder of the runs of `KINDS` by name, each trained two steps; not to be changed."""
    folder = folder_in_memory()
    write_texts(folder)
    for kind, settings in KINDS.items():
        corpus = str(folder / str(settings.get("corpus", "text.txt")))
        config = dataclasses.replace(TINY, **{**settings, "corpus": corpus})
        train(config, out=folder / "runs" / kind)
    return folder / "runs"
