"""What a name on the command line is: a run, or a text."""

from pathlib import Path

from corpora.sources import bundled

__all__ = ["is_run"]


def is_run(target: str, runs: Path, against: str | None) -> bool:
    """Return whether `target` is a run: a folder, or the name or number of one in `runs`.

    What is neither a folder nor a file is a run, unless there is a corpus to evaluate it against.
    """
    if target == "-" or target in bundled() or _is_file(target):
        return False
    return against is None or Path(target).is_dir() or (runs / target).is_dir()


def _is_file(target: str) -> bool:
    """Return whether there is a file of that name, a pipe or a device among them."""
    return Path(target).exists() and not Path(target).is_dir()
