"""A run exported: a folder with all that sampling needs, or a page; no text of the corpus."""

import contextlib
from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import corpora
from corpora.errors import InputError
from corpora.files import atomic_text, write_text
from corpora.json_files import read_json
from textgan import runs
from textgan.config.settings import Config
from textgan.evaluation.metrics.character_error_rate import TranslationReport
from textgan.evaluation.report.report import Report
from textgan.evaluation.statistics.proportions import Share, share
from textgan.export.card import Card, write_card
from textgan.export.onnx_file import FILE as ONNX
from textgan.export.onnx_file import check_exportable, write_onnx
from textgan.export.page_file import check_page, check_size, page_text
from textgan.export.reports import saved_report, without_real_text, write_report
from textgan.run_evaluation.evaluate_run import evaluate_run
from textgan.runs.creation import new_folder
from textgan.runs.exported import WEIGHTS, Exported, is_exported, write_labels
from textgan.runs.log import read_log
from textgan.runs.tensors import weights, write_tensors
from textgan.sampling.filters import TrainingText, select
from textgan.sampling.sampler import Sampler

__all__ = ["COMPARED_LINES", "SAMPLES", "export_run"]

SAMPLES = "samples.txt"
SAMPLE_LINES = 100
SEED = 0  # of the samples, and of the lines that are looked up in the training text
COMPARED_LINES = 5000


def export_run(
    run: Path,
    to: Path | None = None,
    *,
    page: Path | None = None,
    checkpoint: str | None = None,
    licence: str | None = None,
    onnx: bool = True,
    evaluate: bool = False,
    force: bool = False,
    stage: Callable[[str], None] = lambda _stage: None,
    note: Callable[[str], None] = lambda _note: None,
) -> None:
    """Export a run to a folder or a page or both; each appears complete or not at all.

    The same run and arguments give the same bytes, with the same versions of torch and numpy.

    Args:
        run: The run folder.
        to: The new folder; None: none is made.
        page: The new HTML page, which writes lines in a browser; None: none is made.
        checkpoint: best or last; None: as `Sampler.load` chooses.
        licence: Of the training text, for the model card: a name that the hub knows, as cc0-1.0,
            or another; None: not stated.
        onnx: Whether `model.onnx` is written to the folder, which needs the packages onnx and
            onnxruntime.
        evaluate: Whether the run is evaluated for its report; else the saved one is taken, if any.
        force: Whether an exported model that is already at `to`, and a file at `page`, is replaced.
        stage: Called with the name of what is being done, whenever that changes.
        note: Called with sentences for the user.

    Raises:
        InputError: A file of the run is missing or damaged, `to` or `page` exists, or the run has
            no ONNX graph or no page and one is wanted.
    """
    config = runs.read_config(run)
    if page is not None:
        check_page(config)
        if page.is_file() and not force:
            raise InputError(f"{page} exists; name another file, or add --force to replace it")
    if to is not None and onnx:
        check_exportable(config)
    with contextlib.ExitStack() as stack:
        folder = None if to is None else stack.enter_context(
            new_folder(to, "exported model", is_exported, option="--to", force=force)
        )  # fmt: skip
        stage("loading the run")
        checkpoint = checkpoint or runs.default_checkpoint(run)
        sampler = Sampler.load(run, checkpoint)
        corpus = corpora.open_corpus(runs.corpus_folder(run))
        step = sampler.step
        assert step is not None  # it was loaded
        if page is not None:
            check_size(sampler)
        lines: list[str] = []
        if folder is not None:
            stage("writing the model")
            exported = _write_model(folder, step, sampler, corpus, config)
            if onnx:
                write_onnx(folder / ONNX, sampler, config, exported)
            lines = _write_samples(folder, sampler) if config.columns != "pairs" else []
        stage("looking lines up in the training text")
        copied = _copied(corpus, sampler) if config.columns != "pairs" else None
        report = _report(run, config, checkpoint, evaluate=evaluate, stage=stage, note=note)
        card = Card(
            name=run.name, config=config, corpus=corpus, step=step, version=_version(run),
            scores=_logged(run, step), copied=copied, samples=lines, report=report,
            licence=licence, onnx=onnx,
        )  # fmt: skip
        if folder is not None:
            if report is not None:
                stage("writing the report")
                write_report(folder, report)
            write_card(folder / "README.md", card)
        text = None if page is None else page_text(sampler, card)
    if page is not None and text is not None:
        write_text(page, text)


def _write_model(
    folder: Path,
    step: int,
    sampler: Sampler,
    corpus: corpora.Corpus,
    config: Config,
) -> Exported:
    """Write weights, settings, encoder and labels; the settings name the text without its path."""
    networks = weights(average=sampler.generator, critic=sampler.critic)
    write_tensors(folder / WEIGHTS, networks, step)
    exported = Exported(
        step=step, encoder=corpus.encoder.signature, labels=corpus.labels,
        training_lines=len(corpus.train),
    )  # fmt: skip
    named = replace(config, corpus=Path(config.corpus).name)
    runs.write_config(folder, named, model=exported.to_dict())
    corpus.encoder.save(folder)
    if sampler.training_labels is not None:
        write_labels(folder, sampler.training_labels)
    return exported


def _write_samples(folder: Path, sampler: Sampler) -> list[str]:
    """Write samples, with their labels if there are any, and return them."""
    samples = select(sampler, SAMPLE_LINES, SEED)
    lines = [
        sample.text if sample.label is None else f"{sample.label}\t{sample.text}"
        for sample in samples
    ]
    with atomic_text(folder / SAMPLES) as file:
        file.writelines(f"{line}\n" for line in lines)
    return lines


def _copied(corpus: corpora.Corpus, sampler: Sampler) -> Share:
    """Return the share of generated lines that stand in the training text."""
    training, right, lines = TrainingText(corpus), 0, sampler.lines(COMPARED_LINES, SEED)
    while block := list(islice(lines, 1024)):
        right += int(training.contains(block).sum())
    return share(right, COMPARED_LINES)


def _report(
    run: Path,
    config: Config,
    checkpoint: str,
    *,
    evaluate: bool,
    stage: Callable[[str], None],
    note: Callable[[str], None],
) -> Report | TranslationReport | None:
    """Return the report that is exported: a new one, or that of the run if it is of this state."""
    if evaluate:
        return without_real_text(evaluate_run(run, checkpoint=checkpoint, stage=stage))
    try:
        report = saved_report(run, config.columns)
    except InputError as error:
        note(f"no report is exported: {error}, or add --evaluate")
        return None
    return None if report is None else without_real_text(report)


def _logged(run: Path, step: int) -> dict[str, Any] | None:
    """Return the line of the log with the scores of a step; None where it was not scored."""
    lines = [line for line in read_log(run / "stats.jsonl") if line["step"] == step]
    return next((line for line in reversed(lines) if "scores" in line), None)


def _version(run: Path) -> str:
    """Return the version of textgan that trained the run last."""
    values = read_json(run / "config.json", expected="the settings of a run", remedy="restore it")
    return str(values.get("textgan"))
