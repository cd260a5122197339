"""`textgan sample`: lines from a run, to stdout or a file."""

import json
import secrets
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cli import completion, options
from cli.checkpoints import choose_checkpoint
from cli.lines import write_lines
from cli.output import check_out
from cli.progress import progress
from cli.sample_compatibility import check_options, check_options_of_export
from cli.sweep import sweep_json, sweep_table
from corpora.errors import InputError

if TYPE_CHECKING:
    from textgan.sampling.batch import Sample
    from textgan.sampling.filters import FilterExhaustedError
    from textgan.sampling.sampler import Sampler

__all__ = ["sample"]

LINES = 10
SWEPT_LINES = 5
MAX_BATCH_ROWS = 1 << 14  # memory grows with them


class Code(click.ParamType[tuple[int, float]]):
    """`CODE=VALUE`: the number of a code and its value."""

    name = "code"

    def convert(
        self,
        value: Any,  # noqa: ANN401 - as click has it
        param: click.Parameter | None,
        ctx: click.Context | None,
    ) -> tuple[int, float]:
        """Return both numbers."""
        code, _, number = str(value).partition("=")
        try:
            return int(code), float(number)
        except ValueError:
            self.fail(f"found {value!r}, expected for example 0=3", param, ctx)


@click.command()
@click.argument("run", required=False, shell_complete=completion.runs)
@click.option(
    "-n",
    "count",
    type=click.IntRange(min=0),
    help=f"Number of lines.  [default: {LINES}; {SWEPT_LINES} with --sweep]",
)
@options.checkpoint()
@options.seed(
    "Seed of all lines: the same seed gives the same lines.  [default: a random seed, which is "
    "printed]",
    default=None,
)
@click.option(
    "--seeds",
    metavar="A,B,...",
    help="Seeds of single lines: one line is written for each. --json prints the seed of a line.",
)
@click.option(
    "--batch-size",
    type=click.IntRange(1, MAX_BATCH_ROWS),
    default=256,
    show_default=True,
    help="Number of lines generated at a time. It changes the speed, not the lines.",
)
@click.option("--label", metavar="NAME", help="Label of all lines; for runs trained with --labels.")
@click.option(
    "--code",
    "codes",
    type=Code(),
    metavar="CODE=VALUE",
    multiple=True,
    help="Value of a code in all lines; for runs trained with --codes. The first code is 0.",
)
@click.option(
    "--sweep",
    type=int,
    metavar="CODE",
    help="Write a table with a row for each value of this code. In a column only the code changes.",
)
@click.option("--unique", is_flag=True, help="Leave out lines that were already written.")
@click.option("--novel", is_flag=True, help="Leave out lines that are in the training text.")
@click.option("--match", metavar="REGEX", help="Leave out lines that do not contain this pattern.")
@click.option(
    "--interpolate",
    type=click.IntRange(2, MAX_BATCH_ROWS),
    metavar="N",
    help="Write N lines that change step by step from one line to another. --seeds A,B names the "
    "two lines.",
)
@options.candidates()
@options.workers("Number of processes that generate lines. It does not change the lines.")
@options.json_lines(
    "Write one JSON object a line: text, seed (a string), score of the critic, and label if there "
    "are labels. With --sweep: code, value, texts."
)
@options.out()
@options.force()
@options.runs("folder")
def sample(
    run: str | None,
    count: int | None,
    checkpoint: str | None,
    seed: int | None,
    seeds: str | None,
    batch_size: int,
    label: str | None,
    codes: tuple[tuple[int, float], ...],
    sweep: int | None,
    unique: bool,
    novel: bool,
    match: str | None,
    interpolate: int | None,
    candidates: int,
    workers: int,
    as_json: bool,
    out: Path | None,
    force: bool,
    folder: Path,
) -> None:
    """Write lines of text from a RUN.

    RUN is a run folder, its name or its number, or a folder that textgan export made. Without RUN
    the latest run is used. A run on pairs writes lines with textgan translate.
    """
    check_options()
    check_out(out, force)
    if sweep is not None and count == 0:
        raise click.UsageError("-n 0 leaves the rows of --sweep without lines")
    _check_pattern(match)
    named, fixed = _seeds(seeds, interpolate), _codes(codes)

    from textgan import runs

    path = runs.find(run, folder, exported=True)
    if runs.is_exported(path):
        check_options_of_export(path)
    checkpoint = choose_checkpoint(path, checkpoint)
    sampler = _sampler(path, checkpoint, workers, candidates)
    from textgan.sampling.filters import select
    from textgan.sampling.seeds import line_seeds

    sampler.check(label, fixed if sweep is None else {sweep: 0})  # every code has the value 0
    if seed is None and named is None:
        seed = secrets.randbits(32)
        click.echo(f"seed {seed}", err=True)
    lines: Iterable[str]
    total = None
    if interpolate:
        start, end = named or line_seeds(seed or 0, 0, 2).tolist()
        lines = sampler.interpolate(start, end, interpolate)
    elif sweep is not None:
        columns = named or line_seeds(seed or 0, 0, count or SWEPT_LINES).tolist()
        lines = (sweep_json if as_json else sweep_table)(sampler, sweep, columns)
    elif named is not None:
        lines = _written(sampler.from_seeds(named, label=label, codes=fixed), as_json)
    else:
        total = LINES if count is None else count
        samples = select(
            sampler, total, seed or 0, label=label, codes=fixed, unique=unique,
            novel_to=path if novel else None, match=match, scored=as_json, batch_size=batch_size,
        )  # fmt: skip
        lines = _written(samples, as_json)
    exhausted: list[FilterExhaustedError] = []
    write_lines(out, ((line,) for line in _until(lines, exhausted)), "writing lines", total)
    if exhausted:
        raise exhausted[0]


def _until(lines: Iterable[str], exhausted: list["FilterExhaustedError"]) -> Iterator[str]:
    """Yield lines until the filters are exhausted, and note it: lines before that are kept."""
    from textgan.sampling.filters import FilterExhaustedError

    try:
        yield from lines
    except FilterExhaustedError as error:
        if not error.passed:
            raise
        exhausted.append(error)


def _sampler(run: Path, checkpoint: str | None, workers: int, candidates: int) -> "Sampler":
    from textgan import runs

    if runs.read_config(run).columns == "pairs":
        raise InputError(
            f"{run} is a run on pairs, which needs lines: textgan translate FILE --run {run}"
        )
    from textgan.sampling.ratio_training import STEPS
    from textgan.sampling.sampler import Sampler  # loads torch: not before there is a run

    if candidates == 1:
        return Sampler.load(run, checkpoint, workers=workers)
    with progress("training the density ratio", STEPS, "steps") as bar:
        sampler = Sampler.load(
            run, checkpoint, workers=workers, candidates=candidates, on_step=bar.advance
        )
    click.echo(str(sampler.candidates), err=True)
    return sampler


def _written(samples: Iterable["Sample"], as_json: bool) -> Iterator[str]:
    for sample in samples:
        if as_json:
            label = {} if sample.label is None else {"label": sample.label}
            # The seed as a string: JSON readers that have doubles alone would round it.
            values = {"text": sample.text, "seed": str(sample.seed), "score": sample.score, **label}
            yield json.dumps(values, ensure_ascii=False)
        else:
            yield sample.text


def _codes(codes: Iterable[tuple[int, float]]) -> dict[int, float]:
    values: dict[int, float] = {}
    for code, value in codes:
        if code in values:
            raise click.UsageError(f"--code {code} has two values: leave one out")
        values[code] = value
    return values


def _check_pattern(match: str | None) -> None:
    from textgan.evaluation.text.patterns import compile_pattern

    try:
        compile_pattern(match or "")
    except InputError as error:
        raise click.UsageError(f"--match: {error}") from error


def _seeds(seeds: str | None, interpolate: int | None) -> list[int] | None:
    if seeds is None:
        return None
    try:
        numbers = [int(part) for part in seeds.split(",")]
    except ValueError as error:
        raise click.UsageError(
            f"found --seeds {seeds!r}, expected whole numbers with commas between"
        ) from error
    if not all(0 <= number < 2**63 for number in numbers):
        raise click.UsageError(f"found --seeds {seeds}, expected numbers from 0 to 2^63 − 1")
    if interpolate and len(numbers) != 2:
        raise click.UsageError(f"--interpolate goes between 2 line seeds; found {len(numbers)}")
    return numbers
