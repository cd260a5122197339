"""Weights & Biases, offline: files in the folder `wandb` of the run, which `wandb sync` uploads."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from corpora.files import check_folder
from textgan.evaluation.render.visible import visible

__all__ = ["Wandb"]

PROJECT = "textgan"


class Wandb:
    """Logs to the project `textgan`, under the name of the run folder; nothing is uploaded.

    Each session has files of its own: `wandb sync` shows a resumed run as several of one group.
    """

    def __init__(self, run: Path, settings: Mapping[str, Any], step: int) -> None:
        import wandb  # of the extra `wandb`: not before it is used

        del step
        check_folder(run / "wandb")
        name = run.resolve().name
        self.table, self.histogram_of = wandb.Table, wandb.Histogram
        self.run = wandb.init(
            project=PROJECT, name=name, group=name, dir=str(run), config=dict(settings),
            mode="offline",
        )  # fmt: skip

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """Log the numbers of a step."""
        self.run.log(dict(values), step=step)

    def text(self, step: int, name: str, lines: Sequence[str]) -> None:
        """Log sampled lines as a table."""
        rows = [[visible(line)] for line in lines]
        self.run.log({name: self.table(columns=["line"], data=rows)}, step=step)

    def histogram(self, step: int, name: str, values: Sequence[float]) -> None:
        """Log a histogram."""
        self.run.log({name: self.histogram_of(list(values))}, step=step)

    def close(self) -> None:
        """Write all that was logged."""
        self.run.finish()
