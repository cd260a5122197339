"""Which lines are valid: by a pattern, by a program that is asked, or by a function.

Each makes a `Validity`, which answers for many lines together.
"""

import contextlib
import hashlib
import os
import shlex
import signal
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from corpora.counts import counted
from corpora.errors import InputError
from textgan.evaluation.text.loading import composed
from textgan.evaluation.text.patterns import MATCH_SECONDS, compile_pattern

__all__ = ["Validity", "as_validity", "by_command", "by_function", "by_pattern"]

COMMAND_SECONDS = 60.0  # for a program to start and to answer, and
LINE_SECONDS = 0.01  # for each line more
ANSWERS = {
    **dict.fromkeys(("1", "true", "yes", "valid"), True),
    **dict.fromkeys(("0", "false", "no", "invalid"), False),
}
REASON_CHARACTERS = 200  # of what a program wrote to stderr, that are shown


@dataclass(frozen=True, eq=False)
class Validity:
    """A check of lines.

    Attributes:
        name: of it in signatures: other checks have other names.
        check: returns for each of some lines whether it is valid.
    """

    name: str
    check: Callable[[Sequence[str]], Sequence[bool]]

    def __call__(self, lines: Sequence[str]) -> NDArray[np.bool_]:
        """Return which of `lines` are valid, (N,); InputError where the check fails."""
        return np.fromiter(self.check(lines), dtype=np.bool_, count=len(lines))


def as_validity(valid: Validity | Callable[[str], object] | None) -> Validity | None:
    """Return the check of a function, or a check as it is."""
    return valid if valid is None or isinstance(valid, Validity) else by_function(valid)


def by_function(valid: Callable[[str], object]) -> Validity:
    """Return the check of a function that returns something true for valid lines."""
    name = getattr(valid, "__qualname__", type(valid).__qualname__)
    return Validity(f"function={name}", lambda lines: [bool(valid(line)) for line in lines])


def by_pattern(pattern: str) -> Validity:
    """Return the check whether a regular expression matches the whole line.

    Its syntax is that of the package `regex`; lines are composed (Unicode NFC).

    Raises:
        InputError: `pattern` is none. The check raises it where a line takes over MATCH_SECONDS.
    """
    compiled = compile_pattern(pattern)

    def matches(line: str) -> bool:
        try:
            return compiled.fullmatch(composed(line), timeout=MATCH_SECONDS) is not None
        except TimeoutError:
            raise InputError(
                f"the pattern {pattern!r:.80} took more than {MATCH_SECONDS:g} seconds on a line "
                f"of {counted(len(line), 'character')}; avoid nested repeats such as (.*)*"
            ) from None

    return Validity(f"regex={_digest(pattern)}", lambda lines: [*map(matches, lines)])


def by_command(command: str) -> Validity:
    """Return the check of a program that reads lines and answers each with a line.

    It is started once for all lines, without a shell, gets them in UTF-8 on stdin, and writes for
    each `1`, `true`, `yes` or `valid`, or `0`, `false`, `no` or `invalid`. It may take
    COMMAND_SECONDS, and LINE_SECONDS for each line.

    Raises:
        InputError: `command` is none. The check raises it where the program cannot be started,
            fails, takes longer, or answers otherwise.
    """
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise InputError(f"found the command {command!r:.80}: {error}") from None
    if not words:
        raise InputError("found an empty command, expected a program and its arguments")

    def ask(lines: Sequence[str]) -> list[bool]:
        text = "".join(f"{line}\n" for line in lines).encode("utf-8", "replace")
        seconds = COMMAND_SECONDS + LINE_SECONDS * len(lines)
        return _answers(words[0], _run(words, text, seconds), len(lines))

    return Validity(f"command={_digest(command)}", ask)


def _digest(text: str) -> str:
    """Return what stands for a pattern or command in a signature, which has no room for it."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def _run(words: Sequence[str], text: bytes, seconds: float) -> bytes:
    """Return what a program writes to stdout when it reads `text`."""
    try:
        program = subprocess.Popen(
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,  # so that what it starts can be ended with it
        )
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{words[0]!r:.80}: cannot be started ({reason})") from None
    with program:
        try:
            output, errors = program.communicate(text, timeout=seconds)
        except subprocess.TimeoutExpired:
            raise InputError(f"{words[0]!r:.80}: took more than {seconds:g} seconds") from None
        finally:
            if program.returncode is None:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(program.pid, signal.SIGKILL)
    if program.returncode:
        last = errors.decode("utf-8", "replace").strip().rpartition("\n")[2][:REASON_CHARACTERS]
        raise InputError(
            f"{words[0]!r:.80}: ended with exit code {program.returncode}"
            f"{f' ({last!r})' if last else ''}"
        )
    return output


def _answers(name: str, output: bytes, size: int) -> list[bool]:
    """Return the answers of a program to `size` lines."""
    lines = output.decode("utf-8", "replace").split("\n")
    if lines[-1] == "":
        lines.pop()
    if len(lines) != size:
        raise InputError(
            f"{name!r:.80}: found {counted(len(lines), 'answer')} to {counted(size, 'line')}, "
            "expected one a line"
        )
    answers = []
    for line in lines:
        answer = ANSWERS.get(line.strip().lower())
        if answer is None:
            raise InputError(f"{name!r:.80}: found the answer {line!r:.80}, expected 1 or 0")
        answers.append(answer)
    return answers
