"""A callback of the loop that gives loggers what `stats.jsonl` receives, at the same steps."""

from collections.abc import Sequence

from textgan.config.settings import Config
from textgan.training.loggers import Logger
from textgan.training.loop import Progress

__all__ = ["Records"]


class Records:
    """Logs each step that the log of the run has, with the names of its fields.

    `train/critic_loss` is the field `critic_loss`, `validation/jsd4` is `jsd4` of its `scores`.
    What is unknown, and so None there, is left out. Provisional scores are not logged: a resumed
    run would have to take them back.

    Args:
        loggers: What receives them.
        config: Says at which steps.
    """

    def __init__(self, loggers: Sequence[Logger], config: Config) -> None:
        self.loggers, self.config = loggers, config

    def __call__(self, progress: Progress) -> None:
        """Log the step, if it is one of those."""
        config, step, scores = self.config, progress.step, progress.scores
        validated = step % config.evaluate_every == 0
        if not self.loggers or not (validated or step % config.log_every == 0):
            return
        values: dict[str, float | None] = {"seconds": progress.seconds}
        values |= {f"train/{name}": value for name, value in progress.stats._asdict().items()}
        if scores is not None and scores.step != step:
            scores = None
        if scores is not None:
            values |= {f"validation/{name}": value for name, value in scores.to_dict().items()}
        known = {name: float(value) for name, value in values.items() if value is not None}
        for logger in self.loggers:
            logger.scalars(step, known)
            if scores is not None:
                logger.text(step, "samples", scores.lines)
                logger.histogram(step, "slopes", scores.slopes)
