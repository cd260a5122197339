"""The rows of a case study: who writes lines, how, and what is measured of them."""

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

import corpora
from benchmarks.case_studies import measures, texts
from corpora import Corpus
from corpora.errors import InputError
from corpora.files import write_text
from textgan import runs
from textgan.config.settings import Config
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.language_model.setting import Setting
from textgan.run_evaluation.recurrent_baseline import train as train_recurrent
from textgan.runs.folder import is_run
from textgan.sampling.sampler import Sampler
from textgan.training.run import open_run, prepare

__all__ = ["GAN", "STUDIES", "SYSTEMS", "Study", "encoded", "lines_of", "measured"]

GAN, RECURRENT, REAL = "GAN", "recurrent network", "held-out lines"
SAMPLERS = tuple(f"{n}-gram sampler" for n in range(6, 1, -1))
SYSTEMS = (GAN, *SAMPLERS, RECURRENT, REAL)
SEED = 0
NGRAMS = ("jsd4", "jsd6", "reverse")
EXAMPLES = 10
EVALUATED = 5_000  # lines of the measures of n-grams, as `textgan evaluate` has


@dataclass(frozen=True)
class Study:
    """A task.

    Attributes:
        about: What lines are of, for the head of its table.
        text: Returns the lines and where they are from; None: the file is named with --text.
        lines: How many each system writes.
        measure: What is measured of (lines, training lines, held-out lines).
        settings: Of the GAN, on top of its preset.
        shown: Returns the lines of a system that are shown.
        published: Figures of others, by their names.
    """

    about: str
    text: Callable[[], tuple[list[str], str]] | None
    lines: int
    measure: Callable[[Sequence[str], list[str], list[str]], dict[str, float]]
    settings: dict[str, Any] = field(default_factory=dict)
    shown: Callable[[Sequence[str]], list[str]] = lambda lines: list(lines[:EXAMPLES])
    published: Mapping[str, dict[str, float]] = field(default_factory=dict)


STUDIES = {
    "molecules": Study(
        "whole SMILES strings", None, 10_000,
        lambda lines, training, _: measures.molecules(lines, training),
        {"length": 52}, lambda lines: measures.valid_lines(lines, EXAMPLES), measures.MOSES,
    ),
    "passwords": Study(
        "passwords of leaks", texts.passwords, 10**6,
        lambda lines, _, held_out: measures.found_shares(lines, held_out),
    ),
    "places": Study(
        "names of towns in Russian letters", texts.places, 10**5,
        lambda lines, _, held_out: measures.found_shares(lines, held_out),
    ),
}  # fmt: skip


def encoded(study: Study, text: Path | None, run: Path, minutes: float) -> tuple[Path, str]:
    """Return the run of the GAN, untrained if it is new, and where its text is from."""
    if study.text is None:
        if text is None:
            raise InputError("this study needs --text FILE, one sample a line")
        path, source = text, text.name
    else:
        lines, source = study.text()
        path = run.parent / f"{run.name}.txt"
        run.parent.mkdir(parents=True, exist_ok=True)
        write_text(path, "".join(f"{line}\n" for line in lines))
    if not is_run(run):
        config = Config.build(
            {**study.settings, "corpus": str(path), "minutes": minutes, "threads": 1,
             "device": "cpu", "seed": SEED}
        )  # fmt: skip
        prepare(config, out=run)
    return run, source


def lines_of(system: str, run: Path, count: int, minutes: float) -> list[str]:
    """Return lines of a system that learns from the text of a run; the GAN's training goes on."""
    corpus = corpora.open_corpus(runs.corpus_folder(run))
    if system == REAL:
        return corpus.lines("test")
    if system == GAN:
        if runs.read_state(run)["status"] != "finished":
            open_run(run)()
        return list(Sampler.load(run).lines(count, SEED))
    if system == RECURRENT:
        torch.set_num_threads(1)
        model = train_recurrent(corpus, minutes=minutes, seed=SEED)
        return corpus.encoder.decode_rows(model.sample(count, SEED))
    return list(_sampled(corpus, int(system.partition("-")[0]), count))


def _sampled(corpus: Corpus, order: int, count: int) -> Iterator[str]:
    model = Setting(order=order).fit(corpus.train, corpus.encoder.size)
    for rows in model.drawn(count, corpus.length, SEED):
        yield from corpus.encoder.decode_rows(rows)


def measured(study: Study, run: Path, lines: Sequence[str]) -> dict[str, Any]:
    """Return what the study measures of lines, and how long it took."""
    corpus = corpora.open_corpus(runs.corpus_folder(run))
    start = time.perf_counter()
    training, held_out = corpus.lines("train"), corpus.lines("test")
    known = set(training)
    return {
        "lines": len(lines),
        **({} if list(lines) == held_out else _ngrams(lines, training, held_out, corpus.length)),
        "distinct": len(set(lines)) / len(lines),
        "copied": sum(line in known for line in lines) / len(lines),
        **study.measure(lines, training, held_out),
        "seconds": round(time.perf_counter() - start, 1),
    }


def _ngrams(
    lines: Sequence[str], training: list[str], held_out: list[str], length: int
) -> dict[str, float | None]:
    """Return the measures of n-grams; held-out lines have none, they would meet themselves."""
    report = evaluate(
        lines[:EVALUATED], training, held_out, length=length, orders=(4, 6), seed=SEED
    )
    return {name: report.measures[name].samples for name in NGRAMS if name in report.measures}
