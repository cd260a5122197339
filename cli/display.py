"""How training goes, on stderr: a live display on a terminal, a plain line a minute elsewhere."""

import time
from collections.abc import Mapping
from types import TracebackType
from typing import Self

from rich.cells import cell_len
from rich.console import Group, RenderableType
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table as Grid
from rich.text import Text

from cli.output import console, say
from cli.plan import time_left
from cli.progress import PLAIN_EVERY, clock, step_time
from corpora.counts import counted
from textgan.evaluation.render.tables import Table, fit_to_width
from textgan.evaluation.render.visible import visible
from textgan.runs import reason_for_last
from textgan.training.loop import Loop, Progress
from textgan.training.validation import Scores

__all__ = ["Display"]

BAR, SHORTEST_BAR = 30, 8  # columns


class Display:
    """Prints how it goes, and what came out; called after each step."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.console = console(stderr=True)
        self.live = Live(console=self.console, refresh_per_second=4, transient=True)
        self.first_step, self.started = loop.step, time.perf_counter()
        self.shown_at = self.started
        self.shown_scores: Scores | None = None

    def say(self, *lines: str) -> None:
        """Print lines, above the live display where there is one."""
        for line in lines:
            say(self.console, visible(line))  # a run may be from elsewhere

    def __enter__(self) -> Self:
        self.started = self.shown_at = time.perf_counter()
        if self.console.is_terminal:
            self.live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self.console.is_terminal:
            self.live.stop()

    def __call__(self, progress: Progress) -> None:
        """Show progress; cheap unless something is drawn."""
        if progress.slower is not None:
            self.say(_slower(progress.slower, self.loop.config.threads))
        now = time.perf_counter()
        pause = 0.25 if self.console.is_terminal else PLAIN_EVERY
        if now - self.shown_at < pause:
            return
        self.shown_at = now
        if self.console.is_terminal:
            self.live.update(self._panel(progress))
        else:
            self.say(self._line(progress))

    def close(self, status: str) -> None:
        """Say what came out and what can be done next."""
        loop = self.loop
        if steps := loop.step - self.first_step:
            seconds = time.perf_counter() - self.started
            each = step_time(seconds / steps)
            self.say(f"{counted(steps, 'step')} in {clock(seconds)}, {each} each")
        if loop.scores is not None:
            if loop.scores is not self.shown_scores:
                self.say(f"step {loop.scores.step:,}: {self._scores(loop.scores)}")
            for line in loop.scores.lines[:3]:
                self.say("  " + visible(line))
        reason = reason_for_last(len(loop.trainer.corpus.valid))
        if reason is not None:
            self.say(reason)
        elif loop.best is not None:
            self.say(f"best checkpoint (by validation text): step {loop.best['step']:,}")
        if status == "stopped":
            self.say(f"saved; resume with: textgan train --resume {loop.run}")
        elif loop.config.columns == "pairs":
            self.say(f"next: textgan translate FILE --run {loop.run}; textgan evaluate {loop.run}")
        else:
            more = " --label NAME" if loop.config.columns == "labels" else ""
            sweep = f"textgan sample {loop.run} --sweep 0; " if loop.config.codes else ""
            self.say(
                f"next: textgan sample {loop.run} -n 20{more}; {sweep}textgan evaluate {loop.run}"
            )

    def _rate(self, progress: Progress) -> float:
        """Return steps per second since the display began."""
        return (progress.step - self.first_step) / (time.perf_counter() - self.started)

    def _line(self, progress: Progress) -> str:
        left, scores = time_left(self.loop, 1 / self._rate(progress)), progress.scores
        parts = [
            f"step {progress.step:,}",
            clock(progress.seconds),
            "" if left is None else f"{clock(left)} left",
            f"{self._rate(progress):.1f} steps/s",
            self._slope(progress),
        ]
        line = ", ".join(part for part in parts if part)
        if scores is None or scores is self.shown_scores:
            return line
        self.shown_scores = scores
        of_step = "" if scores.step == progress.step else f" of step {scores.step:,}"
        return f"{line}; scores{of_step}: {self._estimate(scores)}, {self._scores(scores)}"

    def _panel(self, progress: Progress) -> Group:
        width, scores = self.console.width, progress.scores
        rows: list[RenderableType] = [self._head(progress, width)]
        if scores is None:
            first = f"first scores at step {self.loop.config.evaluate_every:,}"
            rows.append(Text("; ".join(part for part in (self._slope(progress), first) if part)))
        else:
            parts = (self._estimate(scores), self._slope(progress), self._wrong(scores))
            rows.append(Text("; ".join(part for part in parts if part)))
            rows += fit_to_width(_table(scores), width)
            rows += [
                Text("  " + visible(line), style="cyan", no_wrap=True, overflow="ellipsis")
                for line in scores.lines[:3]
            ]
        return Group(*rows)

    def _head(self, progress: Progress, width: int) -> RenderableType:
        """Return how far training has come, with a bar where there is room."""
        left = time_left(self.loop, 1 / self._rate(progress))
        end = "Ctrl-C ends" if left is None else f"{clock(left)} left"
        step, rest = f"step {progress.step:,}", f"{end}, {self._rate(progress):.1f} steps/s"
        room = min(BAR, width - cell_len(step) - cell_len(rest) - 4)
        if left is None or room < SHORTEST_BAR:
            return Text(f"{step}, {rest}")
        done = progress.seconds / (progress.seconds + left)
        head = Grid.grid(padding=(0, 2))
        head.add_row(step, ProgressBar(total=1.0, completed=done, width=room), rest)
        return head

    def _estimate(self, scores: Scores) -> str:
        """Return how far apart scores of real and generated text are; under one loss a distance.

        It is of many lines and of the averaged generator; that of one batch, which each step has,
        follows the quality of the text hardly at all.
        """
        wasserstein = self.loop.config.pieces.loss == "wasserstein"
        line = "Wasserstein estimate" if wasserstein else "score gap"
        held_out = scores.wasserstein_held_out
        line += f" {scores.wasserstein:.4f} on training text"
        return line if held_out is None else f"{line}, {held_out:.4f} on held-out"

    def _slope(self, progress: Progress) -> str:
        slope, scores = progress.stats.slope, progress.scores
        if slope is None and scores is not None:
            slope = scores.slope
        return "" if slope is None else f"mean slope {slope:.2f}"

    def _scores(self, scores: Scores) -> str:
        line = f"JSD {_jsds(scores.jsd, scores)}"
        if scores.floor is not None and scores.at_floor != scores.jsd:
            samples = ", ".join(f"{n}: {value:.3f}" for n, value in scores.jsd.items())
            fewer = counted(scores.floor.m, "line")
            line = f"JSD {samples}; of {fewer} {_jsds(scores.at_floor or {}, scores)}"
        line = f"{line}; {scores.unique:.0%} unique"
        return "; ".join(part for part in (self._wrong(scores), line) if part)

    def _wrong(self, scores: Scores) -> str:
        """Return how well a run on pairs translates; of other runs nothing."""
        if self.loop.config.columns != "pairs":
            return ""
        text = "training" if self.loop.validator.floor is None else "held-out"
        return f"{scores.choice:.1%} of characters wrong on {text} text"


def _slower(times: float, threads: int | None) -> str:
    line = f"steps take {times:.1f} times as long as at first; other processes may be using the CPU"
    return line if threads == 1 else f"{line}, which slows --threads 1 least"


def _jsds(jsd: Mapping[int, float], scores: Scores) -> str:
    """Return the JSD of each order, and the floor of as many lines."""
    floors = {} if scores.floor is None else scores.floor.jsd
    return ", ".join(
        f"{n}: {value:.3f}" + (f" (floor {floors[n]:.3f})" if n in floors else "")
        for n, value in jsd.items()
    )


def _table(scores: Scores) -> Table:
    rows = [("samples", *(f"{value:.4f}" for value in scores.jsd.values()), f"{scores.unique:.1%}")]
    if scores.floor is not None:
        floor = "floor"
        if scores.at_floor is not None and scores.at_floor != scores.jsd:
            m = counted(scores.floor.m, "line")
            rows.append(
                (f"{m} of them", *(f"{value:.4f}" for value in scores.at_floor.values()), "")
            )
            floor = f"floor, {m}"
        rows.append((floor, *(f"{value:.4f}" for value in scores.floor.jsd.values()), ""))
    heads = (f"step {scores.step:,}", *(f"JSD-{n}" for n in scores.jsd), "unique")
    return Table(heads=heads, rows=tuple(rows))
