"""`textgan evaluate`: a run or a file, judged by n-grams."""

import json
import math
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from cli import options
from cli.checkpoints import note_choice
from cli.limits import FAILED, PAIRS, Limit, check, fail
from cli.output import check_writable, console
from cli.progress import progress
from cli.reference import is_run, open_reference
from corpora.counts import counted
from corpora.errors import InputError
from corpora.files import check_regular
from corpora.sources import in_utf8
from textgan.evaluation.evaluate import evaluate as judge
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.language_model.smoothing import SMOOTHINGS
from textgan.evaluation.metrics.character_error_rate import TranslationReport
from textgan.evaluation.metrics.registry import names
from textgan.evaluation.report.report import Report
from textgan.evaluation.text.loading import lines_of
from textgan.run_evaluation.evaluate_run import RUN_SAMPLES, judge_run, judge_translator

if TYPE_CHECKING:
    from corpora import Corpus

__all__ = ["evaluate"]

FOR_LINES = (  # without an effect on a run on pairs
    "unit", "orders", "model_order", "smoothing", "full", "sizes", "autoregressive", "html",
)  # fmt: skip


@click.command()
@click.argument("target", required=False, metavar="[RUN | FILE]")
@click.option(
    "--against",
    metavar="CORPUS | RUN",
    help="Reference text of a FILE: a path, -, the name of a bundled corpus, or a run: its "
    "training text, with its test text held out.",
)
@options.held_out()
@options.length()
@click.option(
    "--normalise/--no-normalise",
    default=None,
    help="Compose accents of FILE and CORPUS (Unicode NFC).  [default: on; a run has its own]",
)
@click.option(
    "--samples",
    type=int,
    metavar="M",
    help="Lines to evaluate, drawn at random.  [default: 5000 of a run, all of a file]",
)
@options.unit()
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
@options.seed()
@options.encoding("FILE and CORPUS", default=None)
@options.checkpoint()
@click.option(
    "--full",
    is_flag=True,
    help="Also BLEU, Fréchet distances, nearest lines and earth mover's distance.",
)
@click.option("--sizes", is_flag=True, help="Also JSD as a function of the number of samples.")
@click.option(
    "--autoregressive",
    type=float,
    metavar="MINUTES",
    help="Of a run: also train a small recurrent network for MINUTES, as a baseline.",
)
@options.runs()
@options.json_lines("Print the report as JSON, unrounded.")
@options.signatures()
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
    held_out: str | None,
    length: int | None,
    normalise: bool | None,
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
    signatures: bool,
    html: Path | None,
    fail_above: tuple[tuple[str, float], ...],
) -> None:
    """Evaluate a RUN, or a FILE against a CORPUS.

    Without a name the latest run is evaluated. Samples of a run are compared with its training
    text; its test text is held out. With labels or codes, samples are drawn for each of them. A run
    on pairs is evaluated by its translations of held-out sources. The report of a run is also saved
    in its folder. Blank lines of FILE count as samples, those of CORPUS are skipped.
    docs/evaluation.md defines every number.
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
    if autoregressive is not None and not 0 < autoregressive < math.inf:
        raise InputError(f"found --autoregressive {autoregressive:g}, expected minutes above 0")
    if target is None or is_run(target, runs, unknown=against is None):
        for option, given in (
            ("--against", against), ("--length", length), ("--encoding", encoding),
            ("--held-out", held_out), ("--normalise", normalise),
        ):  # fmt: skip
            if given is not None:
                raise InputError(
                    f"{option} goes with a FILE; a run has its own training text: leave it out, or "
                    "write samples to a file and judge that"
                )
        report = judge_trained(
            target, runs, checkpoint, samples, autoregressive, settings, fail_above
        )
    else:
        for option, value in (("--checkpoint", checkpoint), ("--autoregressive", autoregressive)):
            if value is not None:
                raise InputError(f"{option} goes with a run; {target} is a file: leave it out")
        check(fail_above, names(tuple(settings["orders"]), full=full))
        report = judge_file(
            target,
            against,
            held_out,
            runs,
            length=length,
            normalise=normalise,
            m=samples,
            encoding=encoding or "utf-8",
            settings=settings,
        )
    if as_json:
        click.echo(json.dumps(report.to_dict(), indent=1))
    else:
        _print(report, signatures)
    if html is not None and isinstance(report, Report):
        _write_page(report, html)
    fail(_figures(report), fail_above)


def judge_file(
    file: str,
    against: str | None,
    held_out: str | None,
    runs: Path,
    *,
    length: int | None,
    normalise: bool | None,
    m: int | None,
    encoding: str,
    settings: Mapping[str, Any],
) -> Report:
    """Return the report on the lines of `file`; loads no torch."""
    if against is None:
        raise InputError(
            f"{file}: found a file and no corpus to judge it against; add --against CORPUS "
            "(for a run give its folder)"
        )
    if [file, against, held_out].count("-") > 1:
        raise InputError(
            "found - more than once, expected one text from standard input; name files for others"
        )
    samples = lines_of(file, encoding=encoding, blank=True, normalise=False)
    with progress("reading the texts") as bar:
        found = open_reference(against, held_out, runs, length, normalise, encoding)
        return judge(
            samples,
            found.training,
            found.held_out,
            normalise=found.normalise,
            m=m,
            stage=bar.stage,
            evaluated=in_utf8(file),
            against=in_utf8(found.name),
            **settings,
        )


def judge_trained(
    name: str | None,
    runs: Path,
    checkpoint: str | None,
    m: int | None,
    minutes: float | None,
    settings: Mapping[str, Any],
    limits: Sequence[tuple[str, float]],
) -> Report | TranslationReport:
    """Return the report on a run, and save it in the run's folder."""
    from corpora import open_corpus
    from textgan.runs.folder import corpus_folder, find

    m = RUN_SAMPLES if m is None else m
    run = find(name, runs)
    corpus = open_corpus(corpus_folder(run))
    note_choice(run, checkpoint)
    pairs = corpus.columns == "pairs"
    known = names(tuple(settings["orders"]), full=settings["full"])
    check(limits, PAIRS if pairs else known)
    if pairs:
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
        found.save(check_regular(path))
    except InputError as error:  # a run that may only be read can be judged all the same
        click.echo(f"textgan: {error}; the report is only shown", err=True)


def _autoregressive(corpus: "Corpus", minutes: float, m: int, seed: int) -> dict[str, list[str]]:
    from textgan.run_evaluation.recurrent_baseline import train

    click.echo(f"training a recurrent network for {counted(minutes, 'minute')}", err=True)
    network = train(corpus, minutes=minutes, seed=seed)
    return {"autoregressive": corpus.encoder.decode_rows(network.sample(m, seed))}


def _orders(given: str) -> list[int]:
    """Return the orders that `given` lists, as in 1-6 or 2,4."""
    found: set[int] = set()
    for part in given.split(","):
        ends = re.fullmatch(r"\s*(\d{1,4})\s*(?:-\s*(\d{1,4})\s*)?", part)
        if ends is None:
            raise InputError(f"found --orders {given}, expected for example 1-6 or 2,4")
        low, high = int(ends[1]), int(ends[2] or ends[1])
        if low > high:
            raise InputError(
                f"found --orders {given}, expected the lower first; write {high}-{low}"
            )
        found.update(range(low, high + 1))
    return sorted(found)


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


def _print(report: Report | TranslationReport, signatures: bool) -> None:
    from textgan.evaluation.render.terminal import report as terminal
    from textgan.evaluation.render.terminal import translation as pairs

    if isinstance(report, Report):
        terminal.show(report, console(), signatures=signatures)
    else:
        pairs.show(report, console(), signatures=signatures)


def _write_page(report: Report, path: Path) -> None:
    from textgan.evaluation.render.html import write
    from textgan.evaluation.render.verdict import verdict

    write(report, verdict(report, alarms=False), path)
    click.echo(f"page: {path}", err=True)
