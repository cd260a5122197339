"""A run evaluated: its samples, and what it makes of labels, codes and sources.

No torch is loaded before there is a run to sample.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import corpora
from corpora.errors import InputError
from textgan import runs
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.metrics.character_error_rate import TranslationReport
from textgan.evaluation.report.report import Report
from textgan.run_evaluation.curves import read_curves
from textgan.run_evaluation.text import corpus_lines, longest_line

__all__ = ["RUN_SAMPLES", "evaluate_run"]

RUN_SAMPLES = 5000  # a corpus of 100,000 lines still has a floor of this size


def evaluate_run(
    run: Path | str,
    *,
    folder: Path | str = "runs",
    checkpoint: str | None = None,
    m: int = RUN_SAMPLES,
    seed: int = 0,
    autoregressive: float | None = None,
    workers: int = 1,
    candidates: int = 1,
    note: Callable[[str], None] = lambda _note: None,
    stage: Callable[[str], None] = lambda _stage: None,
    **settings: Any,  # noqa: ANN401 - those of `evaluate`
) -> Report | TranslationReport:
    """Return the report on a run; nothing but its folder is needed.

    Samples are compared with the training text, with the test text held out. A run on labels or
    with codes is evaluated for each of them too. A run on pairs is evaluated by its translations of
    held-out sources, and its report is a `TranslationReport`. Nothing is written:
    `textgan evaluate` saves the report in the run's folder.

    Args:
        run: A run folder, or the name or number of a run in `folder`.
        folder: Where numbered runs are.
        checkpoint: best or last; None: as `Sampler.load` chooses.
        m: Number of samples, or of held-out pairs.
        seed: Seed of the samples and of every random draw.
        autoregressive: Minutes to train a recurrent network, a further baseline; None: none.
        workers: Number of processes that generate the samples. It does not change them.
        candidates: K: each sample is chosen from K candidates, as of `Sampler.load`.
        note: Called with a line that says how they are chosen, if they are.
        stage: Called with the name of what is being done, whenever that changes.
        **settings: `unit`, `orders`, `model`, `full`, `sizes` and `valid`, as of `evaluate`;
            without effect on a run on pairs.

    Raises:
        InputError: There is no such run, a file of it is missing or damaged, or a number is out of
            its range.
    """
    if m < 1:
        raise InputError(f"found {m} samples, expected at least 1")
    if seed < 0:
        raise InputError(f"found seed {seed}, expected 0 or more")
    path = runs.find(str(run), Path(folder))
    corpus = corpora.open_corpus(runs.corpus_folder(path))
    stage("loading the run")
    from textgan.sampling.sampler import Sampler

    sampler = Sampler.load(
        path, checkpoint=checkpoint, workers=workers, candidates=candidates,
        on_step=lambda: stage("training the density ratio"),
    )  # fmt: skip
    if sampler.candidates is not None:
        note(str(sampler.candidates))
    if corpus.columns == "pairs":
        from textgan.run_evaluation.pairs import evaluate_pairs

        stage("translating held-out sources")
        return evaluate_pairs(sampler, corpus, m, seed, path.name)
    baselines = {}
    if autoregressive is not None:
        stage("training a recurrent network")
        baselines["autoregressive"] = _recurrent_lines(corpus, autoregressive, m, seed)
    length = longest_line(corpus)
    report = evaluate(
        sampler.lines(m, seed),
        corpus_lines(corpus, "train"),
        corpus_lines(corpus, "test"),
        length=length,
        seed=seed,
        normalise=corpus.normalise,
        also=baselines,
        evaluated=path.name,
        against=f"training text of {path.name}",
        candidates=sampler.candidates_per_line,
        stage=stage,
        **settings,
    )
    labels = codes = None
    if corpus.labels:
        from textgan.run_evaluation.labels import evaluate_labels

        labels = evaluate_labels(sampler, corpus, m, seed, length)
    if sampler.latents.codes.size:
        from textgan.run_evaluation.codes import evaluate_codes

        codes = evaluate_codes(sampler, m, seed, length)
    return replace(report, curves=read_curves(path), labels=labels, codes=codes)


def _recurrent_lines(corpus: corpora.Corpus, minutes: float, m: int, seed: int) -> list[str]:
    from textgan.run_evaluation.recurrent_baseline import train

    network = train(corpus, minutes=minutes, seed=seed)
    return corpus.encoder.decode_rows(network.sample(m, seed))
