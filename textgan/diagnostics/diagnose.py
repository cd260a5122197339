"""`diagnose`: run an experiment by its name."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from corpora.cleaning import ReportProgress, no_progress
from textgan.diagnostics.experiment import Work
from textgan.diagnostics.record import Record
from textgan.diagnostics.registry import find_experiment

__all__ = ["diagnose"]


def diagnose(
    name: str,
    *,
    quick: bool = False,
    folder: str | Path | None = None,
    progress: ReportProgress = no_progress,
    **settings: Any,  # noqa: ANN401 - of the experiment
) -> Record:
    """Run an experiment on the theory and return its record, with `figure` and `conclusion`.

    The same arguments give the same record, unless the experiment is limited by time
    (`robustness`). One thread is used, so that sums have one order.

    >>> record = diagnose("lines", quick=True)
    >>> record.measured["theta"][-1], round(record.measured["wasserstein"][-1], 9)
    (1.0, 1.0)

    Args:
        name: lines, transport, vanishing, unstable, clipping, layers, surfaces, robustness,
            correlation, noise or mlp.
        quick: Whether it is to take less than a minute, with smaller networks and fewer updates.
        folder: Where runs of long experiments are kept, so that a later call goes on from them;
            None: they are deleted at the end.
        progress: Called with the stage and how much of it is done, 0 to 1; None: not known.
        **settings: Settings of the experiment, such as `seed`, `repeats` and `corpus`; see
            docs/diagnose.md.

    Raises:
        InputError: There is no such experiment or setting, or the corpus cannot be read.
    """
    experiment = find_experiment(name)
    work = Work(progress=progress, folder=None if folder is None else Path(folder))
    with _one_thread():
        return experiment(settings, quick=quick, work=work)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Let torch compute with one thread, and restore its number at the end."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
