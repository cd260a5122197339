"""`textgan evaluate`: a run or a file, judged by n-grams."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli.limits import FAILED, Limit, fail
from cli.options import RUNS
from corpora.errors import InputError
from corpora.sources import bundled
from textgan.evaluation.judge import ORDERS
from textgan.evaluation.judge import evaluate as judge
from textgan.evaluation.prediction import Setting
from textgan.evaluation.report import Curves, Report
from textgan.evaluation.smoothing import SMOOTHINGS
from textgan.evaluation.text import UNITS

if TYPE_CHECKING:
    from corpora import Corpus

__all__ = ["LENGTH", "RUN_SAMPLES", "decoded", "evaluate", "is_run", "longest"]

RUN_SAMPLES = 5000  # a test text of 100,000 lines in all still has a floor of this size
LENGTH = 32  # as published
AT_ONCE = 1 << 14  # rows decoded at a time


@click.command()
@click.argument("target", required=False, metavar="[RUN | FILE]")
@click.option(
    "--against", metavar="CORPUS", help="Text to judge a FILE against: a path, -, a bundled name."
)
@click.option(
    "--length", type=int, metavar="T", help="Cut every line of a FILE here.  [default: 32]"
)
@click.option(
    "--samples",
    type=int,
    metavar="M",
    help="Lines to judge, drawn at random.  [default: 5000 of a run, all of a file]",
)
@click.option(
    "--unit",
    type=click.Choice(UNITS),
    default="char",
    show_default=True,
    help="What n-grams are made of.",
)
@click.option(
    "--orders", default="1-6", show_default=True, help="The n of the n-grams, from 1 to 10."
)
@click.option(
    "--model-order", type=int, default=6, show_default=True, help="n of the language models."
)
@click.option(
    "--smoothing",
    type=click.Choice([name for name in SMOOTHINGS if name != "mle"]),  # which may be infinite
    default=Setting().smoothing,
    show_default=True,
    help="Of the language models.",
)
@click.option("--seed", type=int, default=0, show_default=True, help="Of every random draw.")
@click.option("--encoding", help="Of FILE and CORPUS.  [default: utf-8]")
@click.option(
    "--checkpoint",
    type=click.Choice(["best", "last"]),
    help="Of a run.  [default: best]",
)
@click.option(
    "--full",
    is_flag=True,
    help="Also BLEU, Fréchet distances, nearest lines and earth mover's distance.",
)
@click.option("--sizes", is_flag=True, help="Also JSD over the number of samples.")
@click.option(
    "--autoregressive",
    type=float,
    metavar="MINUTES",
    help="Of a run: also train a small recurrent network so long, as a baseline.",
)
@click.option("--runs", **RUNS)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON, unrounded.")
@click.option(
    "--html", type=click.Path(path_type=Path), metavar="PAGE", help="Also write a page with plots."
)
@click.option(
    "--fail-above",
    type=Limit(),
    multiple=True,
    metavar="NAME=X",
    help=f"Exit with {FAILED} if a measure, jsd4 for example, is above X; repeatable.",
)
def evaluate(
    target: str | None,
    against: str | None,
    length: int | None,
    samples: int | None,
    unit: str,
    orders: str,
    model_order: int,
    smoothing: str,
    seed: int,
    encoding: str | None,
    checkpoint: str | None,
    full: bool,
    sizes: bool,
    autoregressive: float | None,
    runs: Path,
    as_json: bool,
    html: Path | None,
    fail_above: tuple[tuple[str, float], ...],
) -> None:
    """Judge a RUN, or a FILE against a CORPUS.

    Without a name the latest run is judged. A run is sampled and judged against its training text,
    with its test text held out; the report is also saved in its folder. Of a file and a corpus
    every line that is not blank counts. docs/evaluation.md defines every number.
    """
    settings: dict[str, Any] = {
        "unit": unit,
        "orders": _orders(orders),
        "model": Setting(order=_positive("--model-order", model_order), smoothing=smoothing),
        "seed": seed,
        "full": full,
        "sizes": sizes,
    }
    if samples is not None:
        _positive("--samples", samples)
    if target is None or is_run(target, runs, against):
        for option, given in (
            ("--against", against), ("--length", length), ("--encoding", encoding),
        ):  # fmt: skip
            if given is not None:
                raise InputError(
                    f"{option} goes with a FILE; a run has its own training text: leave it out, or "
                    "write samples to a file and judge that"
                )
        report = judge_run(target, runs, checkpoint or "best", samples, autoregressive, settings)
    else:
        for option, value in (("--checkpoint", checkpoint), ("--autoregressive", autoregressive)):
            if value is not None:
                raise InputError(f"{option} goes with a run; {target} is a file: leave it out")
        report = judge_file(
            target,
            against,
            length=LENGTH if length is None else _positive("--length", length),
            m=samples,
            encoding=encoding or "utf-8",
            settings=settings,
        )
    if html is not None:
        _write_page(report, html)
    if as_json:
        click.echo(json.dumps(report.to_dict(), indent=1))
    else:
        _print(report)
    fail(report, fail_above)


def is_run(target: str, runs: Path, against: str | None) -> bool:
    """Return whether `target` is a run: a folder, or the name or number of one in `runs`.

    What is neither a folder nor a file is a run, unless there is a corpus to judge it against.
    """
    if target == "-" or Path(target).is_file() or target in bundled():
        return False
    return against is None or Path(target).is_dir() or (runs / target).is_dir()


def judge_file(
    file: str,
    against: str | None,
    *,
    length: int,
    m: int | None,
    encoding: str,
    settings: Mapping[str, Any],
) -> Report:
    """Return the report on the lines of `file`; loads no torch."""
    from textgan.evaluation.text import read

    if against is None:
        raise InputError(
            f"{file}: found a file and no corpus to judge it against; add --against CORPUS "
            "(for a run give its folder)"
        )
    if file == against == "-":
        raise InputError("both FILE and --against are -; standard input can be only one of them")
    return judge(
        read(file, encoding=encoding),
        read(against, encoding=encoding),
        length=length,
        m=m,
        judged=file,
        against=against,
        **settings,
    )


def judge_run(
    name: str | None,
    runs: Path,
    checkpoint: str,
    m: int | None,
    minutes: float | None,
    settings: Mapping[str, Any],
) -> Report:
    """Return the report on a run, and save it as `report.json` in the run's folder."""
    from corpora import open_corpus
    from textgan.runs import find

    m = RUN_SAMPLES if m is None else m
    run = find(name, runs)
    corpus = open_corpus(run / "corpus")
    from textgan.sampling import Sampler  # loads torch: not before there is a run to sample

    sampler = Sampler.load(run, checkpoint=checkpoint)
    seed = settings["seed"]
    also = {} if minutes is None else _autoregressive(corpus, minutes, m, seed)
    report = judge(
        sampler.lines(m, seed),
        decoded(corpus, "train"),
        decoded(corpus, "test"),
        length=longest(corpus),
        also=also,
        judged=run.name,
        against=f"training text of {run.name}",
        **settings,
    )
    report = replace(report, curves=_curves(run))
    try:
        report.save(run / "report.json")
    except InputError as error:  # a run that may only be read can be judged all the same
        click.echo(f"textgan: {error}; the report is only shown", err=True)
    return report


def decoded(corpus: "Corpus", part: str) -> Iterator[str]:
    """Yield the lines of a part of a run's text, a block in memory at a time."""
    size = len(getattr(corpus, part))
    for start in range(0, size, AT_ONCE):
        yield from corpus.lines(part, start, start + AT_ONCE)


def longest(corpus: "Corpus") -> int:
    """Return T of a run's text in characters: no line of it is cut, whatever a token holds."""
    parts = ("train", "test")
    return max(corpus.length, *(len(line) for part in parts for line in decoded(corpus, part)))


def _autoregressive(corpus: "Corpus", minutes: float, m: int, seed: int) -> dict[str, list[str]]:
    from textgan.autoregressive import train

    click.echo(f"training a recurrent network for {minutes:g} minutes", err=True)
    network = train(corpus, minutes=minutes, seed=seed)
    return {"autoregressive": corpus.encoder.decode_rows(network.sample(m, seed))}


def _curves(run: Path) -> Curves | None:
    """Return what was watched at each scored step of a run; None where nothing was."""
    from textgan.training.log import read_log

    lines = [
        {**line, **line["scores"]}
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


def _orders(given: str) -> list[int]:
    """Return the orders that `given` lists, as in 1-6 or 2,4."""
    found: set[int] = set()
    try:
        for part in given.split(","):
            low, _, high = part.partition("-")
            found.update(range(int(low), int(high or low) + 1))
    except ValueError:
        raise InputError(f"found --orders {given}, expected for example 1-6 or 2,4") from None
    return sorted(found) or list(ORDERS)


def _positive(option: str, value: int) -> int:
    if value < 1:
        raise InputError(f"found {option} {value}, expected at least 1")
    return value


def _print(report: Report) -> None:
    from rich.console import Console

    from textgan.evaluation.render.terminal import show

    show(report, Console(highlight=False))


def _write_page(report: Report, path: Path) -> None:
    from textgan.evaluation.render.html import write
    from textgan.evaluation.render.verdict import verdict

    write(report, verdict(report), path)
    click.echo(f"page: {path}", err=True)
