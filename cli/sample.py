"""`textgan sample`: lines from a run, to stdout or a file."""

import contextlib
import json
import re
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

import click

from cli.options import RUNS
from cli.output import standard_output
from corpora.errors import InputError

if TYPE_CHECKING:
    from textgan.sampling import Sample

__all__ = ["sample"]


@click.command()
@click.argument("run", required=False)
@click.option("-n", "count", type=click.IntRange(min=0), help="Lines.  [default: 10]")
@click.option(
    "--checkpoint", type=click.Choice(["best", "last"]), default="best", show_default=True
)
@click.option("--seed", type=int, help="The same seed gives the same lines. [default: a fresh one]")
@click.option("--seeds", metavar="A,B,...", help="The lines of these line seeds (see --json).")
@click.option(
    "--batch-size",
    type=click.IntRange(min=1),
    default=256,
    show_default=True,
    help="Lines made at a time; changes the speed, not the lines.",
)
@click.option("--unique", is_flag=True, help="No line twice.")
@click.option("--novel", is_flag=True, help="No line of the training text.")
@click.option("--match", metavar="REGEX", help="Only lines in which this is found.")
@click.option(
    "--interpolate",
    type=click.IntRange(min=2),
    metavar="N",
    help="N lines on the way from one noise vector to another (of --seeds A,B if given).",
)
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line: text, seed, score.")
@click.option("--out", type=click.Path(path_type=Path), help="Write to this file.")
@click.option("--force", is_flag=True, help="Replace the file at --out.")
@click.option("--runs", "folder", **RUNS)
def sample(
    run: str | None,
    count: int | None,
    checkpoint: str,
    seed: int | None,
    seeds: str | None,
    batch_size: int,
    unique: bool,
    novel: bool,
    match: str | None,
    interpolate: int | None,
    as_json: bool,
    out: Path | None,
    force: bool,
    folder: Path,
) -> None:
    """Write lines of text from a RUN.

    RUN is a run folder, its name or its number; the latest by default.
    """
    filters = unique or novel or match is not None
    if (seeds or interpolate) and (filters or count is not None or (seeds and seed is not None)):
        raise click.UsageError(
            "--seeds and --interpolate name their lines: no -n, no filter and no second seed"
        )
    if force and out is None:
        raise click.UsageError("--force replaces the file at --out: name it")
    if interpolate and as_json:
        raise click.UsageError("--json gives line seeds, and lines on the way have none")
    pattern = _pattern(match)
    numbers = _numbers(seeds, interpolate)
    if out is not None and out.is_file() and not force:
        raise InputError(f"{out} exists; name another file, or add --force to replace it")

    from textgan import runs
    from textgan.sampling import Sampler, line_seeds, select

    path = runs.find(run, folder)
    sampler = Sampler.load(path, checkpoint)
    if seed is None and numbers is None:
        seed = secrets.randbits(32)
        click.echo(f"seed {seed}", err=True)
    with _output(out) as (file, shown):
        if interpolate:
            ends = numbers or line_seeds(seed or 0, 0, 2).tolist()
            lines = sampler.interpolate(ends[0], ends[1], interpolate)
            file.writelines(f"{shown(line)}\n" for line in lines)
            return
        if numbers is not None:
            samples: Iterator[Sample] = iter(sampler.of_seeds(numbers))
        else:
            samples = select(
                sampler, 10 if count is None else count, seed or 0, batch_size=batch_size,
                unique=unique, novel_to=path if novel else None, match=pattern, scored=as_json,
            )  # fmt: skip
        if as_json:
            for one in samples:
                values = {"text": one.text, "seed": one.seed, "score": one.score}
                file.write(json.dumps(values, ensure_ascii=False) + "\n")
        else:
            file.writelines(f"{shown(one.text)}\n" for one in samples)


def _pattern(match: str | None) -> re.Pattern[str] | None:
    try:
        return None if match is None else re.compile(match)
    except re.error as error:
        raise click.UsageError(f"--match {match!r} is no regular expression: {error}") from error


def _numbers(seeds: str | None, interpolate: int | None) -> list[int] | None:
    if seeds is None:
        return None
    try:
        numbers = [int(part) for part in seeds.split(",")]
    except ValueError as error:
        raise click.UsageError(
            f"--seeds {seeds!r}: give whole numbers with commas between"
        ) from error
    if not all(0 <= number < 2**63 for number in numbers):
        raise click.UsageError("--seeds: a line seed is from 0 to 2^63 − 1")
    if interpolate and len(numbers) != 2:
        raise click.UsageError(f"--interpolate goes between 2 line seeds; found {len(numbers)}")
    return numbers


@contextlib.contextmanager
def _output(path: Path | None) -> Iterator[tuple[TextIO, Callable[[str], str]]]:
    """Give stdout, or a file that appears whole when all went well, and how a line is written."""
    if path is None or str(path) == "-":
        with standard_output() as output:
            yield output
        return
    if path.exists() and not path.is_file():  # a device or a pipe is written to, not replaced
        with path.open("w", encoding="utf-8", newline="\n") as file:
            yield file, str
        return
    path = path.resolve()
    partial = path.with_name(f".{path.name}.partial")
    try:
        with partial.open("w", encoding="utf-8", newline="\n") as file:
            yield file, str
        partial.replace(path)
    except OSError as error:
        raise InputError(f"cannot write {path}: {error.strerror}") from error
    finally:
        partial.unlink(missing_ok=True)
