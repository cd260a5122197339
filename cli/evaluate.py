"""`textgan evaluate`: the report on a run or a file."""

import json
import math
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import click

from cli import completion, options, validity
from cli.checkpoints import choose_checkpoint
from cli.limits import FAILED, PAIRS, Limit, LimitType, check_limits, exit_beyond, figures_of
from cli.output import check_writable, console
from cli.page import write_page
from cli.progress import progress
from cli.reference import is_run, open_reference, refuse_two_inputs
from cli.typed import refuse_given, typed
from corpora.counts import counted
from corpora.errors import InputError
from corpora.files import check_regular
from corpora.read_limit import ReadLimit
from corpora.sources import in_utf8
from textgan.evaluation.evaluate import evaluate as evaluate_lines
from textgan.evaluation.language_model.setting import Setting
from textgan.evaluation.language_model.smoothing import SMOOTHINGS
from textgan.evaluation.metrics.character_error_rate import TranslationReport
from textgan.evaluation.metrics.registry import names
from textgan.evaluation.report.report import Report
from textgan.evaluation.text.loading import lines_of
from textgan.run_evaluation.evaluate_run import RUN_SAMPLES, evaluate_run

__all__ = ["evaluate"]

FOR_LINES = (  # without an effect on a run on pairs
    "unit", "orders", "model_order", "smoothing", "full", "sizes", "autoregressive", "html",
    "workers", "candidates", "valid", "valid_command",
)  # fmt: skip


@click.command()
@click.argument("target", required=False, metavar="[RUN | FILE]", shell_complete=completion.runs)
@options.against("the run that is evaluated")
@options.held_out()
@options.length()
@options.normalise()
@options.unit()
@options.seed(natural=True)
@click.option(
    "--samples",
    type=click.IntRange(min=1),
    metavar="M",
    help="Number of lines to evaluate, drawn at random.  [default: 5000 of a run, all of a file]",
)
@options.orders()
@click.option(
    "--model-order",
    type=click.IntRange(min=1),
    default=6,
    show_default=True,
    help="Order n of the language models.",
)
@click.option(
    "--smoothing",
    type=click.Choice([name for name in SMOOTHINGS if name != "mle"]),  # which may be infinite
    default=Setting().smoothing,
    show_default=True,
    help="Smoothing of the language models.",
)
@options.encoding("FILE and CORPUS", default=None)
@options.max_bytes("FILE, and of CORPUS")
@options.checkpoint()
@options.full()
@validity.valid()
@click.option("--sizes", is_flag=True, help="Also measure JSD at several numbers of samples.")
@click.option(
    "--autoregressive",
    type=float,
    metavar="MINUTES",
    help="Also train a small recurrent network for MINUTES, as a baseline; for a run only.",
)
@options.workers("Number of processes that generate the samples of a run. It does not change them.")
@options.candidates()
@options.runs()
@options.tables()
@options.signatures()
@options.json_lines("Print the report as JSON, unrounded.")
@click.option(
    "--html", type=click.Path(path_type=Path), metavar="PAGE", help="Also write a page with plots."
)
@click.option(
    "--fail-above",
    type=LimitType("above"),
    multiple=True,
    metavar="NAME=X",
    help=f"Exit with code {FAILED} if the measure NAME, for example jsd4 or cer, is above X. The "
    "option may be repeated.",
)
@click.option(
    "--fail-below",
    type=LimitType("below"),
    multiple=True,
    metavar="NAME=X",
    help=f"Exit with code {FAILED} if the measure NAME, for example valid or unique, is below X.",
)
def evaluate(
    target: str | None,
    against: str | None,
    held_out: str | None,
    length: int | None,
    normalise: bool | None,
    samples: int | None,
    encoding: str | None,
    max_bytes: int | None,
    checkpoint: str | None,
    autoregressive: float | None,
    workers: int,
    candidates: int,
    runs: Path,
    tables: bool,
    signatures: bool,
    as_json: bool,
    html: Path | None,
    fail_above: tuple[Limit, ...],
    fail_below: tuple[Limit, ...],
    model_order: int,
    smoothing: str,
    **others: Any,  # noqa: ANN401 - unit, orders, seed, full, sizes, valid: for the library
) -> None:
    """Evaluate a RUN, or a FILE against a CORPUS.

    Without RUN and FILE the latest run is evaluated. Samples of a run are compared with its
    training text; its test text is held out. If the run has labels or codes, samples are drawn for
    each of them. A run on pairs is evaluated by its translations of held-out sources. The report
    of a run is also saved in its folder. Blank lines of FILE count as samples; blank lines of
    CORPUS are skipped. docs/evaluation.md defines every number.
    """
    if html is not None:
        check_writable(html)
    limits = (*fail_above, *fail_below)
    settings = {**others, "model": Setting(order=model_order, smoothing=smoothing)}
    settings["valid"] = validity.check_of(settings["valid"], settings.pop("valid_command"))
    if autoregressive is not None and not 0 < autoregressive < math.inf:
        raise InputError(f"found --autoregressive {autoregressive:g}, expected minutes above 0")
    if target is None or is_run(target, runs, unknown=against is None):
        refuse_given(
            {
                "--against": against, "--length": length, "--encoding": encoding,
                "--held-out": held_out, "--normalise": normalise, "--max-bytes": max_bytes,
            },
            "goes with a FILE; a run has its own training text: leave it out, or write samples to "
            "a file and evaluate that",
        )  # fmt: skip
        from textgan.runs import find

        run = find(target, runs)
        drawing = {
            "checkpoint": choose_checkpoint(run, checkpoint), "workers": workers,
            "candidates": candidates,
        }  # fmt: skip
        report = evaluate_trained(run, samples, autoregressive, drawing, settings, limits)
    else:
        run = None
        refuse_given(
            {
                "--checkpoint": checkpoint, "--autoregressive": autoregressive,
                "--workers": workers if workers > 1 else None,
                "--candidates": candidates if candidates > 1 else None,
            },
            f"goes with a run; {target} is a file: leave it out",
        )  # fmt: skip
        check_limits(limits, names(settings["orders"], full=settings["full"]))
        report = evaluate_file(
            target,
            against,
            held_out,
            runs,
            length=length,
            normalise=normalise,
            m=samples,
            encoding=encoding or "utf-8",
            limit=options.read_limit(max_bytes),
            settings=settings,
        )
    try:  # a reader of stdout may stop early, and the disk may be full: neither costs the other
        if html is not None and isinstance(report, Report):
            write_page(report, html, run)
    finally:
        if as_json:
            click.echo(json.dumps(report.to_dict(), indent=1))
        else:
            _print(report, run, tables=tables, signatures=signatures)
    exit_beyond(limits, figures_of(report))


def evaluate_file(
    file: str,
    against: str | None,
    held_out: str | None,
    runs: Path,
    *,
    length: int | None,
    normalise: bool | None,
    m: int | None,
    encoding: str,
    limit: ReadLimit,
    settings: Mapping[str, Any],
) -> Report:
    """Return the report on the lines of `file`; loads no torch."""
    if against is None:
        raise InputError(
            f"{file}: found a file and no corpus to evaluate it against; add --against CORPUS "
            "(for a run give its folder)"
        )
    refuse_two_inputs(file, against, held_out)
    samples = lines_of(file, encoding=encoding, blank=True, normalise=False, limit=limit)
    with progress("reading the texts") as bar:
        reference = open_reference(against, held_out, runs, length, normalise, encoding, limit)
        return evaluate_lines(
            samples,
            reference.training,
            reference.held_out,
            normalise=reference.normalise,
            m=m,
            stage=bar.stage,
            evaluated=in_utf8(file),
            against=in_utf8(reference.name),
            **settings,
        )


def evaluate_trained(
    run: Path,
    m: int | None,
    minutes: float | None,
    drawing: Mapping[str, Any],
    settings: Mapping[str, Any],
    limits: Sequence[Limit],
) -> Report | TranslationReport:
    """Return the report on a run, and save it in the run's folder."""
    from textgan.runs import read_config

    pairs = read_config(run).columns == "pairs"
    check_limits(limits, PAIRS if pairs else names(settings["orders"], full=settings["full"]))
    if pairs:
        _refuse_for_pairs(run)
    if minutes is not None:
        click.echo(f"training a recurrent network for {counted(minutes, 'minute')}", err=True)
    with progress("loading the run") as bar:
        report = evaluate_run(
            run,
            m=RUN_SAMPLES if m is None else m,
            autoregressive=minutes,
            note=partial(click.echo, err=True),
            stage=bar.stage,
            **drawing,
            **settings,
        )
    _save(report, run / ("restoration.json" if pairs else "report.json"))
    return report


def _refuse_for_pairs(run: Path) -> None:
    """Raise InputError for an option that was given and would be ignored."""
    ignored = typed() & set(FOR_LINES)
    for option in click.get_current_context().command.params:
        if option.name in ignored:
            raise InputError(
                f"{option.opts[0]} has no effect on {run.name}, which was trained on pairs and is "
                "evaluated by edits alone: leave it out"
            )


def _save(report: Report | TranslationReport, path: Path) -> None:
    try:
        report.save(check_regular(path))
    except InputError as error:  # a run that may only be read is evaluated all the same
        click.echo(f"textgan: {error}; the report is only shown", err=True)


def _print(
    report: Report | TranslationReport, run: Path | None, *, tables: bool, signatures: bool
) -> None:
    from textgan.evaluation.render.terminal import report as terminal
    from textgan.evaluation.render.terminal import translation

    options = {"tables": tables, "signatures": signatures}
    name = None if run is None else in_utf8(str(run))
    if isinstance(report, Report):
        terminal.show(report, console(), run=name, **options)
    else:
        translation.show(report, console(), run=name, **options)
