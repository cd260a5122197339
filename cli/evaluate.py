"""`textgan evaluate`: a run or a file, judged by n-grams."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from cli.limits import FAILED, Limit, fail
from cli.options import RUNS
from cli.output import check_writable
from cli.progress import counted, progress
from corpora.errors import InputError
from corpora.reader import LONGEST
from corpora.sources import bundled, in_utf8
from corpora.untrusted import check_plain
from textgan.evaluation.judge import ORDERS
from textgan.evaluation.judge import evaluate as judge
from textgan.evaluation.prediction import Setting
from textgan.evaluation.report import Report
from textgan.evaluation.restoration import TranslationReport
from textgan.evaluation.smoothing import SMOOTHINGS
from textgan.evaluation.text import UNITS
from textgan.judging import RUN_SAMPLES, decoded, judge_run, judge_translator, longest

if TYPE_CHECKING:
    from corpora import Corpus

__all__ = ["LENGTH", "RUN_SAMPLES", "decoded", "evaluate", "is_run", "longest"]

LENGTH = 32  # as published
FOR_LINES = (  # without an effect on a run on pairs
    "unit", "orders", "model_order", "smoothing", "full", "sizes", "autoregressive", "html",
)  # fmt: skip


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
    help=f"Exit with {FAILED} if a measure, jsd4 or cer for example, is above X; repeatable.",
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
    with its test text held out, and asked for each of its labels and codes; a run on pairs is
    judged by what it makes of held-out sources. The report is also saved in its folder. Of a file
    and a corpus every line that is not blank counts. docs/evaluation.md defines every number.
    """
    if html is not None:
        check_writable(html)
    settings: dict[str, Any] = {
        "unit": unit,
        "orders": _orders(orders),
        "model": Setting(order=_at_least(1, "--model-order", model_order), smoothing=smoothing),
        "seed": _at_least(0, "--seed", seed),
        "full": full,
        "sizes": sizes,
    }
    if samples is not None:
        _at_least(1, "--samples", samples)
    if target is None or is_run(target, runs, against):
        for option, given in (
            ("--against", against), ("--length", length), ("--encoding", encoding),
        ):  # fmt: skip
            if given is not None:
                raise InputError(
                    f"{option} goes with a FILE; a run has its own training text: leave it out, or "
                    "write samples to a file and judge that"
                )
        report = judge_trained(
            target, runs, checkpoint or "best", samples, autoregressive, settings
        )
    else:
        for option, value in (("--checkpoint", checkpoint), ("--autoregressive", autoregressive)):
            if value is not None:
                raise InputError(f"{option} goes with a run; {target} is a file: leave it out")
        report = judge_file(
            target,
            against,
            length=LENGTH if length is None else _length(length),
            m=samples,
            encoding=encoding or "utf-8",
            settings=settings,
        )
    if as_json:
        click.echo(json.dumps(report.to_dict(), indent=1))
    else:
        _print(report)
    if html is not None and isinstance(report, Report):
        _write_page(report, html)
    fail(_figures(report), fail_above)


def is_run(target: str, runs: Path, against: str | None) -> bool:
    """Return whether `target` is a run: a folder, or the name or number of one in `runs`.

    What is neither a folder nor a file is a run, unless there is a corpus to judge it against.
    """
    if target == "-" or target in bundled() or is_file(target):
        return False
    return against is None or Path(target).is_dir() or (runs / target).is_dir()


def is_file(target: str) -> bool:
    """Return whether there is a file of that name, a pipe or a device among them."""
    return Path(target).exists() and not Path(target).is_dir()


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
    with progress("reading the texts") as bar:
        return judge(
            read(file, encoding=encoding),
            read(against, encoding=encoding),
            length=length,
            m=m,
            stage=bar.stage,
            judged=in_utf8(file),
            against=in_utf8(against),
            **settings,
        )


def judge_trained(
    name: str | None,
    runs: Path,
    checkpoint: str,
    m: int | None,
    minutes: float | None,
    settings: Mapping[str, Any],
) -> Report | TranslationReport:
    """Return the report on a run, and save it in the run's folder."""
    from corpora import open_corpus
    from textgan.runs import corpus_folder, find

    m = RUN_SAMPLES if m is None else m
    run = find(name, runs)
    corpus = open_corpus(corpus_folder(run))
    if corpus.columns == "pairs":
        _refuse_for_pairs(run)
        with progress("translating held-out sources"):
            translation = judge_translator(run, corpus, checkpoint, m, settings["seed"])
        _save(translation, run / "restoration.json")
        return translation
    also = {} if minutes is None else _autoregressive(corpus, minutes, m, settings["seed"])
    with progress("loading the run") as bar:
        report = judge_run(run, corpus, checkpoint, m, {**settings, "stage": bar.stage}, also)
    _save(report, run / "report.json")
    return report


def _refuse_for_pairs(run: Path) -> None:
    """Raise InputError for an option that was given and would be ignored."""
    context = click.get_current_context()
    for option in context.command.params:
        name = option.name or ""
        if name in FOR_LINES and context.get_parameter_source(name) is ParameterSource.COMMANDLINE:
            raise InputError(
                f"{option.opts[0]} has no effect on {run.name}, which was trained on pairs and is "
                "judged by edits alone: leave it out"
            )


def _save(found: Report | TranslationReport, path: Path) -> None:
    try:
        found.save(check_plain(path))
    except InputError as error:  # a run that may only be read can be judged all the same
        click.echo(f"textgan: {error}; the report is only shown", err=True)


def _autoregressive(corpus: "Corpus", minutes: float, m: int, seed: int) -> dict[str, list[str]]:
    from textgan.autoregressive import train

    click.echo(f"training a recurrent network for {counted(minutes, 'minute')}", err=True)
    network = train(corpus, minutes=minutes, seed=seed)
    return {"autoregressive": corpus.encoder.decode_rows(network.sample(m, seed))}


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


def _length(value: int) -> int:
    """Return T; InputError where no line is that long, or it is none."""
    if value > LONGEST:
        raise InputError(f"found --length {value}, expected at most {LONGEST:,}, where lines end")
    return _at_least(1, "--length", value)


def _at_least(least: int, option: str, value: int) -> int:
    if value < least:
        raise InputError(f"found {option} {value}, expected {least} or more")
    return value


def _figures(report: Report | TranslationReport) -> dict[str, float | None]:
    """Return what can be limited, by name."""
    if isinstance(report, Report):
        return {name: measure.samples for name, measure in report.measures.items()}
    found = report.restoration
    return {"cer": found.error_rate, "cer-difference": found.difference, "cer-ratio": found.ratio}


def _print(report: Report | TranslationReport) -> None:
    from rich.console import Console

    from textgan.evaluation.render import pairs, terminal

    console = Console(highlight=False)
    if isinstance(report, Report):
        terminal.show(report, console)
    else:
        pairs.show(report, console)


def _write_page(report: Report, path: Path) -> None:
    from textgan.evaluation.render.html import write
    from textgan.evaluation.render.verdict import verdict

    write(report, verdict(report), path)
    click.echo(f"page: {path}", err=True)
