"""`textgan diagnose`: the theory of Wasserstein GANs, experiment by experiment."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from cli import options
from cli.output import console, say
from cli.progress import PARTS, by_stage, progress
from corpora.errors import InputError
from textgan.diagnostics.registry import EXPERIMENTS, find_experiment
from textgan.evaluation.render.visible import visible

__all__ = ["diagnose"]


@click.command()
@click.argument("name", metavar=f"[{'|'.join(EXPERIMENTS.built_in)}]")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of NAME.svg, NAME.png and NAME.json.  [default: diagnostics/NAME]",
)
@click.option("--quick", is_flag=True, help="Take less than a minute: smaller, and less exact.")
@options.seed("Seed of the first repeat; the others have the seeds after it.")
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
@options.json_lines("Print the record as JSON, unrounded.")
def diagnose(
    name: str,
    out: Path | None,
    quick: bool,
    seed: int,
    repeats: int | None,
    corpus: str | None,
    changes: Sequence[str],
    as_json: bool,
) -> None:
    """Repeat an experiment on the theory of GANs.

    Prints one paragraph: the claim, and of each of its parts whether the measured numbers show it.
    Figure and numbers are written to DIR. The defaults are the published settings where there are
    any. docs/diagnose.md describes the experiments.
    """
    find_experiment(name)
    if seed < 0:
        raise InputError(f"found --seed {seed}, expected 0 or more")
    typed = {"seed": seed, "repeats": repeats, "corpus": corpus}
    settings = {key: value for key, value in typed.items() if value is not None}
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
        if name in ("quick", "folder", "progress", "name"):
            raise InputError(f"found --set {change}, and {name} is no setting of an experiment")
        settings[name.replace("-", "_")] = value
    return settings
