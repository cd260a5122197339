"""`textgan corrupt`: pairs of corrupted and original lines, made of plain text."""

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from cli import completion, options
from cli.lines import write_lines
from cli.output import check_out, refuse_same_file
from corpora.corruption import KINDS, corrupted
from corpora.counts import LONGEST, counted, share

__all__ = ["corrupt"]

RATE = 0.1

Pairs = list[tuple[str, str]]


@click.command()
@click.argument("corpus", shell_complete=completion.corpora)
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    required=True,
    help="Kind of corruption: letters in lower case, accents removed, or typos.",
)
@options.seed("Seed of the typos.  [default: 0]", default=None)
@click.option(
    "--rate",
    type=click.FloatRange(0, 1),
    help=f"Probability of a typo at a character.  [default: {RATE}]",
)
@options.encoding("the text file")
@options.max_bytes("CORPUS")
@options.out()
@options.force()
def corrupt(
    corpus: str,
    kind: str,
    seed: int | None,
    rate: float | None,
    encoding: str,
    max_bytes: int | None,
    out: Path | None,
    force: bool,
) -> None:
    """Write each line of CORPUS as corrupted<TAB>original, to train on with --pairs.

    CORPUS is a path (.gz too), - for standard input, or the name of a bundled corpus. Equal lines
    are corrupted in the same way. Lines with a TAB are left out.
    """
    if kind != "typos" and not (seed is None and rate is None):
        raise click.UsageError("--seed and --rate are of typos: choose --kind typos")
    refuse_same_file(corpus, out)
    check_out(out, force)
    blocks = corrupted(
        corpus,
        kind,
        seed=seed or 0,
        rate=RATE if rate is None else rate,
        encoding=encoding,
        limit=options.read_limit(max_bytes),
    )
    tally = _Tally()
    write_lines(out, tally.count(blocks), "corrupting")
    tally.report()


class _Tally:
    """How many lines were written, changed, left out and cut."""

    def __init__(self) -> None:
        self.number = self.changed = self.left_out = self.cut = 0

    def count(
        self, blocks: Iterable[tuple[list[tuple[str, str]], int, int]]
    ) -> Iterator[tuple[str, str]]:
        """Yield the pairs of blocks, and count them."""
        for pairs, tabbed, overlong in blocks:
            self.left_out += tabbed
            self.cut += overlong
            for source, target in pairs:
                self.number += 1
                self.changed += source != target
                yield source, target

    def report(self) -> None:
        """Print the numbers on stderr."""
        part = share(self.changed, self.number)
        lines = counted(self.number, "line")
        click.echo(f"{lines}, {self.changed:,} of them changed {part}", err=True)
        if self.left_out:
            lines = counted(self.left_out, "line has", "lines have")
            click.echo(f"{lines} a TAB, left out", err=True)
        if self.cut:
            lines = counted(self.cut, "line is", "lines are")
            click.echo(f"{lines} longer than {LONGEST:,} characters, cut there", err=True)
