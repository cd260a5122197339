"""`textgan translate`: each line of a file, translated by a run on pairs."""

import json
import sys
from pathlib import Path

import click

from cli import completion, options
from cli.checkpoints import choose_checkpoint
from cli.lines import write_lines
from cli.output import check_out, refuse_same_file
from corpora.reader import LONGEST

__all__ = ["translate"]


HELP = f"""Translate each line of FILE with a run on pairs.

FILE is a path (.gz too), the name of a bundled corpus, or - for standard input (the default). RUN
was trained with textgan train --pairs. It is a run folder, its name or its number. Lines longer
than T of the run are translated in pieces. Blank lines do not change, nor do characters that the
run has no symbol for. A line of more than {LONGEST:,} characters is written as several lines.
"""


@click.command(help=HELP)
@click.argument("file", default="-")
@click.option(
    "--run",
    metavar="RUN",
    shell_complete=completion.runs,
    help="Run that translates.  [default: the latest]",
)
@options.checkpoint()
@options.seed(
    "Seed of dropout noise; each seed gives other translations.  [default: no noise]", default=None
)
@options.encoding("FILE")
@options.max_bytes("FILE")
@options.json_lines("Write one JSON object a line: source, text.")
@options.out()
@options.force()
@options.runs("folder")
def translate(
    file: str,
    run: str | None,
    checkpoint: str | None,
    seed: int | None,
    encoding: str,
    max_bytes: int | None,
    as_json: bool,
    out: Path | None,
    force: bool,
    folder: Path,
) -> None:
    """Write the translation of each line of FILE."""
    refuse_same_file(file, out)
    check_out(out, force)

    from textgan import runs
    from textgan.sampling.lines import every_line

    path = runs.find(run, folder, exported=True)
    checkpoint = choose_checkpoint(path, checkpoint)
    from textgan.sampling.translator import Translator  # loads torch: not before there is a run

    translator = Translator.load(path, checkpoint, seed=seed)
    if file == "-" and sys.stdin is not None and sys.stdin.isatty():
        click.echo("translating what you type; end with Ctrl-D", err=True)
    long: list[int] = []
    limit = options.read_limit(max_bytes)
    texts = every_line(file, encoding=encoding, limit=limit, on_long=long.append)
    lines = (
        (json.dumps(line._asdict(), ensure_ascii=False) if as_json else line.text,)
        for line in translator(texts)
    )
    write_lines(out, lines, "translating")
    if long:
        places = f"line {long[0]:,}" + (f" and {len(long) - 1:,} more" if long[1:] else "")
        click.echo(
            f"{places}: more than {LONGEST:,} characters, written as several lines, broken at a "
            "space",
            err=True,
        )
