"""`textgan score`: how likely each line of a file is under a model of training text."""

import heapq
import json
import math
import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import click

from cli.evaluate import LENGTH, decoded, is_run, longest
from cli.lines import write_lines
from cli.options import RUNS
from cli.progress import counted, progress
from corpora.errors import InputError
from corpora.reader import LONGEST
from textgan.evaluation.prediction import Setting
from textgan.evaluation.scoring import LineScore, LineScorer
from textgan.evaluation.smoothing import SMOOTHINGS
from textgan.evaluation.text import UNITS, read

__all__ = ["score"]


@click.command()
@click.argument("file")
@click.option(
    "--model",
    "learnt",
    required=True,
    metavar="RUN | CORPUS",
    help="Learn from a run's training text, or from a text: a path, -, a bundled name.",
)
@click.option("--sort", type=click.Choice(["best", "worst"]), help="Likeliest first, or last.")
@click.option(
    "-n", "--top", type=click.IntRange(0, sys.maxsize), metavar="N", help="Only the first N."
)
@click.option(
    "--length",
    type=click.IntRange(1, LONGEST),
    metavar="T",
    help=f"Cut every line here.  [default: {LENGTH}; a run's own T]",
)
@click.option(
    "--unit",
    type=click.Choice(UNITS),
    default="char",
    show_default=True,
    help="What n-grams are made of.",
)
@click.option(
    "--order", type=click.IntRange(min=1), default=6, show_default=True, help="n of the n-grams."
)
@click.option(
    "--smoothing",
    type=click.Choice(tuple(SMOOTHINGS)),
    default=Setting().smoothing,
    show_default=True,
    help="Of the model.",
)
@click.option("--encoding", default="utf-8", show_default=True, help="Of FILE and CORPUS.")
@click.option("--runs", **RUNS)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line, bit by bit.")
def score(
    file: str,
    learnt: str,
    sort: str | None,
    top: int | None,
    length: int | None,
    unit: str,
    order: int,
    smoothing: str,
    encoding: str,
    runs: Path,
    as_json: bool,
) -> None:
    """Write how likely each line of FILE is.

    Of every line that is not blank: log2 P, bits a symbol, the line, with tabs between. P is under
    an n-gram model of real text. --json has null for symbols that this text lacks, and for bits
    without end.
    """
    if file == learnt == "-":
        raise InputError("both FILE and --model are -; standard input can be only one of them")
    setting = Setting(order=order, smoothing=smoothing)
    with progress("learning the model"):
        scorer = _scorer(learnt, runs, length, unit, setting, encoding)
    overlong: list[int] = []
    lines = read(file, encoding=encoding, note=lambda counts: overlong.append(counts.overlong))
    scores = _Counted(scorer(lines if sort or top is None else islice(lines, top)))
    fields = _json if as_json else _plain
    write_lines(None, map(fields, _ranked(scores, sort, top)), "scoring")
    if scores.cut:
        number = "1 line is" if scores.cut == 1 else f"{scores.cut:,} lines are"
        click.echo(
            f"{number} longer than {counted(scorer.length, 'character')}, and scored as cut there",
            err=True,
        )
    if over := sum(overlong):
        click.echo(
            f"{counted(over, 'line')} over {LONGEST:,} characters read and shown so far only",
            err=True,
        )


class _Counted:
    """Scores, gone through once, with how many lines were cut."""

    def __init__(self, scores: Iterator[LineScore]) -> None:
        self.scores = scores
        self.cut = 0

    def __iter__(self) -> Iterator[LineScore]:
        for one in self.scores:
            self.cut += one.cut
            yield one


def _scorer(
    learnt: str, runs: Path, length: int | None, unit: str, setting: Setting, encoding: str
) -> LineScorer:
    """Return the model of a run's training text, or of a corpus."""
    if not is_run(learnt, runs, None):
        text = read(learnt, encoding=encoding)
        return LineScorer(text, length=length or LENGTH, unit=unit, setting=setting)
    if length is not None:
        raise InputError("--length goes with a CORPUS; a run has its own T: leave it out")
    from corpora import open_corpus
    from textgan.runs import corpus_folder, find

    corpus = open_corpus(corpus_folder(find(learnt, runs)))
    text = decoded(corpus, "train")
    return LineScorer(text, length=longest(corpus), unit=unit, setting=setting)


def _ranked(scores: Iterable[LineScore], sort: str | None, top: int | None) -> Iterable[LineScore]:
    """Return scores in the order asked for, of equal ones the first first; no more than `top`."""
    if sort is None:
        return scores
    sign = 1 if sort == "best" else -1

    def key(one: LineScore) -> float:
        return sign * one.bits_a_symbol

    # Without all lines in memory, where only some are wanted.
    return sorted(scores, key=key) if top is None else heapq.nsmallest(top, scores, key)


def _plain(one: LineScore) -> tuple[str, ...]:
    return f"{one.log2_likelihood:z.3f}", f"{one.bits_a_symbol:z.3f}", one.line


def _json(one: LineScore) -> tuple[str, ...]:
    values = {
        "line": one.line,
        "log2_likelihood": _finite(one.log2_likelihood),
        "bits_a_symbol": _finite(one.bits_a_symbol),
        "symbols": one.symbols,
        "bits": [_finite(bits) for bits in one.bits],
        "cut": one.cut,
    }
    return (json.dumps(values, ensure_ascii=False),)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
