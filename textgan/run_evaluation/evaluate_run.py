"""A run judged by its own text: what it samples, and what it makes of what it is given.

No torch is loaded before there is a run to sample.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from corpora import Corpus
from textgan.evaluation.evaluate import evaluate
from textgan.evaluation.metrics.character_error_rate import TranslationReport
from textgan.evaluation.report.report import Curves, Report
from textgan.runs.log import read_log

__all__ = ["RUN_SAMPLES", "decoded", "judge_run", "judge_translator", "longest"]

RUN_SAMPLES = 5000  # a test text of 100,000 lines in all still has a floor of this size
AT_ONCE = 1 << 14  # rows decoded at a time


def judge_run(
    run: Path,
    corpus: Corpus,
    checkpoint: str | None,
    m: int,
    settings: Mapping[str, Any],
    also: Mapping[str, Iterable[str]],
) -> Report:
    """Return the report on a run on plain text or on labels.

    Args:
        run: its folder.
        corpus: what it was trained on.
        checkpoint: best or last; None: as `Sampler.load` chooses.
        m: samples.
        settings: of `evaluate`, `seed` among them.
        also: other lines to measure beside the samples, by name.
    """
    from textgan.run_evaluation import conditions as conditioned
    from textgan.sampling.sampler import Sampler

    sampler = Sampler.load(run, checkpoint=checkpoint)
    seed, length = settings["seed"], longest(corpus)
    report = evaluate(
        sampler.lines(m, seed),
        decoded(corpus, "train"),
        decoded(corpus, "test"),
        length=length,
        normalise=corpus.normalise,
        also=also,
        evaluated=run.name,
        against=f"training text of {run.name}",
        **settings,
    )
    labels = codes = None
    if corpus.labels:
        labels = conditioned.labels_kept(sampler, corpus, m, seed, length)
    if sampler.latents.codes.size:
        codes = conditioned.codes_recovered(sampler, m, seed, length)
    return replace(report, curves=_curves(run), labels=labels, codes=codes)


def judge_translator(
    run: Path, corpus: Corpus, checkpoint: str | None, m: int, seed: int
) -> TranslationReport:
    """Return the report on a run on pairs: m of its held-out pairs, or all there are."""
    from textgan.run_evaluation.conditions import sources_translated
    from textgan.sampling.sampler import Sampler

    return sources_translated(Sampler.load(run, checkpoint=checkpoint), corpus, m, seed, run.name)


def decoded(corpus: Corpus, part: str) -> Iterator[str]:
    """Yield the lines of a part of a run's text, a block in memory at a time."""
    size = len(getattr(corpus, part))
    for start in range(0, size, AT_ONCE):
        yield from corpus.lines(part, start, start + AT_ONCE)


def longest(corpus: Corpus) -> int:
    """Return T of a run's text in characters: no line of it is cut, whatever a token holds."""
    parts = ("train", "test")
    return max(corpus.length, *(len(line) for part in parts for line in decoded(corpus, part)))


def _curves(run: Path) -> Curves | None:
    """Return what was watched at each scored step of a run; None where nothing was."""
    lines = [
        {**line, **{name: value for name, value in line["scores"].items() if value is not None}}
        for line in read_log(run / "stats.jsonl")
        if isinstance(line.get("scores"), dict)
    ]
    if not lines:
        return None
    names = ("seconds", "slope", "wasserstein_train", "wasserstein_held_out", "unique")
    names += tuple(name for name in lines[0] if name.startswith("jsd"))
    return Curves(
        steps=tuple(int(line["step"]) for line in lines),
        values={name: tuple(_number(line.get(name)) for line in lines) for name in names},
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None
