"""Progress on stderr: a bar on a terminal, a line a minute elsewhere, nothing of what is short."""

import io
import sys

import pytest

from cli import progress as module
from cli.progress import PARTS, by_stage, progress, show_bytes


class Terminal(io.StringIO):
    def isatty(self):
        return True


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands at what is set."""
    now = [1000.0]
    monkeypatch.setattr(module.time, "monotonic", lambda: now[0])
    return now


def test_off_a_terminal_there_is_a_line_a_minute(clock, capsys):
    with progress("writing lines", 1000, "lines") as bar:
        bar.advance()
        clock[0] += 59
        bar.advance(99)
        assert capsys.readouterr().err == ""
        clock[0] += 1
        bar.advance(100)
        assert capsys.readouterr().err == "writing lines, 200 of 1,000 lines, 60 s, 4.0 min left\n"
        bar.advance(100)
        clock[0] += 60
        bar.stage("sorting")
        assert capsys.readouterr().err == "sorting, 300 of 1,000 lines, 2.0 min, 4.7 min left\n"


def test_bytes_are_shown_until_something_is_done(clock, capsys):
    show_bytes(10)  # nothing is shown: nothing happens
    with progress("reading the texts") as outer, progress("scoring", unit="lines") as bar:
        clock[0] += 60
        show_bytes(20_500_000)
        assert capsys.readouterr().err == "scoring, 20.5 MB read, 60 s\n"
        bar.advance(7)
        clock[0] += 60
        bar.advance(7)
        assert capsys.readouterr().err == "scoring, 14 lines, 2.0 min\n"
        assert outer.received == 0


def test_each_pass_over_a_text_has_its_bar_where_its_size_is_known(clock, capsys):
    with progress("reading the text", PARTS) as bar:
        report = by_stage(bar)
        clock[0] += 60
        report("reading standard input, 7 MB so far", None)
        assert capsys.readouterr().err == "reading standard input, 7 MB so far, 60 s\n"
        assert bar.total is None
        report("encoding", 0.25)
        clock[0] += 60
        report("encoding", 0.5)
        assert capsys.readouterr().err == "encoding, 2.0 min, 60 s left\n"
        assert (bar.done, bar.total) == (PARTS // 2, PARTS)


def test_a_terminal_shows_a_bar_after_two_seconds(clock, monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress("BLEU") as bar:
        assert not bar.bar().renderables
        clock[0] += 2
        assert bar.bar().renderables
    with progress("quiet", quiet=True) as bar:
        clock[0] += 100
        bar.advance()
    assert "quiet" not in sys.stderr.getvalue()
    assert "100 s" not in sys.stderr.getvalue()


def test_an_evaluation_names_its_stages():
    from textgan.evaluation.evaluate import evaluate

    stages = []
    lines = [f"{a}{b}{c}" for a in "abcd" for b in "abcd" for c in "abcd"]
    evaluate(lines[:20], lines, length=4, orders=[1], full=True, stage=stages.append)
    assert stages == [
        "reading the texts", "n-gram models", "distances", "cross-entropy", "diversity",
        "memorization", "detection", "validity", "divergence frontier", "BLEU",
        "Fréchet distances", "nearest training lines", "earth mover's distance",
        "curves and examples",
    ]  # fmt: skip
