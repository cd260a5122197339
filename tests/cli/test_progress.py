"""Progress on stderr: a bar on a terminal, a line a minute elsewhere, nothing of what is short."""

import io
import sys

import pytest

from cli import progress as module
from cli.progress import progress


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
        "memorization", "BLEU", "Fréchet distances", "nearest training lines",
        "earth mover's distance", "curves and examples",
    ]  # fmt: skip
