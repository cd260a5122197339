"""The loop: when to log, to judge, to save and to stop. It knows no loss."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpora.errors import InputError
from corpora.files import atomic_text, check_folder, check_regular
from textgan.config.settings import Config
from textgan.hardware.waiting import waiting
from textgan.runs import folder as runs
from textgan.runs.log import Log
from textgan.training.checkpoint import save_best, save_last
from textgan.training.pace import Pace
from textgan.training.step import StepStats, Trainer
from textgan.training.validation import Scores, Validator

__all__ = ["Callback", "Loop", "Progress"]


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What a callback is told after each step."""

    step: int
    steps: int | None  # where it will stop; None where only the clock stops it
    seconds: float  # of training so far
    minutes: float | None  # where the clock stops it
    stats: StepStats
    scores: Scores | None  # the latest, None before the first
    slower: float | None = None  # times that steps have become slower; once an episode


Callback = Callable[[Progress], None]
SAMPLES = re.compile(r"step-(\d+)\.txt")


class Loop:
    """Trains a run from the step it has reached until its end.

    Losses are its trainer's, scores its validator's; it writes the log, samples and checkpoints.
    What a run writes depends on the step alone, so that a run stopped and resumed writes the same
    as one that was not. Scores taken because a run stops between two regular ones are therefore
    provisional: they are shown, and forgotten when the run goes on.
    """

    def __init__(
        self, run: Path, config: Config, trainer: Trainer, validator: Validator, *, step: int = 0
    ) -> None:
        self.run, self.config, self.trainer, self.validator = run, config, trainer, validator
        self.step = step
        self.standing = runs.standing(run)
        self.saved: int | None = None  # the step of the last checkpoint that this loop wrote
        self._read_log()
        self.spent = self._seconds_before()
        self.started: float | None = None
        self.pace = Pace()
        self.slower: float | None = None

    def __call__(
        self,
        callbacks: tuple[Callback, ...] = (),
        should_stop: Callable[[], bool] = lambda: False,
    ) -> str:
        """Train; return `finished`, or `stopped` when `should_stop` said so between two steps.

        Raises:
            InputError: A loss or a weight is not finite, and the last good checkpoint is kept; or
                another process is training the run.
        """
        with runs.held(self.run):
            if runs.standing(self.run) != self.standing:
                raise InputError(
                    f"{self.run} was trained meanwhile by another process; resume it again"
                )
            self._forget()
            runs.write_config(self.run, self.config)
            self.started, self.pace = time.perf_counter(), Pace()
            while not self.done and not should_stop():
                stats = self._advance()
                self._record(stats)
                for callback in callbacks:
                    callback(self._progress(stats))
            if self.scores is None or self.scores.step != self.step:
                self._judge(provisional=True)
            status = "finished" if self.done else "stopped"
            self._save(status)
            self.spent, self.started = self.seconds, None
        return status

    @property
    def seconds(self) -> float:
        """Seconds of training, of all sessions together."""
        return self.spent + (time.perf_counter() - self.started if self.started else 0)

    @property
    def done(self) -> bool:
        """Whether the run has come to where it stops."""
        config = self.config
        if config.minutes is not None and self.seconds >= 60 * config.minutes:
            return True
        return config.steps is not None and self.step >= config.steps

    def _read_log(self) -> None:
        """Know what is known at this step, and no provisional scores."""
        self.log = Log(self.run / "stats.jsonl", self.step)
        lines = [line for line in self.log.kept if "scores" in line]
        judged = [{**line["scores"], "step": line["step"]} for line in lines]
        self.best = min(judged, key=lambda scores: scores["choice"], default=None)
        self.scores: Scores | None = None

    def _forget(self) -> None:
        """Remove what was written of steps that will come again, and what was provisional."""
        self._read_log()
        runs.checkpoint(self.run, "best")  # refuses a link, before anything is changed
        folder = check_folder(self.run / "samples")
        self.log.cut()
        folder.mkdir(exist_ok=True)
        for path in folder.iterdir():
            written = SAMPLES.fullmatch(path.name)
            number = int(written[1]) if written else 0
            if number > self.step or number % self.config.evaluate_every:
                path.unlink()

    def _record(self, stats: StepStats) -> None:
        """Judge, log and save what is due after the step."""
        config, best = self.config, self.best
        if self.step % config.evaluate_every == 0:
            self._judge()
        if self.step % config.log_every == 0 or self.step % config.evaluate_every == 0:
            self._log(stats)
        if self.step % config.checkpoint_every == 0 or self.best is not best:
            self._save("training")

    def _judge(self, *, provisional: bool = False) -> None:
        """Judge the models as they are; keep them as the best where they are."""
        self._check_weights()
        self.scores = scores = self.validator(self.trainer.models, self.step)
        if provisional:
            self.log.write({**self._when(), "provisional": True, "scores": scores.to_dict()})
        if self.best is None or (not provisional and scores.choice < self.best["choice"]):
            with self._giving_up():
                save_best(runs.checkpoint(self.run, "best"), self.trainer.models, self.step)
            self.best = {"step": self.step, **scores.to_dict()}
        samples = self.run / "samples" / f"step-{self.step:06d}.txt"
        with atomic_text(check_regular(samples)) as file:
            file.writelines(f"{line}\n" for line in scores.lines)

    def _log(self, stats: StepStats) -> None:
        line = {**self._when(), **stats._asdict()}
        if self.scores is not None and self.scores.step == self.step:
            line["scores"] = self.scores.to_dict()
        self.log.write(line)

    def _when(self) -> dict[str, Any]:
        return {"step": self.step, "seconds": self.seconds}

    def _save(self, status: str) -> None:
        if self.saved != self.step:
            self._check_weights()
            with self._giving_up():
                save_last(runs.checkpoint(self.run, "last"), self.trainer.models, self.step)
            self.saved, self.standing = self.step, runs.standing(self.run)
        state: dict[str, Any] = {
            "step": self.step, "seconds": self.seconds, "status": status, "best": self.best,
            "waiting": waiting(),
        }  # fmt: skip
        if self.scores is not None:
            state["last"] = {"step": self.scores.step, **self.scores.to_dict()}
        runs.write_json(self.run / "state.json", state)

    def _advance(self) -> StepStats:
        """Make the next step."""
        start = time.perf_counter()
        with self._giving_up():
            stats = self.trainer.step(self.step + 1)
        self.slower = self.pace(time.perf_counter() - start)
        self.step += 1
        return stats

    def _check_weights(self) -> None:
        with self._giving_up():
            self.trainer.check_weights(self.step)

    @contextmanager
    def _giving_up(self) -> Iterator[None]:
        """Where training diverged, say so in `state.json` and to the user."""
        try:
            yield
        except InputError as error:
            state = runs.read_state(self.run)
            runs.write_json(self.run / "state.json", {**state, "status": "diverged"})
            raise InputError(
                f"{error}; {self.run} keeps the checkpoint of step {state['step']}: lower the "
                "rates or try another seed"
            ) from error

    def _progress(self, stats: StepStats) -> Progress:
        return Progress(
            step=self.step,
            steps=self.config.steps,
            seconds=self.seconds,
            minutes=self.config.minutes,
            stats=stats,
            scores=self.scores,
            slower=self.slower,
        )

    def _seconds_before(self) -> float:
        state = runs.read_state(self.run)
        if state["step"] == self.step:
            return float(state["seconds"])
        return max((float(line["seconds"]) for line in self.log.kept), default=0.0)
