"""What `train` says before and while it trains, at any width of a terminal."""

import datetime
import io
import time
from dataclasses import replace
from types import SimpleNamespace

import pytest
from rich.console import Console

from cli.display import Display, _slower
from cli.plan import forecast
from cli.progress import clock
from corpora.counts import counted
from textgan.config.settings import Config
from textgan.evaluation.metrics.jsd import Floor
from textgan.training.loop import Progress
from textgan.training.step import StepStats
from textgan.training.validation import Scores

FLOOR = Floor(m=5120, jsd={1: 0.0001, 2: 0.0027, 3: 0.0262, 4: 0.0929})
SCORES = Scores(
    step=29_500, jsd={1: 0.0004, 2: 0.0088, 3: 0.0547, 4: 0.1472}, floor=FLOOR,
    at_floor={1: 0.0004, 2: 0.0088, 3: 0.0547, 4: 0.1472}, choice=0.15,
    wasserstein=0.0321, wasserstein_held_out=0.0287, slope=None, unique=0.987,
    lines=("Vione", "Searriz", "Al lenm"),
)  # fmt: skip
BATCH = StepStats(critic_loss=0.1, generator_loss=0.2, wasserstein=7.77, penalty=0.0, slope=1.06)


def loop(**settings):
    config = Config.build({"corpus": "us-baby-names", "steps": 100_000, **settings})
    return SimpleNamespace(
        config=config, step=0, seconds=1000.0, run="runs/" + "long-" * 30, scores=SCORES,
        best={"step": 29_500}, validator=SimpleNamespace(floor=FLOOR),
        trainer=SimpleNamespace(corpus=SimpleNamespace(valid=range(5313))),
    )  # fmt: skip


def display(width, *, terminal=True, **settings):
    """Return a display after 29,600 steps that took 1,000 s, and what it prints to."""
    out = io.StringIO()
    found = Display(loop(**settings))
    found.console = Console(
        file=out, width=width, force_terminal=terminal, color_system=None, legacy_windows=False
    )
    found.started = time.perf_counter() - 1000.0
    return found, out


def progress(scores=SCORES, step=29_600):
    return Progress(
        step=step, steps=100_000, seconds=1000.0, minutes=None, stats=BATCH, scores=scores
    )


def panel(width, scores=SCORES):
    found, out = display(width)
    found.loop.step = 29_600
    found.console.print(found._panel(progress(scores)))
    return [line.rstrip() for line in out.getvalue().splitlines()]


@pytest.mark.parametrize("width", [60, 80, 100, 140])
def test_the_live_display_is_broken_between_words_and_no_figure_is_cut(width):
    lines, wide = panel(width), panel(300)
    assert max(map(len, lines)) <= width
    words = set(" ".join(lines).split())
    assert {word for word in " ".join(wide).split() if word[0] not in "━╸╺─"} <= words
    assert {"0.1472", "0.0929", "98.7%", "1.06"} <= {word.strip(",;") for word in words}
    assert "…" not in " ".join(lines)


def test_a_long_sample_is_cut_in_the_live_display_alone():
    lines = panel(60, replace(SCORES, lines=("x" * 70,)))
    assert lines[-1] == "  " + "x" * 57 + "…"


@pytest.mark.parametrize("width", [60, 100])
def test_what_is_said_is_broken_between_words_on_a_terminal_alone(width):
    sentence = "rows of 16 characters, while the longest lines of the corpus have 32 (--length 32)"
    for terminal in (True, False):
        found, out = display(width, terminal=terminal)
        found.say(f"{sentence} {found.loop.run}")
        lines = out.getvalue().splitlines()
        assert " ".join(line.strip() for line in lines) == f"{sentence} {found.loop.run}"
        assert len(lines) == (1 if not terminal else 3 if width == 60 else 2)
        assert lines[-1].endswith(found.loop.run)  # a path stays whole, to be copied


def test_the_progress_meter_is_the_scored_estimate_with_its_step():
    first = display(80)[0]._line(progress(None))
    later = display(80)[0]._line(progress())
    assert "7.77" not in first + later + " ".join(panel(80) + panel(80, None))
    assert first.endswith("steps/s, mean slope 1.06")
    assert "; scores of step 29,500: Wasserstein estimate 0.0321 on training text, 0.0287" in later
    assert "Wasserstein estimate 0.0321 on training text" in " ".join(panel(80))
    assert "first scores at step 500" in " ".join(panel(80, None))


def test_scores_are_said_once_in_a_log():
    found, out = display(200, terminal=False)
    assert "JSD 1: " in found._line(progress())
    assert found._line(progress(step=29_700)).endswith("mean slope 1.06")
    found.close("finished")
    assert "JSD" not in out.getvalue()
    assert "  Vione\n" in out.getvalue()
    other, out = display(200, terminal=False)
    other.close("finished")
    assert out.getvalue().startswith("step 29,500: JSD 1: 0.000 (floor 0.000), ")


def test_at_the_end_it_says_how_long_a_step_took():
    found, out = display(200, terminal=False)
    found.first_step -= 400
    found.close("finished")
    assert out.getvalue().startswith("400 steps in 16.7 min, 2.5 s each\n")


NOON = datetime.datetime(2026, 5, 1, 12)


def second_line(**stop):
    loop = SimpleNamespace(config=Config.build({"corpus": "x", **stop}), step=0, seconds=0.0)
    return list(forecast(loop, 0.5, NOON))[1]


@pytest.mark.parametrize(
    ("stop", "said"),
    [
        ({"steps": 1}, "1 step: about 0 s, until 12:00"),
        ({"steps": 7200}, "7,200 steps: about 60.0 min, until 13:00"),
        ({"minutes": 3000}, "3,000 minutes in all: about 50.0 h, until 2026-05-03 14:00"),
        ({"steps": 10**9, "minutes": 1}, "1,000,000,000 steps or 1 minute in all: about 60 s, "
         "until 12:01"),
        ({"minutes": 1e13}, "1e+13 minutes in all: more than a hundred years; Ctrl-C saves "
         "and stops"),
        ({"steps": 10**15}, "1,000,000,000,000,000 steps: more than a hundred years; Ctrl-C saves "
         "and stops"),
    ],
)  # fmt: skip
def test_a_forecast_has_the_day_where_it_is_another_and_no_end_beyond_a_century(stop, said):
    assert second_line(**stop) == said


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (42, "42 s"),
        (252, "4.2 min"),
        (6120, "1.7 h"),
        (1036800, "12 days"),
        (1e9, "11,574 days"),
    ],
)
def test_a_time_has_a_unit_that_fits(seconds, shown):
    assert clock(seconds) == shown


def test_one_is_no_plural():
    assert [counted(n, "line") for n in (0, 1, 1.0, 1.5, 1000)] == [
        "0 lines", "1 line", "1 line", "1.5 lines", "1,000 lines",
    ]  # fmt: skip


def test_fewer_threads_are_advised_where_there_are_several():
    assert (
        _slower(4.21, 1)
        == "steps take 4.2 times as long as at first; other processes may be using the CPU"
    )
    assert _slower(4.21, 2).endswith("using the CPU, which slows --threads 1 least")
