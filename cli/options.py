"""Options that several commands share."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from cli import completion
from cli.progress import show_bytes
from cli.values import Names, Size
from corpora.counts import LONGEST
from corpora.errors import InputError
from corpora.read_limit import ReadLimit
from textgan.hardware.processors import processors

__all__ = [
    "LABELS",
    "PAIRS",
    "against",
    "candidates",
    "checkpoint",
    "chosen_columns",
    "encoding",
    "force",
    "full",
    "held_out",
    "json_lines",
    "length",
    "max_bytes",
    "normalise",
    "orders",
    "out",
    "read_limit",
    "runs",
    "seed",
    "signatures",
    "tables",
    "unit",
    "workers",
]

LABELS = "Lines of CORPUS are label<TAB>text."
PAIRS = "Lines of CORPUS are source<TAB>target."
MAX_CANDIDATES = 1024  # time grows with them
BY_RULE = "[default: the smallest of 4, 8, 16 that holds 99.5% of CORPUS's lines, else 32]"

F = TypeVar("F", bound=Callable[..., Any])


def runs(parameter: str = "runs") -> Callable[[F], F]:
    """Return `--runs`, the folder of numbered runs."""
    return click.option(
        "--runs", parameter, type=click.Path(path_type=Path), default="runs", show_default=True,
        help="Folder of the numbered runs.",
    )  # fmt: skip


def checkpoint() -> Callable[[F], F]:
    """Return `--checkpoint`: which checkpoint of a run is used."""
    from textgan.runs import MIN_VALIDATION_LINES  # `train` has no use for it

    return click.option(
        "--checkpoint", type=click.Choice(["best", "last"]),
        help="Checkpoint of the run: the best by validation text, or the last.  [default: best; "
        f"last if the run has fewer than {MIN_VALIDATION_LINES} validation lines]",
    )  # fmt: skip


def encoding(texts: str, *, default: str | None = "utf-8") -> Callable[[F], F]:
    """Return `--encoding`, of the texts that are named.

    With `default` None it comes as None where it is not typed, and help says what it then is.
    """
    text = f"Encoding of {texts}." + ("" if default is not None else "  [default: utf-8]")
    return click.option("--encoding", default=default, show_default=default is not None, help=text)


def seed(
    text: str = "Seed of all random draws.", *, default: int | None = 0, natural: bool = False
) -> Callable[[F], F]:
    """Return `--seed`; a `natural` one is 0 or more."""
    return click.option(
        "--seed", type=int, default=default, show_default=default is not None, help=text,
        callback=_natural if natural else None,
    )  # fmt: skip


def _natural(ctx: click.Context, param: click.Parameter, seed: int | None) -> int | None:
    del ctx, param
    if seed is not None and seed < 0:
        raise InputError(f"found --seed {seed}, expected 0 or more")
    return seed


def against(default: str) -> Callable[[F], F]:
    """Return `--against`, the reference text; help says what it is by default."""
    return click.option(
        "--against", metavar="CORPUS | RUN", shell_complete=completion.corpora_and_runs,
        help="Reference text: a path, - for standard input, the name of a bundled corpus, or a "
        "run. A run means its training text, with its test text held out.  [default: the text of "
        f"{default}]",
    )  # fmt: skip


def normalise() -> Callable[[F], F]:
    """Return `--normalise` and `--no-normalise`; None where neither is typed."""
    return click.option(
        "--normalise/--no-normalise", default=None,
        help="Compose letters and accents in FILE and CORPUS (Unicode NFC).  [default: on; a run "
        "uses its own setting]",
    )  # fmt: skip


def held_out() -> Callable[[F], F]:
    """Return `--held-out`, a file."""
    return click.option(
        "--held-out", metavar="FILE",
        help="Real lines that are not in CORPUS.  [default: lines drawn from CORPUS; of a run its "
        "test text]",
    )  # fmt: skip


def length() -> Callable[[F], F]:
    """Return `--length`, at which lines are cut."""
    return click.option(
        "--length", type=click.IntRange(1, LONGEST), metavar="T",
        help=f"Cut every line after T characters; a run uses its own T.  {BY_RULE}",
    )  # fmt: skip


def read_limit(size: int | None) -> ReadLimit:
    """Return the limit that `--max-bytes` sets; the progress that is shown has the bytes read."""
    return ReadLimit(max_bytes=size, report=show_bytes)


def max_bytes(of: str) -> Callable[[F], F]:
    """Return `--max-bytes`, the most that is read of a text."""
    return click.option(
        "--max-bytes", type=Size(), metavar="N",
        help=f"Read at most N bytes of {of}, unpacked; for example 500M or 20G.  [default: of a "
        "stream or a .gz file, half of the free space of the disk that receives the text]",
    )  # fmt: skip


def unit() -> Callable[[F], F]:
    """Return `--unit` of n-grams."""
    return click.option(
        "--unit", type=Names(_units), default="char", show_default=True,
        help="Unit of the n-grams.",
    )  # fmt: skip


def _units() -> tuple[str, ...]:
    from textgan.evaluation.text.vocabulary import UNITS

    return UNITS


def tables() -> Callable[[F], F]:
    """Return `--tables`."""
    return click.option("--tables", is_flag=True, help="Print all tables, not only the summary.")


def signatures() -> Callable[[F], F]:
    """Return `--signatures`."""
    return click.option("--signatures", is_flag=True, help="Print the signature of every number.")


def json_lines(text: str) -> Callable[[F], F]:
    """Return `--json`."""
    return click.option("--json", "as_json", is_flag=True, help=text)


def orders() -> Callable[[F], F]:
    """Return `--orders` of n-grams, which comes as a tuple."""
    return click.option(
        "--orders", default="1-6", show_default=True, callback=_orders,
        help="Orders n of the n-grams, each from 1 to 10.",
    )  # fmt: skip


def _orders(ctx: click.Context, param: click.Parameter, text: str) -> tuple[int, ...]:
    """Return the orders that `text` lists, as in 1-6 or 2,4."""
    del ctx, param
    listed: set[int] = set()
    for part in text.split(","):
        ends = re.fullmatch(r"\s*(\d{1,4})\s*(?:-\s*(\d{1,4})\s*)?", part)
        if ends is None:
            raise InputError(f"found --orders {text}, expected for example 1-6 or 2,4")
        low, high = int(ends[1]), int(ends[2] or ends[1])
        if low > high:
            raise InputError(f"found --orders {text}, expected the lower first; write {high}-{low}")
        listed.update(range(low, high + 1))
    return tuple(sorted(listed))


def out() -> Callable[[F], F]:
    """Return `--out`, a file."""
    return click.option(
        "-o",
        "--out",
        type=click.Path(path_type=Path),
        help="Output file.  [default: standard output]",
    )


def force() -> Callable[[F], F]:
    """Return `--force`, which goes with `out`."""
    return click.option("--force", is_flag=True, help="Replace the file at --out.")


def full() -> Callable[[F], F]:
    """Return `--full`."""
    return click.option(
        "--full",
        is_flag=True,
        help="Also measure precision against recall, BLEU, Fréchet distances, nearest lines, "
        "memorization by nearest lines, and earth mover's distance.",
    )


def workers(text: str, declare: Callable[..., Any] = click.option) -> Callable[[F], F]:
    """Return `--workers`, a number of processes, as `declare` makes an option."""
    option: Callable[[F], F] = declare(
        "--workers", type=click.IntRange(min=1), metavar="N", default=1, show_default=True,
        callback=_at_most_processors, help=text,
    )  # fmt: skip
    return option


def candidates() -> Callable[[F], F]:
    """Return `--candidates`: K lines are generated for one."""
    return click.option(
        "--candidates", type=click.IntRange(1, MAX_CANDIDATES), metavar="K", default=1,
        show_default=True,
        help="Generate K candidates for each line; the critic chooses one of them. The first use "
        "trains a copy of the critic for some minutes and stores it in the run.",
    )  # fmt: skip


def _at_most_processors(ctx: click.Context, param: click.Parameter, workers: int) -> int:
    """Refuse more workers than processors."""
    del ctx, param
    if workers > processors():
        raise InputError(
            f"found --workers {workers}, expected at most {processors()}: this process may use no "
            "more processors"
        )
    return workers


def chosen_columns(labels: bool, pairs: bool) -> str | None:
    """Return what --labels and --pairs say of lines; None where neither is typed."""
    if labels and pairs:
        raise click.UsageError("--labels and --pairs say two things of every line: leave one out")
    return "labels" if labels else "pairs" if pairs else None
