"""A new run folder: its name, and how a folder appears complete or not at all."""

import contextlib
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from corpora.errors import InputError
from corpora.files import atomic_folder, remove_unfinished, without_links
from corpora.sources import in_utf8
from textgan.config.settings import Config
from textgan.runs.folder import entries, is_run, run_number
from textgan.runs.lock import locked

__all__ = ["new_folder", "new_path", "new_run_folder"]


def new_path(config: Config, folder: Path) -> Path:
    """Return the path of the next run in `folder`: its number, its corpus and its objective.

    Numbers of runs that are being created are taken. What a killed process left of a run that it
    was creating is removed.
    """
    remove_unfinished(folder)
    numbers = [run_number(path.name.strip(".")) or 0 for path in entries(folder)]
    stem = "stdin" if config.corpus == "-" else Path(config.corpus).name
    stem = "pipe" if config.corpus.startswith("/dev/fd/") else stem
    stem = re.sub(r"(\.(txt|csv|tsv))?(\.gz)?$", "", stem)
    stem = re.sub(r"[^\w.-]+", "-", stem).strip("-.") or "corpus"
    return folder / f"{max(numbers, default=0) + 1:04d}-{stem}-{config.objective}"


def new_run_folder(path: Path, *, force: bool = False) -> AbstractContextManager[Path]:
    """Give a hidden folder to fill; it becomes the run `path`; see `new_folder`."""
    return new_folder(path, "run", is_run, option="--out", force=force)


@contextlib.contextmanager
def new_folder(
    path: Path, kind: str, is_kind: Callable[[Path], bool], *, option: str, force: bool
) -> Iterator[Path]:
    """Give a hidden folder to fill; it becomes `path` at the end, or is removed after an error.

    Args:
        path: Where the folder will be.
        kind: What it will be, for messages: "run".
        is_kind: Returns whether a folder is such a one.
        option: The flag that names `path`, for messages.
        force: Whether a folder of this kind at `path` is replaced. Any other never is.

    Raises:
        InputError: `path` exists, or cannot be written.
    """
    if str(without_links(path)) != in_utf8(str(without_links(path))):
        raise InputError(
            f"{path}: the name of a {kind} folder is UTF-8; name another with {option}"
        )
    with contextlib.ExitStack() as stack:
        if path.exists():
            if not force:
                raise InputError(
                    f"{path} exists; name another folder with {option}, or add --force"
                )
            if path.is_dir() and is_kind(path):
                stack.enter_context(locked(path))  # nobody trains what will be replaced
            elif not path.is_dir() or any(path.iterdir()):
                raise InputError(f"{path} exists and is no {kind}; --force replaces {kind}s only")
        path = without_links(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            unfinished = stack.enter_context(atomic_folder(path))
        except OSError as error:
            raise InputError(
                f"cannot create {path}: {error.strerror}; name a folder you may write to with "
                f"{option}"
            ) from error
        with _errors_name(path, unfinished):
            yield unfinished
        if path.exists():
            if not force:  # another process created it meanwhile
                raise InputError(
                    f"{path} has appeared meanwhile; name another folder with {option}"
                )
            replaced = stack.enter_context(atomic_folder(path))  # removed at the end
            stack.callback(_restore, replaced, path)
            path.rename(replaced)
        unfinished.rename(path)


def _restore(replaced: Path, path: Path) -> None:
    """Give the replaced folder its name back where no new one has it, as after a signal."""
    if not path.exists():
        replaced.rename(path)


@contextlib.contextmanager
def _errors_name(path: Path, unfinished: Path) -> Iterator[None]:
    """Write `path`, which the user knows, into errors that name the hidden folder."""
    try:
        yield
    except InputError as error:
        if str(unfinished) not in str(error):
            raise
        raise InputError(str(error).replace(str(unfinished), str(path))) from error
    except OSError as error:
        if isinstance(error.filename, str):
            error.filename = error.filename.replace(str(unfinished), str(path))
        raise
