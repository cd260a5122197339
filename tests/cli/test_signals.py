"""Signals end a command in order; the signals of these tests are real ones."""

import os
import signal

import pytest

from cli import signals
from cli.lines import write_lines

pytestmark = pytest.mark.skipif(os.name != "posix", reason="signals")
ENDING = [signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGUSR1, signal.SIGXCPU]


def send(number):
    os.kill(os.getpid(), number)


@pytest.fixture(autouse=True)
def handled():
    with signals.handled():
        yield


@pytest.mark.parametrize("number", ENDING)
def test_a_signal_ends_what_is_being_done_with_128_and_its_number(number):
    with pytest.raises(signals.Stopped) as stopped:
        send(number)
    assert stopped.value.number == number
    assert not isinstance(stopped.value, Exception)  # or a handler of errors would catch it


def test_work_that_must_be_finished_only_notes_a_signal():
    with signals.deferred():
        assert signals.stopped() is None
        send(signal.SIGTERM)
        assert signals.stopped() == signal.SIGTERM


def test_an_echo_of_the_first_signal_changes_nothing_and_a_second_one_ends_at_once(monkeypatch):
    with signals.deferred():
        send(signal.SIGTERM)
        send(signal.SIGTERM)  # as timeout(1) sends it: to the child, and to its group
        send(signal.SIGINT)
        monkeypatch.setattr(signals, "ECHO_SECONDS", 0.0)
        send(signal.SIGHUP)  # as a closed terminal sends it: from the system, and from the shell
        with pytest.raises(signals.Stopped) as stopped:
            send(signal.SIGINT)
    assert stopped.value.number == signal.SIGTERM


def test_a_hangup_that_was_ignored_stays_ignored_and_handlers_are_put_back():
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with signals.handled():
            send(signal.SIGHUP)
            assert signals.stopped() is None
        assert signal.getsignal(signal.SIGHUP) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def lines(count, number, *, at):
    """Yield lines of two fields; a signal comes while the one at `at` is made."""
    for i in range(count):
        if i == at:
            send(number)
        yield str(i), "x"


def test_finished_lines_are_kept_under_the_name_of_the_file(tmp_path, capsys):
    path = tmp_path / "lines.txt"
    with pytest.raises(signals.Stopped) as stopped:
        write_lines(path, lines(10, signal.SIGHUP, at=3), "writing", 10)
    assert stopped.value.number == signal.SIGHUP
    assert path.read_text() == "0\tx\n1\tx\n2\tx\n"
    assert capsys.readouterr().err == f"textgan: stopped; 3 of 10 lines are in {path}\n"
    assert [p.name for p in tmp_path.iterdir()] == ["lines.txt"]


def test_a_signal_while_the_file_gets_its_name_loses_no_line(tmp_path, monkeypatch):
    monkeypatch.setattr("corpora.files.os.fsync", lambda _file: send(signal.SIGTERM))
    with pytest.raises(signals.Stopped):
        write_lines(tmp_path / "out", [("a",), ("b",)], "writing")
    assert (tmp_path / "out").read_text() == "a\nb\n"


def test_without_a_finished_line_there_is_no_file(tmp_path, capsys):
    with pytest.raises(signals.Stopped):
        write_lines(tmp_path / "lines.txt", lines(10, signal.SIGINT, at=0), "writing")
    assert not list(tmp_path.iterdir())
    assert capsys.readouterr().err == ""


def test_a_signal_while_a_line_is_used_waits_for_its_end():
    used = []
    for item in signals.finished(range(9)):
        if item == 4:
            send(signal.SIGTERM)
        used.append(item)
    assert used == [0, 1, 2, 3, 4]
    assert signals.stopped() == signal.SIGTERM
