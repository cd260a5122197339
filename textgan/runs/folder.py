"""Run folders: what is where in one, and how one is found.

runs/0003-us-baby-names-wgan-gp/
  config.json     every setting, and the version that wrote it
  state.json      how far it is trained, and its best scores
  stats.jsonl     a line of measurements every few steps
  corpus/         the encoded text and its encoder
  samples/        lines sampled during training
  checkpoints/    last.safetensors, best.safetensors; the density ratio of each, if it was trained

A run may come from somebody else. Links, pipes and devices in it are refused, so that nothing
outside it is read or written. The run folder itself may be a link.
"""

import contextlib
import os
import re
import stat
from pathlib import Path

from corpora.errors import InputError
from corpora.files import check_folder, check_regular, without_links
from textgan.runs.exported import WEIGHTS, is_exported

__all__ = [
    "checkpoint",
    "corpora_in",
    "corpus_folder",
    "entries",
    "find",
    "fingerprint",
    "is_run",
    "latest",
    "listed",
    "run_number",
]

NUMBERED = re.compile(r"(\d{4,})-.+")
LONGEST_NAME = 255  # characters of a file's name on the usual systems


def checkpoint(run: Path, name: str) -> Path:
    """Return the path of the checkpoint `name`: last or best.

    Raises:
        InputError: It or its folder is a link, which may lead out of the run.
    """
    return check_regular(check_folder(run / "checkpoints") / f"{name}.safetensors")


def corpus_folder(run: Path) -> Path:
    """Return the folder of the encoded text.

    Raises:
        InputError: It is a link, which may lead out of the run.
    """
    return check_folder(run / "corpus")


def fingerprint(run: Path) -> tuple[int, ...]:
    """Return numbers that change when a run is trained or replaced: those of its last checkpoint.

    Raises:
        InputError: There is no checkpoint, or it is a link.
    """
    path = checkpoint(run, "last")
    try:
        status = path.lstat()
    except FileNotFoundError as error:
        raise InputError(f"no checkpoint {path}; restore it or train again") from error
    return status.st_ino, status.st_mtime_ns, status.st_size


def listed(folder: Path) -> list[Path]:
    """Return all runs of a folder: by number, then by name those that have no number."""
    runs = [path for path in entries(folder) if not path.name.startswith(".") and is_run(path)]
    return sorted(runs, key=lambda path: (run_number(path.name) or 10**9, path.name))


def corpora_in(*folders: str | Path, init: Path | None = None) -> list[Path]:
    """Return where encoded texts may be: in `init`, then in the runs of the folders, last first.

    A folder that is missing or cannot be read has none.
    """
    runs = [] if init is None else [init]
    for folder in {Path(folder).resolve(): Path(folder) for folder in folders}.values():
        with contextlib.suppress(OSError):
            runs += reversed(listed(folder))
    return [run / "corpus" for run in runs]


def latest(folder: Path) -> Path:
    """Return the run that was trained last: the newest `state.json` of a run with a checkpoint.

    Raises:
        InputError: No run in the folder has a best checkpoint.
    """
    trained = [(time, run.name, run) for run in listed(folder) if (time := _trained_at(run))]
    if trained:
        return max(trained)[-1]
    raise InputError(f"no trained run in {folder}; train one first: textgan train us-baby-names")


def find(name: str | None, folder: Path, *, exported: bool = False) -> Path:
    """Return the run of that path, name or number in `folder`; without a name the latest.

    Args:
        name: The path, name or number; None: the latest.
        folder: The folder of numbered runs.
        exported: Whether an exported model will do as well.

    Raises:
        InputError: There is no such run, or what is there is not a run.
    """
    if name is None:
        return latest(folder)
    if len(Path(name).name) > LONGEST_NAME:
        raise InputError(f"no run {name[:40]}…: no file has so long a name; see textgan runs")
    if Path(name).name in ("", ".."):  # as of `.`: reports name the run
        name = str(without_links(Path(name)))
    for path in (Path(name), folder / name):
        if is_run(path) or (exported and is_exported(path)):
            return path
        if is_exported(path):
            raise InputError(
                f"{path} is an exported model, without a text: textgan sample or translate uses "
                "it; for anything else name the run"
            )
    if name.isdecimal():
        for path in listed(folder):
            if run_number(path.name) == int(name):
                return path
    if Path(name).is_dir():
        raise InputError(f"{name} is no run (no config.json); name a run folder: see textgan runs")
    if Path(name).suffix:
        raise InputError(f"{name}: no such file, and no run of that name in {folder}")
    by_time = sorted(listed(folder), key=lambda run: (_trained_at(run) or 0, run.name))
    names = ", ".join(path.name for path in by_time[:-4:-1])
    raise InputError(
        f"no run {name!r} here or in {folder} (latest there: {names or 'none'}); see textgan runs"
    )


def is_run(path: Path) -> bool:
    """Return whether a folder has a `config.json`, be it a link or damaged, and is no export."""
    return os.path.lexists(path / "config.json") and not os.path.lexists(path / WEIGHTS)


def entries(folder: Path) -> list[Path]:
    """Return all that is in a folder; nothing where there is no folder."""
    return list(folder.iterdir()) if folder.is_dir() else []


def run_number(name: str) -> int | None:
    """Return the number that a run's name begins with; None where it has none.

    >>> run_number("0003-us-baby-names-wgan-gp")
    3
    """
    match = NUMBERED.fullmatch(name)
    return int(match[1]) if match else None


def _trained_at(run: Path) -> int | None:
    """Return when a run with a best checkpoint was trained; None for any other."""
    try:
        if stat.S_ISREG(checkpoint(run, "best").lstat().st_mode):
            return (run / "state.json").lstat().st_mtime_ns
    except (OSError, InputError):
        pass
    return None
