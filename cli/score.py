"""`textgan score`: how likely each line of a file is under a model of training text."""

import heapq
import json
import math
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import click

from cli import completion, options
from cli.lines import write_lines
from cli.progress import progress
from cli.reference import open_reference, refuse_two_inputs
from corpora.counts import counted
from corpora.reader import LONGEST
from textgan.evaluation.language_model.ranking import in_order
from textgan.evaluation.language_model.scoring import LineScore, LineScorer
from textgan.evaluation.language_model.setting import HIGHEST_ORDER, Setting
from textgan.evaluation.language_model.smoothing import SMOOTHINGS
from textgan.evaluation.text.loading import read

__all__ = ["score"]

MAX_IN_MEMORY = 1000  # lines that are ranked in memory


@click.command()
@click.argument("file")
@click.option(
    "--model",
    required=True,
    metavar="RUN | CORPUS",
    shell_complete=completion.corpora_and_runs,
    help="Text that the model is made from: the training text of a run, a path, - for standard "
    "input, or the name of a bundled corpus.",
)
@click.option(
    "--sort",
    type=click.Choice(["best", "worst"]),
    help="Sort by bits per symbol: best has the likeliest line first, worst the unlikeliest.",
)
@click.option(
    "-n",
    "--top",
    type=click.IntRange(0, sys.maxsize),
    metavar="N",
    help="Write only the first N lines.",
)
@options.length()
@options.unit()
@click.option(
    "--order",
    type=click.IntRange(1, HIGHEST_ORDER),
    default=6,
    show_default=True,
    help="Order n of the n-grams.",
)
@click.option(
    "--smoothing",
    type=click.Choice(tuple(SMOOTHINGS)),
    default=Setting().smoothing,
    show_default=True,
    help="Smoothing of the model.",
)
@options.encoding("FILE and CORPUS")
@options.max_bytes("FILE, and of CORPUS")
@options.runs()
@options.json_lines("Write one JSON object a line, with the bits of each symbol.")
def score(
    file: str,
    model: str,
    sort: str | None,
    top: int | None,
    length: int | None,
    unit: str,
    order: int,
    smoothing: str,
    encoding: str,
    max_bytes: int | None,
    runs: Path,
    as_json: bool,
) -> None:
    """Score each line of FILE by its likelihood.

    For each line that is not blank the command writes log2 P, bits per symbol and the line, with
    TABs between. P is the probability of the line under an n-gram model of real text. Few bits per
    symbol mean a likely line. --json writes null for symbols that the real text lacks, and for
    infinite bits.
    """
    refuse_two_inputs(file, model)
    setting = Setting(order=order, smoothing=smoothing)
    with progress("fitting the model"):
        limit = options.read_limit(max_bytes)
        text = open_reference(model, None, runs, length, None, encoding, limit, unknown_is_run=True)
        scorer = LineScorer(text.training, unit=unit, setting=setting, normalise=text.normalise)
    overlong: list[int] = []
    lines = read(
        file,
        encoding=encoding,
        note=lambda counts: overlong.append(counts.overlong),
        limit=limit,
    )
    scores = _Counted(scorer(lines if sort or top is None else islice(lines, top)))
    fields = _json if as_json else _plain
    write_lines(None, _lines(scores, sort, top, fields), "scoring")
    if scores.cut:
        click.echo(
            f"{counted(scores.cut, 'line is', 'lines are')} longer than "
            f"{counted(scorer.length, 'character')}: cut there before scoring",
            err=True,
        )
    if over := sum(overlong):
        click.echo(
            f"{counted(over, 'line')} over {LONGEST:,} characters; the rest of each is ignored",
            err=True,
        )


class _Counted:
    """Scores, iterated over once, and the number of lines cut."""

    def __init__(self, scores: Iterator[LineScore]) -> None:
        self.scores = scores
        self.cut = 0

    def __iter__(self) -> Iterator[LineScore]:
        for score in self.scores:
            self.cut += score.cut
            yield score


def _lines(
    scores: Iterable[LineScore],
    sort: str | None,
    top: int | None,
    fields: Callable[[LineScore], tuple[str, ...]],
) -> Iterator[Sequence[str]]:
    """Yield the fields of at most `top` scores, sorted by bits per symbol if `sort` is not None.

    Equal scores keep their order. Memory does not grow with the number of lines.
    """
    if sort is None:
        yield from map(fields, scores)
        return
    sign = 1 if sort == "best" else -1
    if top is not None and top <= MAX_IN_MEMORY:
        best = heapq.nsmallest(top, scores, lambda score: sign * score.bits_per_symbol)
        yield from map(fields, best)
        return
    keyed = ((sign * score.bits_per_symbol, "\t".join(fields(score))) for score in scores)
    yield from (line.split("\t", 2) for line in islice(in_order(keyed), top))


def _plain(score: LineScore) -> tuple[str, ...]:
    return f"{score.log2_likelihood:z.3f}", f"{score.bits_per_symbol:z.3f}", score.line


def _json(score: LineScore) -> tuple[str, ...]:
    values = {
        "line": score.line,
        "log2_likelihood": _finite(score.log2_likelihood),
        "bits_per_symbol": _finite(score.bits_per_symbol),
        "symbols": score.symbols,
        "bits": [_finite(bits) for bits in score.bits],
        "cut": score.cut,
    }
    return (json.dumps(values, ensure_ascii=False),)


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
