"""`textgan train`: options become settings, the library trains, a display shows how it goes.

A new flag of training is a new field of `textgan.config.settings.Config`; `settings_options` makes
the flag from it. The options below are those that are no setting of a run.
"""

import datetime
import errno
import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli import completion, options, signals
from cli.options import LABELS, PAIRS, chosen_columns
from cli.progress import PARTS, by_stage, progress
from cli.settings_options import GroupedCommand, group, settings_options
from cli.values import Names
from corpora.errors import InputError
from corpora.sources import bundled
from textgan.config.files import read_settings
from textgan.config.presets import PRESETS
from textgan.config.settings import Config
from textgan.evaluation.render.visible import visible

if TYPE_CHECKING:
    from textgan.training.distributed import Workers

__all__ = ["train"]


def _bundled() -> str:
    return ", ".join(bundled())


def _logger_names() -> tuple[str, ...]:
    from textgan.training.loggers import LOGGERS

    return LOGGERS.built_in


@click.command(cls=GroupedCommand, epilog=f"Bundled corpora: {_bundled()}.")
@click.argument("corpus", required=False, shell_complete=completion.corpora)
@group(
    "Start",
    "--preset",
    type=click.Choice(list(PRESETS)),
    help="Settings to start from. quick (the default): minutes on a laptop. best: an hour. paper: "
    "Gulrajani et al. 2017. passgan: Hitaj et al. 2019.",
)
@group(
    "Start",
    "--config",
    "config_file",
    type=click.Path(path_type=Path),
    help="JSON file of settings, for example a run's config.json; flags override it.",
)
@group(
    "Start",
    "--resume",
    metavar="RUN",
    shell_complete=completion.runs,
    help="Continue a run; the result is that of a run without the stop. --steps is the new total.",
)
@group("Start", "--init", metavar="RUN", help="Start a new run from the weights of another run.")
@group(
    "Start",
    "--out",
    type=click.Path(path_type=Path),
    help="Path of the new run folder. [default: the next number in --runs]",
)
@group("Start", "--force", is_flag=True, help="Replace the run that is at --out.")
@group(
    "Start",
    "--log",
    "logs",
    type=Names(_logger_names),
    multiple=True,
    help="Also log to this tool, on this computer. Its package is an extra, as in "
    "textgan[tensorboard]. stats.jsonl is always written. The option may be repeated.",
)
@options.runs("folder")
@options.max_bytes("CORPUS")
@group(
    "Text",
    "--labels",
    is_flag=True,
    help=f"{LABELS} sample --label NAME then draws lines of one label.",
)
@group("Text", "--pairs", is_flag=True, help=f"{PAIRS} textgan translate then uses the run.")
@settings_options
@group(
    "Networks",
    "--width",
    type=int,
    help="Channels of both networks: --generator-width and --critic-width.",
)
@options.workers(
    "Number of processes, on this machine, that share each batch. torchrun starts them on several "
    "machines.",
    declare=partial(group, "Hardware"),
)
def train(
    corpus: str | None,
    preset: str | None,
    config_file: Path | None,
    resume: str | None,
    init: str | None,
    out: Path | None,
    force: bool,
    logs: tuple[str, ...],
    folder: Path,
    max_bytes: int | None,
    labels: bool,
    pairs: bool,
    width: int | None,
    workers: int,
    **flags: Any,  # noqa: ANN401 - one for each setting
) -> None:
    """Train a GAN on a CORPUS.

    CORPUS is a text file (.gz too), - for standard input, or the name of a bundled corpus. The
    command prints the run folder. Ctrl-C saves the run and prints how to resume it; so do the
    signals TERM, HUP, USR1 and XCPU. Values in brackets are the defaults of the preset quick.
    """
    if logs:
        from textgan.training.loggers import check_loggers

        check_loggers(logs)  # before anything is made
    if workers > 1 and "TORCHELASTIC_RUN_ID" not in os.environ:  # which torchrun sets
        _launch(workers)
        return
    typed = {name: value for name, value in flags.items() if value is not None}
    columns = chosen_columns(labels, pairs)
    if columns is not None:
        typed["columns"] = columns
    if width is not None:
        typed = {"generator_width": width, "critic_width": width, **typed}
    if corpus is not None:
        typed["corpus"] = corpus
    if resume is not None:
        given = [preset, out, init, config_file, force or None, max_bytes]
        run, changes = _resumed(resume, folder, typed, given)
        _train(lambda _: run, changes, None, logs)
        return
    if force and out is None:
        raise click.UsageError("--force replaces the run at --out: name it")
    if preset is not None and config_file is not None:
        raise click.UsageError("--preset and --config both give all settings: leave one out")
    if corpus is None and config_file is None:
        raise InputError(
            f"no corpus given; name a text file, - for standard input, or one of {_bundled()}"
        )
    settings = read_settings(config_file) if config_file else None
    config = Config.build(typed, preset=preset or "quick", settings=settings)
    _train(partial(_prepared, config, out, folder, force, init, max_bytes), {}, out, logs)


def _launch(workers: int) -> None:
    """Run this command in each of several workers."""
    from textgan.training.launch import FailedWorkerError, launch

    try:
        number = launch(workers, sys.argv[1:])
    except FailedWorkerError as error:
        if error.exit_code >= 0 or error.rank:  # it has said why, or worker 0 has
            sys.exit(max(error.exit_code, 1))
        name = signal.Signals(-error.exit_code).name
        raise InputError(
            f"worker 0 of {workers} was ended by {name}; the run keeps its last checkpoint: go on "
            f"with --resume RUN --workers {workers}"
        ) from error
    if number is not None:
        raise signals.Stopped(number)


def _resumed(
    name: str, folder: Path, typed: dict[str, Any], elsewhere: list[Any]
) -> tuple[Path, dict[str, Any]]:
    """Return the run to go on with, and what may change: its stop and its hardware."""
    from textgan import runs

    changes = {key: typed.pop(key, None) for key in ("steps", "minutes", "device", "threads")}
    if typed or any(value is not None for value in elsewhere):
        raise click.UsageError(
            "a resumed run keeps its settings: only --steps, --minutes, --device, --threads, --log "
            "and --runs go with --resume"
        )
    return runs.find(name, folder), changes


def _prepared(
    config: Config,
    out: Path | None,
    folder: Path,
    force: bool,
    init: str | None,
    max_bytes: int | None,
    workers: "Workers",
) -> Path:
    from textgan import runs
    from textgan.training.run import prepare

    start = runs.find(init, folder) if init else None
    with progress("reading the text", PARTS) as bar:
        return prepare(
            config,
            out=out,
            folder=folder,
            force=force,
            max_bytes=max_bytes,
            init=start,
            workers=workers,
            progress=by_stage(bar),
            on_taken=_say_taken,
        )


def _say_taken(run: Path) -> None:
    click.echo(visible(f"the text is that of {run}: its encoding is taken over"), err=True)


def _train(
    make: Callable[["Workers"], Path],
    changes: dict[str, Any],
    out: Path | None,
    logs: tuple[str, ...],
) -> None:
    """Train the run that `make` returns, at `out` if that is not None, and log to `logs` too."""
    from textgan.training.distributed import WorkerLostError, join_workers
    from textgan.training.run import follow, start

    workers, run = join_workers(), None
    try:
        run = start(workers, partial(make, workers), out)
        if workers.rank == 0:
            _lead(run, workers, changes, logs)
            return
        hardware = {name: changes.get(name) for name in ("device", "threads")}
        with signals.deferred():
            follow(run, workers, lambda: signals.stopped() is not None, **hardware)
    except WorkerLostError as error:
        if workers.rank:  # worker 0 reports it
            sys.exit(1)
        kept = f"{run} keeps its last checkpoint: go on with --resume {run}" if run else "try again"
        raise InputError(f"{error}; {kept}") from error


def _lead(run: Path, workers: "Workers", changes: dict[str, Any], logs: tuple[str, ...]) -> None:
    """Train as worker 0, which is the only one in most runs: show how it goes, and the result."""
    from cli.display import Display
    from cli.plan import forecast, introduction
    from textgan.training.loggers import open_loggers
    from textgan.training.loggers.records import Records
    from textgan.training.run import open_run, seconds_per_step

    try:
        loop = open_run(run, workers=workers, **changes)
        display = Display(loop)
        display.say(*introduction(loop))
        display.say(*forecast(loop, seconds_per_step(loop), datetime.datetime.now()))
    except signals.Stopped:  # before the first step: the run is as it was
        click.echo(f"resume with: textgan train --resume {run}", err=True)
        raise
    opened = open_loggers(logs, run, loop.config, loop.step)
    with signals.deferred(), display, opened as loggers:
        callbacks = (display, Records(loggers, loop.config))
        status = loop(callbacks, should_stop=lambda: signals.stopped() is not None)
        number = signals.stopped()
    display.close(status)
    try:
        click.echo(str(run))
    except OSError as error:
        if error.errno != errno.EBADF:  # closed from the start: nobody wants to know
            raise
    finally:
        if number is not None:
            raise signals.Stopped(number)
