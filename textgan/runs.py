"""Run folders: each describes itself, so that nothing has to be said twice.

runs/0003-us-baby-names-wgan-gp/
  config.json     every setting, and the version that wrote it
  state.json      how far it came, and its best scores
  stats.jsonl     a line of measurements each few steps
  corpus/         the encoded text and its encoder
  samples/        lines as training went on
  checkpoints/    last.safetensors, best.safetensors
"""

import contextlib
import json
import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import textgan
from corpora.errors import InputError
from corpora.sources import in_utf8
from textgan.configs import Config

if sys.platform != "win32":
    import fcntl

__all__ = [
    "checkpoint",
    "find",
    "held",
    "latest",
    "listed",
    "new_path",
    "read_config",
    "read_state",
    "staged",
    "write_config",
    "write_json",
]

FORMAT = 1
NUMBERED = re.compile(r"(\d{4,})-.+")


def checkpoint(run: Path, name: str) -> Path:
    """Return the path of the checkpoint `name`: last or best."""
    return run / "checkpoints" / f"{name}.safetensors"


def listed(folder: Path) -> list[Path]:
    """Return all runs of a folder in the order of their numbers, others behind by name."""
    if not folder.is_dir():
        return []
    found = [
        path
        for path in folder.iterdir()
        if not path.name.startswith(".") and (path / "config.json").is_file()
    ]
    return sorted(found, key=lambda path: (_number(path.name) or 10**9, path.name))


def latest(folder: Path) -> Path:
    """Return the run that was trained last: the newest `state.json` beside a best checkpoint.

    Raises:
        InputError: There is none.
    """
    trained = [run for run in listed(folder) if checkpoint(run, "best").is_file()]
    if trained:
        return max(trained, key=_time)
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
        if (path / "config.json").is_file():
            return path
    if name.isdecimal():
        for path in listed(folder):
            if _number(path.name) == int(name):
                return path
    if Path(name).is_dir():
        raise InputError(f"{name} is no run (no config.json); name a run folder: see textgan runs")
    if Path(name).suffix:
        raise InputError(f"{name}: no such file, and no run of that name in {folder}")
    names = ", ".join(path.name for path in sorted(listed(folder), key=_time)[:-4:-1])
    raise InputError(
        f"no run {name!r} here or in {folder} (latest there: {names or 'none'}); see textgan runs"
    )


def new_path(config: Config, folder: Path) -> Path:
    """Return the path of the next run: its number, its corpus and its objective."""
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
    if path.exists():
        if not force:
            raise InputError(f"{path} exists; name another folder with --out, or add --force")
        if not (path / "config.json").is_file() and (not path.is_dir() or any(path.iterdir())):
            raise InputError(f"{path} exists and is no run; --force replaces runs only")
    path = path.resolve()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
        partial.chmod(0o755)
    except OSError as error:
        raise InputError(
            f"cannot create {path}: {error.strerror}; name a folder you may write to with --out"
        ) from error
    try:
        yield partial
        if path.exists():
            if not force:  # another run came first
                raise InputError(f"{path} has appeared meanwhile; name another folder with --out")
            shutil.rmtree(path)
        partial.rename(path)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise


@contextlib.contextmanager
def held(run: Path) -> Iterator[None]:
    """Keep all others from training a run meanwhile; a process that dies lets go of it.

    Windows has no such lock on folders: there nothing is kept.

    Raises:
        InputError: Another process, or another loop of this one, is training it.
    """
    if sys.platform == "win32":
        yield
        return
    folder = os.open(run, os.O_RDONLY)
    try:
        try:
            fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise InputError(f"{run} is being trained by another process; wait for it") from None
        yield
    finally:
        os.close(folder)


def write_json(path: Path, values: Mapping[str, Any]) -> None:
    """Write a JSON file whole or not at all."""
    temporary = path.with_name(path.name + ".partial")
    temporary.write_text(json.dumps(values, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    temporary.replace(path)


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
    state = _read_json(run / "state.json")
    for name, kind in (("step", int), ("seconds", (int, float)), ("status", str)):
        if not isinstance(state.get(name), kind):
            raise InputError(
                f"{run / 'state.json'} is damaged ({name} is {state.get(name)!r}); restore it or "
                "train again"
            )
    return state


def _read_json(path: Path) -> dict[str, Any]:
    try:
        values = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"{path} is missing; {path.parent} is no whole run") from error
    except OSError as error:
        raise InputError(f"cannot read {path}: {error.strerror}") from error
    except ValueError as error:
        raise InputError(f"{path} is damaged ({error}); restore it or train again") from error
    if not isinstance(values, dict):
        raise InputError(f"{path} is damaged (no JSON object); restore it or train again")
    return values


def _time(run: Path) -> tuple[int, str]:
    """Return when a run was last trained; of two at once the later name counts as later."""
    try:
        return (run / "state.json").stat().st_mtime_ns, run.name
    except OSError:
        return 0, run.name


def _entries(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _number(name: str) -> int | None:
    match = NUMBERED.fullmatch(name)
    return int(match[1]) if match else None
