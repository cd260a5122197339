"""INT, TERM and HUP end a command in order: what is finished is kept, the exit status is 128 + n.

A signal raises `Stopped` wherever the command is, but for stretches that must not be torn (a step
of training, a line being written): these note it and end by themselves. HUP stays ignored where it
was ignored at the start, as under nohup. USR1 and XCPU, by which schedulers announce that they will
kill a job, count as TERM does.
"""

import contextlib
import signal
import time
import types
from collections.abc import Iterable, Iterator
from typing import TypeVar

__all__ = ["Stopped", "deferred", "finished", "handled", "stopped"]

NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGXCPU")  # Windows has the first two
AGAIN = 1.0  # seconds: a signal sooner after the first is its echo (timeout(1), a closed terminal)

T = TypeVar("T")


class Stopped(BaseException):
    """A signal ends the command; like KeyboardInterrupt, no handler of errors may catch it."""

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.number = number


class _State:
    number: int | None = None  # the first signal
    since = 0.0
    deferred = False


def stopped() -> int | None:
    """Return the number of the signal that ends this command; None before one."""
    return _State.number


@contextlib.contextmanager
def handled() -> Iterator[None]:
    """Handle signals meanwhile. A second INT or TERM, a second later or more, ends at once."""
    before = {}
    for name in NAMES:
        number = getattr(signal, name, None)
        if number is not None and not (
            name == "SIGHUP" and signal.getsignal(number) == signal.SIG_IGN
        ):
            before[number] = signal.signal(number, _note)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _State.number, _State.deferred = None, False


@contextlib.contextmanager
def deferred() -> Iterator[None]:
    """Let a first signal only be noted meanwhile, for `stopped` to return."""
    before, _State.deferred = _State.deferred, True
    try:
        yield
    finally:
        _State.deferred = before


def finished(items: Iterable[T]) -> Iterator[T]:
    """Yield items until a signal comes, which may interrupt the making of one, not its use."""
    iterator = iter(items)
    with deferred():
        while True:
            try:
                _State.deferred = False
                if _State.number is not None:
                    return
                item = next(iterator)
                _State.deferred = True
            except (StopIteration, Stopped):
                return
            finally:
                _State.deferred = True
            yield item


def _note(number: int, _frame: types.FrameType | None) -> None:
    now = time.monotonic()
    if _State.number is None:
        _State.number, _State.since = number, now
        if not _State.deferred:
            raise Stopped(number)
    elif number in (signal.SIGINT, signal.SIGTERM) and now - _State.since >= AGAIN:
        raise Stopped(_State.number)
