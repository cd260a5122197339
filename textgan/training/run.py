"""Whole runs: prepare a folder, open it as a loop, train; a new run and a resumed one alike."""

import copy
import dataclasses
import textwrap
import time
from collections.abc import Sequence
from pathlib import Path

import torch

import corpora
from corpora.errors import InputError
from textgan import runs
from textgan.config.settings import Config
from textgan.hardware.device import (
    check_threads,
    choose_device,
    choose_precision,
    choose_threads,
    set_up,
)
from textgan.networks.outline import check_checkpoint_size
from textgan.runs.tensors import load_weights
from textgan.training.checkpoint import restore, save_last
from textgan.training.loop import Callback, Loop
from textgan.training.memory import check_memory
from textgan.training.models import Models
from textgan.training.step import Trainer
from textgan.training.validation import Validator

__all__ = ["open_run", "prepare", "seconds_a_step", "train"]

SLOW = 2.0  # seconds: of steps that slow, one is enough to measure


def train(
    config: Config | str | Path,
    *,
    out: Path | str | None = None,
    folder: Path | str = "runs",
    force: bool = False,
    callbacks: Sequence[Callback] = (),
) -> Path:
    """Train a new run and return its folder.

    Args:
        config: All settings, or only the corpus, a path or a bundled name; with neither `steps` nor
            `minutes` it never ends.
        out: The run folder; None: the next number in `folder`.
        folder: Where numbered runs are.
        force: Whether a run that is already at `out` is replaced.
        callbacks: Each is called with a `Progress` after every step.

    Raises:
        InputError: The corpus, a setting or the folder will not do, or training diverged.
    """
    run = prepare(config, out=out, folder=folder, force=force)
    open_run(run)(tuple(callbacks))
    return run


def prepare(
    config: Config | str | Path,
    *,
    out: Path | str | None = None,
    folder: Path | str = "runs",
    force: bool = False,
    init: Path | None = None,
) -> Path:
    """Make a run folder at step 0: corpus encoded, networks initialised.

    It appears complete or not at all. The arguments are those of `train`; `init` is a run whose
    networks the new one starts from.

    Raises:
        InputError: The corpus, a setting, the folder or `init` will not do.
    """
    if isinstance(config, str | Path):
        config = Config.build({"corpus": str(config)})
    if not isinstance(config, Config):
        raise InputError(
            f"found {type(config).__name__}, expected a Config, a path, or the name of a corpus"
        )
    check_threads(config.threads)  # before anything is made
    check_memory(config)
    set_up(config, choose_device(config.device))
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
        )
        check_memory(config, corpus)
        threads = choose_threads(config, corpus.length)
        precision = choose_precision(config)
        config = dataclasses.replace(
            config, length=corpus.length, threads=threads, precision=precision
        )
        models = Models.build(config, corpus, torch.device("cpu"))
        if init is not None:
            _check_fit(init, corpus)
            load_weights(
                runs.checkpoint(init, "last"),
                generator=models.generator,
                critic=models.critic,
                average=models.average,
            )
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

    Raises:
        InputError: A file of the run is missing, damaged, edited or of another format, or the run
            has already come so far, or another process is training it.
    """
    with runs.locked(run):  # whoever trains it would change it meanwhile
        config = runs.read_config(run)
        if steps is not None or minutes is not None:
            config = dataclasses.replace(config, steps=steps, minutes=minutes)
        if device is not None:
            config = dataclasses.replace(config, device=device)
        if threads is not None:
            config = dataclasses.replace(config, threads=threads)
        check_threads(config.threads)
        chosen = choose_device(config.device)
        set_up(config, chosen)
        corpus = corpora.open_corpus(runs.corpus_folder(run))
        check_memory(config, corpus)
        weights = runs.checkpoint(run, "last")
        shape = {"length": corpus.length, "labels": len(corpus.labels)}
        check_checkpoint_size(weights, config, corpus.encoder.size, **shape)
        models = Models.build(config, corpus, chosen)
        step = restore(weights, models)
        loop = Loop(
            run, config, Trainer(config, corpus, models), Validator(config, corpus), step=step
        )
        if loop.done:
            raise InputError(
                f"{run} has already trained {step:,} steps in {loop.seconds / 60:.1f} minutes; "
                "give a larger total with --steps or --minutes"
            )
    return loop


def seconds_a_step(loop: Loop, tries: int = 5) -> float:
    """Return the median time of a step, measured on a copy: the run itself does not move."""
    trainer = loop.trainer
    models = copy.deepcopy(trainer.models)  # in one copy: the optimizers hold the copied weights
    trainer = Trainer(trainer.config, trainer.corpus, models)
    times = []
    for _ in range(tries + 1):  # the first allocates, and does not count
        start = time.perf_counter()
        trainer.step(loop.step + 1)
        times.append(time.perf_counter() - start)
        if times[-1] > SLOW:
            return times[-1]
    return sorted(times[1:])[tries // 2]


def _difference(labels: Sequence[str], others: Sequence[str]) -> str:
    """Return the labels that are not among `others`, as many as fit into a line."""
    names = ", ".join(label for label in labels if label not in set(others))
    return textwrap.shorten(names, 100, placeholder=" ...") or "no others"


def _check_fit(init: Path, corpus: corpora.Corpus) -> None:
    """Refuse weights of other symbols, length or labels: their columns mean something else."""
    other = corpora.open_corpus(runs.corpus_folder(init))
    differences = []  # what differs, as it is of `init` and of the new run
    if other.encoder.signature != corpus.encoder.signature:
        differences.append(("encoder", other.encoder.signature, corpus.encoder.signature))
    if other.length != corpus.length:
        differences.append(("length", str(other.length), str(corpus.length)))
    if other.labels != corpus.labels:
        only_there = _difference(other.labels, corpus.labels)
        differences.append(("labels", only_there, _difference(corpus.labels, other.labels)))
    for name, found, expected in differences:
        raise InputError(
            f"{init} has {name} {found}, the new run {expected}; --init needs a run on text of the "
            "same characters, length and labels"
        )
