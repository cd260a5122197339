"""The loop: when to log, to validate, to save and to stop. It knows no loss."""

import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corpora.errors import InputError
from corpora.files import atomic_text, check_folder, check_regular
from textgan import runs
from textgan.hardware.waiting import waiting
from textgan.runs.log import Log
from textgan.training.checkpoint import save_best, save_last
from textgan.training.divergence import DivergenceError, check_finite
from textgan.training.pace import Pace
from textgan.training.step import StepStats, Trainer
from textgan.training.validation import Scores, Validator

__all__ = ["Callback", "Loop", "Progress"]


@dataclass(frozen=True, kw_only=True)
class Progress:
    """What a callback receives after each step."""

    step: int
    steps: int | None  # at which the run stops; None: only time stops it
    seconds: float  # of training so far
    minutes: float | None  # at which the run stops; None: only steps stop it
    stats: StepStats
    scores: Scores | None  # the latest; None before the first
    slower: float | None = None  # how many times slower steps are; reported once an episode


Callback = Callable[[Progress], None]
SAMPLES = re.compile(r"step-(\d+)\.txt")


class Loop:
    """Trains a run from its current step until its end, and writes log, samples and checkpoints.

    What a run writes depends on the step alone: a run that was stopped and resumed writes the same
    files as one that was not. Where a run stops between two regular validations, one more is made,
    which is provisional: it is shown, and discarded when the run is resumed.

    Args:
        run: The run folder.
        trainer: Makes the steps; has the run's settings. Of several workers it is worker 0's.
        validator: Computes the scores.
        step: The step that the models of `trainer` have reached.
    """

    def __init__(self, run: Path, trainer: Trainer, validator: Validator, *, step: int = 0) -> None:
        self.run, self.trainer, self.validator = run, trainer, validator
        self.config, self.workers = trainer.config, trainer.workers
        self.step = step
        self.fingerprint = runs.fingerprint(run)  # changes where another process trains the run
        self.saved: int | None = None  # the step of the last checkpoint that this loop wrote
        self._read_log()
        self.spent = self._seconds_before()
        self.started: float | None = None  # when this session began, by the clock
        self.pace = Pace()
        self.slower: float | None = None

    def __call__(
        self,
        callbacks: tuple[Callback, ...] = (),
        should_stop: Callable[[], bool] = lambda: False,
    ) -> str:
        """Train; return `finished`, or `stopped` where `should_stop` returned True after a step.

        Raises:
            DivergenceError: A loss or a weight is not finite; the last good checkpoint is kept.
            InputError: Another process is training the run.
        """
        with runs.locked(self.run):
            if runs.fingerprint(self.run) != self.fingerprint:
                raise InputError(
                    f"{self.run} was trained meanwhile by another process; resume it again"
                )
            self.workers.any(False)  # the others have read the run
            self._discard_later()
            runs.write_config(self.run, self.config)
            self.started, self.pace = time.perf_counter(), Pace()
            while not self.workers.any(self.done or should_stop()):
                stats = self._advance()
                self._record(stats)
                for callback in callbacks:
                    callback(self._progress(stats))
            if self.scores is None or self.scores.step != self.step:
                self._validate(provisional=True)
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
        """Whether the run has reached its last step, or used its time."""
        config = self.config
        if config.minutes is not None and self.seconds >= 60 * config.minutes:
            return True
        return config.steps is not None and self.step >= config.steps

    def _read_log(self) -> None:
        """Take the log and the best scores as they are at this step, without provisional scores."""
        self.log = Log(self.run / "stats.jsonl", self.step)
        lines = [line for line in self.log.kept if "scores" in line]
        logged = [{**line["scores"], "step": line["step"]} for line in lines]
        self.best = min(logged, key=lambda scores: scores["choice"], default=None)
        self.scores: Scores | None = None

    def _discard_later(self) -> None:
        """Remove what was written of later steps, which come again, and provisional scores."""
        self._read_log()
        runs.checkpoint(self.run, "best")  # refuses a link, before anything is changed
        folder = check_folder(self.run / "samples")
        self.log.cut()
        folder.mkdir(exist_ok=True)
        for path in folder.iterdir():
            written = SAMPLES.fullmatch(path.name)
            if written is None:
                continue
            number = int(written[1])
            if not 0 < number <= self.step or number % self.config.evaluate_every:
                path.unlink()

    def _record(self, stats: StepStats) -> None:
        """Validate, log and save what is due after the step."""
        config, best = self.config, self.best
        if self.step % config.evaluate_every == 0:
            self._validate()
        if self.step % config.log_every == 0 or self.step % config.evaluate_every == 0:
            self._log(stats)
        if self.step % config.checkpoint_every == 0 or self.best is not best:
            self._save("training")

    def _validate(self, *, provisional: bool = False) -> None:
        """Compute the scores of the models; save them as the best checkpoint where they are it."""
        with self._divergence_recorded():
            check_finite(self.trainer.models.parameters(), self.step)
        self.scores = scores = self.validator(self.trainer.models, self.step)
        if provisional:
            self.log.write({**self._when(), "provisional": True, "scores": scores.to_dict()})
        if self.best is None or (not provisional and scores.choice < self.best["choice"]):
            with self._divergence_recorded():
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
            with self._divergence_recorded():
                save_last(runs.checkpoint(self.run, "last"), self.trainer.models, self.step)
            self.saved, self.fingerprint = self.step, runs.fingerprint(self.run)
        state: dict[str, Any] = {
            "step": self.step, "seconds": self.seconds, "status": status, "best": self.best,
            "waiting": waiting(), "workers": self.workers.size,
        }  # fmt: skip
        if self.scores is not None:
            state["last"] = {"step": self.scores.step, **self.scores.to_dict()}
        runs.write_state(self.run, state)

    def _advance(self) -> StepStats:
        """Make the next step."""
        start = time.perf_counter()
        with self._divergence_recorded():
            stats = self.trainer.step(self.step + 1)
        self.slower = self.pace(time.perf_counter() - start)
        self.step += 1
        return stats

    @contextmanager
    def _divergence_recorded(self) -> Iterator[None]:
        """Where training diverges, write so to `state.json`, and say which checkpoint is kept."""
        try:
            yield
        except DivergenceError as error:
            state = runs.read_state(self.run)
            runs.write_state(self.run, {**state, "status": "diverged"})
            message = (
                f"{error}; {self.run} keeps the checkpoint of step {state['step']}: lower the "
                "rates or try another seed"
            )
            raise DivergenceError(message, step=error.step, tensor=error.tensor) from error

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
