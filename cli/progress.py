"""How far a long command is, on stderr: on a terminal a bar, elsewhere a plain line a minute.

Work that ends within two seconds shows nothing.
"""

import contextlib
import sys
import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import click

from corpora.read_limit import amount

if TYPE_CHECKING:
    from rich.console import Group

__all__ = ["PARTS", "Stage", "by_stage", "clock", "progress", "show_bytes", "step_time"]

PATIENCE = 2.0  # seconds
PLAIN_EVERY = 60.0  # seconds
PARTS = 10_000  # of the length of a bar


_shown: list["Stage"] = []  # the innermost last


class Stage:
    """The stage of the work, how much of it is done, and of how much.

    Args:
        stage: What is being done, as "writing lines".
        total: How many items there are, where that is known.
        unit: What the items are, in the plural; "" where nothing is counted.
        plain: Whether lines are printed: where no terminal shows a bar.
    """

    def __init__(self, stage: str, total: int | None, unit: str, *, plain: bool) -> None:
        self.stage_name, self.total, self.unit, self.plain = stage, total, unit, plain
        self.done = self.received = 0
        self.began = self.printed = time.monotonic()
        self.first: float | None = None  # when the first item was done

    def advance(self, count: int = 1) -> None:
        """Count items that are done; cheap."""
        if self.first is None:
            self.first = time.monotonic()
        self.done += count
        self.received = 0
        self._print()

    def stage(self, name: str) -> None:
        """Name the stage that begins."""
        self.stage_name, self.received = name, 0
        self._print()

    def receive(self, size: int) -> None:
        """Show the bytes read so far, until an item is done or another stage begins."""
        self.received = size
        self._print()

    def _print(self) -> None:
        if self.plain and (now := time.monotonic()) - self.printed >= PLAIN_EVERY:
            self.printed = now
            click.echo(", ".join([self.stage_name, *self._facts(now)]), err=True)

    def _facts(self, now: float) -> list[str]:
        parts = [f"{amount(self.received)} read"] if self.received else []
        if self.unit and self.done:
            total = "" if self.total is None else f" of {self.total:,}"
            parts.append(f"{self.done:,}{total} {self.unit}")
        parts.append(clock(now - self.began))
        if self.first is not None and now > self.first and self.total:
            seconds_left = (now - self.first) * (self.total - self.done) / self.done
            parts.append(f"{clock(seconds_left)} left")
        return parts

    def bar(self) -> "Group":
        """Return what a terminal shows."""
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        now = time.monotonic()
        if now - self.began < PATIENCE:
            return Group()
        row: list[Text | ProgressBar] = [Text(self.stage_name)]
        if self.total:
            row.append(ProgressBar(total=self.total, completed=self.done, width=20))
        table = Table.grid(padding=(0, 2))
        table.add_row(*row, Text(", ".join(self._facts(now))))
        return Group(table)


def by_stage(work: Stage) -> Callable[[str, float | None], None]:
    """Return what shows each pass over a text: a bar where it is known how much of it is done."""

    def report(stage: str, portion: float | None) -> None:
        if stage != work.stage_name:
            work.done, work.first = 0, None
            work.total = None if portion is None else PARTS
            work.stage(stage)
        if more := round((portion or 0) * PARTS) - work.done:
            work.advance(more)

    return report


@contextlib.contextmanager
def progress(
    stage: str, total: int | None = None, unit: str = "", *, quiet: bool = False
) -> Iterator[Stage]:
    """Show on stderr how far the work of the block is, unless `quiet`."""
    terminal = sys.stderr.isatty()
    work = Stage(stage, total, unit, plain=not terminal and not quiet)
    _shown.append(work)
    try:
        if quiet or not terminal:
            yield work
            return
        from rich.live import Live

        from cli.output import console

        with Live(
            get_renderable=work.bar, console=console(stderr=True), refresh_per_second=4,
            transient=True, redirect_stdout=False,
        ):  # fmt: skip
            yield work
    finally:
        _shown.remove(work)


def show_bytes(size: int) -> None:
    """Show that so many bytes of a text have been read, on the bar that is shown if there is one.

    The bar cannot be an argument: texts are opened before the command that writes lines shows one.
    """
    if _shown:
        _shown[-1].receive(size)


def clock(seconds: float) -> str:
    """Return a time in the largest unit that is not too coarse: 42 s, 4.2 min, 1.7 h, 12 days."""
    if seconds < 100:
        return f"{seconds:.0f} s"
    if seconds < 100 * 60:
        return f"{seconds / 60:.1f} min"
    if seconds < 100 * 3600:
        return f"{seconds / 3600:.1f} h"
    return f"{seconds / 86_400:,.0f} days"


def step_time(seconds: float) -> str:
    """Return the time of one step: 142 ms, 13.0 s."""
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
