"""`textgan score`: how likely each line of a file is under a model of training text."""

import heapq
import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import click

from cli import options
from cli.lines import write_lines
from cli.progress import progress
from cli.reference import is_run, open_reference, text_of_run
from corpora.counts import counted
from corpora.errors import InputError
from corpora.reader import LONGEST
from textgan.evaluation.language_model.scoring import LineScore, LineScorer, in_order
from textgan.evaluation.language_model.smoothing import SMOOTHINGS
from textgan.evaluation.metrics.cross_entropy import HIGHEST_ORDER, Setting
from textgan.evaluation.text.rows import read

__all__ = ["score"]

FEW = 1000  # lines that are ranked in memory


@click.command()
@click.argument("file")
@click.option(
    "--model",
    "learnt",
    required=True,
    metavar="RUN | CORPUS",
    help="Text of the model: a run's training text, a path, -, or the name of a bundled corpus.",
)
@click.option("--sort", type=click.Choice(["best", "worst"]), help="Likeliest first, or last.")
@click.option(
    "-n", "--top", type=click.IntRange(0, sys.maxsize), metavar="N", help="Only the first N."
)
@options.length()
@options.unit()
@click.option(
    "--order",
    type=click.IntRange(1, HIGHEST_ORDER),
    default=6,
    show_default=True,
    help="n of the n-grams.",
)
@click.option(
    "--smoothing",
    type=click.Choice(tuple(SMOOTHINGS)),
    default=Setting().smoothing,
    show_default=True,
    help="Of the model.",
)
@options.encoding("FILE and CORPUS")
@options.runs()
@options.json_lines("One JSON object per line, with the bits of each symbol.")
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
    """Score each line of FILE by its likelihood.

    Writes for every line that is not blank: log2 P, bits per symbol and the line, separated by
    TABs. P is the probability under an n-gram model of real text. --json writes null for symbols
    that this text lacks, and for infinite bits.
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
    write_lines(None, _lines(scores, sort, top, fields), "scoring")
    if scores.cut:
        number = "1 line is" if scores.cut == 1 else f"{scores.cut:,} lines are"
        click.echo(
            f"{number} longer than {counted(scorer.length, 'character')}: cut there before scoring",
            err=True,
        )
    if over := sum(overlong):
        click.echo(
            f"{counted(over, 'line')} over {LONGEST:,} characters; the rest of each is ignored",
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
        text = open_reference(learnt, None, runs, length, None, encoding)
    elif length is not None:
        raise InputError("--length goes with a CORPUS, and a run has its own T: leave it out")
    else:
        from textgan.runs.folder import find

        text = text_of_run(find(learnt, runs))
    return LineScorer(text.training, unit=unit, setting=setting, normalise=text.normalise)


def _lines(
    scores: Iterable[LineScore],
    sort: str | None,
    top: int | None,
    fields: Callable[[LineScore], tuple[str, ...]],
) -> Iterator[Sequence[str]]:
    """Yield the fields of scores in the order asked for, of equal ones the first first.

    There are no more than `top`, and memory does not grow with all of them.
    """
    if sort is None:
        yield from map(fields, scores)
        return
    sign = 1 if sort == "best" else -1
    if top is not None and top <= FEW:
        best = heapq.nsmallest(top, scores, lambda one: sign * one.bits_a_symbol)
        yield from map(fields, best)
        return
    keyed = ((sign * one.bits_a_symbol, "\t".join(fields(one))) for one in scores)
    yield from (line.split("\t", 2) for line in islice(in_order(keyed), top))


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
