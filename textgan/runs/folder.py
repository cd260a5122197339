"""Run folders: each describes itself, so that nothing has to be said twice.

runs/0003-us-baby-names-wgan-gp/
  config.json     every setting, and the version that wrote it
  state.json      how far it came, and its best scores
  stats.jsonl     a line of measurements each few steps
  corpus/         the encoded text and its encoder
  samples/        lines as training went on
  checkpoints/    last.safetensors, best.safetensors

A run may come from elsewhere: links, pipes and devices in it are refused, so that nothing is read
or written outside of it. A run folder itself may be a link.
"""

import contextlib
import os
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import corpora
import textgan
from corpora.counts import counted
from corpora.errors import InputError
from corpora.files import (
    atomic_folder,
    check_folder,
    check_regular,
    is_at,
    open_folder,
    remove_unfinished,
    try_lock,
)
from corpora.json_files import MAX_EXACT_INTEGER, read_json, write_json
from corpora.sources import in_utf8
from textgan.config.settings import Config

__all__ = [
    "FEWEST_TO_CHOOSE",
    "checkpoint",
    "chosen",
    "corpus_folder",
    "find",
    "held",
    "latest",
    "listed",
    "new_path",
    "read_config",
    "read_state",
    "staged",
    "standing",
    "too_few",
    "write_config",
    "write_json",
]

FORMAT = 1
FEWEST_TO_CHOOSE = 100  # validation lines; which checkpoint fewer choose is a matter of chance
NUMBERED = re.compile(r"(\d{4,})-.+")


def checkpoint(run: Path, name: str) -> Path:
    """Return the path of the checkpoint `name`: last or best.

    Raises:
        InputError: It is a link, or its folder is: nothing in a run leads out of it.
    """
    return check_regular(check_folder(run / "checkpoints") / f"{name}.safetensors")


def corpus_folder(run: Path) -> Path:
    """Return the folder of the encoded text.

    Raises:
        InputError: It is a link: nothing in a run leads out of it.
    """
    return check_folder(run / "corpus")


def standing(run: Path) -> tuple[int, ...]:
    """Return what changes whenever a run is trained or replaced: which file its checkpoint is.

    Raises:
        InputError: There is no checkpoint, or it is a link.
    """
    path = checkpoint(run, "last")
    try:
        found = path.lstat()
    except FileNotFoundError as error:
        raise InputError(f"no checkpoint {path}; restore it or train again") from error
    return found.st_ino, found.st_mtime_ns, found.st_size


def chosen(run: Path) -> str:
    """Return the checkpoint that is taken where nobody names one: `best`, or `last`.

    It is the last where the validation text is too small to choose (docs/recipe.md says how often k
    lines choose right), or where there is none.
    """
    return "last" if too_few(len(corpora.open_corpus(corpus_folder(run)).valid)) else "best"


def too_few(valid: int) -> str | None:
    """Return why so many validation lines do not choose a checkpoint; None where they do."""
    if valid >= FEWEST_TO_CHOOSE:
        return None
    lines = counted(valid, "validation line")
    return (
        f"{lines}, fewer than the {FEWEST_TO_CHOOSE} that choose a best checkpoint: using the last"
    )


def listed(folder: Path) -> list[Path]:
    """Return all runs of a folder in the order of their numbers, others behind by name."""
    found = [path for path in _entries(folder) if not path.name.startswith(".") and _is_run(path)]
    return sorted(found, key=lambda path: (_number(path.name) or 10**9, path.name))


def latest(folder: Path) -> Path:
    """Return the run that was trained last: the newest `state.json` beside a best checkpoint.

    Raises:
        InputError: There is none.
    """
    trained = [(time, run.name, run) for run in listed(folder) if (time := _trained_at(run))]
    if trained:
        return max(trained)[-1]
    raise InputError(f"no trained run in {folder}; train one first: textgan train us-baby-names")


def find(name: str | None, folder: Path) -> Path:
    """Return the run of that path, name or number in `folder`; without a name the latest.

    Raises:
        InputError: There is no such run, or what is there is no run.
    """
    if name is None:
        return latest(folder)
    if Path(name).name in ("", ".."):  # `.`: the report names the run
        name = str(Path(name).resolve())
    for path in (Path(name), folder / name):
        if _is_run(path):
            return path
    if name.isdecimal():
        for path in listed(folder):
            if _number(path.name) == int(name):
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


def new_path(config: Config, folder: Path) -> Path:
    """Return the path of the next run: its number, its corpus and its objective.

    A run that is being made has its number; one that died while it was made is removed.
    """
    remove_unfinished(folder)
    taken = [_number(path.name.strip(".")) or 0 for path in _entries(folder)]
    stem = "stdin" if config.corpus == "-" else Path(config.corpus).name
    stem = "pipe" if config.corpus.startswith("/dev/fd/") else stem
    stem = re.sub(r"(\.(txt|csv|tsv))?(\.gz)?$", "", stem)
    stem = re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "corpus"
    return folder / f"{max(taken, default=0) + 1:04d}-{stem}-{config.objective}"


@contextlib.contextmanager
def staged(path: Path, *, force: bool = False) -> Iterator[Path]:
    """Give a hidden folder to fill, moved to `path` when all went well and removed when not.

    Args:
        path: Where the run will be.
        force: Whether a run that is already there is replaced. Any other folder never is.

    Raises:
        InputError: `path` exists, or cannot be written.
    """
    if str(path.resolve()) != in_utf8(str(path.resolve())):
        raise InputError(f"{path}: the name of a run folder is UTF-8; name another with --out")
    with contextlib.ExitStack() as stack:
        if path.exists():
            if not force:
                raise InputError(f"{path} exists; name another folder with --out, or add --force")
            if path.is_dir() and _is_run(path):
                stack.enter_context(held(path))  # nobody trains what is to be replaced
            elif not path.is_dir() or any(path.iterdir()):
                raise InputError(f"{path} exists and is no run; --force replaces runs only")
        path = path.resolve()
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            partial = stack.enter_context(atomic_folder(path))
        except OSError as error:
            raise InputError(
                f"cannot create {path}: {error.strerror}; name a folder you may write to with --out"
            ) from error
        with _said_of(path, partial):
            yield partial
        if path.exists():
            if not force:  # another run came first
                raise InputError(f"{path} has appeared meanwhile; name another folder with --out")
            before = stack.enter_context(atomic_folder(path))  # removed at the end
            stack.callback(_put_back, before, path)
            path.rename(before)
        partial.rename(path)


def _put_back(before: Path, path: Path) -> None:
    """Give a run its name again where none has taken its place, as where a signal came between."""
    if not path.exists():
        before.rename(path)


@contextlib.contextmanager
def _said_of(path: Path, partial: Path) -> Iterator[None]:
    """Let errors speak of `path`, which the user knows, where they speak of the hidden folder."""
    try:
        yield
    except InputError as error:
        if str(partial) not in str(error):
            raise
        raise InputError(str(error).replace(str(partial), str(path))) from error
    except OSError as error:
        if isinstance(error.filename, str):
            error.filename = error.filename.replace(str(partial), str(path))
        raise


@contextlib.contextmanager
def held(run: Path) -> Iterator[None]:
    """Keep all others from training a run meanwhile; a process that dies lets go of it.

    Raises:
        InputError: Another process, or another loop of this one, is training it; or it is no
            folder.
    """
    while True:
        try:
            folder = open_folder(run)
        except OSError as error:
            raise InputError(f"cannot open {run}: {error.strerror}; name a run folder") from error
        try:
            if not try_lock(folder):
                raise InputError(f"{run} is being trained by another process; wait for it")
            if is_at(folder, run.resolve()):  # and not one that --force has just replaced
                yield
                return
        finally:
            os.close(folder)


def write_config(run: Path, config: Config) -> None:
    """Write `config.json`."""
    about = {"format": FORMAT, "textgan": textgan.__version__}
    settings = {**config.to_dict(), "corpus": in_utf8(config.corpus)}
    write_json(run / "config.json", {**about, "config": settings})


def read_config(run: Path) -> Config:
    """Return the settings of a run.

    Raises:
        InputError: `config.json` is missing, damaged, or of another format.
    """
    path = run / "config.json"
    values = _read_json(path)
    if values.get("format") != FORMAT:
        raise InputError(
            f"{path} has format {values.get('format')!r} (textgan {values.get('textgan')}), "
            f"expected {FORMAT}; use the version that wrote it"
        )
    if not isinstance(values.get("config"), dict):
        raise InputError(f"{path} has no settings; restore the file or train again")
    try:
        return Config.from_dict(values["config"])
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def read_state(run: Path) -> dict[str, Any]:
    """Return how far a run came: `step`, `seconds`, `status`, and the scores where it has any.

    Raises:
        InputError: `state.json` is missing or damaged.
    """
    path = run / "state.json"
    state = _read_json(path)
    step: Any = state.get("step")
    seconds: Any = state.get("seconds")
    right = {
        "step": type(step) is int and 0 <= step <= MAX_EXACT_INTEGER,
        "seconds": type(seconds) in (int, float) and 0 <= seconds <= MAX_EXACT_INTEGER,
        "status": isinstance(state.get("status"), str),
        "best": state.get("best") is None or isinstance(state["best"], dict),
    }
    for name, is_right in right.items():
        if not is_right:
            shown = f"{state.get(name)!r:.80}"
            raise InputError(f"{path} is damaged ({name} is {shown}); restore it or train again")
    return state


def _read_json(path: Path) -> dict[str, Any]:
    return read_json(path, expected=f"the {path.name} of a run", remedy="restore it or train again")


def _is_run(path: Path) -> bool:
    """Return whether there are settings in a folder: whatever they are, if not nothing."""
    return os.path.lexists(path / "config.json")


def _trained_at(run: Path) -> int | None:
    """Return when a run with a best checkpoint was trained; None for any other."""
    try:
        if stat.S_ISREG(checkpoint(run, "best").lstat().st_mode):
            return (run / "state.json").lstat().st_mtime_ns
    except (OSError, InputError):
        pass
    return None


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _number(name: str) -> int | None:
    match = NUMBERED.fullmatch(name)
    return int(match[1]) if match else None
