"""`textgan sample`: lines from a run, to stdout or a file."""

import json
import secrets
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from cli import options
from cli.checkpoints import note_choice
from cli.lines import write_lines
from cli.output import check_out
from corpora.errors import InputError
from textgan.config.codes import Codes
from textgan.evaluation.render.visible import visible

if TYPE_CHECKING:
    from textgan.sampling.sampler import FilterExhaustedError, Sample, Sampler

__all__ = ["sample"]

LINES = 10
COLUMNS = 5  # lines to a row of --sweep
MOST_AT_ONCE = 1 << 14  # lines: memory grows with them
SWEPT = 7  # values of a continuous code

FILTERS = {"unique", "novel", "match"}
# (flag, those it does not go with, why)
SENSELESS: tuple[tuple[str, set[str], str], ...] = (
    (
        "seeds",
        {"count", "seed", *FILTERS},
        "--seeds names its lines: no -n, no filter and no second seed",
    ),
    (
        "interpolate",
        {"count", "label", "codes", "sweep", *FILTERS},
        "--interpolate goes from one line to another, whatever is on the way: no -n, no filter, "
        "no --label, no --code and no --sweep",
    ),
    *(
        (flag, {"batch_size"}, "--batch-size is for lines drawn by -n: leave it out")
        for flag in ("seeds", "interpolate", "sweep")
    ),
    (
        "interpolate",
        {"as_json"},
        "--json gives line seeds, and lines on the way have none",
    ),
    (
        "sweep",
        {"label", "codes", *FILTERS},
        "--sweep shows what one code does to the same lines: no filter, no --label and no --code",
    ),
)


class Code(click.ParamType[tuple[int, float]]):
    """`CODE=VALUE`, the number of a code and its value."""

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
@click.argument("run", required=False)
@click.option(
    "-n",
    "count",
    type=click.IntRange(min=0),
    help=f"Lines.  [default: {LINES}; {COLUMNS} to a row of --sweep]",
)
@options.checkpoint()
@options.seed("The same seed gives the same lines. [default: a fresh one]", default=None)
@click.option(
    "--seeds",
    metavar="A,B,...",
    help="The lines of these seeds, one seed a line, as --json prints them.",
)
@click.option(
    "--batch-size",
    type=click.IntRange(1, MOST_AT_ONCE),
    default=256,
    show_default=True,
    help="Lines generated at a time; changes the speed, not the lines.",
)
@click.option("--label", metavar="NAME", help="Only lines of this label (runs on --labels).")
@click.option(
    "--code",
    "codes",
    type=Code(),
    metavar="CODE=VALUE",
    multiple=True,
    help="Lines in which a code has this value (runs with --codes; the first code is 0).",
)
@click.option(
    "--sweep",
    type=int,
    metavar="CODE",
    help="A table of lines that differ in this code alone, a row for each of its values.",
)
@click.option("--unique", is_flag=True, help="No line twice.")
@click.option("--novel", is_flag=True, help="No line of the training text.")
@click.option("--match", metavar="REGEX", help="Only lines in which this is found.")
@click.option(
    "--interpolate",
    type=click.IntRange(2, MOST_AT_ONCE),
    metavar="N",
    help="N lines from noise vectors between two others (those of --seeds A,B if given).",
)
@options.json_lines(
    "One JSON object a line: text, seed (a string), score, label if any; of --sweep code, value, "
    "texts."
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
    as_json: bool,
    out: Path | None,
    force: bool,
    folder: Path,
) -> None:
    """Write lines of text from a RUN.

    RUN is a run folder, its name or its number; the latest by default. (For runs on pairs
    see textgan translate.)
    """
    _check_flags()
    check_out(out, force)
    if sweep is not None and count == 0:
        raise click.UsageError("-n 0 leaves a row of --sweep without lines")
    _check_pattern(match)
    numbers, values = _numbers(seeds, interpolate), _values(codes)

    from textgan.runs import folder as runs
    from textgan.sampling.sampler import line_seeds, select

    path = runs.find(run, folder)
    note_choice(path, checkpoint)
    sampler = _sampler(path, checkpoint)
    asked = sampler.asked(label, values)
    if sweep is not None:
        sampler.latents.check({sweep: 0})  # 0 is a value of every code
    if seed is None and numbers is None:
        seed = secrets.randbits(32)
        click.echo(f"seed {seed}", err=True)
    lines: Iterable[str]
    total = None
    if interpolate:
        ends = numbers or line_seeds(seed or 0, 0, 2).tolist()
        lines = sampler.interpolate(ends[0], ends[1], interpolate)
    elif sweep is not None:
        columns = numbers or line_seeds(seed or 0, 0, count or COLUMNS).tolist()
        lines = _swept(sampler, sweep, columns, as_json)
    elif numbers is not None:
        lines = _lines(sampler.of_seeds(numbers, asked), as_json)
    else:
        total = LINES if count is None else count
        samples = select(
            sampler, total, seed or 0, batch_size=batch_size,
            unique=unique, novel_to=path if novel else None, match=match, scored=as_json,
            asked=asked,
        )  # fmt: skip
        lines = _lines(samples, as_json)
    hopeless: list[FilterExhaustedError] = []
    write_lines(out, ((line,) for line in _until(lines, hopeless)), "writing lines", total)
    if hopeless:
        raise hopeless[0]


def _until(lines: Iterable[str], hopeless: list["FilterExhaustedError"]) -> Iterator[str]:
    """Yield lines until the filters find no more, which is noted: what was found is kept."""
    from textgan.sampling.sampler import FilterExhaustedError

    try:
        yield from lines
    except FilterExhaustedError as error:
        if not error.found:
            raise
        hopeless.append(error)


def _check_flags() -> None:
    """Refuse flags that say nothing together."""
    context = click.get_current_context()
    typed = {
        name
        for name in context.params
        if context.get_parameter_source(name) is ParameterSource.COMMANDLINE
    }
    for flag, others, reason in SENSELESS:
        if flag in typed and typed & others:
            raise click.UsageError(reason)


def _sampler(run: Path, checkpoint: str | None) -> "Sampler":
    from textgan.runs import folder as runs
    from textgan.sampling.sampler import Sampler

    if runs.read_config(run).columns == "pairs":
        raise InputError(
            f"{run} is a run on pairs, which needs lines: textgan translate FILE --run {run}"
        )
    return Sampler.load(run, checkpoint)


def _lines(samples: Iterable["Sample"], as_json: bool) -> Iterator[str]:
    for one in samples:
        if as_json:
            label = {} if one.label is None else {"label": one.label}
            # A string: readers of JSON that have doubles alone would round it.
            values = {"text": one.text, "seed": str(one.seed), "score": one.score, **label}
            yield json.dumps(values, ensure_ascii=False)
        else:
            yield one.text


def _swept(sampler: "Sampler", code: int, seeds: Sequence[int], as_json: bool) -> Iterator[str]:
    """Yield a row for each value of a code, with the lines of `seeds` under it."""
    values = _values_of(sampler.latents.codes, code)
    swept = sampler.sweep(seeds, code, values)
    if as_json:
        for value, texts in zip(values, swept, strict=True):
            yield json.dumps({"code": code, "value": value, "texts": texts}, ensure_ascii=False)
        return
    rows = [[f"code {code}", *(f"line {i + 1}" for i in range(len(seeds)))]]
    rows += [
        [f"{round(value, 2):g}", *map(visible, texts)]
        for value, texts in zip(values, swept, strict=True)
    ]
    yield from _aligned(rows)


def _values_of(codes: Codes, code: int) -> list[float]:
    """Return all values of a categorical code, or some from −1 to 1."""
    if code < len(codes.categorical):
        return list(range(codes.categorical[code]))
    return [2 * step / (SWEPT - 1) - 1 for step in range(SWEPT)]


def _aligned(rows: list[list[str]]) -> Iterator[str]:
    """Yield each row with its cells below those of the others, as a terminal measures them."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell + " " * (width - cell_len(cell)) for cell, width in zip(row, widths, strict=True)
        )
        yield "  ".join(cells).rstrip()


def _values(codes: Iterable[tuple[int, float]]) -> dict[int, float]:
    values: dict[int, float] = {}
    for code, value in codes:
        if code in values:
            raise click.UsageError(f"--code {code} is given two values: leave one out")
        values[code] = value
    return values


def _check_pattern(match: str | None) -> None:
    import regex

    try:
        regex.compile(match or "")
    except (regex.error, OverflowError, RecursionError) as error:
        raise click.UsageError(
            f"--match {match!r:.80} is no regular expression: {error}"
        ) from error


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
