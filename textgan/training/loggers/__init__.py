"""Where measurements of training go besides `stats.jsonl`: TensorBoard, trackio, Weights & Biases.

A backend is a file here with a class that is a `Logger`. Its package is imported when it is used.
"""

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Protocol

from corpora.errors import InputError
from corpora.registry import Registry
from textgan.config.settings import Config

__all__ = ["LOGGERS", "Logger", "LoggerKind", "check_loggers", "open_loggers"]


class Logger(Protocol):
    """What receives measurements of a run."""

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """Keep the numbers of a step, by name."""

    def text(self, step: int, name: str, lines: Sequence[str]) -> None:
        """Keep sampled lines of a step."""

    def histogram(self, step: int, name: str, values: Sequence[float]) -> None:
        """Keep how many numbers lie where."""

    def close(self) -> None:
        """Write all that was received."""


class LoggerKind(Protocol):
    """The class of a backend."""

    def __call__(self, run: Path, settings: Mapping[str, Any], step: int) -> Logger:
        """Return a logger of a run folder that goes on from `step`; at 0 it begins."""


# name of a backend, also of its package and of its extra -> its class
LOGGERS: Registry[LoggerKind] = Registry(
    "log",
    {
        "tensorboard": "textgan.training.loggers.tensorboard:TensorBoard",
        "trackio": "textgan.training.loggers.trackio:Trackio",
        "wandb": "textgan.training.loggers.wandb:Wandb",
    },
)


def check_loggers(names: Sequence[str]) -> None:
    """Raise InputError for a backend whose package is not installed; nothing is imported."""
    for name in names:
        if name not in LOGGERS.built_in:
            expected = ", ".join(LOGGERS.built_in)
            raise InputError(f"found log {name!r}, expected one of {expected}")
        if find_spec(name) is None:
            raise InputError(
                f"--log {name} needs the package {name}: pip install 'textgan[{name}]'"
            )


@contextlib.contextmanager
def open_loggers(
    names: Sequence[str], run: Path, config: Config, step: int
) -> Iterator[tuple[Logger, ...]]:
    """Give the loggers of these names, and close them at the end.

    Args:
        names: Of `LOGGERS`.
        run: The run folder.
        config: Its settings, which a run that begins logs.
        step: The step that it goes on from.

    Raises:
        InputError: A package is not installed.
    """
    check_loggers(names)
    with contextlib.ExitStack() as stack:
        loggers = []
        for name in dict.fromkeys(names):
            logger = LOGGERS[name](run, config.to_dict(), step)
            stack.callback(logger.close)
            loggers.append(logger)
        yield tuple(loggers)
