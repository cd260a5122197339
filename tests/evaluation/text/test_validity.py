import os
import shlex
import sys
import time

import pytest

from corpora.errors import InputError
from textgan.evaluation.text import validity
from textgan.evaluation.text.validity import Validity, as_validity, by_command, by_pattern

LINES = ["ab", "", "12", "é", "a\u2028b"]


def program(code):
    return f"{shlex.quote(sys.executable)} -c {shlex.quote(code)}"


EVEN = program(
    "import sys\n"
    "for line in sys.stdin.buffer.read().decode().split('\\n')[:-1]: print(int(len(line) % 2 == 0))"
)


def test_a_pattern_matches_whole_lines():
    assert by_pattern("[a-z]+")(LINES).tolist() == [True, False, False, False, False]
    assert by_pattern("e\u0301|.")(["é", "e\u0301", "x", "xy"]).tolist() == [
        True,
        True,
        True,
        False,
    ]


def test_a_wrong_pattern_and_one_that_never_ends_are_one_line(monkeypatch):
    with pytest.raises(InputError, match="is not a regular expression"):
        by_pattern("(")
    monkeypatch.setattr(validity, "MATCH_SECONDS", 0.02)
    check = by_pattern("(a|aa)+")
    with pytest.raises(InputError, match=r"took more than 0\.02 seconds on a line of 61 char"):
        check(["a" * 60 + "b"])


def test_a_function_is_asked_for_each_line():
    check = as_validity(str.isalpha)
    assert check(LINES).tolist() == [True, False, False, True, False]
    assert check.name == "function=str.isalpha"
    assert as_validity(check) is check
    assert as_validity(None) is None


def test_a_program_answers_each_line():
    assert by_command(EVEN)(LINES).tolist() == [True, True, True, False, False]
    assert by_command(EVEN)([]).tolist() == []
    words = program("import sys\nfor word in 'YES no True invalid 1'.split(): print(word + '\\r')")
    assert by_command(words)(LINES).tolist() == [True, False, True, False, True]


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("no-such-program-here", "'no-such-program-here': cannot be started .No such file"),
        (program("print(1)"), "found 1 answer to 5 lines, expected one a line"),
        (program("print('1\\n' * 5 + 'x')"), "found 6 answers to 5 lines"),
        (program("for i in range(5): print('maybe')"), "found the answer 'maybe', expected 1 or 0"),
        (program("raise SystemExit('no rdkit')"), r"ended with exit code 1 \('no rdkit'\)"),
    ],
)
def test_a_program_that_fails_is_one_line(command, message):
    with pytest.raises(InputError, match=message) as caught:
        by_command(command)(LINES)
    assert "\n" not in str(caught.value)


def test_a_program_that_takes_too_long_is_ended_with_what_it_started(monkeypatch, tmp_path):
    monkeypatch.setattr(validity, "COMMAND_SECONDS", 1.0)
    pid = tmp_path / "pid"
    check = by_command(f"sh -c 'sleep 60 & echo $! > {pid}; wait'")
    with pytest.raises(InputError, match=r"'sh': took more than 1.05 seconds"):
        check(LINES)
    for _ in range(100):
        try:
            os.kill(int(pid.read_text()), 0)
        except ProcessLookupError:
            return
        if "Z" in _state(int(pid.read_text())):
            return
        time.sleep(0.1)
    raise AssertionError("the program that it started still runs")


def _state(pid):
    with open(f"/proc/{pid}/stat") as file:  # noqa: PTH123
        return file.read().rpartition(")")[2].split()[0]


@pytest.mark.parametrize("command", ["", "  ", "'"])
def test_a_command_that_is_none_is_refused(command):
    with pytest.raises(InputError, match="found"):
        by_command(command)


def test_other_checks_have_other_names():
    names = {by_pattern("a").name, by_pattern("b").name, by_command("a").name}
    assert len(names) == 3
    assert all("|" not in name for name in names)
    assert isinstance(by_pattern("|"), Validity)
