"""INT, TERM and HUP end a command in order: finished work is kept, the exit status is 128 + n.

A signal raises `Stopped` wherever the command is. Only a step of training, or a line that is being
written, is finished first: meanwhile the signal is noted. HUP stays ignored where it was ignored
at the start, as under nohup. USR1 and XCPU, by which schedulers announce that they will kill a
job, count as TERM does.
"""

import contextlib
import signal
import time
import types
from collections.abc import Iterable, Iterator
from typing import TypeVar

__all__ = ["Stopped", "deferred", "finished", "handled", "stopped"]

NAMES = ("SIGINT", "SIGTERM", "SIGHUP", "SIGUSR1", "SIGXCPU")  # Windows has the first two
ECHO_SECONDS = 1.0  # a signal sooner after the first is its echo (timeout(1), a closed terminal)

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
    """Handle signals meanwhile. A second INT or TERM, a second later, ends the command at once."""
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
    """Only note a first signal meanwhile; `stopped` returns it."""
    before, _State.deferred = _State.deferred, True
    try:
        yield
    finally:
        _State.deferred = before


def finished(items: Iterable[T]) -> Iterator[T]:
    """Yield items until a signal comes. It may interrupt the making of an item, not its use."""
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
    elif number in (signal.SIGINT, signal.SIGTERM) and now - _State.since >= ECHO_SECONDS:
        raise Stopped(_State.number)
