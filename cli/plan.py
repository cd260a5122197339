"""What `train` says before its first step: what it will do, to which text, and for how long."""

import datetime
from collections.abc import Iterator

from cli.progress import clock, step_time
from corpora.counts import counted
from corpora.json_files import MAX_EXACT_INTEGER
from textgan.config.settings import Config
from textgan.training.loop import Loop
from textgan.training.regularization import symbol_perplexity

__all__ = ["forecast", "introduction", "time_left"]

DAY = 86_400.0
CENTURY = 100 * 365 * DAY
MANY_SYMBOLS = 100  # perplexity; n-gram matching helps texts of 10 to 31, and not one of 223


def introduction(loop: Loop) -> Iterator[str]:
    """Yield what will be done, to which text, and where, in lines."""
    config, models, corpus = loop.config, loop.trainer.models, loop.trainer.corpus
    weights = {
        name: sum(parameter.numel() for parameter in network.parameters())
        for name, network in (("generator", models.generator), ("critic", models.critic))
    }
    yield f"{config.corpus}:"
    for note in corpus.notes():
        yield f"  {note}"
    yield (
        f"{config.generator} generator ({weights['generator']:,} weights) against "
        f"{config.critic} critic ({weights['critic']:,}), {_objective(config)}, "
        f"seed {config.seed}, {loop.trainer.device} in {config.precision}{_workers(loop)}"
    )
    new = loop.step == 0  # a resumed run keeps its settings
    if new and config.ngram_matching and symbol_perplexity(corpus) > MANY_SYMBOLS:
        yield (
            "most n-grams of this text are too rare for n-gram matching: --ngram-matching 0 "
            "may give better text, and makes steps cheaper"
        )
    yield f"run: {loop.run}"


def forecast(loop: Loop, seconds: float, now: datetime.datetime) -> Iterator[str]:
    """Yield how long a step takes, in seconds, and when the run will end, in lines."""
    config = loop.config
    yield (
        f"a step is {counted(config.critic_steps, 'critic update')} and 1 generator update on "
        f"{config.batch_size} lines: {step_time(seconds)}"
    )
    left = time_left(loop, seconds)
    if left is None:
        yield "no end given: Ctrl-C saves and stops"
        return
    if left > CENTURY:
        yield f"{_stop(loop)}: more than a hundred years; Ctrl-C saves and stops"
        return
    end = now + datetime.timedelta(seconds=left)
    end_time = f"{end:%H:%M}" if left < DAY else f"{end:%Y-%m-%d %H:%M}"
    yield f"{_stop(loop)}: about {clock(left)}, until {end_time}"
    last = loop.step + round(left / seconds)
    for name, flag, horizon in _horizons(config):
        if horizon > last:
            yield (
                f"{name} comes to its end at step {horizon:,}, this run at step {last:,} or so; "
                f"{flag} brings it forward"
            )


def time_left(loop: Loop, seconds: float) -> float | None:
    """Return how many seconds are left at `seconds` a step; None where there is no end."""
    ends = []
    if loop.config.steps is not None:
        ends.append(min(loop.config.steps - loop.step, MAX_EXACT_INTEGER) * seconds)
    if loop.config.minutes is not None:
        ends.append(60 * loop.config.minutes - loop.seconds)
    return max(0.0, min(ends)) if ends else None


def _workers(loop: Loop) -> str:
    """Return how many workers there are, if several, and the threads of each."""
    size, threads = loop.workers.size, loop.config.threads or 1
    return f", {size} workers of {counted(threads, 'thread')}" if size > 1 else ""


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
