"""Whole runs: prepare a folder, open it as a loop, train; a new run and a resumed one alike."""

import copy
import dataclasses
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from statistics import median_high

import torch

import corpora
from corpora.cleaning import ReportProgress, no_progress
from corpora.errors import InputError
from textgan import runs
from textgan.config.settings import Config
from textgan.hardware.device import (
    adapt_to_cpu,
    check_device,
    check_threads,
    choose_device,
    choose_precision,
    choose_threads,
    set_up,
    threads_of_worker,
)
from textgan.networks.outline import check_checkpoint_size
from textgan.runs.folder import is_run
from textgan.training.checkpoint import restore, save_last
from textgan.training.distributed import (
    ALONE,
    Workers,
    check_workers,
    join_workers,
    local_workers,
    restarted,
)
from textgan.training.divergence import DivergenceError
from textgan.training.execution import check_execution
from textgan.training.loop import Callback, Loop
from textgan.training.memory import check_memory
from textgan.training.models import Models
from textgan.training.starting_weights import load_starting_weights
from textgan.training.step import Trainer
from textgan.training.validation import Validator

__all__ = ["follow", "open_run", "open_trainer", "prepare", "seconds_per_step", "start", "train"]

SLOW = 2.0  # seconds: of steps that slow, one is enough to measure


def train(
    config: Config | str | Path,
    *,
    out: Path | str | None = None,
    folder: Path | str = "runs",
    force: bool = False,
    max_bytes: int | None = None,
    callbacks: Sequence[Callback] = (),
) -> Path:
    """Train a new run and return its folder.

    Started by torchrun, each worker calls it with the same arguments. If torchrun starts the
    workers again after a failure and `out` is given, the run goes on from its last checkpoint.

    Args:
        config: All settings, or only the corpus, a path or a bundled name; with neither `steps` nor
            `minutes` it never ends.
        out: The run folder; None: the next number in `folder`.
        folder: Where numbered runs are.
        force: Whether a run that is already at `out` is replaced.
        max_bytes: The most bytes of the text that are read, unpacked; as in `corpora.encode`.
        callbacks: Each is called with a `Progress` after every step.

    Raises:
        InputError: The corpus, a setting or the folder will not do, or training diverged.
    """
    workers = join_workers()
    new = partial(
        prepare, config, out=out, folder=folder, force=force, max_bytes=max_bytes, workers=workers
    )
    run = start(workers, new, out)
    if workers.rank:
        follow(run, workers)
    else:
        open_run(run, workers=workers)(tuple(callbacks))
    return run


def start(workers: Workers, new: Callable[[], Path], out: Path | str | None) -> Path:
    """Return the run to train: a new one, or one at `out` that restarted workers go on with.

    Worker 0 makes it; the others wait.
    """
    name = ""
    if workers.rank == 0:
        goes_on = restarted() and out is not None and is_run(Path(out))
        name = str(out if goes_on else new())
    return Path(workers.from_first(name))


def prepare(
    config: Config | str | Path,
    *,
    out: Path | str | None = None,
    folder: Path | str = "runs",
    force: bool = False,
    max_bytes: int | None = None,
    init: Path | None = None,
    workers: Workers = ALONE,
    progress: ReportProgress = no_progress,
    on_taken: Callable[[Path], None] = lambda run: None,
) -> Path:
    """Make a run folder at step 0: corpus encoded, networks initialised.

    It appears complete or not at all. The encoding of the same text in a run of `folder`, in a run
    next to the new one or in `init` is taken over. The arguments are those of `train`; `init` is a
    run whose networks the new one starts from, `workers` those that will train it. `progress` is
    that of `corpora.encode`, and `on_taken` receives the run whose encoding is taken over.

    Raises:
        InputError: The corpus, a setting, the folder or `init` will not do.
    """
    if isinstance(config, str | Path):
        config = Config.build({"corpus": str(config)})
    if not isinstance(config, Config):
        raise InputError(
            f"found {type(config).__name__}, expected a Config, a path, or the name of a corpus"
        )
    check_workers(config, workers.size)  # before anything is made
    check_threads(config.threads, local_workers())
    check_memory(config, workers=local_workers())
    device = choose_device(config.device)
    check_device(config, device)
    set_up(config, device)
    final = Path(out) if out is not None else runs.new_path(config, Path(folder))
    with runs.new_run_folder(final, force=force) as run:
        corpus = corpora.encode(
            config.corpus,
            runs.corpus_folder(run),
            encoder=config.encoder,
            length=config.length,
            long=config.long,
            max_vocabulary=config.max_vocabulary,
            encoding=config.encoding,
            normalise=config.normalise,
            columns=config.columns,
            max_bytes=max_bytes,
            earlier=runs.corpora_in(final.parent, folder, init=init),
            progress=progress,
        )
        if corpus.taken_from is not None:
            on_taken(corpus.taken_from.parent)
        check_memory(config, corpus, workers=local_workers())
        threads = choose_threads(config, corpus.length, local_workers())
        precision = choose_precision(config)
        config = dataclasses.replace(
            config, length=corpus.length, threads=threads, precision=precision
        )
        models = Models.build(config, corpus, torch.device("cpu"))
        check_execution(config, models.critic, workers.size)
        if init is not None:
            load_starting_weights(init, corpus, models)
        (run / "samples").mkdir()
        (run / "checkpoints").mkdir()
        save_last(runs.checkpoint(run, "last"), models, 0)
        runs.write_config(run, config)
        runs.write_state(run, {"step": 0, "seconds": 0.0, "status": "new", "best": None})
    return final


def open_run(
    run: Path,
    *,
    steps: int | None = None,
    minutes: float | None = None,
    device: str | None = None,
    threads: int | None = None,
    workers: Workers = ALONE,
) -> Loop:
    """Return the loop of a run folder, at the step of its last checkpoint.

    Sets, for the whole process, torch's number of threads and how it rounds; see `set_up`. Changes
    nothing in the folder: that is for the loop, which refuses if the run was trained meanwhile.

    Args:
        run: The run folder.
        steps: Where the run will stop, in total. With `minutes` None too, it keeps its stop.
        minutes: The same in minutes of training, in total.
        device: Where it goes on; None: where it was. Exact only where it was.
        threads: With how many threads; None: with as many as before. Exact only with as many.
        workers: The workers, of which this is worker 0; they may be more or fewer than before.

    Raises:
        InputError: A file of the run is missing, damaged, edited or of another format, or the run
            has already come so far, or another process is training it.
    """
    with runs.locked(run):  # whoever trains it would change it meanwhile
        config = runs.read_config(run)
        if steps is not None or minutes is not None:
            config = dataclasses.replace(config, steps=steps, minutes=minutes)
        trainer, step = open_trainer(run, config, workers, device, threads)
        loop = Loop(run, trainer, Validator(trainer.config, trainer.corpus), step=step)
        if loop.done:
            raise InputError(
                f"{run} has already trained {step:,} steps in {loop.seconds / 60:.1f} minutes; "
                "give a larger total with --steps or --minutes"
            )
    return loop


def follow(
    run: Path,
    workers: Workers,
    should_stop: Callable[[], bool] = lambda: False,
    *,
    device: str | None = None,
    threads: int | None = None,
) -> None:
    """Train as a worker other than worker 0, which says when training ends.

    The arguments are those of `open_run` and of its loop. Nothing is written.

    Raises:
        WorkerLostError: Another worker has ended, after a failure or a signal.
    """
    trainer, step = open_trainer(run, runs.read_config(run), workers, device, threads)
    workers.any(False)  # worker 0 waits for it before it writes
    while not workers.any(should_stop()):
        try:
            trainer.step(step := step + 1)
        except DivergenceError:  # in worker 0 too, which reports it
            return


def open_trainer(
    run: Path, config: Config, workers: Workers, device: str | None, threads: int | None
) -> tuple[Trainer, int]:
    """Return what makes the steps of a run, and the step it has come to."""
    check_workers(config, workers.size)
    if device is not None:
        config = dataclasses.replace(config, device=device)
    if threads is not None:
        config = dataclasses.replace(config, threads=threads)
    elif config.threads is not None and workers.size > 1:  # chosen for another number of workers
        most = threads_of_worker(local_workers())
        config = dataclasses.replace(config, threads=min(config.threads, most))
    check_threads(config.threads, local_workers())
    chosen = choose_device(config.device)
    config = adapt_to_cpu(config, chosen)
    set_up(config, chosen)
    corpus = corpora.open_corpus(runs.corpus_folder(run))
    check_memory(config, corpus, workers=local_workers())
    workers.any(False)  # nobody allocates before all have looked at what is free
    weights = runs.checkpoint(run, "last")
    shape = {"length": corpus.length, "labels": len(corpus.labels)}
    check_checkpoint_size(weights, config, corpus.encoder.size, **shape)
    models = Models.build(config, corpus, chosen)
    step = restore(weights, models)
    return Trainer(config, corpus, models, workers), step


def seconds_per_step(loop: Loop, tries: int = 5) -> float:
    """Return the median time of a step, measured on a copy: the run itself does not move.

    With several workers it is the time of worker 0 alone, without communication.
    """
    trainer = loop.trainer
    silent = Workers(trainer.workers.rank, trainer.workers.size)
    if trainer.models.ngrams is not None:
        trainer.models.ngrams.count_real()  # once, and not in the time of a step
    models = copy.deepcopy(trainer.models)  # in one copy: the optimizers hold the copied weights
    trainer = Trainer(trainer.config, trainer.corpus, models, silent)
    trainer.step(loop.step + 1)  # allocates, and does not count
    times: list[float] = []
    while len(times) < tries and (not times or times[-1] <= SLOW):
        start = time.perf_counter()
        trainer.step(loop.step + 1)
        times.append(time.perf_counter() - start)
    return median_high(times)
