"""Loggers: found by name, told what the log is told, closed at the end, and imported on use."""

import subprocess
import sys
import types

import pytest

from corpora.errors import InputError
from textgan.config.settings import Config
from textgan.training.loggers import LOGGERS, check_loggers, open_loggers
from textgan.training.loggers.records import Records
from textgan.training.loop import Progress
from textgan.training.step import StepStats
from textgan.training.validation import Scores

CONFIG = Config(corpus="x", log_every=2, evaluate_every=3)


class Listener:
    def __init__(self):
        self.received = []

    def scalars(self, step, values):
        self.received.append((step, dict(values)))

    def text(self, step, name, lines):
        self.received.append((step, name, tuple(lines)))

    histogram = text


def progress(step, scores=None):
    stats = StepStats(1.0, 2.0, 3.0, 4.0, None)
    return Progress(step=step, steps=9, seconds=5.0, minutes=None, stats=stats, scores=scores)


def scores(step):
    return Scores(
        step=step, jsd={4: 0.5}, floor=None, at_floor=None, choice=0.5, wasserstein=1.0,
        wasserstein_held_out=None, slope=1.5, unique=0.9, lines=("a", "b"),
        slopes=(1.0, 2.0),
    )  # fmt: skip


def test_steps_and_names_are_those_of_the_log_and_the_unknown_is_left_out():
    listener = Listener()
    records = Records((listener,), CONFIG)
    for step in range(1, 7):
        records(progress(step, scores(3) if step >= 3 else None))
    assert [entry[0] for entry in listener.received] == [2, 3, 3, 3, 4, 6]
    assert listener.received[0][1] == {
        "seconds": 5.0, "train/critic_loss": 1.0, "train/generator_loss": 2.0,
        "train/wasserstein": 3.0, "train/penalty": 4.0,
    }  # fmt: skip
    scored = listener.received[1][1]
    assert scored["validation/jsd4"] == 0.5
    assert "validation/floor_lines" not in scored
    assert listener.received[2] == (3, "samples", ("a", "b"))
    assert listener.received[3] == (3, "slopes", (1.0, 2.0))
    assert "validation/jsd4" not in listener.received[4][1]  # scores of an earlier step


def test_a_package_that_is_missing_is_named_before_anything_is_made(monkeypatch):
    monkeypatch.setattr("textgan.training.loggers.find_spec", lambda name: None)
    with pytest.raises(InputError, match=r"needs the package wandb: pip install 'textgan\[wandb\]"):
        check_loggers(["wandb"])
    with pytest.raises(InputError, match="found log 'mlflow', expected one of tensorboard"):
        check_loggers(["mlflow"])


def test_nothing_of_a_backend_is_imported_without_it():
    code = (
        "import sys, textgan.training.loggers.records; "
        f"print([name for name in {list(LOGGERS.built_in)} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def opened(name, module, monkeypatch, run):
    """Log a step to a backend whose package is `module`, and return what the package was told."""
    monkeypatch.setitem(sys.modules, name, module)
    monkeypatch.setattr("textgan.training.loggers.find_spec", lambda name: True)
    with open_loggers([name], run, CONFIG, 0) as (logger,):
        logger.scalars(3, {"train/penalty": 1.0})
        logger.text(3, "samples", ["a\x1b"])
        logger.histogram(3, "slopes", (1.0, 2.0))


def test_wandb_is_offline_in_the_run_folder(monkeypatch, tmp_path):
    told = []
    session = types.SimpleNamespace(
        log=lambda values, step: told.append((step, values)), finish=lambda: told.append("finish")
    )
    module = types.ModuleType("wandb")
    module.init = lambda **options: told.append(options) or session
    module.Table = lambda columns, data: (columns, data)
    module.Histogram = sum
    opened("wandb", module, monkeypatch, tmp_path)
    assert told[0]["mode"] == "offline"
    assert told[0]["dir"] == str(tmp_path)
    assert told[0]["config"]["corpus"] == "x"
    expected = (3, {"samples": (["line"], [["a␛"]])})
    assert told[1:] == [(3, {"train/penalty": 1.0}), expected, (3, {"slopes": 3.0}), "finish"]


def test_trackio_keeps_stdout_for_the_run_folder(monkeypatch, tmp_path, capsys):
    told = []
    module = types.ModuleType("trackio")
    module.init = lambda project, **options: (told.append(options), sys.stdout.write("hello\n"))
    module.log = lambda values, step: told.append((step, values))
    module.Markdown, module.Histogram = str, sum
    module.finish = lambda: sys.stdout.write("bye\n")
    opened("trackio", module, monkeypatch, tmp_path)
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err == "hello\nbye\n"
    assert told[0]["resume"] == "never"
    assert told[1:] == [
        (3, {"train/penalty": 1.0}), (3, {"samples": "    a␛"}), (3, {"slopes": 3.0}),
    ]  # fmt: skip
