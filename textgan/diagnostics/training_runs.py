"""Short runs of `textgan train` for experiments, each in a folder of its own."""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from corpora.temporary import temporary_folder
from textgan.config.settings import Config
from textgan.diagnostics.experiment import Work
from textgan.runs import read_state
from textgan.runs.log import read_log
from textgan.training.divergence import DivergenceError
from textgan.training.loop import Progress
from textgan.training.run import train

__all__ = ["SMALL", "folder_of_runs", "is_finished", "read_scores", "train_run"]

# Networks and scores of which a few hundred steps take a minute. No n-gram matching: it pulls text
# to real text under every objective.
SMALL: dict[str, Any] = {
    "generator_width": 16, "critic_width": 16, "generator_blocks": 1, "critic_blocks": 2,
    "noise": 32, "samples": 1024, "threads": 1, "device": "cpu", "precision": "float32",
    "ngram_matching": 0.0,
}  # fmt: skip


@contextlib.contextmanager
def folder_of_runs(work: Work) -> Iterator[Path]:
    """Give the folder of an experiment's runs: one that is kept, or a temporary one."""
    if work.folder is not None:
        folder = work.folder / "runs"
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    with temporary_folder() as folder:
        yield folder


def is_finished(run: Path) -> bool:
    """Return whether a run came to its end, or diverged."""
    if not (run / "state.json").is_file():
        return False
    return read_state(run)["status"] in ("finished", "diverged")


def train_run(
    run: Path, settings: dict[str, Any], on_progress: Callable[[float | None], None]
) -> None:
    """Train a run at that path, from the start; a run that diverges is left as it is.

    `on_progress` receives how much of it is done, 0 to 1, after every step.
    """
    config = Config.build(settings)

    def report(progress: Progress) -> None:
        if progress.minutes is not None:
            on_progress(min(progress.seconds / (60 * progress.minutes), 1.0))
        elif progress.steps is not None:
            on_progress(progress.step / progress.steps)

    with contextlib.suppress(DivergenceError):
        train(config, out=run, force=run.exists(), callbacks=[report])


def read_scores(run: Path) -> list[dict[str, Any]]:
    """Return the lines of a run's log that have scores, the provisional ones left out."""
    return [
        line
        for line in read_log(run / "stats.jsonl")
        if "scores" in line and not line.get("provisional")
    ]
