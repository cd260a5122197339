"""trackio: a database on this computer, which `trackio show` serves."""

import contextlib
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from textgan.evaluation.render.markdown import indented

__all__ = ["Trackio"]

PROJECT = "textgan"


class Trackio:
    """Logs to the project `textgan`, under the name of the run folder.

    A resumed run goes on under its name; one that was stopped before its first checkpoint begins
    there again. Nothing leaves this computer, unless trackio's own environment variables name a
    server.
    """

    def __init__(self, run: Path, settings: Mapping[str, Any], step: int) -> None:
        import trackio  # of the extra `trackio`: not before it is used

        self.trackio = trackio
        with contextlib.redirect_stdout(sys.stderr):  # stdout is for the run folder
            trackio.init(
                PROJECT, name=run.resolve().name, config=dict(settings), embed=False,
                resume="allow" if step else "never", auto_log_gpu=False, auto_log_cpu=False,
            )  # fmt: skip

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """Log the numbers of a step."""
        self.trackio.log(dict(values), step=step)

    def text(self, step: int, name: str, lines: Sequence[str]) -> None:
        """Log sampled lines."""
        self.trackio.log({name: self.trackio.Markdown(indented(lines))}, step=step)

    def histogram(self, step: int, name: str, values: Sequence[float]) -> None:
        """Log a histogram."""
        self.trackio.log({name: self.trackio.Histogram(list(values))}, step=step)

    def close(self) -> None:
        """Write all that was logged."""
        with contextlib.redirect_stdout(sys.stderr):
            self.trackio.finish()
