"""How training goes, on stderr: a live display on a terminal, a plain line a minute elsewhere."""

import datetime
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
from cli.progress import PLAIN_EVERY, clock
from corpora.counts import counted
from corpora.json_files import MAX_EXACT_INTEGER
from textgan.config.settings import Config
from textgan.evaluation.render.tables import Table, fit_to_width
from textgan.evaluation.render.visible import visible
from textgan.runs import reason_for_last
from textgan.training.loop import Loop, Progress
from textgan.training.regularization import symbol_perplexity
from textgan.training.validation import Scores

__all__ = ["Display"]

BAR, SHORTEST_BAR = 30, 8  # columns
DAY = 86_400.0
CENTURY = 100 * 365 * DAY
MANY_SYMBOLS = 100  # perplexity; n-gram matching helps texts of 10 to 31, and not one of 223


class Display:
    """Prints what will be done, how it goes, and what came out; called after each step."""

    def __init__(self, loop: Loop) -> None:
        self.loop = loop
        self.console = console(stderr=True)
        self.live = Live(console=self.console, refresh_per_second=4, transient=True)
        self.first_step, self.started = loop.step, time.perf_counter()
        self.shown_at = self.started
        self.shown_scores: Scores | None = None

    def introduce(self) -> None:
        """Say what will be done, to which text, and where."""
        loop, config = self.loop, self.loop.config
        models, corpus = loop.trainer.models, loop.trainer.corpus
        weights = {
            name: sum(parameter.numel() for parameter in network.parameters())
            for name, network in (("generator", models.generator), ("critic", models.critic))
        }
        self._say(f"{config.corpus}:")
        for note in corpus.notes():
            self._say(f"  {note}")
        self._say(
            f"{config.generator} generator ({weights['generator']:,} weights) against "
            f"{config.critic} critic ({weights['critic']:,}), {_objective(config)}, "
            f"seed {config.seed}, {loop.trainer.device} in {config.precision}{self._workers()}"
        )
        new = loop.step == 0  # a resumed run keeps its settings
        if new and config.ngram_matching and symbol_perplexity(corpus) > MANY_SYMBOLS:
            self._say(
                "most n-grams of this text are too rare for n-gram matching: --ngram-matching 0 "
                "may give better text, and makes steps cheaper"
            )
        self._say(f"run: {loop.run}")

    def forecast(self, seconds: float, now: datetime.datetime) -> None:
        """Say how long a step takes, in seconds, and when the run will end."""
        loop, config = self.loop, self.loop.config
        self._say(
            f"a step is {counted(config.critic_steps, 'critic update')} and 1 generator update on "
            f"{config.batch_size} lines: {_duration(seconds)}"
        )
        left = time_left(loop, seconds)
        if left is None:
            self._say("no end given: Ctrl-C saves and stops")
        elif left > CENTURY:
            self._say(f"{_stop(loop)}: more than a hundred years; Ctrl-C saves and stops")
        else:
            end = now + datetime.timedelta(seconds=left)
            end_time = f"{end:%H:%M}" if left < DAY else f"{end:%Y-%m-%d %H:%M}"
            self._say(f"{_stop(loop)}: about {clock(left)}, until {end_time}")
            last = loop.step + round(left / seconds)
            for name, flag, horizon in _horizons(config):
                if horizon > last:
                    self._say(
                        f"{name} comes to its end at step {horizon:,}, this run at step {last:,} "
                        f"or so; {flag} brings it forward"
                    )

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
            self._say(_slower(progress.slower, self.loop.config.threads))
        now = time.perf_counter()
        pause = 0.25 if self.console.is_terminal else PLAIN_EVERY
        if now - self.shown_at < pause:
            return
        self.shown_at = now
        if self.console.is_terminal:
            self.live.update(self._panel(progress))
        else:
            self._say(self._line(progress))

    def close(self, status: str) -> None:
        """Say what came out and what can be done next."""
        loop = self.loop
        if steps := loop.step - self.first_step:
            seconds = time.perf_counter() - self.started
            each = _duration(seconds / steps)
            self._say(f"{counted(steps, 'step')} in {clock(seconds)}, {each} each")
        if loop.scores is not None:
            if loop.scores is not self.shown_scores:
                self._say(f"step {loop.scores.step:,}: {self._scores(loop.scores)}")
            for line in loop.scores.lines[:3]:
                self._say("  " + visible(line))
        reason = reason_for_last(len(loop.trainer.corpus.valid))
        if reason is not None:
            self._say(reason)
        elif loop.best is not None:
            self._say(f"best checkpoint (by validation text): step {loop.best['step']:,}")
        if status == "stopped":
            self._say(f"saved; resume with: textgan train --resume {loop.run}")
        elif loop.config.columns == "pairs":
            self._say(f"next: textgan translate FILE --run {loop.run}; textgan evaluate {loop.run}")
        else:
            more = " --label NAME" if loop.config.columns == "labels" else ""
            sweep = f"textgan sample {loop.run} --sweep 0; " if loop.config.codes else ""
            self._say(
                f"next: textgan sample {loop.run} -n 20{more}; {sweep}textgan evaluate {loop.run}"
            )

    def _workers(self) -> str:
        """Return how many workers there are, if several, and the threads of each."""
        size, threads = self.loop.workers.size, self.loop.config.threads or 1
        return f", {size} workers of {counted(threads, 'thread')}" if size > 1 else ""

    def _say(self, line: str) -> None:
        say(self.console, visible(line))  # a run may be from elsewhere

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


def time_left(loop: Loop, seconds: float) -> float | None:
    """Return how many seconds are left at `seconds` a step; None where there is no end."""
    ends = []
    if loop.config.steps is not None:
        ends.append(min(loop.config.steps - loop.step, MAX_EXACT_INTEGER) * seconds)
    if loop.config.minutes is not None:
        ends.append(60 * loop.config.minutes - loop.seconds)
    return max(0.0, min(ends)) if ends else None


def _slower(times: float, threads: int | None) -> str:
    line = f"steps take {times:.1f} times as long as at first; other processes may be using the CPU"
    return line if threads == 1 else f"{line}, which slows --threads 1 least"


def _horizons(config: Config) -> list[tuple[str, str, int]]:
    """Return what changes up to some step: its name, the flag, and the step."""
    horizons = []
    if config.curriculum != "none":
        horizons.append(("the curriculum", "--curriculum-steps", config.curriculum_steps))
    if config.instance_noise:
        horizons.append(("instance noise", "--instance-noise-steps", config.instance_noise_steps))
    return horizons


def _stop(loop: Loop) -> str:
    config = loop.config
    ends = []
    if config.steps is not None:
        ends.append(counted(config.steps - loop.step, "step"))
    if config.minutes is not None:
        ends.append(f"{counted(config.minutes, 'minute')} in all")
    return " or ".join(ends)


def _objective(config: Config) -> str:
    """Return the name of the objective, and the pieces that were put in place of its own."""
    names = ("loss", "penalty", "constraint", "normalisation")
    values = {name: getattr(config, name) for name in names}
    replaced = [f"{name} {value}" for name, value in values.items() if value is not None]
    return f"{config.objective} ({', '.join(replaced)})" if replaced else config.objective


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


def _duration(seconds: float) -> str:
    return f"{1000 * seconds:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"
