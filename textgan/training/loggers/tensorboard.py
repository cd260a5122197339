"""TensorBoard: event files in the folder `tensorboard` of the run."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from corpora.files import check_folder
from textgan.evaluation.render.markdown import indented

__all__ = ["FOLDER", "TensorBoard"]

FOLDER = "tensorboard"


class TensorBoard:
    """Writes scalars, samples and, of a new run, its settings; `tensorboard --logdir runs` shows.

    What an earlier session logged of steps that come again is hidden.
    """

    def __init__(self, run: Path, settings: Mapping[str, Any], step: int) -> None:
        from torch.utils.tensorboard import SummaryWriter  # needs the extra `tensorboard`

        folder = str(check_folder(run / FOLDER))
        self.writer = SummaryWriter(folder, purge_step=step + 1)
        if not step:
            self.writer.add_text(
                "settings", indented(json.dumps(settings, indent=1).splitlines()), 0
            )

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """Write the numbers of a step; they are on disk when this returns."""
        for name, value in values.items():
            self.writer.add_scalar(name, value, step)
        self.writer.flush()

    def text(self, step: int, name: str, lines: Sequence[str]) -> None:
        """Write sampled lines; TensorBoard renders Markdown."""
        self.writer.add_text(name, indented(lines), step)

    def histogram(self, step: int, name: str, values: Sequence[float]) -> None:
        """Write a histogram."""
        self.writer.add_histogram(name, np.array(values), step)

    def close(self) -> None:
        """Close the event file."""
        self.writer.close()
