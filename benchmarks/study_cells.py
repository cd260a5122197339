"""One run of the study: its settings, its training, which may be stopped, and its evaluation."""

import shutil
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import corpora
from benchmarks.machine import commit, machine
from benchmarks.methods import digest_of, validation_report
from benchmarks.molecules import valid_share
from benchmarks.records import Record
from benchmarks.variants import VARIANTS
from corpora.errors import InputError
from textgan import runs
from textgan.config.settings import Config
from textgan.runs.folder import is_run
from textgan.sampling.sampler import Sampler
from textgan.training.divergence import DivergenceError
from textgan.training.run import open_run, prepare

__all__ = ["CORPORA", "MOLECULES", "Cell", "config_of", "provenance", "result_of"]

CORPORA: dict[str, dict[str, Any]] = {  # and their settings
    "us-baby-names": {},
    "pd-english": {},
    "smiles-moses": {"length": 52},  # whole molecules
    "tang-poems": {},
}
MOLECULES = ("smiles-moses",)  # of which valid ones are counted
MEASURES = ("jsd4", "jsd6", "reverse", "unique", "copied")
THREAD = {"device": "cpu", "threads": 1}


def config_of(variant: str, corpus: str, text: str, **settings: Any) -> Config:  # noqa: ANN401
    """Return the settings of a variant on a corpus, with others that are the same for all."""
    chosen = VARIANTS[variant]
    usual = {**CORPORA.get(corpus, {}), **THREAD, **chosen.settings}
    return Config.build({**usual, "corpus": text, **settings}, preset=chosen.preset)


@dataclass(frozen=True)
class Cell:
    """One run of the study: all that its result depends on.

    Attributes:
        variant: Its name.
        corpus: The name of the text.
        sha: The first digits of the SHA-256 of the text.
        seconds: The budget that its steps are from.
        samples: The number of lines that are evaluated.
        config: All its settings.
    """

    variant: str
    corpus: str
    sha: str
    seconds: float
    samples: int
    config: Config

    @property
    def key(self) -> Record:
        """What tells its result from others: settings of any name, steps among them."""
        return {
            "corpus": self.corpus,
            "seed": self.config.seed,
            "seconds": self.seconds,
            "samples": self.samples,
            "settings": digest_of(self.config),
        }

    @property
    def folder(self) -> str:
        """The name of its run folder; runs do not depend on the samples that are evaluated."""
        return f"{self.corpus}-{self.sha}-{digest_of(self.config)}-{self.config.seed}"


def provenance() -> Record:
    """Return what a record says of where it is from: hardware and load, and the commit."""
    return {"machine": machine(), "commit": commit()}


def result_of(cell: Cell, folder: Path) -> Record:
    """Return the result of a run, which goes on where it stands in `folder` half-way."""
    run, start = folder / cell.folder, time.process_time()
    record = {
        "kind": "run", "variant": cell.variant, "flags": VARIANTS[cell.variant].flags, **cell.key,
        "steps": cell.config.steps, "text": cell.sha, **provenance(),
    }  # fmt: skip
    try:
        train(run, cell.config)
    except DivergenceError as error:
        return {**record, "error": str(error).partition(";")[0]}
    record["cpu_seconds"] = round(time.process_time() - start, 1)  # since it was begun or resumed
    record["precision"] = runs.read_config(run).precision
    return record | scores_of(run, cell)


def train(run: Path, config: Config) -> None:
    """Train a run to its end: a new one, or one that was stopped, anew if that is damaged."""
    if is_run(run):
        try:
            if runs.read_state(run)["status"] != "finished":
                open_run(run)()
            return
        except DivergenceError:
            raise
        except InputError:
            shutil.rmtree(run)
    open_run(prepare(config, out=run))()


def scores_of(run: Path, cell: Cell) -> Record:
    """Return what validation text says of fresh lines of the checkpoint that the run chooses."""
    corpus = corpora.open_corpus(runs.corpus_folder(run))
    lines = list(Sampler.load(run).lines(cell.samples, cell.config.seed))
    report = validation_report(lines, corpus, [4, 6])
    measures = {name: report.measures[name] for name in MEASURES}
    return {
        "length": corpus.length,
        "checkpoint": runs.default_checkpoint(run),
        "best_step": (runs.read_state(run)["best"] or {}).get("step"),
        **{f"{name}_excess": measures[name].excess for name in ("jsd4", "jsd6", "copied")},
        **{name: measures[name].samples for name in ("reverse", "unique", "copied")},
        **{f"{name}_real": measures[name].real for name in ("jsd4", "jsd6", "reverse", "unique")},
        "valid": valid_share(lines) if cell.corpus in MOLECULES else None,
        "signatures": {
            name: measure.real_signature or measure.signature for name, measure in measures.items()
        },
        "lines": lines[:5],
    }
