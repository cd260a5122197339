"""`textgan evaluate`: a run or a file, judged by n-grams."""

import json
from pathlib import Path

import click

from cli.options import RUNS
from corpora.errors import InputError
from corpora.sources import bundled
from textgan.evaluation.judge import evaluate as judge
from textgan.evaluation.report import Report

__all__ = ["evaluate"]

RUN_SAMPLES = 5000  # a test text of 100,000 lines in all still has a floor of this size
LENGTH = 32  # as published


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
@click.option("--seed", type=int, default=0, show_default=True, help="Of every random draw.")
@click.option("--encoding", help="Of FILE and CORPUS.  [default: utf-8]")
@click.option(
    "--checkpoint",
    type=click.Choice(["best", "last"]),
    help="Of a run.  [default: best]",
)
@click.option("--runs", **RUNS)
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON, unrounded.")
def evaluate(
    target: str | None,
    against: str | None,
    length: int | None,
    samples: int | None,
    seed: int,
    encoding: str | None,
    checkpoint: str | None,
    runs: Path,
    as_json: bool,
) -> None:
    """Judge a RUN, or a FILE against a CORPUS.

    Without a name the latest run is judged. A run is sampled and judged against its training text,
    with its test text held out; the report is also saved in its folder. Of a file and a corpus
    every line that is not blank counts.
    """
    if target is None or _is_run(target, runs, against):
        for option, given in (
            ("--against", against), ("--length", length), ("--encoding", encoding),
        ):  # fmt: skip
            if given is not None:
                raise InputError(
                    f"{option} goes with a FILE; a run has its own training text: leave it out, or "
                    "write samples to a file and judge that"
                )
        report = judge_run(target, runs, checkpoint=checkpoint or "best", m=samples, seed=seed)
    else:
        if checkpoint is not None:
            raise InputError(f"--checkpoint goes with a run; {target} is a file: leave it out")
        report = judge_file(
            target,
            against,
            length=LENGTH if length is None else length,
            m=samples,
            seed=seed,
            encoding=encoding or "utf-8",
        )
    if as_json:
        click.echo(json.dumps(report.to_dict(), indent=1))
    else:
        _print(report)


def _is_run(target: str, runs: Path, against: str | None) -> bool:
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
    seed: int,
    encoding: str,
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
    _positive("--length", length)
    if m is not None:
        _positive("--samples", m)
    return judge(
        read(file, length=length, encoding=encoding),
        read(against, length=length, encoding=encoding),
        length=length,
        m=m,
        seed=seed,
        judged=file,
        against=against,
    )


def judge_run(name: str | None, runs: Path, *, checkpoint: str, m: int | None, seed: int) -> Report:
    """Return the report on a run, and save it as `report.json` in the run's folder."""
    from corpora import open_corpus
    from textgan.runs import find

    m = RUN_SAMPLES if m is None else m
    _positive("--samples", m)
    run = find(name, runs)
    from textgan.sampling import Sampler  # loads torch: not before there is a run to sample

    sampler = Sampler.load(run, checkpoint=checkpoint)
    corpus = open_corpus(run / "corpus")
    training = corpus.encoder.decode_rows(corpus.train)
    held_out = corpus.encoder.decode_rows(corpus.test)
    # Tokens may be longer than a character: no training line is cut.
    length = max(corpus.length, *map(len, training))
    report = judge(
        list(sampler.lines(m, seed)),
        training,
        held_out,
        length=length,
        seed=seed,
        judged=run.name,
        against=f"training text of {run.name}",
    )
    try:
        report.save(run / "report.json")
    except InputError as error:  # a run that may only be read can be judged all the same
        click.echo(f"textgan: {error}; the report is only shown", err=True)
    return report


def _positive(option: str, value: int) -> None:
    if value < 1:
        raise InputError(f"found {option} {value}, expected at least 1")


def _print(report: Report) -> None:
    from rich.console import Console

    from textgan.evaluation.render.terminal import show

    show(report, Console(highlight=False))
